import { renderProblem } from "./problems.ts";
import type { Value } from "./values.ts";

/** Characters after which a rendered value is cut: nested vectors may share parts and be of any size on paper. */
const MAX_TEXT = 1_048_576;
const MAX_NESTING = 200;

/** The display form: `Int(5)`, `String(a)`, `Missing: …`. Source: specs/triage.md section 2. */
export function displayValue(value: Value): string {
  switch (value.kind) {
    case "Float":
      return `Float(${renderFloat(value.value)})`;
    case "String":
      return `String(${value.value})`;
    case "Problem":
      return renderProblem(value.problem);
    default:
      return debugValue(value);
  }
}

/** The debug form: as displayed, but texts quoted, floats with `.0`, problems named. Vectors hold this form. */
export function debugValue(value: Value): string {
  const parts: string[] = [];
  writeDebug(value, parts, { length: 0 }, 0);
  return parts.join("");
}

function writeDebug(value: Value, parts: string[], written: { length: number }, nesting: number): void {
  if (written.length > MAX_TEXT || nesting > MAX_NESTING) {
    parts.push("…");
    return;
  }
  if (value.kind !== "Vector") {
    const text = debugLeaf(value);
    written.length += text.length;
    parts.push(text);
    return;
  }
  parts.push("Vector([");
  for (let ix = 0; ix < value.items.length && written.length <= MAX_TEXT; ix++) {
    if (ix > 0) parts.push(", ");
    written.length += 2;
    writeDebug(value.items[ix]!, parts, written, nesting + 1);
  }
  parts.push("])");
}

/** Texts of items in a row, cut with `…` where they grow too long: items may share a text that is huge already. */
export function joinBounded<T>(items: readonly T[], separator: string, textOf: (item: T) => string): string {
  const pieces: string[] = [];
  let length = 0;
  for (const item of items) {
    if (length > MAX_TEXT) {
      pieces.push("…");
      break;
    }
    const text = textOf(item);
    length += text.length + separator.length;
    pieces.push(text);
  }
  return pieces.join(separator);
}

function debugLeaf(value: Exclude<Value, { kind: "Vector" }>): string {
  switch (value.kind) {
    case "Int":
      return `Int(${value.value})`;
    case "Float":
      return `Float(${debugFloat(value.value)})`;
    case "String":
      return `String(${debugString(value.value)})`;
    case "Bool":
      return `Bool(${value.value})`;
    case "Bytes":
      return `Bytes([${value.value.join(", ")}])`;
    case "Problem":
      return `Problem(${renderProblem(value.problem)})`;
    case "Lambda":
      return `Fn([${value.params.join(", ")}], …)`;
    case "Node":
      return "Node";
    case "Histogram":
      return `Histogram(${value.value.buckets.length} buckets)`;
  }
}

/** Shortest digits that read back as the same number, never an exponent: 1e21 has 22 digits. */
export function renderFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0";
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign, first, rest = "", exponent] = match as unknown as [string, string, string, string | undefined, string];
  const digits = first + rest;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, "0")}`;
}

/** As `renderFloat`, but integral values end in `.0`, and very large and small ones have an exponent. */
export function debugFloat(value: number): string {
  if (!Number.isFinite(value)) return renderFloat(value);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-5)) return value.toExponential().replace("e+", "e");
  const text = renderFloat(value);
  return text.includes(".") ? text : `${text}.0`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\0": "\\0",
};

/** A quoted text with everything unprintable escaped, as Rust writes it. */
export function debugString(text: string): string {
  const escaped = text.replace(/["\\]|[\p{C}\p{Zl}\p{Zp}\p{Mn}\p{Me}]|(?! )\p{Zs}/gu, (c) => {
    return SHORT_ESCAPES[c] ?? `\\u{${c.codePointAt(0)!.toString(16)}}`;
  });
  return `"${escaped}"`;
}

/**
 * `value` with two decimals, rounded by its exact binary value, ties to even: 0.125 is `0.12` (specs/triage.md
 * section 5), where `toFixed` rounds ties up.
 */
export function renderTwoDecimals(value: number): string {
  if (!Number.isFinite(value)) return renderFloat(value);
  const { mantissa, exponent } = splitFloat(Math.abs(value));
  const scaled = mantissa * 100n;
  const hundredths = exponent >= 0 ? scaled << BigInt(exponent) : shiftToEven(scaled, BigInt(-exponent));
  const digits = String(hundredths).padStart(3, "0");
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function shiftToEven(value: bigint, bits: bigint): bigint {
  const whole = value >> bits;
  const rest = value - (whole << bits);
  const half = 1n << (bits - 1n);
  return rest > half || (rest === half && (whole & 1n) === 1n) ? whole + 1n : whole;
}

/** value = mantissa · 2^exponent, both integers. */
function splitFloat(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  if (biased === 0) return { mantissa: fraction, exponent: -1074 };
  return { mantissa: fraction | 0x10_0000_0000_0000n, exponent: biased - 1075 };
}
