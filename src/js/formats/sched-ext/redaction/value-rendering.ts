import { isStruct } from "../../../model/nodes.ts";
import type { ValueNode, ValueSource } from "../../../model/values.ts";
import type { Rendered } from "../rendered.ts";

/** Levels of values in values, targets of pointers included. */
const MAX_LEVELS = 32;
/** Parts of one value: pointers may lead to the same place in many ways. */
const MAX_PARTS = 1 << 16;
/** Elements of an array, as captures clip them. */
const MAX_ELEMENTS = 4096;
const U64_MAX = 0xffff_ffff_ffff_ffffn;
const I64_MIN = -0x8000_0000_0000_0000n;

/** A value of any snapshot in the form of failure dumps. Bits are the captured bytes', 64 where their number is not known. */
export function renderedOf(values: ValueSource, node: ValueNode): Rendered {
  return render(values, node, 0, { parts: MAX_PARTS });
}

function render(values: ValueSource, node: ValueNode, level: number, left: { parts: number }): Rendered {
  if (level > MAX_LEVELS || left.parts-- <= 0) return { kind: "unsupported", reason: "nested too deeply" };
  const inner = (child: ValueNode): Rendered => render(values, child, level + 1, left);
  if (isStruct(node) || node.kind === "entry" || node.kind === "map") {
    const members = values
      .page(node, 0, values.count(node))
      .map((child) => ({ name: child.name, value: inner(child) }));
    return { kind: "struct", type_name: node.typeName ?? null, members };
  }
  switch (node.kind) {
    case "array":
      return { kind: "array", len: values.count(node), elements: values.page(node, 0, MAX_ELEMENTS).map(inner) };
    case "truncated": {
      const partial = values.page(node, 0, 1)[0];
      return partial === undefined
        ? unsupported(node)
        : { kind: "truncated", needed: 0, had: 0, partial: inner(partial) };
    }
    case "pointer":
      return pointerOf(values, node, inner);
    default:
      return scalarOf(values, node);
  }
}

function pointerOf(values: ValueSource, node: ValueNode, inner: (child: ValueNode) => Rendered): Rendered {
  const value = values.rawInteger?.(node) ?? values.scalar(node);
  if (typeof value !== "bigint") return unsupported(node);
  // A pointer that leads back is not a child.
  const target = values.count(node) > 0 ? values.page(node, 0, 1)[0] : undefined;
  return { kind: "ptr", value: BigInt.asUintN(64, value), ...(target !== undefined && { deref: inner(target) }) };
}

function scalarOf(values: ValueSource, node: ValueNode): Rendered {
  const { kind } = node;
  const scalar = values.scalar(node);
  const raw = values.rawInteger?.(node);
  const bits = Math.min(64, 8 * (node.origin?.length ?? 8));
  if (scalar instanceof Uint8Array) return { kind: "unsupported", reason: `${scalar.length} bytes` };
  if (kind === "enum" || kind === "flags") {
    const value = raw ?? scalar;
    const variant = typeof scalar === "string" ? scalar : null;
    if (typeof value !== "bigint") return unsupported(node);
    return { kind: "enum", bits, value: BigInt.asIntN(64, value), variant, is_signed: value < 0n };
  }
  if (kind === "char") return { kind: "char", value: Number(BigInt.asUintN(8, raw ?? 0n)) };
  if (typeof scalar === "boolean") return { kind: "bool", value: scalar };
  if (typeof scalar === "number") return { kind: "float", bits, value: scalar };
  if (typeof scalar === "string") return kind === "cpu-list" ? { kind: "cpu_list", cpus: scalar } : textOf(scalar);
  if (typeof scalar !== "bigint" || scalar > U64_MAX || scalar < I64_MIN) return unsupported(node);
  return { kind: kind === "int" && BigInt.asIntN(64, scalar) === scalar ? "int" : "uint", bits, value: scalar };
}

/** A text of its own is told as the characters of an array are. */
function textOf(text: string): Rendered {
  const elements = Array.from(new TextEncoder().encode(text), (value): Rendered => ({ kind: "char", value }));
  return { kind: "array", len: elements.length, elements: elements.slice(0, MAX_ELEMENTS) };
}

function unsupported({ problem, kind }: ValueNode): Rendered {
  return { kind: "unsupported", reason: problem?.message ?? `${kind} without a value` };
}
