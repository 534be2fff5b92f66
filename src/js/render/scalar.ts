import { toHexString } from "../base/bytes.ts";
import type { LogSource } from "../model/logs.ts";
import { inlineText } from "../model/node-text.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { histogramSummary } from "./histogram.ts";

const BYTES_SHOWN = 32;
const TEXT_SHOWN = 200;
const LINE_SHOWN = 120;
const DIGITS: Readonly<Record<string, number>> = { ns: 9, us: 6, ms: 3, s: 0 };

/** One line about a value: the scalar, the number of things inside, or why it could not be read. Not escaped. */
export function renderValue(values: ValueSource, node: ValueNode): string {
  if (node.problem !== undefined && node.kind !== "pointer") return `<${node.kind}: ${node.problem.message}>`;
  const scalar = values.scalar(node);
  if (scalar === null) return renderContainer(values, node);
  if (scalar instanceof Uint8Array) return renderBytes(scalar);
  if (typeof scalar === "string") return node.kind === "string" ? quote(scalar) : withRaw(values, node, scalar);
  if (node.kind === "pointer" && typeof scalar === "bigint") return `0x${scalar.toString(16)}`;
  return String(scalar);
}

/** As `renderValue`, but an entry by what it holds and a map by how full it is: a row of a list. Not escaped. */
export function renderLine(values: ValueSource, node: ValueNode): string {
  if (node.kind === "map") return node.note ?? renderValue(values, node);
  const value = node.kind === "entry" ? values.child(node, "value") : undefined;
  if (value === undefined) return renderValue(values, node);
  return cutLine(inlineText(values, value, LINE_SHOWN));
}

/** As `renderValue`, but what has parts by its parts, cut to a line. For the cells of a table. Not escaped. */
export function renderCell(values: ValueSource, node: ValueNode): string {
  if (values.scalar(node) !== null || (node.problem !== undefined && node.kind !== "pointer"))
    return renderValue(values, node);
  return cutLine(inlineText(values, node, LINE_SHOWN));
}

function cutLine(text: string): string {
  return text.length > LINE_SHOWN ? `${text.slice(0, LINE_SHOWN - 1)}…` : text;
}

function renderContainer(values: ValueSource, node: ValueNode): string {
  const count = values.count(node);
  switch (node.kind) {
    case "array":
      return `[${count}]`;
    case "map":
      return `{${count} ${count === 1 ? "entry" : "entries"}}`;
    case "null":
      return "null";
    default:
      return histogramSummary(values, node) ?? (count === 0 ? "{}" : `{${count}}`);
  }
}

/** An enum's name with the number behind it. */
function withRaw(values: ValueSource, node: ValueNode, text: string): string {
  const raw = values.rawInteger?.(node);
  return raw === undefined || String(raw) === text ? text : `${text} (${raw})`;
}

function quote(text: string): string {
  const shown = text.length > TEXT_SHOWN ? `${text.slice(0, TEXT_SHOWN)}…` : text;
  const rest = text.length > TEXT_SHOWN ? ` (${text.length} characters)` : "";
  return JSON.stringify(shown) + rest;
}

function renderBytes(bytes: Uint8Array): string {
  const hex = toHexString(bytes.subarray(0, BYTES_SHOWN)).replace(/..(?=.)/g, "$& ");
  return bytes.length > BYTES_SHOWN ? `${hex} … (${bytes.length} bytes)` : hex;
}

/** A log time in seconds, exact; ticks and unknown units as they are. */
export function renderTime(time: bigint, { timeUnit }: Pick<LogSource, "timeUnit">): string {
  const digits = timeUnit === undefined ? undefined : DIGITS[timeUnit];
  if (digits === undefined || digits === 0) return String(time);
  const sign = time < 0n ? "-" : "";
  const text = String(time < 0n ? -time : time).padStart(digits + 1, "0");
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
