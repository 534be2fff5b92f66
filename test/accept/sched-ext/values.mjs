// Plain, comparable forms of values: every integer is a decimal string, whatever it was read as.
import { readFileSync } from "node:fs";
import { parseJson } from "../../../dist/index.js";
import { toVariant } from "../../../dist/sched-ext.js";

export function readCases(path) {
  const document = toPlain(parseJson(readFileSync(path, "utf8")), keep);
  return Array.isArray(document) ? document : document.cases;
}

/** JSON as plain objects; integers stay bigint. */
function keep(number) {
  return number;
}

export function toPlain(value, number = numberText) {
  if (typeof value === "bigint" || typeof value === "number") return number(value);
  if (value instanceof Map) return fromEntries([...value].map(([key, member]) => [key, toPlain(member, number)]));
  if (Array.isArray(value)) return value.map((item) => toPlain(item, number));
  if (typeof value !== "object" || value === null) return value;
  return fromEntries(Object.entries(value).map(([key, member]) => [key, toPlain(member, number)]));
}

function fromEntries(entries) {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function numberText(value) {
  return typeof value === "number" && Object.is(value, -0) ? "0" : String(value);
}

export function failure(error) {
  if (error?.name !== "SnapshotError") throw error;
  return { err: toPlain(toVariant(error)) };
}

/** Deep equality; inside errors `"*"` stands for any text. */
export function matches(actual, expected) {
  const wanted = toPlain(expected);
  return equal(toPlain(actual), wanted);
}

function equal(actual, expected) {
  if (expected === "*") return typeof actual === "string";
  if (typeof expected !== "object" || expected === null) return Object.is(actual, expected);
  if (typeof actual !== "object" || actual === null || Array.isArray(actual) !== Array.isArray(expected)) return false;
  const keys = Object.keys(expected);
  return keys.length === Object.keys(actual).length && keys.every((key) => equal(actual[key], expected[key]));
}
