import type { ValueNode, ValueSource } from "../../model/values.ts";

const DEPTH = 48;

/** Nothing in it but zeros, empty text and null; what could not be read is no zero. */
export function isZero(values: ValueSource, node: ValueNode, depth = 0): boolean {
  if (node.problem !== undefined && node.problem.code !== "NullPointer") return false;
  if (depth > DEPTH) return false;
  const value = values.scalar(node);
  const raw = values.rawInteger?.(node);
  if (raw !== undefined) return raw === 0n;
  if (value instanceof Uint8Array) return value.every((byte) => byte === 0);
  if (value !== null) return value === 0n || value === 0 || value === false || value === "";
  if (node.kind === "null" || node.kind === "absent") return true;
  const count = values.count(node);
  for (let from = 0; from < count; from += 256)
    for (const child of values.page(node, from, 256)) if (!isZero(values, child, depth + 1)) return false;
  return true;
}
