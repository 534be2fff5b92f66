import type { Core } from "../../../abi/core.ts";
import { decodeMessage } from "../../../abi/decode.ts";
import type { Message } from "../../../abi/rows.ts";
import { type CompiledSchema, compileSchema } from "../../../abi/schema.ts";
import { SnapshotError } from "../../../base/errors.ts";
import type { Issue } from "../../../base/issue.ts";
import type { Limits } from "../../../base/limits.ts";
import { SCHEMA } from "../schema.generated.ts";
import { cpuStride, isPerCpu } from "./map-types.ts";
import {
  type BpfNative,
  type BtfRecord,
  type EntryChunk,
  type HostRecord,
  KERNEL_BTF_ID,
  type MapRecord,
  type MemoryRecord,
  NO_HOST,
  type ProgramRecord,
} from "./records.ts";

const CAPTURE = "coldframe.bpf.Capture";
/** Version of the schema that is read and written. */
const CAPTURE_SCHEMA = 1;

/** The schema in the form that the core takes. */
function captureSchema(): CompiledSchema {
  return compileSchema(SCHEMA, [CAPTURE]);
}

/**
 * Reads a capture. Damaged records are left out with an issue each; sizes that do not fit are cut to what does.
 * @throws SnapshotError `NewerSchema`; in strict reading the code of the first fault.
 */
export function decodeCapture(
  core: Core,
  bytes: Uint8Array,
  options: {
    readonly strict: boolean;
    readonly limits: Limits;
    readonly progress?: ((done: number, total: number) => void) | undefined;
  },
): { readonly native: BpfNative; readonly issues: readonly Issue[] } {
  const { strict, limits, progress } = options;
  const result = decodeMessage(core, captureSchema(), CAPTURE, bytes, { lenient: !strict, limits, progress });
  const { root } = result;
  const found = root.u32("schema");
  if (found > CAPTURE_SCHEMA) {
    throw new SnapshotError("NewerSchema", `reading a BPF capture: schema ${found} is newer than ${CAPTURE_SCHEMA}`, {
      fields: { found, supported: CAPTURE_SCHEMA },
    });
  }
  const issues: Issue[] = [...result.issues];
  const host = readHost(root.message("host"));
  const chunks = readChunks(root);
  const maps = [...root.messages("maps")].map((map): MapRecord => readMap(map, chunks));
  reportStrayChunks(maps, chunks, issues);
  return {
    native: {
      host,
      btf: [...root.messages("btf")].map(readBtf),
      maps,
      programs: [...root.messages("programs")].map(readProgram),
      memory: [...root.messages("memory")].map(readMemory),
      objects: [...root.messages("objects")].map((object) => ({
        name: object.text("name"),
        address: object.u64("address"),
        btfId: object.u32("btf_id"),
        typeId: object.u32("type_id"),
        typeName: object.text("type_name"),
      })),
      problems: [...root.messages("problems")].map((problem) => ({
        subject: problem.text("subject"),
        message: problem.text("message"),
        errno: problem.u32("errno"),
      })),
    },
    issues,
  };
}

function readHost(host: Message | undefined): HostRecord {
  if (host === undefined) return NO_HOST;
  return {
    hostname: host.text("hostname"),
    kernelRelease: host.text("kernel_release"),
    kernelVersion: host.text("kernel_version"),
    machine: host.text("machine"),
    capturedAtNs: host.u64("captured_at_ns"),
    uptimeNs: host.u64("uptime_ns"),
    possibleCpus: host.u32s("possible_cpus"),
    bigEndian: host.bool("big_endian"),
    pointerSize: host.u32("pointer_size"),
    producer: host.text("producer"),
    tool: host.text("tool"),
    command: host.text("command"),
  };
}

function readBtf(blob: Message): BtfRecord {
  return {
    id: blob.u32("id"),
    name: blob.text("name"),
    baseId: blob.u32("base_id"),
    raw: blob.bytes("raw"),
    sha256: blob.text("sha256"),
    size: blob.u64("size"),
    rebuilt: blob.bool("rebuilt"),
  };
}

interface MapChunks {
  readonly list: EntryChunk[];
  readonly offset: number;
  used: boolean;
}

/** Chunks by map, in file order. Their sizes are checked when the map is known. */
function readChunks(root: Message): Map<number, MapChunks> {
  const chunks = new Map<number, MapChunks>();
  for (const chunk of root.messages("entries")) {
    const mapId = chunk.u32("map_id");
    let ofMap = chunks.get(mapId);
    if (ofMap === undefined) {
      ofMap = { list: [], offset: chunk.offset, used: false };
      chunks.set(mapId, ofMap);
    }
    ofMap.list.push({
      count: chunk.u32("count"),
      keys: chunk.bytes("keys"),
      keysOffset: chunk.span("keys")?.offset ?? 0,
      values: chunk.bytes("values"),
      valuesOffset: chunk.span("values")?.offset ?? 0,
      valueStride: chunk.u32("value_stride"),
      unread: chunk.u32s("unread"),
      unreadErrno: chunk.u32s("unread_errno"),
    });
  }
  return chunks;
}

