import { concatBytes, decodeUtf8, encodeUtf8 } from "../../../base/bytes.ts";
import { SnapshotError } from "../../../base/errors.ts";

/** The part of the postcard format that kernel operations use: LEB128 integers, lengths and variants first. */
export class PostcardReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  u64(): bigint {
    return this.varint(64);
  }
  u32(): number {
    return Number(this.varint(32));
  }

  bool(): boolean {
    const byte = this.take(1)[0]!;
    if (byte > 1) this.fail(`a boolean is ${byte}`);
    return byte === 1;
  }

  blob(maxLength: number): Uint8Array {
    return this.take(this.length(maxLength)).slice();
  }

  text(maxLength: number): string {
    const text = decodeUtf8(this.take(this.length(maxLength)));
    return text ?? this.fail("a text is not UTF-8");
  }

  /** @param minBytes least size of one item, so that a length that cannot be is refused before anything is made. */
  list<T>(read: () => T, minBytes: number): T[] {
    const count = this.length(Math.floor((this.bytes.length - this.at) / minBytes));
    const items: T[] = [];
    for (let ix = 0; ix < count; ix++) items.push(read());
    return items;
  }

  variant<T>(cases: readonly (() => T)[]): T {
    const ix = this.u32();
    const read = cases[ix] ?? this.fail(`there is no variant ${ix}, only ${cases.length}`);
    return read();
  }

  /** Nothing may follow. */
  end(): void {
    if (this.at < this.bytes.length) this.fail(`${this.bytes.length - this.at} bytes follow the message`);
  }

  private length(max: number): number {
    const length = this.varint(32);
    if (length > max) this.fail(`a length is ${length}, at most ${max} can be`);
    return Number(length);
  }

  private take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at) this.fail(`the message ends, ${count} more bytes are needed`);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  private varint(bits: number): bigint {
    let value = 0n;
    for (let shift = 0; ; shift += 7) {
      const byte = this.take(1)[0]!;
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) break;
      if (shift + 7 >= bits) this.fail(`an integer has more than ${Math.ceil(bits / 7)} bytes`);
    }
    return value >> BigInt(bits) === 0n ? value : this.fail(`an integer has more than ${bits} bits`);
  }

  private fail(what: string): never {
    throw new SnapshotError("MalformedFrame", `reading a postcard message: ${what}, at ${this.at}`, {
      offset: this.at,
      fields: { type: 0 },
    });
  }
}

export class PostcardWriter {
  private readonly parts: Uint8Array[] = [];

  /** Any unsigned integer up to 64 bits: number, variant or length. */
  unsigned(value: bigint | number): this {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    this.parts.push(Uint8Array.from(bytes));
    return this;
  }

  bool(value: boolean): this {
    this.parts.push(Uint8Array.of(value ? 1 : 0));
    return this;
  }

  blob(bytes: Uint8Array): this {
    this.unsigned(bytes.length);
    this.parts.push(bytes);
    return this;
  }

  text(text: string): this {
    return this.blob(encodeUtf8(text));
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.unsigned(items.length);
    for (const item of items) write(item);
    return this;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return concatBytes(this.parts);
  }
}
