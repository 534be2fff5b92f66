import { decodeUtf8, toHexString } from "../../base/bytes.ts";
import { debugValue, joinBounded, renderFloat, renderTwoDecimals } from "./value-text.ts";
import { unwrap, type Value } from "./values.ts";

/** A piece of a message: constant text, or the source of an expression and how its value is written. */
export type TemplatePart =
  | { readonly text: string }
  | { readonly expression: string; readonly offset: number; readonly format: string };

/**
 * Splits `used {used:bytes} of {total}` at its braces; `{{` and `}}` stand for themselves. The expression ends at the
 * last `:` that a known format follows, so `{a::b}` needs no care.
 * @returns the parts, or the offset of a brace without its partner.
 */
export function parseTemplate(template: string): readonly TemplatePart[] | number {
  const parts: TemplatePart[] = [];
  let text = "";
  for (let at = 0; at < template.length; at++) {
    const c = template[at]!;
    if (c !== "{" && c !== "}") text += c;
    else if (template[at + 1] === c) {
      text += c;
      at++;
    } else {
      const end = c === "{" ? findClose(template, at + 1) : -1;
      if (end < 0) return at;
      if (text !== "") parts.push({ text });
      text = "";
      parts.push(splitFormat(template.slice(at + 1, end), at + 1));
      at = end;
    }
  }
  if (text !== "") parts.push({ text });
  return parts;
}

/** The closing brace that is not inside quotes. */
function findClose(template: string, from: number): number {
  let quote = "";
  for (let at = from; at < template.length; at++) {
    const c = template[at]!;
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === "'" || c === '"') quote = c;
    else if (c === "}") return at;
  }
  return -1;
}

const FORMATS = ["text", "percent", "bytes", "duration", "hex", "debug", "fixed"] as const;

function splitFormat(inner: string, offset: number): TemplatePart {
  const colon = inner.lastIndexOf(":");
  const format = inner.slice(colon + 1).trim();
  if (colon < 0 || !(FORMATS as readonly string[]).includes(format))
    return { expression: inner, offset, format: "text" };
  return { expression: inner.slice(0, colon), offset, format };
}

/** A value as a message writes it. A value of another kind than the format's is written as text. */
export function formatValue(written: Value, format: string): string {
  const value = unwrap(written);
  if (format === "debug") return debugValue(value);
  if (value.kind === "Int" || value.kind === "Float") {
    const number = Number(value.value);
    if (format === "percent") return `${renderTwoDecimals(number * 100)}%`;
    if (format === "bytes") return formatBytes(number);
    if (format === "duration") return formatDuration(value.kind === "Int" ? value.value : number);
    if (format === "fixed") return renderTwoDecimals(number);
    if (format === "hex" && value.kind === "Int") return `0x${BigInt.asUintN(64, value.value).toString(16)}`;
  }
  return formatPlain(value);
}

/** Numbers and texts as they are, lists with commas, everything else in debug form. */
export function formatPlain(value: Value): string {
  switch (value.kind) {
    case "Int":
    case "Bool":
      return String(value.value);
    case "Float":
      return renderFloat(value.value);
    case "String":
      return value.value;
    case "Bytes":
      return decodeUtf8(value.value) ?? toHexString(value.value);
    case "Vector":
      return joinBounded(value.items, ", ", (item) => (item.kind === "Vector" ? debugValue(item) : formatPlain(item)));
    default:
      return debugValue(value);
  }
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 ? renderFloat(value) : renderTwoDecimals(value);
  return `${bytes < 0 ? "-" : ""}${digits} ${BYTE_UNITS[unit]}`;
}

const TIME_UNITS: readonly (readonly [name: string, nanos: bigint])[] = [
  ["d", 86_400_000_000_000n],
  ["h", 3_600_000_000_000n],
  ["m", 60_000_000_000n],
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["us", 1_000n],
  ["ns", 1n],
];

/** Nanoseconds as their two largest units: `2d3h`, `1s500ms`. */
function formatDuration(nanos: bigint | number): string {
  if (typeof nanos === "number" && !Number.isFinite(nanos)) return renderFloat(nanos);
  let rest = typeof nanos === "bigint" ? nanos : BigInt(Math.trunc(nanos));
  const sign = rest < 0n ? "-" : "";
  if (rest < 0n) rest = -rest;
  const parts: string[] = [];
  const first = TIME_UNITS.findIndex(([, unit]) => rest >= unit);
  if (first < 0) return "0ns";
  for (const [name, unit] of TIME_UNITS.slice(first, first + 2)) {
    if (rest / unit > 0n) parts.push(`${rest / unit}${name}`);
    rest %= unit;
  }
  return sign + parts.join("");
}
