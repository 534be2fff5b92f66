import { listChildren, type PathChild, type Snapshot, type ValueNode } from "coldframe";

/** One visible line of a value tree. */
export interface TreeRow {
  readonly kind: "value" | "zeros" | "more";
  readonly depth: number;
  /** Of the value; for the other kinds of the container. */
  readonly path: string;
  readonly node: ValueNode;
  /** Children; for `zeros` members folded, for `more` children not shown yet. */
  readonly count: number;
  readonly expanded: boolean;
  /** For `zeros` and `more`: the first child that is not shown. */
  readonly from: number;
}

const PAGE = 200;
/** So many members in a row that are zero are worth a fold. */
const ZEROS = 4;
/** Children that are loaded to bring a path into sight. */
const REVEALED = 20_000;

/** The visible lines of a lazy tree. Opening a node costs its first page, whatever its size. */
export class TreeRows {
  rows: TreeRow[] = [];
  private readonly snapshot: Snapshot;

  constructor(snapshot: Snapshot, root = "") {
    this.snapshot = snapshot;
    this.rows = this.page(root, 0, 0, PAGE);
    if (this.rows.length === 1) this.toggle(0);
  }

  toggle(ix: number): void {
    const row = this.rows[ix];
    if (row === undefined) return;
    if (row.kind === "more") this.splice(ix, 1, this.page(row.path, row.from, row.depth, PAGE));
    else if (row.kind === "zeros") this.splice(ix, 1, this.plain(row.path, row.from, row.count, row.depth));
    else if (row.count > 0) this.turn(ix, row);
  }

  /** @returns the index of the row of `path`, opened on the way; undefined if it is not among the children loaded. */
  reveal(path: string): number | undefined {
    let found: number | undefined;
    for (const prefix of prefixesOf(path)) {
      const ix = this.find(prefix);
      if (ix === undefined) continue;
      found = ix;
      if (prefix !== path && this.rows[ix]!.expanded === false) this.toggle(ix);
    }
    return found !== undefined && this.rows[found]!.path === path ? found : undefined;
  }

  private find(path: string): number | undefined {
    for (let loaded = 0; loaded < REVEALED; loaded += PAGE) {
      const ix = this.rows.findIndex((row) => row.kind === "value" && row.path === path);
      if (ix >= 0) return ix;
      const fold = this.rows.findIndex((row) => row.kind !== "value" && isInside(path, row.path));
      if (fold < 0) return undefined;
      this.toggle(fold);
    }
    return undefined;
  }

  private turn(ix: number, row: TreeRow): void {
    if (!row.expanded) {
      this.rows[ix] = { ...row, expanded: true };
      this.splice(ix + 1, 0, this.page(row.path, 0, row.depth + 1, PAGE));
      return;
    }
    let end = ix + 1;
    while (end < this.rows.length && this.rows[end]!.depth > row.depth) end++;
    this.rows[ix] = { ...row, expanded: false };
    this.splice(ix + 1, end - ix - 1, []);
  }

  private page(path: string, from: number, depth: number, size: number): TreeRow[] {
    const { children, total, node } = listChildren(this.snapshot, path, { from, count: size });
    const rows = foldZeros(this.snapshot, children, { path, node, depth, from });
    const next = from + children.length;
    if (next < total) rows.push({ kind: "more", depth, path, node, count: total - next, expanded: false, from: next });
    return rows;
  }

  private plain(path: string, from: number, count: number, depth: number): TreeRow[] {
    return listChildren(this.snapshot, path, { from, count }).children.map((child) => valueRow(child, depth));
  }

  /** A new array, so that whoever shows it sees the change; no spread, which a long page would overflow. */
  private splice(at: number, removed: number, added: readonly TreeRow[]): void {
    this.rows = this.rows.slice(0, at).concat(added, this.rows.slice(at + removed));
  }
}

function valueRow({ path, node, count }: PathChild, depth: number): TreeRow {
  return { kind: "value", depth, path, node, count, expanded: false, from: 0 };
}

function foldZeros(
  snapshot: Snapshot,
  children: readonly PathChild[],
  parent: Pick<TreeRow, "path" | "node" | "depth" | "from">,
): TreeRow[] {
  const rows: TreeRow[] = [];
  const isFoldable = parent.node.kind === "struct" || parent.node.kind === "union";
  for (let ix = 0; ix < children.length; ) {
    let end = ix;
    while (isFoldable && end < children.length && isZero(snapshot, children[end]!)) end++;
    if (end - ix >= ZEROS) {
      rows.push({ ...parent, kind: "zeros", count: end - ix, expanded: false, from: parent.from + ix });
      ix = end;
    } else rows.push(valueRow(children[ix++]!, parent.depth));
  }
  return rows;
}

function isZero({ values }: Snapshot, { node, count }: PathChild): boolean {
  if (count > 0 || node.problem !== undefined) return false;
  const value = values.scalar(node);
  return value === 0n || value === 0 || value === false;
}

function isInside(path: string, container: string): boolean {
  if (container === "") return true;
  return path.startsWith(container) && (path[container.length] === "." || path[container.length] === "[");
}

/** `a.b[2]` gives `a`, `a.b`, `a.b[2]`; quotes hold dots and brackets together. */
function prefixesOf(path: string): string[] {
  const ends: number[] = [];
  for (let at = 0; at < path.length; at++) {
    if (path[at] === "[" && path[at + 1] === '"') {
      if (at > 0) ends.push(at);
      at += 2;
      while (at < path.length && path[at] !== '"') at += path[at] === "\\" ? 2 : 1;
    } else if ((path[at] === "." || path[at] === "[") && at > 0) ends.push(at);
  }
  return [...new Set([...ends, path.length])].map((end) => path.slice(0, end)).filter((prefix) => prefix !== "");
}
