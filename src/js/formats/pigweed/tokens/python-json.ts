import { reprFloat } from "./python-repr.ts";

/**
 * JSON as Python's `json.dumps` writes it: blanks after commas and colons, ASCII only, floats always with a point or an
 * exponent. Numbers are floats, bigint are integers.
 */
export function renderPythonJson(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return renderFloat(value);
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return quote(value);
  if (value instanceof Map) {
    const members = [...value].map(([key, member]) => `${quote(String(key))}: ${renderPythonJson(member)}`);
    return `{${members.join(", ")}}`;
  }
  return quote(String(value));
}

function renderFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
  return reprFloat(value);
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
