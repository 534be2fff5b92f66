import { renderValue, type Scalar, type Snapshot, type ValueNode, type ValueSource } from "coldframe";
import type { CapturedEntry, CapturedMap, MapStore } from "coldframe/sched-ext";
import type { CellTone, Detail, TableColumn, TableModel } from "../../state/types.ts";
import { valueDetail } from "../../state/value-detail.ts";

/** Members that become columns; more would be no table. */
const MOST_COLUMNS = 24;
const TEXT = 200;

interface MemberColumn extends TableColumn {
  /** Names on the way from the value to the member. */
  readonly way: readonly string[];
  readonly of: "key" | "value";
}

/** Entries are read when they are shown; the last one is kept, since a row asks for it once per column. */
export function entryTable(snapshot: Snapshot, map: CapturedMap): TableModel {
  const { values } = snapshot;
  const rows = new EntryRows(map.stores);
  const columns = columnsOf(values, rows);
  const nodeAt = (row: number, column: number): ValueNode | undefined => {
    const { of, way, name } = columns[column]!;
    if (name === "cpu") return undefined;
    const { entry, cpu } = rows.at(row);
    return walk(values, of === "key" ? entry.key : valueAt(entry, cpu), way);
  };
  return {
    name: "entries",
    columns,
    length: rows.length,
    scalar(row, column): Scalar {
      const { entry, cpu } = rows.at(row);
      const { name, of, way } = columns[column]!;
      if (name === "cpu") return BigInt(cpu);
      if (of === "key" && way.length === 0 && entry.keyNumber !== undefined) return BigInt(entry.keyNumber);
      const node = nodeAt(row, column);
      if (node === undefined) return (of === "key" ? entry.keyHex : entry.valueHex) ?? null;
      const scalar = values.scalar(node);
      return scalar ?? (values.count(node) > 0 ? textOf(values, node) : null);
    },
    text(row, column) {
      const node = nodeAt(row, column);
      return node === undefined ? undefined : textOf(values, node);
    },
    tone: (row, column): CellTone | undefined => {
      if (columns[column]!.of === "key") return "name";
      return nodeAt(row, column)?.problem === undefined ? undefined : "warn";
    },
    field(row, path) {
      const { entry, cpu } = rows.at(row);
      const [side, ...rest] = path.split(".");
      const node =
        side === "key"
          ? walk(values, entry.key, rest)
          : walk(values, valueAt(entry, cpu), side === "value" ? rest : path.split("."));
      return node === undefined ? undefined : values.scalar(node);
    },
    detail: (row) => entryDetail(snapshot, map, rows.at(row)),
  };
}

interface EntryRow {
  readonly entry: CapturedEntry;
  readonly cpu: number;
}

/** Rows of all stores; an entry of a per-CPU map has a row for each CPU. */
class EntryRows {
  readonly length: number;
  readonly cpus: number;
  private readonly stores: readonly MapStore[];
  private keptIx = -1;
  private kept: CapturedEntry | undefined;

  constructor(stores: readonly MapStore[]) {
    this.stores = stores;
    const first = stores.find(({ length }) => length > 0)?.entry(0);
    this.cpus = Math.max(1, first?.perCpu?.length ?? 1);
    this.length = stores.reduce((sum, { length }) => sum + length, 0) * this.cpus;
  }

  at(row: number): EntryRow {
    const ix = Math.floor(row / this.cpus);
    if (ix !== this.keptIx || this.kept === undefined) [this.keptIx, this.kept] = [ix, this.read(ix)];
    return { entry: this.kept, cpu: row % this.cpus };
  }

  private read(ix: number): CapturedEntry {
    let rest = ix;
    for (const store of this.stores) {
      if (rest < store.length) return store.entry(rest);
      rest -= store.length;
    }
    throw new RangeError(`no entry ${ix}`);
  }
}

function valueAt(entry: CapturedEntry, cpu: number): ValueNode | undefined {
  return entry.perCpu === undefined ? (entry.value ?? entry.payload) : entry.perCpu[cpu];
}

/** Members of the first key and value, one level of structs looked through. */
function columnsOf(values: ValueSource, rows: EntryRows): readonly MemberColumn[] {
  if (rows.length === 0) return [{ name: "key", way: [], of: "key" }];
  const { entry, cpu } = rows.at(0);
  const columns = [...memberColumns(values, entry.key, "key")];
  if (rows.cpus > 1) columns.push({ name: "cpu", width: 50, align: "end", way: [], of: "key" });
  columns.push(...memberColumns(values, valueAt(entry, cpu), "value"));
  return columns.slice(0, MOST_COLUMNS);
}

function memberColumns(values: ValueSource, node: ValueNode | undefined, of: "key" | "value"): MemberColumn[] {
  const whole: MemberColumn = { name: of, way: [], of, ...(of === "key" && { width: 120 }) };
  if (node === undefined || !isStruct(node))
    return [{ ...whole, ...(isNumber(values, node) && { align: "end" as const, width: 140 }) }];
  const columns: MemberColumn[] = [];
  for (const member of values.page(node, 0, MOST_COLUMNS)) {
    const nested = isStruct(member) ? values.page(member, 0, MOST_COLUMNS) : [];
    for (const inner of nested) columns.push(memberColumn(values, inner, [member.name, inner.name], of));
    if (nested.length === 0) columns.push(memberColumn(values, member, [member.name], of));
  }
  return columns.length === 0 ? [whole] : columns;
}

function memberColumn(values: ValueSource, node: ValueNode, way: readonly string[], of: "key" | "value"): MemberColumn {
  const name = way.join(".");
  const prefix = of === "key" ? "key." : "";
  const align = isNumber(values, node) && { align: "end" as const };
  return { name: prefix + name, way, of, width: Math.max(90, (prefix + name).length * 7 + 16), ...align };
}

function isStruct({ kind }: ValueNode): boolean {
  return kind === "struct" || kind === "union";
}

function isNumber(values: ValueSource, node: ValueNode | undefined): boolean {
  return node !== undefined && ["bigint", "number"].includes(typeof values.scalar(node));
}

function walk(values: ValueSource, from: ValueNode | undefined, way: readonly string[]): ValueNode | undefined {
  let node = from;
  for (const name of way) {
    const target: ValueNode | undefined = node?.kind === "pointer" ? (values.follow?.(node) ?? node) : node;
    node = target && values.child(target, name);
  }
  return node;
}

function textOf(values: ValueSource, node: ValueNode): string {
  const text = values.count(node) > 0 && node.kind !== "pointer" ? values.renderText?.(node) : undefined;
  return (text ?? renderValue(values, node)).replace(/\s+/g, " ").slice(0, TEXT);
}

function entryDetail(snapshot: Snapshot, map: CapturedMap, { entry, cpu }: EntryRow): Detail {
  const node = valueAt(entry, cpu) ?? entry.node;
  const detail = valueDetail(snapshot, undefined, node);
  const key = entry.keyNumber ?? (entry.key === undefined ? entry.keyHex : textOf(snapshot.values, entry.key));
  const cpuField = entry.perCpu === undefined ? [] : [{ name: "cpu", value: String(cpu) }];
  return {
    ...detail,
    title: `${map.name}[${key ?? "?"}]`,
    fields: [{ name: "key", value: String(key ?? "") }, ...cpuField, ...detail.fields],
    filter: entry.keyNumber === undefined ? undefined : `key == ${entry.keyNumber}`,
  };
}
