import { toI64, toU64 } from "../base/int64.ts";
import * as L from "./layout.ts";
import type { FieldLayout, MessageLayout } from "./schema.ts";

/** The rows of one window of input. Plain and cloneable. */
export interface RowWindow {
  /** Offset in the input of the window's first byte. */
  readonly base: number;
  readonly tape: Uint32Array;
}

/** A row: `at` is a word index in its window's tape. */
export interface RowRef {
  readonly window: RowWindow;
  readonly at: number;
}

const scratch: DataView = new DataView(new ArrayBuffer(8));
const strictUtf8: TextDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * A decoded message, read lazily out of its rows. Usually of one row; the root of an input that was read in several
 * windows, and what was split between them, has one row per window, merged as protobuf merges concatenated messages.
 *
 * Names are those of the `.proto` file; a name that the message does not have is a bug of the caller and throws
 * `RangeError`. Absent scalars read as zero or empty; `has` tells a present zero from absence.
 */
export class Message {
  readonly layout: MessageLayout;
  /** The whole input; strings and bytes are views of it. */
  readonly input: Uint8Array;
  private readonly rows: readonly RowRef[];

  constructor(layout: MessageLayout, input: Uint8Array, rows: readonly RowRef[]) {
    this.layout = layout;
    this.input = input;
    this.rows = rows;
  }

  /** Offset of the body in the input; of a merged message, that of its last occurrence. */
  get offset(): number {
    const { window, at } = this.rows.at(-1)!;
    return window.base + window.tape[at + L.ROW_BODY_OFF]!;
  }

  get byteLength(): number {
    const { window, at } = this.rows.at(-1)!;
    return window.tape[at + L.ROW_BODY_LEN]!;
  }

  /** (from, to) of the body in the input, one pair per window that holds some of it. */
  bodies(): Uint32Array {
    const places = this.rows.flatMap(({ window, at }) => {
      const from = window.base + window.tape[at + L.ROW_BODY_OFF]!;
      return [from, from + window.tape[at + L.ROW_BODY_LEN]!];
    });
    // The root of a window counts the record that continues in the next one.
    for (let i = 2; i < places.length; i += 2) places[i - 1] = Math.min(places[i - 1]!, places[i]!);
    return Uint32Array.from(places);
  }

  /** The message came in several parts, so `offset` and `byteLength` do not tell all of it. */
  get isMerged(): boolean {
    const { window, at } = this.rows[0]!;
    return this.rows.length > 1 || (window.tape[at + L.ROW_HAS]! & L.HAS_MERGED) !== 0;
  }

  has(name: string): boolean {
    return this.findRow(this.field(name)) !== undefined;
  }

  u32(name: string): number {
    const field = this.field(name);
    const row = this.findRow(field);
    return row === undefined ? 0 : row.window.tape[row.at + field.slot]!;
  }

  /** int32, sint32, sfixed32 and enums. */
  i32(name: string): number {
    return this.u32(name) | 0;
  }

  bool(name: string): boolean {
    return this.u32(name) !== 0;
  }

  u64(name: string): bigint {
    const field = this.field(name);
    const row = this.findRow(field);
    return row === undefined
      ? 0n
      : toU64(row.window.tape[row.at + field.slot]!, row.window.tape[row.at + field.slot + 1]!);
  }

  i64(name: string): bigint {
    const field = this.field(name);
    const row = this.findRow(field);
    return row === undefined
      ? 0n
      : toI64(row.window.tape[row.at + field.slot]!, row.window.tape[row.at + field.slot + 1]!);
  }

  f32(name: string): number {
    scratch.setUint32(0, this.u32(name));
    return scratch.getFloat32(0);
  }

  f64(name: string): number {
    scratch.setBigUint64(0, this.u64(name));
    return scratch.getFloat64(0);
  }

  /** A view of the input: no copy. */
  bytes(name: string): Uint8Array {
    const field = this.field(name);
    const row = this.findRow(field);
    if (row === undefined) return this.input.subarray(0, 0);
    const { tape, base } = row.window;
    const from = base + tape[row.at + field.slot]!;
    return this.input.subarray(from, from + tape[row.at + field.slot + 1]!);
  }

