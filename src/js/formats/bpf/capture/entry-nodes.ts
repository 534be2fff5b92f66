import type { CapturedEntry, MapNumbers } from "../../../model/maps.ts";
import { inlineText, printableText } from "../../../model/node-text.ts";
import type { ValueNode, ValueSource } from "../../../model/values.ts";
import { type FieldPlace, placeOfField, readPlace, readPlaceNumber } from "../values/column.ts";
import { Branch, branchNode, hexPairs, leafNode, TypedValues } from "../values/source.ts";
import { type TypeReader, Window } from "../values/typed-node.ts";
import { cpuStride, isArrayLike, isPerCpu } from "./map-types.ts";
import type { EntryChunk, MapRecord } from "./records.ts";

const KEY_TEXT = 80;
const NO_SOURCE: ValueSource = new TypedValues({ kind: "null", name: "", handle: undefined });

/** A chunk with its place among the entries of its map. */
interface PlacedChunk {
  readonly first: number;
  readonly chunk: EntryChunk;
  readonly keys: Window;
  readonly values: Window;
}

/** Entries of one map, read out of the capture's bytes when they are asked for. */
export class EntryTable {
  readonly length: number;
  readonly map: MapRecord;
  private readonly placed: readonly PlacedChunk[];
  private readonly reader: TypeReader | undefined;
  private readonly cpus: readonly number[];

  /** @param reader types of the map; undefined without BTF: keys and values are bytes. */
  constructor(map: MapRecord, reader: TypeReader | undefined, cpus: readonly number[]) {
    this.map = map;
    this.reader = reader;
    this.cpus = cpus;
    let first = 0;
    this.placed = map.chunks.map((chunk) => {
      const keys = new Window(chunk.keys, { offset: chunk.keysOffset });
      const values = new Window(chunk.values, { offset: chunk.valuesOffset });
      const placed = { first, chunk, keys, values };
      first += chunk.count;
      return placed;
    });
    this.length = first;
  }

  entry(ix: number): EntryNode {
    return new EntryNode(this, ix);
  }

  /** First entry whose key has these bytes, or -1. */
  findKey(bytes: Uint8Array): number {
    const size = this.map.keySize;
    for (const { first, chunk } of this.placed) {
      for (let i = 0; i < chunk.count; i++) {
        let at = i * size;
        let k = 0;
        while (k < size && chunk.keys[at] === bytes[k]) {
          at++;
          k++;
        }
        if (k === size) return first + i;
      }
    }
    return -1;
  }

  keyBytes(ix: number): Uint8Array {
    const { chunk, at } = this.locate(ix);
    return chunk.keys.subarray(at * this.map.keySize, (at + 1) * this.map.keySize);
  }

  valueBytes(ix: number): Uint8Array {
    const { chunk, at } = this.locate(ix);
    return chunk.values.subarray(at * chunk.valueStride, (at + 1) * chunk.valueStride);
  }

  keyNumber(ix: number): number | undefined {
    if (!isArrayLike(this.map.type) || this.map.keySize !== 4) return undefined;
    const { keys, at } = this.locate(ix);
    const little = this.reader === undefined || !this.reader.bigEndian;
    return keys.view.getUint32(at * 4, little);
  }

  key(ix: number): ValueNode | undefined {
    const { reader, map } = this;
    if (reader === undefined || map.btfKeyTypeId === 0 || map.keySize === 0) return undefined;
    const { keys, at } = this.locate(ix);
    const start = at * map.keySize;
    return reader.node("key", map.btfKeyTypeId, keys, start, start + map.keySize);
  }

  /** The value, or the reason why there is none. Per-CPU maps have none: see `perCpu`. */
  value(ix: number): ValueNode | undefined {
    const { chunk, values, at } = this.locate(ix);
    const problem = unreadProblem(chunk, at);
    if (problem !== undefined) return { kind: "absent", name: "value", problem, handle: undefined };
    const start = at * chunk.valueStride;
    return this.typed("value", values, start, Math.min(this.map.valueSize, chunk.valueStride));
  }

  /** One value per CPU, at the CPU's number; undefined where a number is no possible CPU. */
  perCpu(ix: number): (ValueNode | undefined)[] {
    const { chunk, values, at } = this.locate(ix);
    const stride = cpuStride(this.map.valueSize);
    const count = stride === 0 ? 0 : Math.floor(chunk.valueStride / stride);
    const slots: (ValueNode | undefined)[] = [];
    for (let slot = 0; slot < count; slot++) {
      const cpu = this.cpus[slot] ?? slot;
      while (slots.length < cpu) slots.push(undefined);
      slots[cpu] = this.typed(String(cpu), values, at * chunk.valueStride + slot * stride, this.map.valueSize);
    }
    return slots;
  }

  /** See `MapStore.numbers`. Per-CPU values have no one place. */
  numbers(side: "key" | "value", path: string): MapNumbers | undefined {
    const { reader, map } = this;
    if (side === "value" && isPerCpu(map.type)) return undefined;
    if (side === "key" && path === "" && map.btfKeyTypeId === 0 && this.length > 0 && this.keyNumber(0) !== undefined) {
      return this.column("key", { bitOffset: 0, width: 32, signed: false });
    }
    const typeId = side === "key" ? map.btfKeyTypeId : map.btfValueTypeId;
    const place = reader === undefined || typeId === 0 ? undefined : placeOfField(reader, typeId, path);
    if (place === undefined) return undefined;
    // A chunk may hold less of each value than the map's size says.
    const bytes = side === "key" ? [map.keySize] : [map.valueSize, ...map.chunks.map(({ valueStride }) => valueStride)];
    const fits = this.length > 0 && bytes.every((size) => place.bitOffset + place.width <= size * 8);
    return fits ? this.column(side, place) : undefined;
  }

