import { isSnapshotError, SnapshotError } from "../base/errors.ts";
import { compareText } from "../base/text.ts";
import type { MapNumbers } from "../model/maps.ts";
import { childrenOf, isStruct } from "../model/nodes.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import type { Entry } from "./entry.ts";
import type { Field } from "./field.ts";
import type { EntryPredicate, MapView } from "./map.ts";

/** A column of a table: something of the key or of the value, by its path from there. */
export interface TableColumn {
  /** `key`, `key.pid`, `value`, `value.stats.hits`. */
  readonly name: string;
  readonly side: "key" | "value";
  readonly path: string;
}

/** Columns that a table shows by itself; any path can be sorted by. */
const MAX_COLUMNS = 12;
const MAX_DEPTH = 2;

/**
 * The entries of a map as rows: sorted, filtered and taken a page at a time. A table holds an order, four bytes per
 * entry, and nothing else; entries are made when a page asks for them. Each call gives a new table.
 */
export class MapTable {
  readonly map: MapView;
  private readonly values: ValueSource;
  private readonly cpu: number | undefined;
  /** Entries of the map in the order of the rows; undefined: as they come. */
  private readonly order: Uint32Array | undefined;

  constructor(map: MapView, values: ValueSource, order?: Uint32Array, cpu?: number) {
    this.map = map;
    this.values = values;
    this.order = order;
    this.cpu = cpu;
  }

  /** The same rows with the values of CPU `cpu`; without effect on maps that are not per-CPU. */
  onCpu(cpu: number): MapTable {
    return new MapTable(this.map, this.values, this.order, cpu);
  }

  get length(): number {
    return this.order?.length ?? this.map.length;
  }

  /** Rows `from` … `from + count - 1`, fewer at the end. */
  page(from: number, count: number): Entry[] {
    const start = Math.max(0, Math.floor(from));
    const end = Math.min(this.length, start + Math.max(0, Math.floor(count)));
    const rows: Entry[] = [];
    for (let row = start; row < end; row++) rows.push(this.map.at(this.entryOf(row)));
    return rows;
  }

  /** Number of a row's entry in the map. */
  entryOf(row: number): number {
    return this.order === undefined ? row : this.order[row]!;
  }

  /** The value of a column in a row. */
  cell(entry: Entry, { side, path }: TableColumn): Field {
    if (side === "key") return entry.key(path);
    return (this.cpu === undefined ? entry : this.map.onCpu(entry, this.cpu)).get(path);
  }

  /** Rows that satisfy the predicate; a `SnapshotError` that it throws means no. */
  filter(predicate: EntryPredicate): MapTable {
    const kept: number[] = [];
    for (let row = 0; row < this.length; row++) {
      const ix = this.entryOf(row);
      if (holds(predicate, this.map.at(ix))) kept.push(ix);
    }
    return new MapTable(this.map, this.values, Uint32Array.from(kept), this.cpu);
  }

  /**
   * Rows by a column, `key.pid` or `value.runtime`: numbers by size, texts by code unit, numbers before texts, what has
   * no value last. Equal rows keep their order.
   * @throws SnapshotError `UsageError` for a name that begins with neither `key` nor `value`.
   */
  sort(name: string, direction: "ascending" | "descending" = "ascending"): MapTable {
    const column = tableColumn(name);
    const order = Uint32Array.from({ length: this.length }, (_, row) => this.entryOf(row));
    const sign = direction === "descending" ? -1 : 1;
    const numbers = this.numbersOf(column);
    if (numbers === undefined) this.sortByFields(order, column, sign);
    else sortByNumbers(order, numbers, sign);
    return new MapTable(this.map, this.values, order, this.cpu);
  }

  /** Columns for people: key and value, structs by their members, twelve at most. */
  columns(): TableColumn[] {
    const first = this.length > 0 ? this.map.at(this.entryOf(0)).captured : undefined;
    if (first === undefined) return [];
    const columns: TableColumn[] = [];
    if (first.keyNumber !== undefined) columns.push(tableColumn("key"));
    else if (first.key !== undefined) this.collect(columns, "key", "", first.key, 0);
    const slot = first.value ?? first.perCpu?.find((value) => value !== undefined);
    if (slot !== undefined) this.collect(columns, "value", "", slot, 0);
    return columns.slice(0, MAX_COLUMNS);
  }

  private collect(to: TableColumn[], side: TableColumn["side"], path: string, node: ValueNode, depth: number): void {
    if (to.length > MAX_COLUMNS) return;
    const members = isStruct(node) && depth < MAX_DEPTH ? childrenOf(this.values, node) : [];
    if (members.length === 0) to.push({ name: path === "" ? side : `${side}.${path}`, side, path });
    for (const member of members) {
      this.collect(to, side, path === "" ? member.name : `${path}.${member.name}`, member, depth + 1);
    }
  }

  private numbersOf({ side, path }: TableColumn): MapNumbers | undefined {
    if (this.map.captured.stores.length !== 1) return undefined;
    return this.map.captured.stores[0]!.numbers?.(side, path);
  }

  private sortByFields(order: Uint32Array, column: TableColumn, sign: number): void {
    const keys = new Map<number, SortKey>();
    for (const ix of order) keys.set(ix, sortKey(this.cell(this.map.at(ix), column)));
    order.sort((a, b) => compareKeys(keys.get(a), keys.get(b), sign));
  }
}

function holds(predicate: EntryPredicate, entry: Entry): boolean {
  try {
    return predicate(entry);
  } catch (error) {
    if (isSnapshotError(error)) return false;
    throw error;
  }
}

/** The column of a name. @throws SnapshotError `UsageError` */
export function tableColumn(name: string): TableColumn {
  const match = /^(key|value)(?:\.(?=.)|(?=\[)|$)([\s\S]*)$/.exec(name);
  if (match === null) {
    throw new SnapshotError("UsageError", `a column is key, value, or a path below them, not ${JSON.stringify(name)}`);
  }
  return { name, side: match[1] as "key" | "value", path: match[2]! };
}

/** Typed arrays are sorted in a stable way. */
function sortByNumbers(order: Uint32Array, numbers: MapNumbers, sign: number): void {
  const nearest = new Float64Array(numbers.length);
  for (const ix of order) nearest[ix] = numbers.nearest(ix);
  order.sort((a, b) => {
    const difference = nearest[a]! - nearest[b]!;
    if (difference !== 0) return difference < 0 ? -sign : sign;
    if (Math.abs(nearest[a]!) < Number.MAX_SAFE_INTEGER) return 0;
    const [x, y] = [numbers.exact(a), numbers.exact(b)];
    return x < y ? -sign : x > y ? sign : 0;
  });
}

type SortKey = bigint | number | string | undefined;

function sortKey(field: Field): SortKey {
  for (const read of [field.tryAsI64(), field.tryAsU64(), field.tryAsF64(), field.tryAsStr()]) {
    if (read.ok && !Number.isNaN(read.value)) return read.value;
  }
  return undefined;
}

function compareKeys(a: SortKey, b: SortKey, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === "string" && typeof b === "string") return sign * compareText(a, b);
  if (typeof a === "string" || typeof b === "string") return typeof a === "string" ? 1 : -1;
  return a < b ? -sign : a > b ? sign : 0;
}
