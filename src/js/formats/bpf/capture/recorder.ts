import { append } from "../../../base/append.ts";
import { isSnapshotError, SnapshotError } from "../../../base/errors.ts";
import type { JsonValue } from "../../../base/json.ts";
import { suggestNames } from "../../../base/text.ts";
import { mapTypeName } from "../../../model/map-type-names.ts";
import { Btf } from "../btf/btf.ts";
import { countCpus, MapDumpReader, readMapShow, readProgramShow } from "./bpftool-listing.ts";
import { type CaptureEncoder, CHUNK_BYTES, type EntryBatch, entryStride } from "./encoder.ts";
import { readBtfObject, readMapTypes, structOpsTypes, type TypeSourceOptions } from "./listed-types.ts";
import { errorIn, type ListingSource, type RawEntries, readListing, toolFailed } from "./listing-source.ts";
import { isArrayLike, isPerCpu, MAP_TYPE } from "./map-types.ts";
import { KERNEL_BTF_ID, type MapInfo, NAME_LENGTH, type ProblemRecord } from "./records.ts";

/** Types of maps out of an object file, in place of what the kernel would tell. */
export interface GivenTypes {
  readonly raw: Uint8Array;
  /** Key and value types of a map; undefined for a map that the object does not define. */
  typesOf(map: MapInfo): { readonly btfKeyTypeId: number; readonly btfValueTypeId: number } | undefined;
}

export interface RecordOptions extends TypeSourceOptions {
  /** Names, ids or patterns of maps; all maps by default. */
  readonly maps?: readonly string[] | undefined;
  readonly types?: GivenTypes | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((stage: string, doneBytes: number) => void) | undefined;
}

/** What a recording came to; complete when its last piece has been taken. */
export interface RecordSummary {
  readonly maps: readonly MapSummary[];
  readonly programs: number;
  readonly btfObjects: number;
  readonly problems: readonly ProblemRecord[];
}

export interface MapSummary {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly entries: number;
  readonly error: string;
}

/** BTF object that stands for `RecordOptions.types` where a map names none. */
const GIVEN_BTF_ID = 0x7fff_ffff;

/** Maps whose entries no listing holds, and why. Source: docs/formats/btf.md, "Map layouts". */
const UNLISTED: Readonly<Record<string, string>> = {
  queue: "the entries of a queue cannot be listed without removing them",
  stack: "the entries of a stack cannot be listed without removing them",
  bloom_filter: "a bloom filter has no entries to list",
  ringbuf: "the records of a ring buffer cannot be listed",
  user_ringbuf: "the records of a ring buffer cannot be listed",
  sk_storage: "the kernel lists no storage of sockets",
  inode_storage: "the kernel lists no storage of inodes",
  task_storage: "the kernel lists no storage of tasks",
  cgrp_storage: "the kernel lists no storage of cgroups",
  arena: "bpftool does not list the pages of an arena",
};

/**
 * Records maps through bpftool's listings. Iterate over `pieces()` and write them one after another: they are a capture.
 * A map that cannot be read is kept with the reason, a listing that fails is a problem of the capture; memory is
 * bounded by one chunk of entries and the largest BTF object.
 */
export class CaptureRecorder {
  private readonly encoder: CaptureEncoder;
  private readonly source: ListingSource;
  private readonly options: RecordOptions;
  private readonly recorded: MapSummary[] = [];
  private readonly found: ProblemRecord[] = [];
  private readonly btfDone = new Set<number>();
  private programs = 0;
  private cpus = 0;
  private bytes = 0;

  constructor(encoder: CaptureEncoder, source: ListingSource, options: RecordOptions) {
    this.encoder = encoder;
    this.source = source;
    this.options = options;
  }

  get summary(): RecordSummary {
    return { maps: this.recorded, programs: this.programs, btfObjects: this.btfDone.size, problems: this.found };
  }

