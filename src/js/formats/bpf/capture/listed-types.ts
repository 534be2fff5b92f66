import { isSnapshotError } from "../../../base/errors.ts";
import type { JsonValue } from "../../../base/json.ts";
import { Btf } from "../btf/btf.ts";
import { encodeListing, type ListedRecord, LOST_IN_LISTINGS } from "../btf/encode.ts";
import { matchTypes } from "../btf/search.ts";
import { type ListingSource, readListing } from "./listing-source.ts";
import { type BtfRecord, KERNEL_BTF_ID, type MapInfo, type ProblemRecord } from "./records.ts";

/** Kernel types, where a listing extends them. */
export interface KernelTypes {
  readonly id: number;
  readonly raw: Uint8Array;
}

/** What was found of a BTF object. */
export interface ListedBtf {
  readonly blobs: readonly BtfRecord[];
  readonly problems: readonly ProblemRecord[];
}

export interface TypeSourceOptions {
  /** The compiled btf.wasm. */
  readonly module: WebAssembly.Module;
  /** Bytes of the kernel's own BTF, asked for when a module's is captured. */
  readonly kernel?: (() => Promise<Uint8Array | undefined>) | undefined;
}

/** Key and value types of a map. @throws SnapshotError `ToolFailed` */
export async function readMapTypes(
  source: ListingSource,
  map: MapInfo,
): Promise<{ readonly btfKeyTypeId: number; readonly btfValueTypeId: number }> {
  try {
    const [key, value] = recordsOf(await readListing(source, ["btf", "dump", "map", "id", String(map.id), "kv"]));
    return { btfKeyTypeId: idOf(key), btfValueTypeId: idOf(value) };
  } catch (error) {
    // A map of an object with BTF may itself have no types: bpftool then looks for an object 0.
    if (isSnapshotError(error) && /by id \(0\)/.test(error.message)) return { btfKeyTypeId: 0, btfValueTypeId: 0 };
    throw error;
  }
}

/** 0 for void. */
function idOf(record: ListedRecord | undefined): number {
  return record === undefined ? 0 : Number(record["id"] ?? 0);
}

/**
 * Types that the value of a struct_ops map may have: `bpf_struct_ops_NAME` of the map's size. No listing tells which.
 * Source: docs/formats/btf.md, "Map layouts".
 */
export function structOpsTypes(kernel: Btf, valueSize: number): number[] {
  return matchTypes(kernel, "struct bpf_struct_ops_*").filter((id) => {
    const [, ops] = kernel.members(id);
    // The one without a NAME of its own is the kernel's view of all of them.
    return ops?.name === "data" && kernel.name(id) !== "bpf_struct_ops_value" && kernel.sizeOf(id) === valueSize;
  });
}

/**
 * A BTF object of the kernel, from its blob or rebuilt from a listing; a module's comes with the kernel's that it
 * extends.
 * @throws SnapshotError `ToolFailed`, `MalformedCapture`.
 */
export async function readBtfObject(source: ListingSource, id: number, options: TypeSourceOptions): Promise<ListedBtf> {
  const kept = (await source.rawBtf?.(id)) ?? (id === KERNEL_BTF_ID ? await options.kernel?.() : undefined);
  if (kept !== undefined) return { blobs: [blob(id, kept, 0, false)], problems: [] };
  const records = recordsOf(await readListing(source, ["btf", "dump", "id", String(id)]));
  const first = idOf(records[0]);
  if (first <= 1) return { blobs: [blob(id, encodeListing(records), 0, true)], problems: lossesOf(id, records) };
  const kernel = await options.kernel?.();
  if (kernel === undefined) {
    const message = `its types start at ${first}: they extend a kernel whose BTF was not there`;
    return { blobs: [], problems: [{ subject: `btf ${id}`, message, errno: 0 }] };
  }
  const base = new Btf(options.module, kernel, { name: "vmlinux" });
  const raw = encodeListing(records, { types: base.typeCount, strings: base.layers.at(-1)!.stringsLength });
  return {
    blobs: [{ ...blob(KERNEL_BTF_ID, kernel, 0, false), name: "vmlinux" }, blob(id, raw, KERNEL_BTF_ID, true)],
    problems: lossesOf(id, records),
  };
}

function blob(id: number, raw: Uint8Array, baseId: number, rebuilt: boolean): BtfRecord {
  return { id, name: "", baseId, raw, sha256: "", size: BigInt(raw.length), rebuilt };
}

/** What the listing did not tell is worth saying only of what is there. */
function lossesOf(id: number, records: readonly ListedRecord[]): ProblemRecord[] {
  const tags = records.filter(({ kind }) => kind === "TYPE_TAG" || kind === "DECL_TAG").length;
  if (tags === 0) return [];
  const message = `rebuilt from bpftool's listing, which does not tell ${LOST_IN_LISTINGS}: ${tags} tags`;
  return [{ subject: `btf ${id}`, message, errno: 0 }];
}

function recordsOf(listing: JsonValue): ListedRecord[] {
  const types = listing instanceof Map ? listing.get("types") : undefined;
  return Array.isArray(types) ? types.map((type) => toPlain(type) as ListedRecord) : [];
}

function toPlain(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  return value instanceof Map ? Object.fromEntries([...value].map(([key, member]) => [key, toPlain(member)])) : value;
}
