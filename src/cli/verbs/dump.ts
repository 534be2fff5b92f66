import { rename, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { dumpPieces, jsonChunks, type Snapshot, SnapshotError, toHtmlChunks } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import { readSymbols } from "../artifacts.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT } from "../exit.ts";
import { forEachInput, type OpenedInput } from "../inputs.ts";
import { readOpenOptions } from "../option-files.ts";

const LINE_FEED = 0x0a;

export async function runDump(call: Call): Promise<ExitStatus> {
  let shown = 0;
  const open = { ...(await readOpenOptions(call)), ...(await readSymbols(call)), analysis: depthOf(call) };
  return forEachInput(call, call.operands, { open }, async (input) => {
    for (const [ix, snapshot] of input.snapshots.entries()) {
      call.out.issues(snapshot.issues, input.label);
      const title =
        input.snapshots.length === 1 ? input.label : `${input.label} (${ix + 1} of ${input.snapshots.length})`;
      await checkStrict(call, snapshot);
      if (call.options.last("pid") !== undefined) await printTask(call, snapshot);
      else if (call.options.last("html") !== undefined) await writePage(call, input, ix);
      else if (call.out.json) await printJson(call, snapshot);
      else
        await printText(
          call,
          snapshot,
          title,
          shown++ === 0 && call.operands.length === 1 && input.snapshots.length === 1,
        );
    }
    return EXIT.ok;
  });
}

/** The report alone needs none of the analysis. */
function depthOf({ options, out }: Call): "full" | "none" {
  return options.flag("analysis") || out.json || options.last("html") !== undefined ? "full" : "none";
}

async function printText({ out, options }: Call, snapshot: Snapshot, title: string, alone: boolean): Promise<void> {
  if (!alone) await out.line(`==> ${out.safe(title)} <==`);
  const pieces = await dumpPieces(snapshot, {
    strict: options.flag("strict"),
    analysis: options.flag("analysis"),
    everything: options.flag("all"),
  });
  await out.textBytes(pieces);
  if (!alone && pieces.at(-1)?.at(-1) !== LINE_FEED) await out.line();
}

async function printTask({ out, options }: Call, snapshot: Snapshot): Promise<void> {
  const text = options.required("pid");
  if (!/^\d{1,10}$/.test(text)) throw new SnapshotError("UsageError", `--pid ${text} is not a number`);
  const { findTask, renderTask } = await import("../../js/capture-views.ts");
  const found = findTask(snapshot, Number(text));
  if (out.json) await out.jsonLine(found);
  else await out.text(renderTask(found));
}

/** Strict mode refuses what the report would refuse, whatever is printed. */
async function checkStrict({ options }: Call, snapshot: Snapshot): Promise<void> {
  if (options.flag("strict")) await dumpPieces(snapshot, { strict: true });
}

async function printJson({ out, signal }: Call, snapshot: Snapshot): Promise<void> {
  await out.pieces(jsonChunks(snapshot), signal);
  await out.line();
}

async function writePage(call: Call, input: OpenedInput, ix: number): Promise<void> {
  const snapshot = input.snapshots[ix]!;
  const target = call.options.required("html");
  const chunks = await toHtmlChunks(snapshot, { title: input.label });
  if (target === "-") return call.out.pieces(chunks, call.signal);
  const path = await pagePath(call, target, input, ix);
  // Written beside and renamed, so that nobody sees half a page.
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeFile(unfinished, chunks);
    await rename(unfinished, path);
  } catch (error) {
    throw fileNotReadable(path, error);
  }
  if (call.out.json) await call.out.jsonLine({ file: input.label, html: path, issues: snapshot.issues });
  else call.out.note(`wrote ${path}`);
}

async function pagePath(call: Call, target: string, input: OpenedInput, ix: number): Promise<string> {
  const path = resolve(call.host.cwd, target);
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isDirectory) {
    const number = input.snapshots.length === 1 ? "" : `-${ix + 1}`;
    return join(path, `${basename(input.label === "-" ? "stdin" : input.label)}${number}.html`);
  }
  if (call.operands.length === 1 && input.snapshots.length === 1) return path;
  throw new SnapshotError(
    "UsageError",
    `--html ${target} is one file, and there are several snapshots; name a directory`,
  );
}