  /** @throws SnapshotError `ToolFailed` when maps cannot be listed at all, `MapNotFound`, `Cancelled`. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    const host = await this.source.host();
    this.cpus = host.possibleCpus.length;
    yield this.count(this.encoder.host(host));
    const maps = this.choose(await this.listMaps());
    for (const [ix, map] of maps.entries()) {
      this.check(`map ${map.name} (${ix + 1} of ${maps.length})`);
      for await (const piece of this.map(map)) yield this.count(piece);
    }
    for await (const piece of this.programRecords(new Set(maps.map(({ id }) => id)))) yield this.count(piece);
    for (const problem of this.found) yield this.count(this.encoder.problem(problem));
  }

  private count(piece: Uint8Array): Uint8Array {
    this.bytes += piece.length;
    return piece;
  }

  private check(stage: string): void {
    if (this.options.signal?.aborted === true) throw new SnapshotError("Cancelled", "capturing maps was stopped");
    this.options.progress?.(stage, this.bytes);
  }

  // -- which maps --------------------------------------------------------------------------------------------------

  private async listMaps(): Promise<MapInfo[]> {
    const listing = await readListing(this.source, ["map", "show"]);
    const maps: MapInfo[] = [];
    for (const [ix, value] of asList(listing).entries()) {
      // Maps go away while they are listed.
      const map = await this.attempt(`map listed at ${ix}`, () => readMapShow(value));
      if (map !== undefined) maps.push(map);
    }
    return maps.sort((a, b) => a.id - b.id);
  }

  private choose(maps: readonly MapInfo[]): readonly MapInfo[] {
    const wanted = this.options.maps ?? [];
    if (wanted.length === 0) return maps;
    const chosen = new Set<MapInfo>();
    for (const name of wanted) {
      const matches = maps.filter((map) => isCalled(map, name));
      if (matches.length === 0) throw notFound(name, maps);
      for (const map of matches) chosen.add(map);
    }
    return maps.filter((map) => chosen.has(map));
  }

  // -- one map -----------------------------------------------------------------------------------------------------

  private async *map(listed: MapInfo): AsyncGenerator<Uint8Array> {
    const map = await this.typed(listed);
    for await (const piece of this.typesFor(map)) yield piece;
    let entries = 0;
    let error = UNLISTED[mapTypeName(map.type)] ?? "";
    if (error === "") {
      const raw = await this.source.rawEntries?.(map.id);
      try {
        const batches = raw === undefined ? this.listed(map) : batchesOf(map, raw, Math.max(1, this.cpus));
        for await (const batch of batches) {
          entries += batch.count;
          yield this.encoder.entries(map, batch, Math.max(1, this.cpus));
          this.check(`map ${map.name}: ${entries} entries`);
        }
      } catch (failure) {
        if (!isSnapshotError(failure) || failure.code === "Cancelled") throw failure;
        error = failure.message;
      }
    }
    this.recorded.push({ id: map.id, name: map.name, type: mapTypeName(map.type), entries, error });
    yield this.encoder.map({ ...map, error });
  }

  /** Entries of a listing; those before a failure come, too. */
  private async *listed(map: MapInfo): AsyncGenerator<EntryBatch> {
    let reader: MapDumpReader | undefined;
    let head = "";
    let failure: unknown;
    try {
      for await (const piece of this.source.listing(["map", "dump", "id", String(map.id)])) {
        if (reader !== undefined) yield* reader.push(piece);
        else {
          head += piece;
          if (!this.isReadable(map, head)) continue;
          reader = this.readerOf(map, head);
          yield* reader.push(head);
        }
      }
    } catch (error) {
      failure = error;
    }
    if (reader === undefined) {
      reader = this.readerOf(map, head);
      yield* reader.push(head);
    }
    yield* reader.end();
    const said = errorIn(head);
    if (said !== undefined) throw toolFailed(["map", "dump", "id", String(map.id)], said);
    if (failure !== undefined) throw failure;
  }