  /** Offset in the input and length of a string or bytes field, or undefined when it is absent. */
  span(name: string): { readonly offset: number; readonly length: number } | undefined {
    const field = this.field(name);
    const row = this.findRow(field);
    if (row === undefined) return undefined;
    const { tape, base } = row.window;
    return { offset: base + tape[row.at + field.slot]!, length: tape[row.at + field.slot + 1]! };
  }

  /** Text of a string field; what is not UTF-8 (proto2, lenient reading) becomes U+FFFD. */
  text(name: string): string {
    return strictUtf8.decode(this.bytes(name));
  }

  message(name: string): Message | undefined {
    const field = this.field(name);
    const rows: RowRef[] = [];
    for (const row of this.rows) {
      if (hasField(row, field)) rows.push({ window: row.window, at: row.window.tape[row.at + field.slot]! });
      else if (hasSibling(row, field, this.layout)) rows.length = 0;
    }
    return rows.length === 0 ? undefined : new Message(childLayout(field), this.input, rows);
  }

  messages(name: string): MessageList {
    return new MessageList(this.field(name), this.input, this.rows);
  }

  /** Elements of a repeated 32-bit field, unsigned. */
  u32s(name: string): number[] {
    const values: number[] = [];
    for (const { tape, from, count } of this.runs(name)) for (let i = 0; i < count; i++) values.push(tape[from + i]!);
    return values;
  }

  /** Elements of a repeated 64-bit field, unsigned. */
  u64s(name: string): bigint[] {
    const values: bigint[] = [];
    for (const { tape, from, count, narrow } of this.runs(name)) {
      if (narrow) for (let i = 0; i < count; i++) values.push(BigInt(tape[from + i]!));
      else for (let i = 0; i < count; i++) values.push(toU64(tape[from + 2 * i]!, tape[from + 2 * i + 1]!));
    }
    return values;
  }

  i64s(name: string): bigint[] {
    return this.u64s(name).map((value) => BigInt.asIntN(64, value));
  }

  /** Elements of a repeated bytes or string field, as views of the input. */
  bytesList(name: string): Uint8Array[] {
    const values: Uint8Array[] = [];
    for (const { tape, base, from, count } of this.runs(name)) {
      for (let i = 0; i < count; i++) {
        const offset = base + tape[from + 2 * i]!;
        values.push(this.input.subarray(offset, offset + tape[from + 2 * i + 1]!));
      }
    }
    return values;
  }

  texts(name: string): string[] {
    return this.bytesList(name).map((bytes) => strictUtf8.decode(bytes));
  }

  /** Number of elements of a repeated field. */
  count(name: string): number {
    const field = this.field(name);
    return this.rows.reduce((sum, row) => sum + listCount(row, field.slot), 0);
  }

  /** What the schema did not know, keys included; empty unless the schema was compiled with `keepUnknown`. */
  unknownFields(): Uint8Array[] {
    const slot = this.layout.unknownSlot;
    const values: Uint8Array[] = [];
    if (slot === 0) return values;
    for (const { tape, base, from, count } of runsOf(this.rows, slot)) {
      for (let i = 0; i < count; i++) {
        const offset = base + tape[from + 2 * i]!;
        values.push(this.input.subarray(offset, offset + tape[from + 2 * i + 1]!));
      }
    }
    return values;
  }

  get hasUnknownFields(): boolean {
    return this.rows.some(({ window, at }) => (window.tape[at + L.ROW_HAS]! & L.HAS_UNKNOWN) !== 0);
  }

  /** The runs of a repeated scalar: what bulk readers use. Values are one word (32-bit) or two (64-bit, spans). */
  runs(name: string): Iterable<ValueRun> {
    return runsOf(this.rows, this.field(name).slot);
  }

  private field(name: string): FieldLayout {
    const field = this.layout.byName.get(name);
    if (field === undefined) throw new RangeError(`${this.layout.name} has no field ${name}`);
    return field;
  }

