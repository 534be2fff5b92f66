import { reprBytes } from "./python-repr.ts";
import { decodeValidUtf8, findInvalidUtf8 } from "./utf8.ts";

/** How the decoding of an argument went, as bits (specification section 14). `ok` and `truncated` alone are success. */
export const ARGUMENT_STATUS = { ok: 0, missing: 1, truncated: 2, error: 4, skipped: 8 } as const;

/** Integers beyond 2^53 are bigint. */
export type Integer = number | bigint;

const MOST_CODE_POINT = 0x10ffff;
const MOST_VARINT_BYTES = 10;
/** Seven bytes of seven bits are exact in a double. */
const EXACT_VARINT_BYTES = 7;
const STRING_LENGTH_MASK = 0x7f;

/**
 * Reads encoded arguments one after the other (specification section 13.2). A value that cannot be read leaves its
 * reason in `status`; what it took up is consumed all the same, so that reading can go on.
 */
export class ArgumentReader {
  status: number = ARGUMENT_STATUS.ok;
  /** The error is one that upstream cannot combine with star arguments. */
  uncombinable = false;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private end = 0;
  private readonly scratch = new DataView(new ArrayBuffer(4));

  /** Starts on `bytes[start, end)`. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = Math.min(start, end);
    this.end = end;
    this.begin();
  }

  /** Forgets the last value's status. */
  begin(): void {
    this.status = ARGUMENT_STATUS.ok;
    this.uncombinable = false;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  /**
   * A ZigZag varint of up to ten bytes, which may hold more than 64 bits.
   * @returns undefined if it is missing or has no end
   */
  readSigned(): Integer | undefined {
    if (this.at >= this.end) return this.miss();
    let value = 0;
    let scale = 1;
    for (let n = 0; n < EXACT_VARINT_BYTES; n++) {
      if (this.at >= this.end) return this.fail();
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      scale *= 128;
    }
    return this.readSignedTail(BigInt(value));
  }

  private readSignedTail(low: bigint): Integer | undefined {
    let value = low;
    for (let n = EXACT_VARINT_BYTES; n < MOST_VARINT_BYTES; n++) {
      if (this.at >= this.end) return this.fail();
      const byte = this.bytes[this.at++]!;
      value |= BigInt(byte & 0x7f) << BigInt(7 * n);
      if (byte < 0x80) return toInteger((value & 1n) === 0n ? value >> 1n : -(value >> 1n) - 1n);
    }
    return this.fail();
  }

  /** The same, cut to its unsigned width. */
  readUnsigned(bits: 32 | 64): Integer | undefined {
    const value = this.readSigned();
    if (value === undefined) return undefined;
    if (typeof value === "number") {
      if (bits === 32) return value >>> 0;
      if (value >= 0) return value;
    }
    return toInteger(BigInt.asUintN(bits, BigInt(value)));
  }

  /** A character; a number that is no code point is an error and is returned as it is. Surrogates are accepted. */
  readCharacter(): Integer | string | undefined {
    const value = this.readSigned();
    if (value === undefined) return undefined;
    if (typeof value === "number" && value >= 0 && value <= MOST_CODE_POINT) return String.fromCodePoint(value);
    this.status |= ARGUMENT_STATUS.error;
    this.uncombinable = true;
    return value;
  }

  /** A little-endian float32, as a double. Fewer than four bytes stay where they are. */
  readFloat(): number | undefined {
    if (this.end - this.at < 4) return this.miss();
    for (let i = 0; i < 4; i++) this.scratch.setUint8(i, this.bytes[this.at + i]!);
    this.at += 4;
    return this.scratch.getFloat32(0, true);
  }

  /** A length byte and UTF-8; of what is not UTF-8 the bytes literal is returned, of what is cut short the rest. */
  readString(): string | undefined {
    if (this.at >= this.end) return this.miss();
    const head = this.bytes[this.at++]!;
    if (head > STRING_LENGTH_MASK) this.status |= ARGUMENT_STATUS.truncated;
    const start = this.at;
    const length = head & STRING_LENGTH_MASK;
    this.at = Math.min(start + length, this.end);
    if (this.at - start < length) this.status |= ARGUMENT_STATUS.error;
    if (findInvalidUtf8(this.bytes, start, this.at) === this.at) return decodeValidUtf8(this.bytes, start, this.at);
    this.status |= ARGUMENT_STATUS.error;
    this.uncombinable = true;
    return reprBytes(this.bytes.subarray(start, this.at));
  }

  private miss(): undefined {
    this.status |= ARGUMENT_STATUS.missing;
    return undefined;
  }

  private fail(): undefined {
    this.status |= ARGUMENT_STATUS.error;
    return undefined;
  }
}

function toInteger(value: bigint): Integer {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
