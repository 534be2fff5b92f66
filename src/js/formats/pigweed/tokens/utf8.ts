/** UTF-8 the way Python's strict and `surrogateescape` readers take it. */

const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
const ASCII_CODES_AT_ONCE = 4;

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

/**
 * Text of any bytes without loss: a byte that is not part of well-formed UTF-8 becomes the lone surrogate
 * U+DC00 + byte, which `encodeSurrogateEscape` turns back.
 */
export function decodeSurrogateEscape(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let text = "";
  let from = start;
  for (;;) {
    const invalid = findInvalidUtf8(bytes, from, end);
    text += decodeValidUtf8(bytes, from, invalid);
    if (invalid === end) return text;
    text += String.fromCharCode(0xdc00 + bytes[invalid]!);
    from = invalid + 1;
  }
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether the text holds a code unit that UTF-8 cannot express. */
export function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

/** The inverse of `decodeSurrogateEscape`; any other lone surrogate becomes U+FFFD. */
export function encodeSurrogateEscape(text: string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  if (!hasLoneSurrogate(text)) return encoder.encode(text);
  const out = new Uint8Array(text.length * 3);
  let length = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
    else if (unit >= 0xdc80 && unit <= 0xdcff) {
      length += encoder.encodeInto(text.slice(from, i), out.subarray(length)).written;
      out[length++] = unit - 0xdc00;
      from = i + 1;
    }
  }
  length += encoder.encodeInto(text.slice(from), out.subarray(length)).written;
  return out.slice(0, length);
}
