import { type HostTables, NO_HOST_TABLES } from "./host-tables.ts";
import type { ValueNode } from "./values.ts";

/**
 * BPF maps of one capture, in the order they were captured. Raw captures and failure dumps both implement it, and the
 * traversal of `view/` reads nothing else. All nodes belong to the snapshot's `ValueSource`.
 */
export interface MapCapture {
  readonly maps: readonly CapturedMap[];
  /** BPF object of the running scheduler, where the capture found it. */
  readonly activeObjName?: string;
  /** Addresses of the maps of the running scheduler, where the capture found them. */
  readonly activeMapKvas: readonly bigint[];
  /** The capture failed and this is an empty stand-in for it. */
  readonly isPlaceholder: boolean;
  /** What was captured beside the maps. */
  readonly host: HostTables;
  /** Path of a table in the value tree; absent where a table is at the root under its own name. */
  tablePath?(table: CapturedTable): string;
  /** An earlier capture of the same system in the same snapshot. */
  readonly earlier?: MapCapture;
}

/** What a capture holds, by the name that paths use. */
export type CapturedTable = "maps" | keyof HostTables;

export interface CapturedMap {
  readonly name: string;
  /** Address of the kernel's `struct bpf_map`: identity within one run only. 0 when not recorded. */
  readonly kva: bigint;
  /** Number of the map type, as in `enum bpf_map_type`. */
  readonly mapType: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Why contents are missing or partial, verbatim from the capture. */
  readonly error?: string | undefined;
  /** The map as a whole in the value tree. */
  readonly node: ValueNode;
  /** What the capture holds, non-empty stores only, in the order of `MapStoreKind`. */
  readonly stores: readonly MapStore[];
  readonly ringbuf?: RingbufState | undefined;
  readonly arena?: ArenaState | undefined;
  readonly stackTrace?: StackTraceState | undefined;
  readonly fdArray?: FdArrayState | undefined;
  /** The one value of a single-entry array: a global section, for one. */
  value(): ValueNode | undefined;
}

/**
 * `percpu-array`: a key number and a value per CPU; `percpu-hash`: a key and a value per CPU; `hash`: key and value;
 * `array`: a key number and a value; `value`: one value, no key.
 */
export type MapStoreKind = "percpu-array" | "percpu-hash" | "hash" | "array" | "value";

export interface MapStore {
  readonly kind: MapStoreKind;
  readonly length: number;
  /** Member of the map's node that holds the entries; absent where they are its own children. */
  readonly member?: string | undefined;
  /** @param ix 0 ≤ ix < length */
  entry(ix: number): CapturedEntry;
  /**
   * The whole numbers at one place of every key or value, read without making nodes; undefined where the place is not
   * the same in all of them, holds no whole number, or is behind a pointer.
   * @param path as `getPath` takes it, from the key or value; `""` is itself.
   */
  numbers?(side: "key" | "value", path: string): MapNumbers | undefined;
}

/** A column of numbers. An entry whose bytes were not read gives 0. */
export interface MapNumbers {
  readonly length: number;
  exact(ix: number): bigint;
  /** The nearest double. */
  nearest(ix: number): number;
}

export interface CapturedEntry {
  /** The entry in the value tree. */
  readonly node: ValueNode;
  /** Key of an array. */
  readonly keyNumber?: number | undefined;
  /** What the entry is called where its key is a name and no value of its own. */
  readonly keyName?: string | undefined;
  /** Key of a hash, if its type was known. */
  readonly key?: ValueNode | undefined;
  /** Bytes of the key as hex pairs separated by spaces. */
  readonly keyHex?: string | undefined;
  readonly value?: ValueNode | undefined;
  readonly valueHex?: string | undefined;
  /** One per possible CPU; undefined where the CPU's page was not mapped. */
  readonly perCpu?: readonly (ValueNode | undefined)[] | undefined;
  /** What the value points to through the scheduler's own allocator. */
  readonly payload?: ValueNode | undefined;
}

export interface RingbufState {
  readonly capacity: bigint;
  readonly consumer_pos: bigint;
  readonly producer_pos: bigint;
  readonly pending_pos: bigint;
  /** producer - consumer, wrapping at 2^64. */
  readonly pending_bytes: bigint;
}

export interface StackTraceState {
  readonly n_buckets: number;
  readonly entries: readonly StackBucket[];
  readonly truncated: boolean;
  readonly buckets_unreadable: number;
}

export interface StackBucket {
  readonly bucket_id: number;
  readonly nr: number;
  readonly pcs: readonly bigint[];
  readonly data_hex: string;
}

export interface FdArrayState {
  readonly populated: number;
  readonly scanned: number;
  readonly indices: readonly number[];
  readonly truncated: boolean;
  readonly indices_truncated: boolean;
  readonly unreadable: number;
}

export interface ArenaState {
  readonly truncated: boolean;
  readonly declared_pages: bigint;
  readonly span_capped: boolean;
  readonly kern_vm_start: bigint;
  readonly user_vm_start: bigint;
  readonly pages: readonly ArenaPageState[];
}

/** One captured page; its bytes are read when asked for. */
export interface ArenaPageState {
  /** Full address in the user mapping of the arena. */
  readonly user_addr: bigint;
  readonly byteLength: number;
  readonly isZero: boolean;
  bytes(): Uint8Array;
}

export const NO_MAPS: MapCapture = { maps: [], activeMapKvas: [], isPlaceholder: false, host: NO_HOST_TABLES };
