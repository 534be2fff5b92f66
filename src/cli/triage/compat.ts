import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isSnapshotError, SnapshotError } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import { type FileContent, parseCompatFormat, runCompat, unpackSnapshot } from "../../js/triage-compat.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { expandRulePaths } from "./rule-files.ts";

/** One run as Fuchsia's command-line tool: its options, output and status. */
export async function runAsUpstream(call: Call): Promise<ExitStatus> {
  const { options, limits, out } = call;
  const data = options.last("data");
  if (data === undefined) {
    out.note("Required options not provided:\n    --data");
    return EXIT.findings;
  }
  const configs: string[] = [];
  for (const name of options.list("config")) configs.push(...(await expandRulePaths(call, name)));
  const packed = await readPacked(call, data);
  const { status, stdout } = runCompat({
    configs,
    data,
    format: parseCompatFormat(options.last("output-format") ?? "text"),
    tags: options.list("tag"),
    excludeTags: options.list("exclude-tag"),
    legacy: options.flag("legacy"),
    limits,
    read: (path) =>
      packed?.get(path.slice(data.replace(/\/$/, "").length + 1)) ?? readHere(call, path, limits.inputBytes),
  });
  await out.text(stdout);
  return status === 0 ? EXIT.ok : EXIT.findings;
}

/** The files of a zip by their names below its top; undefined for what is no file. */
async function readPacked(call: Call, data: string): Promise<ReadonlyMap<string, FileContent> | undefined> {
  const bytes = await readFile(resolve(call.host.cwd, data)).catch(() => undefined);
  if (bytes === undefined) return undefined;
  try {
    return await unpackSnapshot(data, bytes, call.limits);
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    throw new SnapshotError("UsageError", `--data is a directory or a zip: ${error.message}`, { cause: error });
  }
}

function readHere(call: Call, path: string, max: number): FileContent {
  try {
    const bytes = readFileSync(resolve(call.host.cwd, path));
    if (bytes.length > max) return { error: `${bytes.length} bytes are over the limit inputBytes=${max}` };
    return bytes;
  } catch (error) {
    return { error: osText(path, error) };
  }
}

/** As the operating system's errors read in upstream's messages. */
function osText(path: string, error: unknown): string {
  const { code, errno } = error as NodeJS.ErrnoException;
  const known: Readonly<Record<string, string>> = {
    ENOENT: "No such file or directory",
    EACCES: "Permission denied",
    EISDIR: "Is a directory",
  };
  const text = known[code ?? ""];
  if (text !== undefined && errno !== undefined) return `${text} (os error ${-errno})`;
  const { reason } = fileNotReadable(path, error).fields;
  return String(reason);
}
