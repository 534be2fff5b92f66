import { decodeUtf8Lossy, toHexString } from "../base/bytes.ts";
import { decimalText } from "../base/decimal.ts";
import { toHex } from "../base/int64.ts";
import { childrenOf, innermost, partialOf, targetOf } from "./nodes.ts";
import type { ValueNode, ValueSource } from "./values.ts";

const BYTE_TYPES: ReadonlySet<string> = new Set([
  ...["s8", "u8", "__s8", "__u8", "i8"],
  ...["char", "signed char", "unsigned char", "int8_t", "uint8_t"],
]);
const PRINTABLE = /^[^\x00-\x08\x0e-\x1f\x7f]+$/;

/** Text of a string, a CPU list or an array of bytes up to its first NUL; undefined for anything else. */
export function textOfBytes(values: ValueSource, node: ValueNode): string | undefined {
  const inner = innermost(values, node);
  if (inner.kind === "string" || inner.kind === "cpu-list") {
    const text = values.scalar(inner);
    return typeof text === "string" ? text : undefined;
  }
  const bytes = bytesOf(values, inner);
  if (bytes === undefined) return undefined;
  const nul = bytes.indexOf(0);
  return decodeUtf8Lossy(nul < 0 ? bytes : bytes.subarray(0, nul));
}

function bytesOf(values: ValueSource, node: ValueNode): Uint8Array | undefined {
  if (node.kind !== "array") return undefined;
  const elements = childrenOf(values, node);
  const bytes = new Uint8Array(elements.length);
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i]!;
    if (element.kind !== "char" && !BYTE_TYPES.has(element.typeName ?? "")) return undefined;
    const value = values.rawInteger?.(element) ?? values.scalar(element);
    if (typeof value !== "bigint") return undefined;
    bytes[i] = Number(BigInt.asUintN(8, value));
  }
  return bytes;
}

/** Text of an array of bytes that was meant as text: something printable, then a NUL. */
export function printableText(values: ValueSource, node: ValueNode): string | undefined {
  const bytes = bytesOf(values, node);
  const nul = bytes?.indexOf(0) ?? -1;
  if (bytes === undefined || nul <= 0 || bytes.subarray(nul).some((byte) => byte !== 0)) return undefined;
  const text = decodeUtf8Lossy(bytes.subarray(0, nul));
  return PRINTABLE.test(text) && !text.includes("\ufffd") ? text : undefined;
}

/** A scalar as text: enums as `NAME (n)`, pointers in hex, bytes as hex pairs. Undefined for containers. */
export function scalarText(values: ValueSource, node: ValueNode): string | undefined {
  const value = values.scalar(node);
  if (node.kind === "pointer") return pointerText(values, node);
  if (node.kind === "enum") return enumText(values, node);
  if (node.kind === "absent" || node.kind === "error") return `<${node.problem?.message ?? "unreadable"}>`;
  if (value === null) return node.kind === "null" ? "null" : undefined;
  if (value instanceof Uint8Array) return toHexString(value).replace(/..(?=.)/g, "$& ");
  if (node.kind === "char" && typeof value === "bigint") return charText(value);
  return node.kind === "float" ? decimalText(Number(value)) : String(value);
}

function pointerText(values: ValueSource, node: ValueNode): string {
  const address = values.rawInteger?.(node) ?? node.address ?? 0n;
  return `0x${toHex(BigInt.asUintN(64, address))}`;
}

function enumText(values: ValueSource, node: ValueNode): string {
  const value = values.scalar(node);
  const raw = values.rawInteger?.(node);
  return typeof value === "string" ? `${value}${raw === undefined ? "" : ` (${raw})`}` : String(raw ?? value);
}

function charText(value: bigint): string {
  const code = Number(value);
  return code >= 0x20 && code < 0x7f ? `'${String.fromCharCode(code)}'` : String(code);
}

/**
 * A whole value on one line, `{weight: 100, comm: "stress"}`, cut as soon as it is longer than `limit`; not yet escaped
 * for any output.
 */
export function inlineText(values: ValueSource, root: ValueNode, limit: number): string {
  const parts: string[] = [];
  let length = 0;
  // What is still to be written, last first: a stack instead of recursion, as nesting is the input's choice.
  const open: (string | ValueNode)[] = [root];
  for (let next = open.pop(); next !== undefined && length <= limit; next = open.pop()) {
    const text = typeof next === "string" ? next : expand(values, next, open, limit);
    parts.push(text);
    length += text.length;
  }
  return parts.join("");
}

/** Text that opens `node`; what follows it goes onto the stack. */
function expand(values: ValueSource, node: ValueNode, open: (string | ValueNode)[], limit: number): string {
  const text = node.kind === "array" ? printableText(values, node) : undefined;
  if (text !== undefined) return JSON.stringify(text);
  const inner = targetOf(values, node) ?? partialOf(values, node);
  if (inner !== undefined) {
    open.push(inner);
    return node.kind === "pointer" ? `${pointerText(values, node)} → ` : "(cut) ";
  }
  const scalar = scalarText(values, node);
  if (scalar !== undefined) return scalar;
  const [start, end] = node.kind === "array" ? ["[", "]"] : ["{", "}"];
  const children = values.page(node, 0, Math.min(values.count(node), limit));
  open.push(end);
  for (let i = children.length - 1; i >= 0; i--) {
    open.push(children[i]!, `${i > 0 ? ", " : ""}${node.kind === "array" ? "" : `${children[i]!.name}: `}`);
  }
  return start;
}
