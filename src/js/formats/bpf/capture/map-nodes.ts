import { mapTypeName } from "../../../model/map-type-names.ts";
import type {
  ArenaPageState,
  ArenaState,
  CapturedMap,
  MapStore,
  MapStoreKind,
  StackTraceState,
} from "../../../model/maps.ts";
import type { ValueNode } from "../../../model/values.ts";
import { Branch, hexPairs } from "../values/source.ts";
import { TypedNode } from "../values/typed-node.ts";
import type { BtfSet } from "./btf-set.ts";
import { EntryTable } from "./entry-nodes.ts";
import { isArrayLike, isPerCpu, MAP_TYPE } from "./map-types.ts";
import type { BpfNative, MapRecord } from "./records.ts";

/** One captured map, for the value tree and for the traversal. */
export class BpfMap implements CapturedMap {
  readonly record: MapRecord;
  readonly table: EntryTable;
  readonly node: ValueNode;
  readonly stores: readonly MapStore[];
  private readonly native: BpfNative;

  constructor(record: MapRecord, native: BpfNative, types: BtfSet) {
    this.record = record;
    this.native = native;
    const isTyped = record.btfValueTypeId !== 0 || record.btfKeyTypeId !== 0;
    const reader = isTyped ? types.reader(record.btfId, record.type === MAP_TYPE.arena ? record.id : 0) : undefined;
    this.table = new EntryTable(record, reader, native.host.possibleCpus);
    const kind = this.storeKind();
    const store: MapStore = {
      kind,
      length: this.table.length,
      entry: (ix) => this.table.entry(ix),
      numbers: (side, path) => this.table.numbers(side, path),
    };
    this.stores = this.table.length === 0 ? [] : [store];
    this.node = {
      kind: "map",
      name: record.name === "" ? `map ${record.id}` : record.name,
      typeName: mapTypeName(record.type),
      ...(record.address !== 0n && { address: record.address }),
      note: describeMap(record, this.table.length),
      handle: new MapBranch(this),
    };
  }

  get name(): string {
    return this.node.name;
  }
  get kva(): bigint {
    return this.record.address;
  }
  get mapType(): number {
    return this.record.type;
  }
  get valueSize(): number {
    return this.record.valueSize;
  }
  get maxEntries(): number {
    return this.record.maxEntries;
  }

  /** Why entries are missing; absent when they are all there. */
  get error(): string | undefined {
    return this.record.error === "" ? undefined : this.record.error;
  }

  get stackTrace(): StackTraceState | undefined {
    return this.record.type === MAP_TYPE.stackTrace ? stackTraceOf(this.table) : undefined;
  }

  get arena(): ArenaState | undefined {
    return this.record.type === MAP_TYPE.arena ? arenaOf(this.record, this.native) : undefined;
  }

  /** A map of one value and no key of its own: a section of global variables, an array of one. */
  get isSingle(): boolean {
    return this.record.type === MAP_TYPE.array && this.record.maxEntries === 1;
  }

  value(): ValueNode | undefined {
    return this.isSingle && this.table.length > 0 ? this.table.value(0) : undefined;
  }

  private storeKind(): MapStoreKind {
    const { type } = this.record;
    if (isPerCpu(type)) return type === MAP_TYPE.percpuArray ? "percpu-array" : "percpu-hash";
    if (this.isSingle && this.table.length > 0) return "value";
    return isArrayLike(type) ? "array" : "hash";
  }
}

/** `3 of 1000 entries (0.3 %), key 4 bytes, value 32 bytes`, and what is missing. */
function describeMap({ maxEntries, keySize, valueSize, error }: MapRecord, entries: number): string {
  const fill = maxEntries === 0 ? "" : ` of ${maxEntries} entries (${percentText(entries / maxEntries)})`;
  const sizes = `${keySize === 0 ? "" : `key ${keySize} bytes, `}value ${valueSize} bytes`;
  return [`${entries}${fill === "" ? " entries" : fill}, ${sizes}`, ...(error === "" ? [] : [error])].join("; ");
}

