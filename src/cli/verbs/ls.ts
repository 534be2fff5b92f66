import {
  type ChildPage,
  listChildren,
  type PathChild,
  renderTable,
  renderValue,
  type Snapshot,
} from "../../js/index.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT } from "../exit.ts";
import { forEachInput } from "../inputs.ts";
import { readOpenOptions } from "../option-files.ts";

const PAGE = 1000;
const COLUMNS = [
  { title: "PATH" },
  { title: "TYPE" },
  { title: "INSIDE", align: "right" },
  { title: "VALUE" },
] as const;

export async function runLs(call: Call): Promise<ExitStatus> {
  const [file, path = ""] = call.operands;
  return forEachInput(call, [file!], { open: await readOpenOptions(call) }, async ({ label, snapshots }) => {
    for (const snapshot of snapshots) {
      call.out.issues(snapshot.issues, label);
      await list(call, snapshot, path);
    }
    return EXIT.ok;
  });
}

/** A page at a time, so that a map of a million entries starts to print at once. */
async function list(call: Call, snapshot: Snapshot, path: string): Promise<void> {
  let from = 0;
  for (
    let page = listChildren(snapshot, path, { count: PAGE });
    ;
    page = listChildren(snapshot, path, { from, count: PAGE })
  ) {
    await print(call, snapshot, page);
    from += page.children.length;
    if (from >= page.total || page.children.length === 0 || call.signal.aborted) return;
  }
}

async function print({ out }: Call, { values }: Snapshot, { children, from }: ChildPage): Promise<void> {
  if (out.json) {
    for (const child of children) await out.jsonLine(describe(child));
    return;
  }
  const rows = children.map(({ path, node, count }) => [
    path,
    node.typeName ?? node.kind,
    count === 0 ? "" : String(count),
    renderValue(values, node),
  ]);
  const titles = from === 0 ? COLUMNS : COLUMNS.map((column) => ({ ...column, title: "" }));
  await out.pieces([renderTable(titles, rows, { titleStyle: out.colors.bold })]);
}

function describe({ path, node, count }: PathChild): Record<string, unknown> {
  const { kind, name, typeName, address, origin, problem } = node;
  return { path, name, kind, type: typeName, count, address, origin, problem };
}
