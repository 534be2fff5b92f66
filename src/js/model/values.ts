/**
 * The lazy typed tree. A format implements `ValueSource` over its own tables and the plain input bytes; a node costs
 * nothing until it is asked for, and a container of a million children is paged, never expanded.
 */
export type ValueKind =
  | "struct"
  | "union"
  | "array"
  | "map"
  | "entry"
  | "pointer"
  | "enum"
  | "flags"
  | "int"
  | "uint"
  | "float"
  | "bool"
  | "char"
  | "string"
  | "bytes"
  /** A CPU mask as a list of ranges, e.g. `0-2,5`; its scalar is that text. */
  | "cpu-list"
  /** Fewer bytes than the type needs; `problem` says how many, and its one child is what could be decoded. */
  | "truncated"
  | "null"
  | "absent"
  | "error";

/** Where a value's bytes are in the input it was read from. */
export interface ValueOrigin {
  /** Index into `SnapshotParts.inputs`. */
  readonly input: number;
  readonly offset: number;
  readonly length: number;
}

export interface ValueNode {
  readonly kind: ValueKind;
  /** Member name, map key as text, or decimal index of an array element. */
  readonly name: string;
  /** As the schema or the C source writes it. */
  readonly typeName?: string;
  /** Address in the captured system's memory. */
  readonly address?: bigint | undefined;
  readonly origin?: ValueOrigin | undefined;
  /** What was noted about the value at capture, e.g. how a pointer's type was found. */
  readonly note?: string | undefined;
  /**
   * For `absent`, `error` and `truncated`, and for a pointer that was not followed: why, as a code of the error table
   * and a sentence.
   */
  readonly problem?: { readonly code: string; readonly message: string } | undefined;
  /** The source's own handle; opaque to everyone else. */
  readonly handle: unknown;
}

export type Scalar = bigint | number | boolean | string | Uint8Array | null;

export interface ValueSource {
  readonly root: ValueNode;
  /** Number of children: members, elements, entries; 1 for a pointer that can be followed; 0 for scalars. */
  count(node: ValueNode): number;
  /** Children `from` … `from + count - 1`, fewer at the end, in source order. */
  page(node: ValueNode, from: number, count: number): readonly ValueNode[];
  /** The child of that name, or undefined. */
  child(node: ValueNode, name: string): ValueNode | undefined;
  /**
   * The value of a leaf: bigint for integers and addresses, number for floats, string for enums that have a name,
   * bytes for undecoded data. `null` for containers.
   */
  scalar(node: ValueNode): Scalar;
  /**
   * The number behind an enum, pointer, char or bool; undefined where there is none. Enums of an unsigned type give
   * 0 … 2^64-1, enums of a signed type a negative number where they are negative.
   */
  rawInteger?(node: ValueNode): bigint | undefined;
  /** What a pointer points to, if that was captured. */
  follow?(node: ValueNode): ValueNode | undefined;
  /** Text of a whole subtree by a renderer of the format's own (a compiled plan). */
  renderText?(node: ValueNode): string | undefined;
}

const NOTHING: ValueNode = { kind: "struct", name: "", handle: undefined };

export const NO_VALUES: ValueSource = {
  root: NOTHING,
  count: () => 0,
  page: () => [],
  child: () => undefined,
  scalar: () => null,
};
