import { append } from "../../../base/append.ts";
import { isSnapshotError } from "../../../base/errors.ts";
import type { Issue } from "../../../base/issue.ts";
import { Btf } from "../btf/btf.ts";
import { AddressSpace } from "../values/address-space.ts";
import { longDoubleOf } from "../values/floats.ts";
import { TypeReader } from "../values/typed-node.ts";
import type { BpfNative, BtfRecord } from "./records.ts";

/** The BTF objects of a capture, opened when they are first needed; each lives in an instance of its own. */
export class BtfSet {
  private readonly module: WebAssembly.Module;
  private readonly native: BpfNative;
  private readonly opened = new Map<number, Btf | undefined>();
  private readonly readers = new Map<string, TypeReader>();
  private readonly spaces = new Map<number, AddressSpace>();

  constructor(module: WebAssembly.Module, native: BpfNative) {
    this.module = module;
    this.native = native;
  }

  /** The BTF object `id`; undefined where the capture holds none that can be read. */
  btf(id: number): Btf | undefined {
    if (!this.opened.has(id)) {
      // Bases that refer to each other end here.
      this.opened.set(id, undefined);
      this.opened.set(id, this.open(id));
    }
    return this.opened.get(id);
  }

  /** @param arenaMapId whose memory pointers lead to, 0 = the kernel's. */
  reader(btfId: number, arenaMapId = 0): TypeReader | undefined {
    const key = `${btfId} ${arenaMapId}`;
    let reader = this.readers.get(key);
    if (reader !== undefined) return reader;
    const btf = this.btf(btfId);
    if (btf === undefined) return undefined;
    const { host } = this.native;
    reader = new TypeReader(btf, {
      bigEndian: host.bigEndian || btf.bigEndian,
      longDouble: longDoubleOf(host.machine),
      space: this.space(arenaMapId),
    });
    this.readers.set(key, reader);
    return reader;
  }

  space(arenaMapId: number): AddressSpace {
    let space = this.spaces.get(arenaMapId);
    if (space === undefined) {
      const extents = this.native.memory
        .filter((extent) => extent.arenaMapId === arenaMapId || extent.arenaMapId === 0)
        .map(({ address, content, contentOffset, label }) => ({
          address,
          bytes: content,
          offset: contentOffset,
          label,
        }));
      space = new AddressSpace(extents);
      this.spaces.set(arenaMapId, space);
    }
    return space;
  }

  private open(id: number): Btf | undefined {
    const record = this.native.btf.find((one) => one.id === id);
    if (record === undefined || record.raw.length === 0) return undefined;
    const base = record.baseId === 0 ? undefined : this.btf(record.baseId);
    if (record.baseId !== 0 && base === undefined) return undefined;
    try {
      return new Btf(this.module, record.raw, { base, name: labelOf(record) });
    } catch (error) {
      if (isSnapshotError(error)) return undefined;
      throw error;
    }
  }
}

export function labelOf({ id, name }: BtfRecord): string {
  return name === "" ? `BTF ${id}` : `BTF ${id} (${name})`;
}

/** What is wrong with the BTF of a capture. */
export function btfIssues(module: WebAssembly.Module, native: BpfNative): Issue[] {
  const set = new BtfSet(module, native);
  const issues: Issue[] = [];
  for (const record of native.btf) {
    if (record.raw.length === 0) continue;
    const btf = set.btf(record.id);
    if (btf !== undefined) append(issues, btf.issues);
    else issues.push({ code: "MalformedBtf", severity: "error", message: `${labelOf(record)} cannot be read` });
  }
  const missing = new Set(
    native.maps.filter((map) => isTyped(map) && set.btf(map.btfId) === undefined).map((m) => m.btfId),
  );
  for (const id of missing) {
    const message = `the capture holds no BTF ${id}: maps that use it are shown as bytes`;
    issues.push({ code: "TypeMissing", severity: "warning", message });
  }
  return issues;
}

function isTyped(map: { readonly btfId: number; readonly btfValueTypeId: number }): boolean {
  return map.btfId !== 0 && map.btfValueTypeId !== 0;
}
