import * as L from "../js/abi/layout.ts";
import type { CompiledSchema, MessageLayout } from "../js/abi/schema.ts";

/**
 * The row design of the core once more, in plain JavaScript over typed arrays: the same schema table, the same rows.
 * It is what Wasm has to beat, and no part of the library: groups are refused, and every fault is a plain Error.
 */
export class PlainRows {
  /** Rows of the current window; row 0 is the root. */
  tape: Uint32Array = new Uint32Array(1 << 18);
  private top = 0;
  private at = 0;
  private low = 0;
  private high = 0;
  private readonly words: Uint32Array;
  private readonly actions: Uint8Array;
  private readonly utf8: TextDecoder = new TextDecoder("utf-8", { fatal: true });
  private readonly stack = { end: new Int32Array(101), row: new Int32Array(101), message: new Int32Array(101) };

  constructor(schema: CompiledSchema) {
    this.words = schema.words;
    this.actions = new Uint8Array(schema.words.buffer, schema.words.byteOffset, schema.words.byteLength);
  }

  /** Scans `bytes` window by window; `visit` reads the rows of one before the next overwrites them. */
  scan(layout: MessageLayout, bytes: Uint8Array, delimited: boolean, visit: (tape: Uint32Array) => void): void {
    let from = 0;
    do {
      from = this.scanWindow(layout, bytes, from, delimited);
      visit(this.tape);
    } while (from < bytes.length);
  }

  /** Reads until a window's worth of rows is there and a field of the root ends. @returns where it stopped. */
  private scanWindow(layout: MessageLayout, bytes: Uint8Array, from: number, delimited: boolean): number {
    const { words, actions, stack } = this;
    this.top = 0;
    let message = words[layout.ix + 1]! >> 2;
    let row = this.openRow(message, from, bytes.length - from);
    let end = bytes.length;
    let depth = 0;
    this.at = from;
    for (;;) {
      if (this.at >= end) {
        if (depth === 0) return this.at;
        depth--;
        end = stack.end[depth]!;
        row = stack.row[depth]!;
        message = stack.message[depth]!;
        if (depth === 0 && this.top > WINDOW_WORDS) return this.at;
        continue;
      }
      let key = 10;
      if (!delimited || depth > 0) key = this.readKey(bytes, end);
      const entry = this.findEntry(message, key >>> 3);
      const action = entry === 0 ? key & 7 : actions[entry * 4 + (key & 7)]!;
      const slot = row + (words[entry + (L.FIELD_SLOT >> 2)]! >> 2);
      if ((key & 7) !== 2) {
        this.readNumber(bytes, end, action, key & 7, row, entry, slot);
        continue;
      }
      const size = this.readLength(bytes, end);
      const body = this.at;
      if (action === L.ELEMENT + L.KIND_MESSAGE || action === L.ONE + L.KIND_MESSAGE) {
        const child = words[entry + (L.FIELD_CHILD >> 2)]! >> 2;
        const inner = this.enter(action, row, entry, slot, child, body, size);
        if (depth === 100) throw new Error("nesting");
        stack.end[depth] = end;
        stack.row[depth] = row;
        stack.message[depth] = message;
        depth++;
        end = body + size;
        row = inner;
        message = child;
        continue;
      }
      this.readBytes(bytes, action, row, entry, slot, body, size);
      this.at = body + size;
    }
  }

  private readKey(bytes: Uint8Array, end: number): number {
    const first = bytes[this.at]!;
    if (first < 0x80) {
      this.at++;
      return first;
    }
    this.readVarint(bytes, end);
    return this.low;
  }

  private readLength(bytes: Uint8Array, end: number): number {
    let size = bytes[this.at]!;
    if (size < 0x80) this.at++;
    else {
      this.readVarint(bytes, end);
      size = this.high === 0 ? this.low : 0x1_0000_0000;
    }
    if (size > end - this.at) throw new Error("length beyond end");
    return size;
  }

