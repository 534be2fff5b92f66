import { isPrintable } from "./unicode.ts";

/**
 * How Python writes values inside upstream's messages. Error texts such as `<[%s ERROR ('\xff\xfe')]>` and
 * `decoding failed for 'text'` are part of the compatible output.
 */

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}

function escapeControl(codePoint: number): string | undefined {
  if (codePoint === 0x09) return "\\t";
  if (codePoint === 0x0a) return "\\n";
  if (codePoint === 0x0d) return "\\r";
  if (codePoint === 0x5c) return "\\\\";
  return undefined;
}

function escapeCodePoint(codePoint: number): string {
  if (codePoint < 0x100) return `\\x${hex(codePoint, 2)}`;
  return codePoint < 0x10000 ? `\\u${hex(codePoint, 4)}` : `\\U${hex(codePoint, 8)}`;
}

/** A text literal: single quotes unless it holds one and no double quote. */
export function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const char of text) {
    const codePoint = char.codePointAt(0)!;
    if (char === quote) out += `\\${quote}`;
    else out += escapeControl(codePoint) ?? (isPrintable(codePoint) ? char : escapeCodePoint(codePoint));
  }
  return out + quote;
}

/** A bytes literal without the leading `b`. */
export function reprBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  let out = quote;
  for (const byte of bytes) {
    if (byte === quote.charCodeAt(0)) out += `\\${quote}`;
    else if (byte >= 0x20 && byte < 0x7f && byte !== 0x5c) out += String.fromCharCode(byte);
    else out += escapeControl(byte) ?? `\\x${hex(byte, 2)}`;
  }
  return out + quote;
}

/** The shortest text that reads back as the same double; an exponent below 1e-4 and from 1e16 on. */
export function reprFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa = "", exponentText = ""] = Math.abs(value).toExponential().split("e");
  const sign = value < 0 ? "-" : "";
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) return `${sign}${mantissa}e${signedExponent(exponent)}`;
  return sign + placePoint(mantissa.replace(".", ""), exponent);
}

/** The digits of a number in [1, 10) × 10^exponent, written out, with at least one digit on both sides of the point. */
function placePoint(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return `${digits.padEnd(exponent + 1, "0")}.0`;
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** `+05`, `-123`: a sign and at least two digits. */
export function signedExponent(exponent: number): string {
  const digits = String(Math.abs(exponent)).padStart(2, "0");
  return (exponent < 0 ? "-" : "+") + digits;
}
