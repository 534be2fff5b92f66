import { BtfBlob } from "./gen/coldframe/bpf/BtfBlob";
import { Capture } from "./gen/coldframe/bpf/Capture";
import { EntryChunk } from "./gen/coldframe/bpf/EntryChunk";
import { Holder } from "./gen/coldframe/bpf/Holder";
import { Host } from "./gen/coldframe/bpf/Host";
import { Map as MapMessage } from "./gen/coldframe/bpf/Map";
import { MemoryExtent } from "./gen/coldframe/bpf/MemoryExtent";
import { MemoryObject } from "./gen/coldframe/bpf/MemoryObject";
import { Problem } from "./gen/coldframe/bpf/Problem";
import { Program } from "./gen/coldframe/bpf/Program";
import { Record } from "./record";

/** The record that is field `kind` of Capture; one whose `known` is false for any other number. */
export function createRecord(kind: u32): Record {
  switch (kind) {
    case 3:
      return new HostRecord();
    case 4:
      return new BtfRecord();
    case 5:
      return new MapRecord();
    case 6:
      return new EntriesRecord();
    case 7:
      return new ProgramRecord();
    case 8:
      return new MemoryRecord();
    case 9:
      return new ObjectRecord();
    case 10:
      return new ProblemRecord();
    default:
      return new Record();
  }
}

class KnownRecord extends Record {
  override get known(): bool {
    return true;
  }
}

class HostRecord extends KnownRecord {
  private readonly host: Host = new Host();

  override setInteger(field: u32, value: u64): bool {
    const host = this.host;
    if (field == 5) host.capturedAtNs = value;
    else if (field == 6) host.uptimeNs = value;
    else if (field == 7) host.possibleCpus.push(u32(value));
    else if (field == 8) host.bigEndian = value != 0;
    else if (field == 9) host.pointerSize = u32(value);
    else return false;
    return true;
  }

  override setText(field: u32, text: string): bool {
    const host = this.host;
    if (field == 1) host.hostname = text;
    else if (field == 2) host.kernelRelease = text;
    else if (field == 3) host.kernelVersion = text;
    else if (field == 4) host.machine = text;
    else if (field == 10) host.producer = text;
    else if (field == 11) host.tool = text;
    else if (field == 12) host.command = text;
    else return false;
    return true;
  }

  override addTo(capture: Capture): void {
    capture.host = this.host;
  }
}

class BtfRecord extends KnownRecord {
  private readonly blob: BtfBlob = new BtfBlob();

  override setInteger(field: u32, value: u64): bool {
    const blob = this.blob;
    if (field == 1) blob.id = u32(value);
    else if (field == 3) blob.baseId = u32(value);
    else if (field == 6) blob.size = value;
    else if (field == 7) blob.rebuilt = value != 0;
    else return false;
    return true;
  }

  override setText(field: u32, text: string): bool {
    if (field == 2) this.blob.name = text;
    else if (field == 5) this.blob.sha256 = text;
    else return false;
    return true;
  }

  override setBytes(field: u32, bytes: Uint8Array): bool {
    if (field != 4) return false;
    this.blob.raw = bytes;
    return true;
  }

  override addTo(capture: Capture): void {
    capture.btf.push(this.blob);
  }
}

class MapRecord extends KnownRecord {
  private readonly map: MapMessage = new MapMessage();

  override setInteger(field: u32, value: u64): bool {
    const map = this.map;
    if (field == 1) map.id = u32(value);
    else if (field == 2) map.type = u32(value);
    else if (field == 4) map.keySize = u32(value);
    else if (field == 5) map.valueSize = u32(value);
    else if (field == 6) map.maxEntries = u32(value);
    else if (field == 7) map.flags = u32(value);
    else if (field == 8) map.extra = value;
    else if (field == 9) map.btfId = u32(value);
    else if (field == 10) map.btfKeyTypeId = u32(value);
    else if (field == 11) map.btfValueTypeId = u32(value);
    else if (field == 12) map.btfVmlinuxValueTypeId = u32(value);
    else if (field == 13) map.btfVmlinuxId = u32(value);
    else if (field == 14) map.frozen = value != 0;
    else if (field == 15) map.bytesMemlock = value;
    else if (field == 16) map.address = value;
    else if (field == 19) map.entryCount = value;
    else return false;
    return true;
  }