  /** The row that decides a singular field: the last that has it, unless a later one has another member of its oneof. */
  private findRow(field: FieldLayout): RowRef | undefined {
    for (let i = this.rows.length - 1; i >= 0; i--) {
      const row = this.rows[i]!;
      if (hasField(row, field)) return row;
      if (i > 0 && hasSibling(row, field, this.layout)) return undefined;
    }
    return undefined;
  }
}

export interface ValueRun {
  readonly tape: Uint32Array;
  /** Offset in the input that (offset, length) values count from. */
  readonly base: number;
  /** Word index of the first value. */
  readonly from: number;
  readonly count: number;
  /** 64-bit integers that are all below 2^32: one word each instead of two. */
  readonly narrow: boolean;
}

/** The elements of a repeated message field, in order. */
export class MessageList {
  readonly length: number;
  private readonly layout: MessageLayout;
  private readonly input: Uint8Array;
  private readonly parts: readonly { readonly window: RowWindow; readonly first: number; readonly at: Uint32Array }[];

  constructor(field: FieldLayout, input: Uint8Array, rows: readonly RowRef[]) {
    this.layout = childLayout(field);
    this.input = input;
    let first = 0;
    this.parts = rows
      .filter((row) => listCount(row, field.slot) > 0)
      .map((row) => {
        const at = rowIndices(row, field.slot);
        const part = { window: row.window, first, at };
        first += at.length;
        return part;
      });
    this.length = first;
  }

  /** @throws RangeError outside 0 … length-1. */
  at(ix: number): Message {
    return new Message(this.layout, this.input, [this.rowAt(ix)]);
  }

  /** The row itself, for readers that know the slots. */
  rowAt(ix: number): RowRef {
    const part = this.parts.findLast((p) => p.first <= ix);
    const at = part?.at[ix - part.first];
    if (part === undefined || at === undefined) throw new RangeError(`no element ${ix} of ${this.length}`);
    return { window: part.window, at };
  }

  *[Symbol.iterator](): Iterator<Message> {
    for (const part of this.parts) {
      for (const at of part.at) yield new Message(this.layout, this.input, [{ window: part.window, at }]);
    }
  }

  /** Calls `visit(tape, at, base)` for every row: the fast way through a long list. */
  forEachRow(visit: (tape: Uint32Array, at: number, base: number, ix: number) => void): void {
    for (const { window, at, first } of this.parts) {
      for (let i = 0; i < at.length; i++) visit(window.tape, at[i]!, window.base, first + i);
    }
  }
}

/** Is the field present in that row? */
function hasField(row: RowRef, field: FieldLayout): boolean {
  return (row.window.tape[row.at + field.hasWord]! & field.hasMask) !== 0;
}

function hasSibling(row: RowRef, field: FieldLayout, layout: MessageLayout): boolean {
  const { oneof } = field.field;
  return oneof !== undefined && layout.fields.some((other) => other.field.oneof === oneof && hasField(row, other));
}

function childLayout(field: FieldLayout): MessageLayout {
  if (field.child === undefined) throw new RangeError(`${field.field.name} is not a message`);
  return field.child;
}

function listCount(row: RowRef, slot: number): number {
  return row.window.tape[row.at + slot + L.LIST_COUNT]!;
}

function rowIndices(row: RowRef, slot: number): Uint32Array {
  const { tape } = row.window;
  const indices = new Uint32Array(listCount(row, slot));
  let at = tape[row.at + slot + L.LIST_FIRST]!;
  for (let i = 0; i < indices.length; i++) {
    indices[i] = at;
    at = tape[at + L.ROW_NEXT]!;
  }
  return indices;
}

function* runsOf(rows: readonly RowRef[], slot: number): Generator<ValueRun> {
  for (const row of rows) {
    if (listCount(row, slot) === 0) continue;
    const { tape, base } = row.window;
    let at = tape[row.at + slot + L.LIST_FIRST]!;
    do {
      const word = tape[at + L.RUN_COUNT]!;
      yield { tape, base, from: at + L.RUN_WORDS, count: word & ~L.RUN_NARROW, narrow: word >= L.RUN_NARROW };
      at = tape[at + L.RUN_NEXT]!;
    } while (at !== 0);
  }
}
