import { encodeUtf8 } from "../../base/bytes.ts";

/** Writes protobuf fields one after the other: just what a profile needs. Fields of zero or nothing are left out. */
export class ProtobufWriter {
  private bytes = new Uint8Array(1024);
  private length = 0;

  /** int64, uint64 and bool; negative values take ten bytes. */
  integer(field: number, value: bigint | number): void {
    if (BigInt(value) === 0n) return;
    this.varint(BigInt(field << 3));
    this.varint(BigInt.asUintN(64, BigInt(value)));
  }

  /** A packed repeated integer. */
  packed(field: number, values: readonly (bigint | number)[]): void {
    if (values.length === 0) return;
    const inner = new ProtobufWriter();
    for (const value of values) inner.varint(BigInt.asUintN(64, BigInt(value)));
    this.message(field, inner);
  }

  /** Written even when empty: an element of a repeated field. */
  message(field: number, message: ProtobufWriter): void {
    this.block(field, message.bytes.subarray(0, message.length));
  }

  text(field: number, text: string): void {
    this.block(field, encodeUtf8(text));
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }

  private block(field: number, block: Uint8Array): void {
    this.varint(BigInt((field << 3) | 2));
    this.varint(BigInt(block.length));
    this.reserve(block.length);
    this.bytes.set(block, this.length);
    this.length += block.length;
  }

  private varint(value: bigint): void {
    this.reserve(10);
    let rest = value;
    while (rest > 0x7fn) {
      this.bytes[this.length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.length++] = Number(rest);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    wider.set(this.bytes.subarray(0, this.length));
    this.bytes = wider;
  }
}