  /** A varint as two words. */
  private readVarint(bytes: Uint8Array, end: number): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= end) throw new Error("truncated");
      const byte = bytes[this.at++]!;
      if (shift < 28) low |= (byte & 127) << shift;
      else if (shift === 28) {
        low |= (byte & 127) << 28;
        high = (byte & 127) >> 4;
      } else high |= (byte & 127) << (shift - 32);
      if (byte < 128) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    throw new Error("varint too long");
  }

  private findEntry(message: number, field: number): number {
    const { words } = this;
    if (field < words[message + (L.MESSAGE_DENSE >> 2)]!) {
      return message + (L.MESSAGE_BYTES >> 2) + field * (L.FIELD_BYTES >> 2);
    }
    const list = words[message + (L.MESSAGE_FIELDS_OFF >> 2)]! >> 2;
    for (let i = 0; i < words[message + (L.MESSAGE_FIELDS >> 2)]!; i++) {
      if (words[list + 2 * i] === field) return words[list + 2 * i + 1]! >> 2;
    }
    return 0;
  }

  private readNumber(
    bytes: Uint8Array,
    end: number,
    action: number,
    wire: number,
    row: number,
    entry: number,
    slot: number,
  ): void {
    if (wire === 0) this.readVarint(bytes, end);
    else if (wire === 1 || wire === 5) {
      const size = wire === 1 ? 8 : 4;
      if (end - this.at < size) throw new Error("truncated");
      this.low = word(bytes, this.at);
      this.high = wire === 1 ? word(bytes, this.at + 4) : 0;
      this.at += size;
    } else throw new Error("groups are not read here");
    if (action < L.ONE) return;
    const kind = this.actions[entry * 4 + L.FIELD_KIND]!;
    if (kind === L.KIND_S32 || kind === L.KIND_S64) this.unzigzag();
    if (kind === L.KIND_BOOL) this.low = this.low === 0 && this.high === 0 ? 0 : 1;
    if (action >= L.ELEMENT) this.append(slot, isWide(kind), false);
    else {
      this.tape[slot] = this.low;
      if (isWide(kind)) this.tape[slot + 1] = this.high;
    }
    this.mark(row, entry);
  }

  private readBytes(
    bytes: Uint8Array,
    action: number,
    row: number,
    entry: number,
    slot: number,
    body: number,
    size: number,
  ): void {
    if (action < L.ONE) return;
    if (action >= L.PACKED) {
      this.expandPacked(bytes, slot, body, body + size, action - L.PACKED);
      if (size > 0) this.mark(row, entry);
      return;
    }
    if (action === L.ONE + L.KIND_STRING || action === L.ELEMENT + L.KIND_STRING) this.checkUtf8(bytes, body, size);
    if (action >= L.ELEMENT) {
      this.low = body;
      this.high = size;
      this.append(slot, true, false);
    } else {
      this.tape[slot] = body;
      this.tape[slot + 1] = size;
    }
    this.mark(row, entry);
  }

  private checkUtf8(bytes: Uint8Array, from: number, size: number): void {
    for (let at = from; at < from + size; at++) {
      if (bytes[at]! < 128) continue;
      this.utf8.decode(bytes.subarray(at, from + size));
      return;
    }
  }

  private enter(
    action: number,
    row: number,
    entry: number,
    slot: number,
    child: number,
    body: number,
    size: number,
  ): number {
    if (action === L.ONE + L.KIND_MESSAGE && this.isPresent(row, entry)) return this.tape[slot]!;
    const inner = this.openRow(child, body, size);
    const { tape } = this;
    if (action === L.ONE + L.KIND_MESSAGE) tape[slot] = inner;
    else {
      if (tape[slot + L.LIST_COUNT] === 0) tape[slot] = inner;
      else tape[tape[slot + L.LIST_LAST]!] = inner;
      tape[slot + L.LIST_LAST] = inner;
      tape[slot + L.LIST_COUNT]!++;
    }
    this.mark(row, entry);
    return inner;
  }

  private openRow(message: number, body: number, size: number): number {
    const count = this.words[message]! >> 2;
    this.reserve(count);
    const row = this.top;
    const { tape } = this;
    for (let at = row; at < row + count; at++) tape[at] = 0;
    tape[row + L.ROW_BODY_OFF] = body;
    tape[row + L.ROW_BODY_LEN] = size;
    this.top += count;
    return row;
  }

  private mark(row: number, entry: number): void {
    const { words, tape } = this;
    const at = row + (this.actions[entry * 4 + L.FIELD_HAS_OFF]! >> 2);
    tape[at] = (tape[at]! & ~words[entry + (L.FIELD_CLEAR >> 2)]!) | words[entry + (L.FIELD_HAS_MASK >> 2)]!;
  }

  private isPresent(row: number, entry: number): boolean {
    const at = row + (this.actions[entry * 4 + L.FIELD_HAS_OFF]! >> 2);
    return (this.tape[at]! & this.words[entry + (L.FIELD_HAS_MASK >> 2)]!) !== 0;
  }

  private expandPacked(bytes: Uint8Array, slot: number, from: number, end: number, kind: number): void {
    const wide = isWide(kind);
    this.at = from;
    while (this.at < end) {
      let narrow = wide;
      const run = this.openRun(slot, end - this.at, wide);
      let { top } = this;
      const { tape } = this;
      while (this.at < end) {
        const before = this.at;
        const first = bytes[before]!;
        if (first < 0x80 && kind !== L.KIND_S32 && kind !== L.KIND_S64) {
          this.at++;
          this.low = first;
          this.high = 0;
        } else if (kind === L.KIND_F32 || kind === L.KIND_F64) this.readNumberAt(bytes, end, kind);
        else {
          this.readVarint(bytes, end);
          if (kind === L.KIND_S32 || kind === L.KIND_S64) this.unzigzag();
        }
        if (wide && this.high !== 0) {
          this.at = before;
          narrow = false;
          break;
        }
        tape[top++] = this.low;
      }
      const count = top - this.top;
      this.top = top;
      tape[run + L.RUN_COUNT]! += count;
      tape[slot + L.LIST_COUNT]! += count;
      if (!narrow && this.at < end) this.expandWide(bytes, slot, end, kind);
    }
  }

  private expandWide(bytes: Uint8Array, slot: number, end: number, kind: number): void {
    while (this.at < end) {
      if (kind === L.KIND_F64) this.readNumberAt(bytes, end, kind);
      else this.readVarint(bytes, end);
      if (kind === L.KIND_S64) this.unzigzag();
      this.append(slot, true, false);
    }
  }

  private readNumberAt(bytes: Uint8Array, end: number, kind: number): void {
    const size = kind === L.KIND_F64 ? 8 : 4;
    if (end - this.at < size) throw new Error("packed length");
    this.low = word(bytes, this.at);
    this.high = size === 8 ? word(bytes, this.at + 4) : 0;
    this.at += size;
  }

  private append(slot: number, wide: boolean, narrow: boolean): void {
    const run = this.openRun(slot, 2, narrow);
    const { tape } = this;
    tape[this.top++] = this.low;
    if (wide) tape[this.top++] = this.high;
    tape[run + L.RUN_COUNT]!++;
    tape[slot + L.LIST_COUNT]!++;
  }

  /** The run at the end of the tape, or a new one; with room for `words`. */
  private openRun(slot: number, words: number, narrow: boolean): number {
    this.reserve(words + L.RUN_WORDS);
    const { tape } = this;
    const flag = narrow ? L.RUN_NARROW : 0;
    const run = this.top;
    if (tape[slot + L.LIST_COUNT] === 0) tape[slot] = run;
    else {
      const last = tape[slot + L.LIST_LAST]!;
      const count = tape[last + L.RUN_COUNT]!;
      const length = (count & ~L.RUN_NARROW) * (narrow ? 1 : 2);
      if (count >>> 31 === (narrow ? 1 : 0) && last + L.RUN_WORDS + length === run) return last;
      tape[last] = run;
    }
    tape[run] = 0;
    tape[run + L.RUN_COUNT] = flag;
    tape[slot + L.LIST_LAST] = run;
    this.top += L.RUN_WORDS;
    return run;
  }

  private unzigzag(): void {
    const sign = -(this.low & 1);
    this.low = (((this.low >>> 1) | (this.high << 31)) ^ sign) >>> 0;
    this.high = ((this.high >>> 1) ^ sign) >>> 0;
  }

  private reserve(words: number): void {
    if (this.top + words <= this.tape.length) return;
    const larger = new Uint32Array(Math.max(this.tape.length * 2, this.top + words));
    larger.set(this.tape);
    this.tape = larger;
  }
}

/** About what the rows of a window of the core take. */
const WINDOW_WORDS = 90_000;

function isWide(kind: number): boolean {
  return kind === L.KIND_V64 || kind === L.KIND_S64 || kind === L.KIND_F64;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
