import {
  canonicalPath,
  getPath,
  listChildren,
  renderMembers,
  renderValue,
  type Snapshot,
  SnapshotError,
  type ValueNode,
  valueChunks,
} from "../../js/index.ts";
import { childRow } from "../../js/triage.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT } from "../exit.ts";
import { forEachInput } from "../inputs.ts";
import { readOpenOptions } from "../option-files.ts";
import { openTableFilter, type TableFilter } from "../table-filter.ts";

const EVERYTHING = { valueLines: 100_000, valueDepth: 64 };

export async function runGet(call: Call): Promise<ExitStatus> {
  const [file, path] = call.operands as [string, string];
  return forEachInput(call, [file], { open: await readOpenOptions(call) }, async ({ label, snapshots }) => {
    for (const snapshot of snapshots) {
      call.out.issues(snapshot.issues, label);
      const filter = openTableFilter(call, "rows");
      if (filter === undefined) await print(call, snapshot, path);
      else await printRows(call, snapshot, path, filter);
    }
    return EXIT.ok;
  });
}

/** With `--filter` the rows are what is inside the value: each that is kept is printed like a value of its own. */
async function printRows(call: Call, snapshot: Snapshot, path: string, filter: TableFilter): Promise<void> {
  let from = 0;
  for (;;) {
    const page = listChildren(snapshot, path, { from });
    if (page.total === 0) throw new SnapshotError("UsageError", `--filter: there is nothing inside ${path}`);
    for (const child of page.children) {
      if (!filter.keeps(childRow(snapshot.values, child.node, child.path))) continue;
      if (!call.out.json) await call.out.line(call.out.colors.bold(call.out.safe(child.path)));
      await print(call, snapshot, child.path);
    }
    from += page.children.length;
    if (from >= page.total || page.children.length === 0 || call.signal.aborted) break;
  }
  filter.report();
}

async function print(call: Call, snapshot: Snapshot, path: string): Promise<void> {
  const node = getPath(snapshot, path);
  const { out } = call;
  if (out.json) {
    await out.pieces([`{"path":${JSON.stringify(canonicalPath(snapshot, path))},"value":`]);
    await out.pieces(valueChunks(snapshot.values, node), call.signal);
    await out.line("}");
  } else await printPlain(call, snapshot, node);
}

async function printPlain({ out, options }: Call, { values }: Snapshot, node: ValueNode): Promise<void> {
  const scalar = values.scalar(node);
  if (scalar === null && values.count(node) > 0) {
    return out.pieces([renderMembers(values, node, EVERYTHING)]);
  }
  if (options.flag("raw") && scalar instanceof Uint8Array) return out.bytes(scalar);
  if (options.flag("raw") && typeof scalar === "string") return out.text(scalar);
  if (typeof scalar === "string") {
    await out.text(scalar);
    return out.isTerminal ? undefined : out.line();
  }
  if (scalar instanceof Uint8Array) return out.line(Buffer.from(scalar).toString("hex"));
  return out.line(out.safe(renderValue(values, node)));
}
