import type { ValueNode, ValueSource } from "./values.ts";

/** A type of a library of types, by its number there. */
export type TypeId = number;

/** Reads bytes as values of named types: what a BTF file gives to a capture that had none. */
export interface ByteTypes {
  /** The nodes that `node` makes belong to it. */
  readonly values: ValueSource;
  /** Types of a map's key and value, where a BPF object declares a map of that name (cut to 15 characters, as the kernel does). */
  mapTypes(mapName: string): { readonly key?: TypeId; readonly value?: TypeId } | undefined;
  /** The type of a section of globals, e.g. `.bss`. */
  section(name: string): TypeId | undefined;
  /** @throws SnapshotError `TypeNotFound` with the nearest names. */
  named(typeName: string): TypeId;
  /** Bytes of a value; undefined for an id that is none, or has no size. */
  sizeOf(type: TypeId): number | undefined;
  nameOf(type: TypeId): string;
  node(name: string, type: TypeId, bytes: Uint8Array): ValueNode;
}
