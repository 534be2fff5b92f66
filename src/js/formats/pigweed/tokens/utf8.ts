import { encodeUtf8 } from "../../../base/bytes.ts";

/** UTF-8 the way Python's strict and `surrogateescape` readers take it. */

const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
const ASCII_CODES_AT_ONCE = 4;
const UNITS_AT_ONCE = 4096;

/**
 * Length in bytes of the well-formed sequence at `at`, 0 if there is none (RFC 3629: no overlong forms, no surrogates,
 * nothing above U+10FFFF).
 */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length > end - at) return 0;
  const second = bytes[at + 1]!;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return length;
}

/** Offset of the first byte in `[start, end)` that is not part of well-formed UTF-8, or `end`. */
export function findInvalidUtf8(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    if (bytes[at]! < 0x80) {
      at++;
      continue;
    }
    const length = sequenceLength(bytes, at, end);
    if (length === 0) return at;
    at += length;
  }
  return end;
}

/** Text of `bytes[start, end)`, which must be well-formed. */
export function decodeValidUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= ASCII_CODES_AT_ONCE) return decodeShort(bytes, start, end);
  return lossy.decode(bytes.subarray(start, end));
}

function decodeShort(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) {
    if (bytes[at]! >= 0x80) return lossy.decode(bytes.subarray(start, end));
    text += String.fromCharCode(bytes[at]!);
  }
  return text;
}

/** Code units of text that is built unit by unit, a few thousand at a time. */
class UnitBuffer {
  private readonly units = new Uint16Array(UNITS_AT_ONCE);
  private length = 0;
  private text = "";

  add(unit: number): void {
    if (this.length === UNITS_AT_ONCE) this.flush();
    this.units[this.length++] = unit;
  }

  toString(): string {
    this.flush();
    return this.text;
  }

  private flush(): void {
    this.text += String.fromCharCode.apply(null, Array.from(this.units.subarray(0, this.length)));
    this.length = 0;
  }
}

/**
 * Text of any bytes without loss: a byte that is not part of well-formed UTF-8 becomes the lone surrogate
 * U+DC00 + byte, which `encodeSurrogateEscape` turns back.
 */
export function decodeSurrogateEscape(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  if (findInvalidUtf8(bytes, start, end) === end) return decodeValidUtf8(bytes, start, end);
  const buffer = new UnitBuffer();
  for (let at = start; at < end; ) {
    const length = sequenceLength(bytes, at, end);
    if (length <= 1) {
      buffer.add(length === 0 ? 0xdc00 + bytes[at]! : bytes[at]!);
      at++;
      continue;
    }
    let codePoint = bytes[at]! & (0x7f >> length);
    for (let i = 1; i < length; i++) codePoint = (codePoint << 6) | (bytes[at + i]! & 0x3f);
    if (codePoint > 0xffff) buffer.add(0xd7c0 + (codePoint >> 10));
    buffer.add(codePoint > 0xffff ? 0xdc00 + (codePoint & 0x3ff) : codePoint);
    at += length;
  }
  return buffer.toString();
}

/** With the flag `u` the halves of a pair do not count. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;
const LONE_SURROGATES = /[\ud800-\udfff]/gu;

/** Whether the text holds a code unit that UTF-8 cannot express. */
export function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

/** The text with U+FFFD for every code unit that UTF-8 cannot express. */
export function replaceLoneSurrogates(text: string): string {
  return text.replace(LONE_SURROGATES, "\ufffd");
}

/** The inverse of `decodeSurrogateEscape`; any other lone surrogate becomes U+FFFD. */
export function encodeSurrogateEscape(text: string): Uint8Array<ArrayBuffer> {
  if (!hasLoneSurrogate(text)) return encodeUtf8(text);
  const out = new Uint8Array(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const codePoint = text.codePointAt(i)!;
    if (codePoint > 0xffff) i++;
    if (codePoint >= 0xdc80 && codePoint <= 0xdcff) out[length++] = codePoint - 0xdc00;
    else length = putUtf8(out, length, codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint);
  }
  return out.slice(0, length);
}

/** @returns the offset after the bytes of `codePoint` */
function putUtf8(out: Uint8Array, at: number, codePoint: number): number {
  if (codePoint < 0x80) {
    out[at] = codePoint;
    return at + 1;
  }
  const length = codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  for (let i = length - 1, rest = codePoint; i > 0; i--, rest >>= 6) out[at + i] = 0x80 | (rest & 0x3f);
  out[at] = ((0xf00 >> length) & 0xff) | (codePoint >> (6 * (length - 1)));
  return at + length;
}
