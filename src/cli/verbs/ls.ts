import {
  type ChildPage,
  listChildren,
  type PathChild,
  renderLine,
  renderTable,
  type Snapshot,
  SnapshotError,
} from "../../js/index.ts";
import { type SearchMatch, search } from "../../js/search.ts";
import { childRow } from "../../js/triage.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT } from "../exit.ts";
import { forEachInput } from "../inputs.ts";
import { readOpenOptions } from "../option-files.ts";
import { openTableFilter, type TableFilter } from "../table-filter.ts";
import { listTable, pageOf, wantsTable } from "./ls-table.ts";

const PAGE = 1000;
const COLUMNS = [
  { title: "PATH" },
  { title: "TYPE" },
  { title: "INSIDE", align: "right" },
  { title: "VALUE" },
] as const;

export async function runLs(call: Call): Promise<ExitStatus> {
  const [file, path = ""] = call.operands;
  const text = call.options.last("find");
  if (text !== undefined && call.operands.length > 1)
    throw new SnapshotError("UsageError", "--find looks everywhere; it takes no PATH");
  return forEachInput(call, [file!], { open: await readOpenOptions(call) }, async ({ label, snapshots }) => {
    for (const snapshot of snapshots) {
      call.out.issues(snapshot.issues, label);
      if (text !== undefined) await find(call, snapshot, text);
      else if (wantsTable(call)) await listTable(call, snapshot, path);
      else await list(call, snapshot, path);
    }
    return EXIT.ok;
  });
}

const FOUND_COLUMNS = [{ title: "WHERE" }, { title: "MATCH" }, { title: "TEXT" }] as const;

async function find(call: Call, snapshot: Snapshot, text: string): Promise<void> {
  const { out, signal } = call;
  const filter = openTableFilter(call, "rows");
  const found = search(snapshot, text, { signal });
  const { isComplete } = found;
  const matches = found.matches.filter((match) => filter?.keeps((name) => matchColumn(match, name)) ?? true);
  filter?.report();
  if (out.json) for (const match of matches) await out.jsonLine(match);
  else {
    const rows = matches.map(({ where, matched, path, at, offset, text: found }) => [
      `${path ?? `${where} ${at ?? ""}`}${offset === undefined ? "" : ` at byte ${offset}`}`,
      matched,
      found,
    ]);
    if (rows.length > 0) await out.pieces([renderTable(FOUND_COLUMNS, rows, { titleStyle: out.colors.bold })]);
    else out.note(`nothing mentions ${JSON.stringify(text)}`);
  }
  if (!isComplete) out.note(`there is more: the search ended after ${found.matches.length} places`);
}

function matchColumn({ where, matched, text, path }: SearchMatch, name: string): string | null | undefined {
  const columns = new Map([
    ["where", where],
    ["match", matched],
    ["text", text],
    ["path", path ?? null],
  ]);
  return columns.get(name);
}

/** A page at a time, so that a map of a million entries starts to print at once. */
async function list(call: Call, snapshot: Snapshot, path: string): Promise<void> {
  const filter = openTableFilter(call, "rows");
  // Rows that a filter keeps are counted as they come.
  const wanted = pageOf(call, Number.POSITIVE_INFINITY);
  let kept = 0;
  let from = filter === undefined ? wanted.from : 0;
  for (let first = true; ; first = false) {
    const count = filter === undefined ? Math.min(PAGE, wanted.to - from) : PAGE;
    const page = listChildren(snapshot, path, { from, count });
    const rows = filtered(snapshot, page, filter);
    const [start, end] = filter === undefined ? [0, count] : [wanted.from - kept, wanted.to - kept];
    await print(call, snapshot, rows.slice(Math.max(0, start), Math.max(0, end)), first);
    from += page.children.length;
    kept += rows.length;
    const isDone = from >= page.total || (filter === undefined ? from : kept) >= wanted.to;
    if (isDone || page.children.length === 0 || call.signal.aborted) break;
  }
  filter?.report();
}

function filtered(
  { values }: Snapshot,
  { children }: ChildPage,
  filter: TableFilter | undefined,
): readonly PathChild[] {
  if (filter === undefined) return children;
  return children.filter(({ node, path }) => filter.keeps(childRow(values, node, path)));
}

async function print(
  { out }: Call,
  { values }: Snapshot,
  children: readonly PathChild[],
  first: boolean,
): Promise<void> {
  if (out.json) {
    for (const child of children) await out.jsonLine(describe(child));
    return;
  }
  const rows = children.map(({ path, node, count }) => [
    path,
    node.typeName ?? node.kind,
    count === 0 ? "" : String(count),
    renderLine(values, node),
  ]);
  const titles = first ? COLUMNS : COLUMNS.map((column) => ({ ...column, title: "" }));
  await out.pieces([renderTable(titles, rows, { titleStyle: out.colors.bold })]);
}

function describe({ path, node, count }: PathChild): Record<string, unknown> {
  const { kind, name, typeName, address, origin, problem } = node;
  return { path, name, kind, type: typeName, count, address, origin, problem };
}