/** Types of keys and values: those of struct_ops are in the kernel's own BTF, whatever object the map belongs to. */
function readTypes(map: Message): Pick<MapRecord, `btf${string}` & keyof MapRecord> {
  const [btfId, btfKeyTypeId, btfValueTypeId] = [
    map.u32("btf_id"),
    map.u32("btf_key_type_id"),
    map.u32("btf_value_type_id"),
  ];
  const btfVmlinuxValueTypeId = map.u32("btf_vmlinux_value_type_id");
  const btfVmlinuxId = map.u32("btf_vmlinux_id");
  const kernel = { btfVmlinuxValueTypeId, btfVmlinuxId };
  if (btfValueTypeId !== 0 || btfVmlinuxValueTypeId === 0) return { btfId, btfKeyTypeId, btfValueTypeId, ...kernel };
  return { btfId: btfVmlinuxId || KERNEL_BTF_ID, btfKeyTypeId: 0, btfValueTypeId: btfVmlinuxValueTypeId, ...kernel };
}

function readMap(map: Message, chunks: Map<number, MapChunks>): MapRecord {
  const id = map.u32("id");
  const type = map.u32("type");
  const keySize = map.u32("key_size");
  const valueSize = map.u32("value_size");
  const own = chunks.get(id);
  if (own !== undefined) own.used = true;
  const stride = isPerCpu(type) ? cpuStride(valueSize) : valueSize;
  return {
    id,
    type,
    name: map.text("name"),
    keySize,
    valueSize,
    maxEntries: map.u32("max_entries"),
    flags: map.u32("flags"),
    extra: map.u64("extra"),
    ...readTypes(map),
    frozen: map.bool("frozen"),
    bytesMemlock: map.u64("bytes_memlock"),
    address: map.u64("address"),
    pinned: map.texts("pinned"),
    error: map.text("error"),
    entryCount: map.u64("entry_count"),
    chunks: (own?.list ?? []).map((chunk) => fitChunk(chunk, keySize, stride)),
  };
}

/** A chunk says no more entries than its bytes hold. */
function fitChunk(chunk: EntryChunk, keySize: number, defaultStride: number): EntryChunk {
  const valueStride = chunk.valueStride === 0 ? defaultStride : chunk.valueStride;
  let count = chunk.count;
  if (keySize > 0) count = Math.min(count, Math.floor(chunk.keys.length / keySize));
  if (valueStride > 0) count = Math.min(count, Math.floor(chunk.values.length / valueStride));
  if (keySize === 0 && valueStride === 0) count = 0;
  return { ...chunk, count, valueStride };
}

function reportStrayChunks(maps: readonly MapRecord[], chunks: Map<number, MapChunks>, issues: Issue[]): void {
  for (const [mapId, { used, offset, list }] of chunks) {
    const declared = list.reduce((sum, chunk) => sum + chunk.count, 0);
    const map = maps.find(({ id }) => id === mapId);
    const kept = map?.chunks.reduce((sum, chunk) => sum + chunk.count, 0) ?? 0;
    if (used && kept === declared) continue;
    const reason = used
      ? `map ${mapId} says ${declared} entries, its bytes hold ${kept}`
      : `entries of map ${mapId}, which is not there`;
    issues.push({ code: "MalformedCapture", severity: "error", message: `reading a BPF capture: ${reason}`, offset });
  }
}

function readProgram(program: Message): ProgramRecord {
  return {
    id: program.u32("id"),
    type: program.u32("type"),
    typeName: program.text("type_name"),
    name: program.text("name"),
    tag: program.text("tag"),
    gplCompatible: program.bool("gpl_compatible"),
    loadedAt: program.u64("loaded_at"),
    uid: program.u32("uid"),
    orphaned: program.bool("orphaned"),
    bytesXlated: program.u64("bytes_xlated"),
    bytesJited: program.u64("bytes_jited"),
    bytesMemlock: program.u64("bytes_memlock"),
    mapIds: program.u32s("map_ids"),
    btfId: program.u32("btf_id"),
    runTimeNs: program.u64("run_time_ns"),
    runCount: program.u64("run_count"),
    recursionMisses: program.u64("recursion_misses"),
    pinned: program.texts("pinned"),
    holders: [...program.messages("holders")].map((holder) => ({ pid: holder.u32("pid"), comm: holder.text("comm") })),
  };
}

function readMemory(extent: Message): MemoryRecord {
  return {
    address: extent.u64("address"),
    content: extent.bytes("content"),
    contentOffset: extent.span("content")?.offset ?? 0,
    arenaMapId: extent.u32("arena_map_id"),
    label: extent.text("label"),
  };
}
