import type { RecordEncoder } from "../../../abi/writer.ts";
import { cpuStride, isPerCpu } from "./map-types.ts";
import type {
  BtfRecord,
  HostRecord,
  MapInfo,
  MemoryRecord,
  ObjectRecord,
  ProblemRecord,
  ProgramRecord,
} from "./records.ts";

/** Field numbers of the records in Capture: proto/coldframe/bpf.proto. */
const RECORD = { host: 3, btf: 4, map: 5, entries: 6, program: 7, memory: 8, object: 9, problem: 10 } as const;

/** Bytes of keys and values in one chunk: what a writer holds at a time. */
export const CHUNK_BYTES = 1_048_576;

/** Entries on their way into a capture. Values of per-CPU maps have a slot per CPU. */
export interface EntryBatch {
  readonly count: number;
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  readonly unread?: readonly number[];
  readonly unreadErrno?: readonly number[];
}

/**
 * Writes a capture piece by piece. Every method returns bytes; their concatenation, in any order that starts with one of
 * them, is a capture.
 */
export class CaptureEncoder {
  private readonly encoder: RecordEncoder;

  constructor(encoder: RecordEncoder) {
    this.encoder = encoder;
  }

  host(host: HostRecord): Uint8Array {
    const { encoder } = this;
    encoder.begin(RECORD.host);
    encoder.text(1, host.hostname);
    encoder.text(2, host.kernelRelease);
    encoder.text(3, host.kernelVersion);
    encoder.text(4, host.machine);
    encoder.integer(5, host.capturedAtNs);
    encoder.integer(6, host.uptimeNs);
    for (const cpu of host.possibleCpus) encoder.integer(7, cpu);
    encoder.integer(8, host.bigEndian ? 1 : 0);
    encoder.integer(9, host.pointerSize);
    encoder.text(10, host.producer);
    encoder.text(11, host.tool);
    encoder.text(12, host.command);
    return encoder.end();
  }

  btf(blob: BtfRecord): Uint8Array {
    const { encoder } = this;
    encoder.begin(RECORD.btf);
    encoder.integer(1, blob.id);
    encoder.text(2, blob.name);
    encoder.integer(3, blob.baseId);
    encoder.bytes(4, blob.raw);
    encoder.text(5, blob.sha256);
    encoder.integer(6, blob.size);
    encoder.integer(7, blob.rebuilt ? 1 : 0);
    return encoder.end();
  }

  map(map: MapInfo): Uint8Array {
    const { encoder } = this;
    encoder.begin(RECORD.map);
    encoder.integer(1, map.id);
    encoder.integer(2, map.type);
    encoder.text(3, map.name);
    encoder.integer(4, map.keySize);
    encoder.integer(5, map.valueSize);
    encoder.integer(6, map.maxEntries);
    encoder.integer(7, map.flags);
    encoder.integer(8, map.extra);
    encoder.integer(9, map.btfId);
    encoder.integer(10, map.btfKeyTypeId);
    encoder.integer(11, map.btfValueTypeId);
    encoder.integer(12, map.btfVmlinuxValueTypeId);
    encoder.integer(13, map.btfVmlinuxId);
    encoder.integer(14, map.frozen ? 1 : 0);
    encoder.integer(15, map.bytesMemlock);
    encoder.integer(16, map.address);
    for (const path of map.pinned) encoder.text(17, path);
    encoder.text(18, map.error);
    encoder.integer(19, map.entryCount);
    return encoder.end();
  }

  /** One chunk; keep `keys` and `values` within `CHUNK_BYTES` for bounded memory. */
  entries(map: MapInfo, batch: EntryBatch, cpus: number): Uint8Array {
    const { encoder } = this;
    encoder.begin(RECORD.entries);
    encoder.integer(1, map.id);
    encoder.integer(2, batch.count);
    encoder.bytes(3, batch.keys);
    encoder.bytes(4, batch.values);
    encoder.integer(5, entryStride(map, cpus));
    for (const ix of batch.unread ?? []) encoder.integer(6, ix);
    for (const errno of batch.unreadErrno ?? []) encoder.integer(7, errno);
    return encoder.end();
  }

  program(program: ProgramRecord): Uint8Array {
    const { encoder } = this;
    encoder.begin(RECORD.program);
    encoder.integer(1, program.id);
    encoder.integer(2, program.type);
    encoder.text(3, program.typeName);
    encoder.text(4, program.name);
    encoder.text(5, program.tag);
    encoder.integer(6, program.gplCompatible ? 1 : 0);
    encoder.integer(7, program.loadedAt);
    encoder.integer(8, program.uid);
    encoder.integer(9, program.orphaned ? 1 : 0);
    encoder.integer(10, program.bytesXlated);
    encoder.integer(11, program.bytesJited);
    encoder.integer(12, program.bytesMemlock);
    for (const id of program.mapIds) encoder.integer(13, id);
    encoder.integer(14, program.btfId);
    encoder.integer(15, program.runTimeNs);
    encoder.integer(16, program.runCount);
    encoder.integer(17, program.recursionMisses);
    for (const path of program.pinned) encoder.text(18, path);
    for (const { pid, comm } of program.holders) {
      encoder.integer(19, pid);
      encoder.text(19, comm);
    }
    return encoder.end();
  }

  memory(extent: Pick<MemoryRecord, "address" | "content" | "arenaMapId" | "label">): Uint8Array {
    const { encoder } = this;
    encoder.begin(RECORD.memory);
    encoder.integer(1, extent.address);
    encoder.bytes(2, extent.content);
    encoder.integer(3, extent.arenaMapId);
    encoder.text(4, extent.label);
    return encoder.end();
  }

  object(object: ObjectRecord): Uint8Array {
    const { encoder } = this;
    encoder.begin(RECORD.object);
    encoder.text(1, object.name);
    encoder.integer(2, object.address);
    encoder.integer(3, object.btfId);
    encoder.integer(4, object.typeId);
    encoder.text(5, object.typeName);
    return encoder.end();
  }

  problem(problem: ProblemRecord): Uint8Array {
    const { encoder } = this;
    encoder.begin(RECORD.problem);
    encoder.text(1, problem.subject);
    encoder.text(2, problem.message);
    encoder.integer(3, problem.errno);
    return encoder.end();
  }
}

/** Bytes of one entry's value in a capture. */
export function entryStride(map: Pick<MapInfo, "type" | "valueSize">, cpus: number): number {
  return isPerCpu(map.type) ? cpuStride(map.valueSize) * cpus : map.valueSize;
}