  /** Where the CPUs are not known, the first entry tells their number: it must be there as a whole. */
  private isReadable(map: MapInfo, head: string): boolean {
    return this.cpus > 0 || !isPerCpu(map.type) || /\}\],"formatted"|\}\]\}/.test(head);
  }

  private readerOf(map: MapInfo, head: string): MapDumpReader {
    if (this.cpus === 0) this.cpus = countCpus(head, map);
    return new MapDumpReader(map, Math.max(1, this.cpus));
  }

  // -- types -------------------------------------------------------------------------------------------------------

  private async typed(map: MapInfo): Promise<MapInfo> {
    const { types } = this.options;
    if (map.type === MAP_TYPE.structOps) return { ...map, ...(await this.structOps(map)) };
    const given = types?.typesOf(map);
    if (given !== undefined) return { ...map, ...given, btfId: map.btfId === 0 ? GIVEN_BTF_ID : map.btfId };
    if (types !== undefined || map.btfId === 0) return map;
    const ids = await this.attempt(`map ${map.id}`, () => readMapTypes(this.source, map));
    return { ...map, ...ids };
  }

  /** The types of struct_ops are the kernel's; of several that fit none is taken. */
  private async structOps({ id, name, valueSize }: MapInfo): Promise<Partial<MapInfo>> {
    const { kernel, module } = this.options;
    const raw = await kernel?.();
    const found = raw === undefined ? [] : structOpsTypes(new Btf(module, raw, { name: "vmlinux" }), valueSize);
    if (found.length === 1) return { btfVmlinuxId: KERNEL_BTF_ID, btfVmlinuxValueTypeId: found[0]! };
    const why = raw === undefined ? "the kernel's BTF is not there" : `${found.length} types have its size`;
    this.found.push({ subject: `map ${id} ${name}`, message: `the type of its value is not known: ${why}`, errno: 0 });
    return {};
  }

  private async *typesFor(map: MapInfo): AsyncGenerator<Uint8Array> {
    if (map.btfVmlinuxValueTypeId !== 0) return yield* this.btf(map.btfVmlinuxId);
    const { btfId, btfKeyTypeId, btfValueTypeId } = map;
    if ((btfKeyTypeId === 0 && btfValueTypeId === 0) || this.btfDone.has(btfId)) return;
    const { types } = this.options;
    if (types !== undefined) {
      const size = BigInt(types.raw.length);
      const blob = { id: btfId, name: "", baseId: 0, raw: types.raw, sha256: "", size, rebuilt: false };
      this.btfDone.add(btfId);
      yield this.encoder.btf(blob);
      return;
    }
    yield* this.btf(btfId);
  }

  private async *btf(btfId: number): AsyncGenerator<Uint8Array> {
    if (this.btfDone.has(btfId)) return;
    this.check(`BTF ${btfId}`);
    const read = await this.attempt(`btf ${btfId}`, () => readBtfObject(this.source, btfId, this.options));
    this.btfDone.add(btfId);
    append(this.found, read?.problems ?? []);
    for (const blob of read?.blobs ?? []) {
      if (blob.id !== btfId && this.btfDone.has(blob.id)) continue;
      this.btfDone.add(blob.id);
      yield this.encoder.btf(blob);
    }
  }

  // -- programs ----------------------------------------------------------------------------------------------------

  /** All programs; with chosen maps those that use one of them. */
  private async *programRecords(maps: ReadonlySet<number>): AsyncGenerator<Uint8Array> {
    this.check("programs");
    const listing = await this.attempt("programs", () => readListing(this.source, ["prog", "show"]));
    for (const value of listing === undefined ? [] : asList(listing)) {
      const program = await this.attempt("program", () => readProgramShow(value));
      if (program === undefined) continue;
      if ((this.options.maps ?? []).length > 0 && !program.mapIds.some((id) => maps.has(id))) continue;
      this.programs++;
      yield this.encoder.program(program);
    }
  }

  // -- failures ----------------------------------------------------------------------------------------------------

  private async attempt<T>(subject: string, read: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.note(subject, error);
      return undefined;
    }
  }

  private note(subject: string, error: unknown): void {
    if (!isSnapshotError(error) || error.code === "Cancelled") throw error;
    this.found.push({ subject, message: error.message, errno: 0 });
  }
}

function asList(listing: JsonValue): readonly JsonValue[] {
  // One object stands for a list of one.
  return Array.isArray(listing) ? listing : [listing];
}

function isCalled(map: MapInfo, wanted: string): boolean {
  if (/^\d+$/.test(wanted) && Number(wanted) === map.id) return true;
  if (wanted === map.name || (wanted.length > NAME_LENGTH && wanted.slice(0, NAME_LENGTH) === map.name)) return true;
  if (!/[*?]/.test(wanted)) return false;
  const source = wanted
    .replace(/[\\^$.|()[\]{}+]/g, "\\$&")
    .replaceAll("?", ".")
    .replace(/\*+/g, ".*");
  return new RegExp(`^${source}$`, "s").test(map.name);
}

function notFound(requested: string, maps: readonly MapInfo[]): SnapshotError {
  const available = [...new Set(maps.map(({ name, id }) => (name === "" ? String(id) : name)))];
  const [near] = suggestNames(requested, available, 1);
  const hint = near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
  return new SnapshotError("MapNotFound", `the kernel has no map ${JSON.stringify(requested)}${hint}`, {
    fields: { requested, available },
    available,
  });
}

/** Raw bytes as entries, a chunk at a time. */
function* batchesOf(map: MapInfo, raw: RawEntries, cpus: number): Generator<EntryBatch> {
  const stride = entryStride(map, cpus);
  const counted = raw.keys.length === 0 && map.keySize === 4 && isArrayLike(map.type);
  const count = stride > 0 ? Math.floor(raw.values.length / stride) : 0;
  const whole = stride > 0 && raw.values.length % stride === 0;
  const fits = counted || map.keySize === 0 || raw.keys.length === count * map.keySize;
  if (!whole || !fits) {
    const reason = `${raw.keys.length} bytes of keys and ${raw.values.length} of values are no whole entries of ${map.keySize} and ${stride} bytes`;
    throw new SnapshotError("MalformedCapture", `reading raw entries: ${reason}`, { fields: { reason } });
  }
  const room = Math.max(1, Math.floor(CHUNK_BYTES / Math.max(1, map.keySize + stride)));
  for (let from = 0; from < count; from += room) {
    const to = Math.min(count, from + room);
    const keys = counted ? indices(from, to) : raw.keys.subarray(from * map.keySize, to * map.keySize);
    yield { count: to - from, keys, values: raw.values.subarray(from * stride, to * stride) };
  }
}

/** Keys of an array, in little-endian order. */
function indices(from: number, to: number): Uint8Array {
  const keys = new DataView(new ArrayBuffer((to - from) * 4));
  for (let ix = from; ix < to; ix++) keys.setUint32((ix - from) * 4, ix, true);
  return new Uint8Array(keys.buffer);
}
