import type { ValueNode } from "../../model/values.ts";
import { container, leaf, pointer, structOf } from "./tree.ts";

/** Members that hold addresses of the captured system; shown in hex. */
const ADDRESSES = /(?:_kvas?|_addr|_vm_start|_pointer|_table_root|^pcs)$/;

/** The node of a row, or of any part of it: numbers of rows are integers. */
export function rowNode(name: string, value: unknown): ValueNode {
  return plainNode(name, value, "integer", name);
}

/** The node of a JSON value: its numbers are doubles, its integers bigint. */
export function jsonNode(name: string, value: unknown): ValueNode {
  return plainNode(name, value, "double", name);
}

/** @param field name of the member that the value, or the list it is in, belongs to. */
function plainNode(name: string, value: unknown, numbers: "integer" | "double", field: string): ValueNode {
  if (value === null || value === undefined) return { kind: "null", name, handle: leaf(null) };
  if (typeof value === "boolean") return { kind: "bool", name, handle: leaf(value, value ? 1n : 0n) };
  if (typeof value === "string") return { kind: "string", name, handle: leaf(value) };
  if (typeof value === "bigint") return integerNode(name, value, field);
  if (typeof value === "number") {
    // A row that a file got wrong may hold a fraction where an integer belongs.
    return numbers === "integer" && Number.isInteger(value)
      ? integerNode(name, BigInt(value), field)
      : { kind: "float", name, handle: leaf(value) };
  }
  if (Array.isArray(value)) {
    const at = (ix: number): ValueNode => plainNode(String(ix), value[ix], numbers, field);
    return { kind: "array", name, handle: container(value.length, at) };
  }
  if (value instanceof Uint8Array) return { kind: "bytes", name, handle: leaf(value) };
  const members: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  // What a typed row holds beyond its own members came as JSON.
  const inner = value instanceof Map ? "double" : numbers;
  const nodes = members.map(([key, member]) => [key, () => plainNode(key, member, inner, key)] as const);
  return { kind: "struct", name, handle: structOf(nodes) };
}

function integerNode(name: string, value: bigint, field: string): ValueNode {
  if (value > 0n && ADDRESSES.test(field)) return { kind: "pointer", name, handle: pointer(value, undefined) };
  return { kind: value < 0n ? "int" : "uint", name, handle: leaf(value) };
}
