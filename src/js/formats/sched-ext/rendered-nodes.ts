import type { ValueKind, ValueNode } from "../../model/values.ts";
import type {
  Rendered,
  RenderedArray,
  RenderedEnum,
  RenderedPtr,
  RenderedStruct,
  RenderedTruncated,
} from "./rendered.ts";
import { container, leaf, pointer } from "./tree.ts";

/** The node of a rendered value. */
export function renderedNode(name: string, value: Rendered): ValueNode {
  switch (value.kind) {
    case "int":
      return { kind: "int", name, typeName: `s${value.bits}`, handle: leaf(value.value) };
    case "uint":
      return { kind: "uint", name, typeName: `u${value.bits}`, handle: leaf(value.value) };
    case "bool":
      return { kind: "bool", name, handle: leaf(value.value, value.value ? 1n : 0n) };
    case "char":
      return { kind: "char", name, typeName: "char", handle: leaf(BigInt(value.value), BigInt(value.value)) };
    case "float":
      return { kind: "float", name, typeName: `f${value.bits}`, handle: leaf(value.value) };
    case "enum":
      return enumNode(name, value);
    case "struct":
      return structNode(name, value);
    case "array":
      return arrayNode(name, value);
    case "cpu_list":
      return { kind: "cpu-list", name, handle: leaf(value.cpus) };
    case "ptr":
      return pointerNode(name, value);
    case "bytes":
      return { kind: "bytes", name, handle: leaf(parseHex(value.hex)) };
    case "truncated":
      return truncatedNode(name, value);
    case "unsupported":
      return problemNode("error", name, "Unsupported", value.reason);
    default:
      return value satisfies never;
  }
}

/** A place without a value. */
export function problemNode(kind: "absent" | "error", name: string, code: string, message: string): ValueNode {
  return { kind: kind satisfies ValueKind, name, problem: { code, message }, handle: leaf(null) };
}

function enumNode(name: string, value: RenderedEnum): ValueNode {
  const raw = value.is_signed ? value.value : BigInt.asUintN(64, value.value);
  return { kind: "enum", name, handle: leaf(value.variant ?? raw, raw) };
}

function structNode(name: string, value: RenderedStruct): ValueNode {
  const { members } = value;
  const at = (ix: number): ValueNode => renderedNode(members[ix]!.name, members[ix]!.value);
  const find = (wanted: string): ValueNode | undefined => {
    const member = members.find((one) => one.name === wanted);
    return member && renderedNode(member.name, member.value);
  };
  const handle = container(members.length, at, find);
  return { kind: "struct", name, ...(value.type_name !== null && { typeName: value.type_name }), handle };
}

function arrayNode(name: string, { len, elements }: RenderedArray): ValueNode {
  const at = (ix: number): ValueNode => renderedNode(String(ix), elements[ix]!);
  const clipped = elements.length < len && { note: `clipped at capture: ${elements.length} of ${len} elements` };
  return { kind: "array", name, ...clipped, handle: container(elements.length, at) };
}

function pointerNode(name: string, { value, deref, deref_skipped_reason, cast_annotation }: RenderedPtr): ValueNode {
  return {
    kind: "pointer",
    name,
    ...(cast_annotation !== undefined && { note: cast_annotation }),
    ...(deref_skipped_reason !== undefined && {
      problem: { code: "PointerNotFollowed", message: deref_skipped_reason },
    }),
    handle: pointer(value, deref && (() => renderedNode("*", deref))),
  };
}

function truncatedNode(name: string, { needed, had, partial }: RenderedTruncated): ValueNode {
  return {
    kind: "truncated",
    name,
    problem: { code: "ValueTruncated", message: `needs ${needed} bytes, the capture has ${had}` },
    handle: container(1, () => renderedNode("partial", partial)),
  };
}

/** Bytes of hex pairs, separated by blanks or not; stops at anything else. */
export function parseHex(hex: string): Uint8Array {
  const digits = /^[0-9a-fA-F]*/.exec(hex.replace(/[\s:]+/g, ""))![0];
  const bytes = new Uint8Array(digits.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
