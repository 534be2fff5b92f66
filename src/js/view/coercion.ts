import type { SnapshotError } from "../base/errors.ts";
import { childrenOf, innermost } from "../model/nodes.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { typeMismatch } from "./failures.ts";
import { kindName } from "./kind-name.ts";

/** How a value is read as a type: the table of the specification's section 3.1. */
export interface Coercion<T> {
  /** As `TypeMismatch.expected` names it. */
  readonly name: string;
  read(values: ValueSource, node: ValueNode): T | undefined;
  /** As `TypeMismatch.actual` names what was there; called only after `read` gave nothing. */
  actual(values: ValueSource, node: ValueNode): string;
  /** An array's key number (u32) as that type. */
  ofKey(key: number): T;
}

const U32_MAX = 0xffff_ffffn;
const I64_MAX = 0x7fff_ffff_ffff_ffffn;

function integerOf(values: ValueSource, node: ValueNode): bigint | undefined {
  if (node.kind === "int" || node.kind === "uint") {
    const value = values.scalar(node);
    return typeof value === "bigint" ? value : undefined;
  }
  const hasInteger = node.kind === "bool" || node.kind === "char" || node.kind === "enum" || node.kind === "flags";
  if (hasInteger || node.kind === "pointer") return rawInteger(values, node);
  return undefined;
}

function rawInteger(values: ValueSource, node: ValueNode): bigint | undefined {
  const raw = values.rawInteger?.(node);
  if (raw !== undefined) return raw;
  const value = values.scalar(node);
  if (typeof value === "boolean") return value ? 1n : 0n;
  return typeof value === "bigint" ? value : undefined;
}

/** Enums are read as their stored 64 bits, whatever the type's sign. */
function signedOf(values: ValueSource, node: ValueNode): bigint | undefined {
  const value = integerOf(values, node);
  const stored = node.kind === "enum" || node.kind === "flags";
  return value !== undefined && stored ? BigInt.asIntN(64, value) : value;
}

export const U64: Coercion<bigint> = {
  name: "u64",
  read(values, node) {
    const value = integerOf(values, node);
    return value !== undefined && value >= 0n ? value : undefined;
  },
  actual(values, node) {
    if ((integerOf(values, node) ?? 0n) >= 0n) return kindName(node);
    return node.kind === "int" ? "Int(negative)" : "Enum(signed-negative)";
  },
  ofKey: BigInt,
};

export const U32: Coercion<bigint> = {
  name: "u32",
  read(values, node) {
    const value = U64.read(values, node);
    return value !== undefined && value <= U32_MAX ? value : undefined;
  },
  actual: (values, node) => U64.actual(values, node),
  ofKey: BigInt,
};

export const I64: Coercion<bigint> = {
  name: "i64",
  read(values, node) {
    if (node.kind === "pointer") return undefined;
    const value = signedOf(values, node);
    return value !== undefined && value <= I64_MAX ? value : undefined;
  },
  actual(values, node) {
    const tooLarge = node.kind === "uint" && (integerOf(values, node) ?? 0n) > I64_MAX;
    return tooLarge ? "Uint(>i64::MAX)" : kindName(node);
  },
  ofKey: BigInt,
};

export const F64: Coercion<number> = {
  name: "f64",
  read(values, node) {
    if (node.kind === "float") {
      const value = values.scalar(node);
      return typeof value === "number" ? value : undefined;
    }
    if (node.kind === "bool" || node.kind === "char" || node.kind === "pointer") return undefined;
    const value = signedOf(values, node);
    return value === undefined ? undefined : Number(value);
  },
  actual: (_values, node) => kindName(node),
  ofKey: (key) => key,
};

export const BOOL: Coercion<boolean> = {
  name: "bool",
  read(values, node) {
    const value = integerOf(values, node);
    return value === undefined ? undefined : value !== 0n;
  },
  actual: (_values, node) => kindName(node),
  ofKey: (key) => key !== 0,
};

/** @returns the value, or the failure. */
export function coerce<T>(kind: Coercion<T>, values: ValueSource, node: ValueNode): T | SnapshotError {
  return kind.read(values, node) ?? typeMismatch(kind.name, kind.actual(values, node));
}

/** Elements of an array behind any pointers and cuts; all or nothing. */
export function readArray<T>(kind: Coercion<T>, values: ValueSource, node: ValueNode): T[] | undefined {
  const array = innermost(values, node);
  if (array.kind !== "array") return undefined;
  const elements: T[] = [];
  for (const element of childrenOf(values, array)) {
    const value = kind.read(values, element);
    if (value === undefined) return undefined;
    elements.push(value);
  }
  return elements;
}

export function coerceArray<T>(kind: Coercion<T>, values: ValueSource, node: ValueNode): T[] | SnapshotError {
  return readArray(kind, values, node) ?? typeMismatch("[u64]", actualArray(kind, values, node));
}

function actualArray<T>(kind: Coercion<T>, values: ValueSource, node: ValueNode): string {
  const array = innermost(values, node);
  if (array.kind !== "array") {
    return node.kind === "truncated" ? `Truncated(partial=${kindName(array)})` : kindName(array);
  }
  const elements = childrenOf(values, array);
  const bad = elements.findIndex((element) => kind.read(values, element) === undefined);
  return `Array[${bad}]=${kindName(elements[bad]!)}`;
}