  private column(side: "key" | "value", place: FieldPlace): MapNumbers {
    const bigEndian = this.reader?.bigEndian === true;
    const stride = (chunk: EntryChunk): number => (side === "key" ? this.map.keySize : chunk.valueStride);
    let current = this.placed[0]!;
    const read = <T>(ix: number, take: (window: Window, at: number) => T): T => {
      // Columns are read in order as a rule: the chunk of the entry before is tried first.
      if (ix < current.first || ix >= current.first + current.chunk.count) current = this.locate(ix);
      return take(current[side === "key" ? "keys" : "values"], (ix - current.first) * stride(current.chunk));
    };
    return {
      length: this.length,
      exact: (ix) => read(ix, (window, at) => readPlace(window, at, place, bigEndian)),
      nearest: (ix) => read(ix, (window, at) => readPlaceNumber(window, at, place, bigEndian)),
    };
  }

  /** Text of a key in lists and paths. */
  keyText(ix: number): string {
    const number = this.keyNumber(ix);
    if (number !== undefined) return String(number);
    const key = this.key(ix);
    if (key === undefined) return hexPairs(this.keyBytes(ix));
    return printableText(NO_SOURCE, key) ?? inlineText(NO_SOURCE, key, KEY_TEXT);
  }

  private typed(name: string, window: Window, at: number, size: number): ValueNode | undefined {
    const { reader, map } = this;
    if (reader === undefined || map.btfValueTypeId === 0) return undefined;
    return reader.node(name, map.btfValueTypeId, window, at, at + size);
  }

  private locate(ix: number): PlacedChunk & { readonly at: number } {
    let low = 0;
    let high = this.placed.length;
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if (this.placed[middle]!.first <= ix) low = middle;
      else high = middle;
    }
    const placed = this.placed[low]!;
    return { ...placed, at: ix - placed.first };
  }
}

function unreadProblem(chunk: EntryChunk, at: number): { code: string; message: string } | undefined {
  const ix = chunk.unread.indexOf(at);
  if (ix < 0) return undefined;
  const errno = chunk.unreadErrno[ix] ?? 0;
  return { code: "ValueNotRead", message: errno === 0 ? "the kernel gave no value" : `the kernel gave errno ${errno}` };
}

/** An entry in the value tree, and as the traversal of maps takes it. */
export class EntryNode extends Branch implements ValueNode, CapturedEntry {
  readonly kind = "entry";
  readonly ix: number;
  private readonly table: EntryTable;
  private nodes: readonly ValueNode[] | undefined;

  constructor(table: EntryTable, ix: number) {
    super();
    this.table = table;
    this.ix = ix;
  }

  get handle(): unknown {
    return this;
  }

  get name(): string {
    return this.table.keyText(this.ix);
  }

  get node(): ValueNode {
    return this;
  }

  get keyNumber(): number | undefined {
    return this.table.keyNumber(this.ix);
  }

  get key(): ValueNode | undefined {
    return this.table.key(this.ix);
  }

  get keyHex(): string {
    return hexPairs(this.table.keyBytes(this.ix));
  }

  get value(): ValueNode | undefined {
    return isPerCpu(this.table.map.type) ? undefined : this.table.value(this.ix);
  }

  get valueHex(): string {
    return hexPairs(this.table.valueBytes(this.ix));
  }

  get perCpu(): readonly (ValueNode | undefined)[] | undefined {
    return isPerCpu(this.table.map.type) ? this.table.perCpu(this.ix) : undefined;
  }

  get count(): number {
    return this.children().length;
  }

  at(ix: number): ValueNode {
    return this.children()[ix]!;
  }

  named(name: string): ValueNode | undefined {
    return this.children().find((node) => node.name === name);
  }

  private children(): readonly ValueNode[] {
    this.nodes ??= this.makeChildren();
    return this.nodes;
  }

  private makeChildren(): ValueNode[] {
    const { table, ix } = this;
    const nodes: ValueNode[] = [];
    if (table.map.keySize > 0) {
      const number = table.keyNumber(ix);
      const plain =
        number === undefined
          ? leafNode("bytes", "key", table.keyBytes(ix))
          : leafNode("uint", "key", BigInt(number), "u32");
      nodes.push(table.key(ix) ?? plain);
    }
    const perCpu = this.perCpu;
    if (perCpu === undefined) nodes.push(this.value ?? leafNode("bytes", "value", table.valueBytes(ix)));
    else if (perCpu.some((slot) => slot !== undefined)) {
      const slots = perCpu.map((slot, cpu) => slot ?? impossibleCpu(cpu));
      nodes.push(branchNode("array", "value", slots));
    } else nodes.push(leafNode("bytes", "value", table.valueBytes(ix)));
    return nodes;
  }
}

function impossibleCpu(cpu: number): ValueNode {
  const problem = { code: "CaptureIncomplete", message: `CPU ${cpu} is no possible CPU of this machine` };
  return { kind: "absent", name: String(cpu), problem, handle: undefined };
}