/** One digit after the point below ten percent; the smallest share that is not nothing is 0.1 %. */
function percentText(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent >= 10) return `${Math.floor(percent)} %`;
  return `${Math.max(0.1, Math.floor(percent * 10) / 10)} %`;
}

/** Entries by number, and by the text of their key; of a section also its variables. */
class MapBranch extends Branch {
  private readonly map: BpfMap;

  constructor(map: BpfMap) {
    super();
    this.map = map;
  }

  get count(): number {
    return this.map.table.length;
  }

  at(ix: number): ValueNode {
    return this.map.table.entry(ix);
  }

  named(name: string): ValueNode | undefined {
    const { map } = this;
    const value = map.value();
    const member = value instanceof TypedNode ? value.childNamed(name) : undefined;
    if (member !== undefined) return member;
    const ix = this.find(name);
    return ix < 0 ? undefined : map.table.entry(ix);
  }

  private find(name: string): number {
    const { table, record } = this.map;
    const bytes = integerKey(table, name);
    if (bytes !== undefined) {
      const ix = table.findKey(bytes);
      if (ix < 0 || table.keyText(ix) === name) return ix;
    }
    if (isArrayLike(record.type)) return -1;
    for (let ix = 0; ix < table.length; ix++) if (table.keyText(ix) === name) return ix;
    return -1;
  }
}

/** The key's bytes, if keys are integers and the text is one: a search among bytes is quick. */
function integerKey(table: EntryTable, text: string): Uint8Array | undefined {
  const { keySize } = table.map;
  if (!/^-?\d{1,20}$/.test(text) || keySize === 0 || keySize > 8 || table.length === 0) return undefined;
  const key = table.key(0);
  const isInteger = key === undefined ? table.keyNumber(0) !== undefined : key.kind === "int" || key.kind === "uint";
  if (!isInteger) return undefined;
  const bytes = new Uint8Array(8);
  const bigEndian = key instanceof TypedNode && key.reader.bigEndian;
  new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, BigInt(text)), !bigEndian);
  return bigEndian ? bytes.subarray(8 - keySize) : bytes.subarray(0, keySize);
}

/** Addresses of a stack trace, up to the first zero. */
export function stackTraceOf(table: EntryTable): StackTraceState {
  const entries = Array.from({ length: table.length }, (_, ix) => {
    const bytes = table.valueBytes(ix);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const pcs: bigint[] = [];
    for (let at = 0; at + 8 <= bytes.length && view.getBigUint64(at, true) !== 0n; at += 8) {
      pcs.push(view.getBigUint64(at, true));
    }
    const key = table.keyBytes(ix);
    const bucket = key.length === 4 ? new DataView(key.buffer, key.byteOffset, 4).getUint32(0, true) : ix;
    return { bucket_id: bucket, nr: pcs.length, pcs, data_hex: hexPairs(bytes) };
  });
  return { n_buckets: table.map.maxEntries, entries, truncated: table.map.error !== "", buckets_unreadable: 0 };
}

const PAGE_BYTES = 4096;

/** Pages of an arena: the extents that were captured of it. Its user addresses start at `map_extra`. */
function arenaOf(record: MapRecord, native: BpfNative): ArenaState {
  const pages = native.memory
    .filter(({ arenaMapId }) => arenaMapId === record.id)
    .flatMap(({ address, content }) => pagesOf(address, content));
  return {
    truncated: record.error !== "",
    declared_pages: BigInt(record.maxEntries),
    span_capped: false,
    kern_vm_start: 0n,
    user_vm_start: record.extra,
    pages,
  };
}

function pagesOf(address: bigint, content: Uint8Array): ArenaPageState[] {
  return Array.from({ length: Math.ceil(content.length / PAGE_BYTES) }, (_, ix) => {
    const bytes = content.subarray(ix * PAGE_BYTES, (ix + 1) * PAGE_BYTES);
    return {
      user_addr: address + BigInt(ix * PAGE_BYTES),
      byteLength: bytes.length,
      get isZero(): boolean {
        return bytes.every((byte) => byte === 0);
      },
      bytes: () => bytes,
    };
  });
}
