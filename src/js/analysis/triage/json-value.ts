import type { Json5Node } from "../../base/json5.ts";
import type { ValueNode, ValueSource } from "../../model/values.ts";
import { bool, float, int, problemValue, string, type Value, vector } from "./values.ts";

const UNSUPPORTED: Value = problemValue({ kind: "UnhandledType", message: "Unsupported JSON type" });

/** A JSON value as a value of the language: unsigned integers wrap, null and objects are not supported. */
export function fromJson(node: Json5Node): Value {
  switch (node.kind) {
    case "string":
      return string(node.value);
    case "boolean":
      return bool(node.value);
    case "number":
      return fromNumber(node.value);
    case "array":
      return vector(node.items.map(fromJson));
    default:
      return UNSUPPORTED;
  }
}

/** The same for a value that stands in a value tree: annotations. */
export function fromJsonNode(values: ValueSource, node: ValueNode): Value {
  if (node.kind === "array") {
    return vector(values.page(node, 0, values.count(node)).map((item) => fromJsonNode(values, item)));
  }
  const scalar = values.scalar(node);
  if (typeof scalar === "string") return string(scalar);
  if (typeof scalar === "boolean") return bool(scalar);
  return typeof scalar === "bigint" || typeof scalar === "number" ? fromNumber(scalar) : UNSUPPORTED;
}

const MAX_U64 = 0xffff_ffff_ffff_ffffn;
const MIN_I64 = -0x8000_0000_0000_0000n;

function fromNumber(value: bigint | number): Value {
  if (typeof value === "number") return float(value);
  return value > MAX_U64 || value < MIN_I64 ? float(Number(value)) : int(BigInt.asIntN(64, value));
}
