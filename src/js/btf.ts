import { unpack } from "./archive/unpack.ts";
import { SnapshotError } from "./base/errors.ts";
import { type Limits, withLimits } from "./base/limits.ts";
import { Btf } from "./formats/bpf/btf/btf.ts";
import { findBtfSections } from "./formats/bpf/btf/object-file.ts";
import { relocateSplit } from "./formats/bpf/btf/relocate.ts";
import { BtfSet, labelOf as captureLabelOf } from "./formats/bpf/capture/btf-set.ts";
import type { BpfNative } from "./formats/bpf/capture/records.ts";
import { probeBpf } from "./formats/bpf/probe.ts";
import type { SnapshotParts } from "./model/snapshot.ts";
import { embeddedModule } from "./platform/embedded.ts";

export { ERROR_CODES, type ErrorCode } from "./base/error-codes.ts";
export { isSnapshotError, SnapshotError } from "./base/errors.ts";
export type { Issue } from "./base/issue.ts";
export { alignOf, isPacked } from "./formats/bpf/btf/alignment.ts";
export {
  Btf,
  type BtfEnumerator,
  type BtfMember,
  type BtfOptions,
  type BtfParam,
  type BtfSectionEntry,
  type IntEncoding,
} from "./formats/bpf/btf/btf.ts";
export { type CHeaderOptions, type HeaderOrder, renderCHeader, renderCTypes } from "./formats/bpf/btf/c-header.ts";
export { renderTypeName } from "./formats/bpf/btf/declaration.ts";
export {
  diffAll,
  diffTypes,
  type MemberPlace,
  type NamedDiff,
  renderTypeDiff,
  type TypeChange,
} from "./formats/bpf/btf/diff.ts";
export { encodeListing, LOST_IN_LISTINGS } from "./formats/bpf/btf/encode.ts";
export {
  type BtfExt,
  decodeBtfExt,
  type ExtTable,
  type FuncRecord,
  type LineRecord,
  RELOCATION_KINDS,
  type RelocationRecord,
} from "./formats/bpf/btf/ext.ts";
export { ANY_KIND, KIND, KIND_NAMES, kindMask, splitTypeName } from "./formats/bpf/btf/kinds.ts";
export {
  flattenFields,
  getLayout,
  type LayoutField,
  type LayoutHole,
  renderLayout,
  type StructLayout,
} from "./formats/bpf/btf/layout.ts";
export { type BtfSections, findBtfSections } from "./formats/bpf/btf/object-file.ts";
export { renderRaw, renderRawType } from "./formats/bpf/btf/raw-text.ts";
export { describeType, type TypeRecord } from "./formats/bpf/btf/record.ts";
export type { KernelVerdict } from "./formats/bpf/btf/refusals.ts";
export { relocateSplit } from "./formats/bpf/btf/relocate.ts";
export {
  findByMember,
  findMembers,
  findTypes,
  findUses,
  labelOf,
  type MemberUse,
  matchTypes,
  type OwnedMember,
} from "./formats/bpf/btf/search.ts";
export { type CompileOptions, compileEntry, compileValue } from "./formats/bpf/render/compile.ts";
export type { Dialect } from "./formats/bpf/render/dialect.ts";
export { type EntryBytes, renderEntries, renderNode } from "./formats/bpf/render/entries.ts";
export type { EntryShape } from "./formats/bpf/render/value-writer.ts";
export { AddressSpace, type Extent, type Located } from "./formats/bpf/values/address-space.ts";
export { floatText, type LongDouble, longDoubleOf } from "./formats/bpf/values/floats.ts";
export type { Field, Shape } from "./formats/bpf/values/shape.ts";
export { TypedValues } from "./formats/bpf/values/source.ts";
export { TypedNode, TypeReader, type TypeReaderOptions, Window } from "./formats/bpf/values/typed-node.ts";
export { printableText, textOfBytes } from "./model/node-text.ts";
export type { ValueNode, ValueSource } from "./model/values.ts";
export { getPath, listChildren } from "./view/path.ts";

export interface OpenBtfOptions {
  /** BTF that a split one extends: opened already, or the bytes of a blob or ELF file. */
  readonly base?: Btf | Uint8Array | undefined;
  /** Name for messages. */
  readonly name?: string | undefined;
  /** The compiled btf.wasm, for hosts that refuse to compile; default the embedded one. */
  readonly module?: WebAssembly.Module | undefined;
  /** Of unpacking. */
  readonly limits?: Partial<Limits> | undefined;
}

/**
 * Opens the BTF of a kernel, module or object file: a raw blob, or an ELF file with a section `.BTF`; gzip and zstd are
 * looked into. A section `.BTF.base` is moved onto `base` where one is given, else it is itself the base.
 * @throws SnapshotError `MalformedBtf` if nothing can be read, `BtfBaseMismatch`, `MalformedElf`. Damage beyond that is in
 * `issues`.
 */
export async function openBtf(bytes: Uint8Array, options: OpenBtfOptions = {}): Promise<Btf> {
  const module = options.module ?? (await embeddedModule("btf"));
  const { name, limits } = options;
  const base =
    options.base instanceof Uint8Array
      ? await openBtf(options.base, { module, limits, name: "the base" })
      : options.base;
  const { btf, distilledBase } = findBtfSections(await unpackTypes({ name: name ?? "BTF", bytes }, limits));
  if (distilledBase === undefined) return new Btf(module, btf, { base, name });
  const split = new Btf(module, btf, { base: new Btf(module, distilledBase, { name: ".BTF.base" }), name });
  return base === undefined ? split : new Btf(module, relocateSplit(split, base), { base, name });
}

/** A file of types without what it is packed in. @throws SnapshotError `UsageError` for an archive of several files. */
export async function unpackTypes(
  file: { readonly name: string; readonly bytes: Uint8Array },
  limits?: Partial<Limits>,
): Promise<Uint8Array> {
  const { files } = await unpack(file, withLimits(limits));
  const [only, ...more] = files;
  if (only !== undefined && more.length === 0) return only.bytes;
  throw new SnapshotError("UsageError", `${file.name} holds ${files.length} files; give the one with the types`, {
    available: files.map(({ path, name }) => path ?? name),
  });
}

/** The bytes are a BPF capture, to be opened as a snapshot. */
export function isCapture(bytes: Uint8Array): boolean {
  return probeBpf(bytes) > 0;
}

/**
 * The types that a BPF capture carries.
 * @param id of the BTF object; default the only one that is not another's base.
 * @throws SnapshotError `TypeMissing` with the objects that are there.
 */
export async function openCapturedBtf(
  snapshot: Pick<SnapshotParts, "native">,
  options: { readonly id?: number | undefined; readonly module?: WebAssembly.Module | undefined } = {},
): Promise<Btf> {
  const native = snapshot.native as BpfNative;
  const held = native.btf.filter(({ raw }) => raw.length > 0);
  const tops = held.filter(({ id }) => !held.some(({ baseId }) => baseId === id));
  const id = options.id ?? (tops.length === 1 ? tops[0]!.id : undefined);
  const btf = id && new BtfSet(options.module ?? (await embeddedModule("btf")), native).btf(id);
  if (btf) return btf;
  const available = held.map(captureLabelOf);
  const what = id === undefined ? `${tops.length} BTF objects; choose one by its id` : `no readable BTF ${id}`;
  throw new SnapshotError("TypeMissing", `the capture has ${what}; there are ${available.join(", ") || "none"}`, {
    available,
  });
}