  override setText(field: u32, text: string): bool {
    if (field == 3) this.map.name = text;
    else if (field == 17) this.map.pinned.push(text);
    else if (field == 18) this.map.error = text;
    else return false;
    return true;
  }

  override addTo(capture: Capture): void {
    capture.maps.push(this.map);
  }
}

class EntriesRecord extends KnownRecord {
  private readonly chunk: EntryChunk = new EntryChunk();

  override setInteger(field: u32, value: u64): bool {
    const chunk = this.chunk;
    if (field == 1) chunk.mapId = u32(value);
    else if (field == 2) chunk.count = u32(value);
    else if (field == 5) chunk.valueStride = u32(value);
    else if (field == 6) chunk.unread.push(u32(value));
    else if (field == 7) chunk.unreadErrno.push(u32(value));
    else return false;
    return true;
  }

  override setBytes(field: u32, bytes: Uint8Array): bool {
    if (field == 3) this.chunk.keys = bytes;
    else if (field == 4) this.chunk.values = bytes;
    else return false;
    return true;
  }

  override addTo(capture: Capture): void {
    capture.entries.push(this.chunk);
  }
}

class ProgramRecord extends KnownRecord {
  private readonly program: Program = new Program();

  override setInteger(field: u32, value: u64): bool {
    const program = this.program;
    if (field == 1) program.id = u32(value);
    else if (field == 2) program.type = u32(value);
    else if (field == 6) program.gplCompatible = value != 0;
    else if (field == 7) program.loadedAt = value;
    else if (field == 8) program.uid = u32(value);
    else if (field == 9) program.orphaned = value != 0;
    else if (field == 10) program.bytesXlated = value;
    else if (field == 11) program.bytesJited = value;
    else if (field == 12) program.bytesMemlock = value;
    else if (field == 13) program.mapIds.push(u32(value));
    else if (field == 14) program.btfId = u32(value);
    else if (field == 15) program.runTimeNs = value;
    else if (field == 16) program.runCount = value;
    else if (field == 17) program.recursionMisses = value;
    else if (field == 19) program.holders.push(new Holder(u32(value), ""));
    else return false;
    return true;
  }

  /** Field 19 names the holder that was added last. */
  override setText(field: u32, text: string): bool {
    const program = this.program;
    const holders = program.holders;
    if (field == 3) program.typeName = text;
    else if (field == 4) program.name = text;
    else if (field == 5) program.tag = text;
    else if (field == 18) program.pinned.push(text);
    else if (field == 19 && holders.length > 0) holders[holders.length - 1].comm = text;
    else return false;
    return true;
  }

  override addTo(capture: Capture): void {
    capture.programs.push(this.program);
  }
}

class MemoryRecord extends KnownRecord {
  private readonly extent: MemoryExtent = new MemoryExtent();

  override setInteger(field: u32, value: u64): bool {
    if (field == 1) this.extent.address = value;
    else if (field == 3) this.extent.arenaMapId = u32(value);
    else return false;
    return true;
  }

  override setText(field: u32, text: string): bool {
    if (field != 4) return false;
    this.extent.label = text;
    return true;
  }

  override setBytes(field: u32, bytes: Uint8Array): bool {
    if (field != 2) return false;
    this.extent.content = bytes;
    return true;
  }

  override addTo(capture: Capture): void {
    capture.memory.push(this.extent);
  }
}

class ObjectRecord extends KnownRecord {
  private readonly object: MemoryObject = new MemoryObject();

  override setInteger(field: u32, value: u64): bool {
    const object = this.object;
    if (field == 2) object.address = value;
    else if (field == 3) object.btfId = u32(value);
    else if (field == 4) object.typeId = u32(value);
    else return false;
    return true;
  }

  override setText(field: u32, text: string): bool {
    if (field == 1) this.object.name = text;
    else if (field == 5) this.object.typeName = text;
    else return false;
    return true;
  }

  override addTo(capture: Capture): void {
    capture.objects.push(this.object);
  }
}

class ProblemRecord extends KnownRecord {
  private readonly problem: Problem = new Problem();

  override setInteger(field: u32, value: u64): bool {
    if (field != 3) return false;
    this.problem.errno = u32(value);
    return true;
  }

  override setText(field: u32, text: string): bool {
    if (field == 1) this.problem.subject = text;
    else if (field == 2) this.problem.message = text;
    else return false;
    return true;
  }

  override addTo(capture: Capture): void {
    capture.problems.push(this.problem);
  }
}
