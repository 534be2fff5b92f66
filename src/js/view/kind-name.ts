import type { ValueKind, ValueNode } from "../model/values.ts";

const KIND_NAMES: Readonly<Record<ValueKind, string>> = {
  struct: "Struct",
  union: "Struct",
  array: "Array",
  map: "Map",
  entry: "Entry",
  pointer: "Ptr",
  enum: "Enum",
  flags: "Enum",
  int: "Int",
  uint: "Uint",
  float: "Float",
  bool: "Bool",
  char: "Char",
  string: "String",
  bytes: "Bytes",
  "cpu-list": "CpuList",
  truncated: "Truncated",
  null: "Null",
  absent: "Unsupported",
  error: "Unsupported",
};

/** The kind as errors name it. */
export function kindName(node: ValueNode): string {
  return KIND_NAMES[node.kind];
}
