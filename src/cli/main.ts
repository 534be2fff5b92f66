import { type ErrorReport, isSnapshotError, SnapshotError, toErrorReport, VERSION } from "../js/index.ts";
import { findCommand, parseCall, parseLimits } from "./args.ts";
import type { Call, Command } from "./command.ts";
import { EXIT, type ExitStatus, statusOf } from "./exit.ts";
import { renderCommandHelp, renderHelp } from "./help.ts";
import type { Host } from "./host.ts";
import { Output, type OutputSettings } from "./output.ts";
import { ProgressBar } from "./progress.ts";

/** Runs one command line. Never throws. `interrupt` is aborted by the host's signals. */
export async function runCli(
  args: readonly string[],
  host: Host,
  commands: readonly Command[],
  interrupt: AbortSignal,
): Promise<ExitStatus> {
  let out = new Output(host, guessSettings(args));
  try {
    const [verb, ...rest] = args;
    if (verb === undefined) {
      host.stderr.write(renderHelp(commands));
      return EXIT.usage;
    }
    if (verb === "--help" || verb === "-h") return await printText(out, renderHelp(commands));
    if (verb === "--version" || verb === "-V") return await printVersion(out);
    const command = findCommand(commands, verb);
    const { options, operands } = parseCall(command, rest);
    if (options.flag("help")) return await printText(out, renderCommandHelp(command));
    const color = (options.last("color") ?? "auto") as OutputSettings["color"];
    out.release();
    out = new Output(host, { json: options.flag("json"), raw: options.flag("raw"), color });
    const limits = parseLimits(options.list("limit"));
    const signal = signalOf(interrupt, out);
    const progress = (label: string) => new ProgressBar(host, label);
    return await runCommand(command, { options, operands, out, limits, signal, host, progress });
  } catch (error) {
    if (interrupt.aborted) return EXIT.interrupted;
    if (out.isClosed) return out.hasFailed ? EXIT.internal : EXIT.ok;
    await out.error(reportOf(error));
    return statusOf(error);
  }
}

/** How the arguments want errors shown, before they are known to be well formed. */
function guessSettings(args: readonly string[]): OutputSettings {
  const end = args.indexOf("--");
  const json = args.slice(0, end < 0 ? undefined : end).includes("--json");
  return { json, raw: false, color: "auto" };
}

async function runCommand(command: Command, call: Call): Promise<ExitStatus> {
  const status = await command.run(call);
  if (call.out.hasFailed) return EXIT.internal;
  return call.signal.aborted && !call.out.isClosed ? EXIT.interrupted : status;
}

/** Aborted by the host's signals and by the reader of stdout going away. */
function signalOf(interrupt: AbortSignal, out: Output): AbortSignal {
  const closed = new AbortController();
  out.whenClosed(() => closed.abort(new SnapshotError("Cancelled", "the reader of the output went away")));
  return AbortSignal.any([interrupt, closed.signal]);
}

async function printText(out: Output, text: string): Promise<ExitStatus> {
  await out.text(text);
  return EXIT.ok;
}

async function printVersion(out: Output): Promise<ExitStatus> {
  if (out.json) await out.jsonLine({ name: "coldframe", version: VERSION, node: process.versions.node });
  else await out.line(`coldframe ${VERSION}`);
  return EXIT.ok;
}

/** Any thrown value in the shape that is printed; what is not ours is a bug of ours. */
export function reportOf(error: unknown): ErrorReport {
  if (isSnapshotError(error)) return toErrorReport(error);
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "InternalError", message: `please report this bug of coldframe ${VERSION}: ${cause}` };
}
