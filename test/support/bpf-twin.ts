import { concatBytes } from "../../src/js/base/bytes.ts";
import type { CaptureEncoder } from "../../src/js/formats/bpf/capture/encoder.ts";
import { type MapInfo, NO_HOST, NO_MAP } from "../../src/js/formats/bpf/capture/records.ts";
import { BtfBuilder, type BuiltMember } from "./btf-builder.ts";

/** A value as a failure dump renders it. */
export interface Rendered {
  readonly kind: string;
  readonly bits?: number;
  readonly value?: number | boolean | bigint | null;
  readonly variant?: string | null;
  readonly is_signed?: boolean;
  readonly type_name?: string | null;
  readonly members?: readonly { readonly name: string; readonly value: Rendered }[];
  readonly elements?: readonly Rendered[];
  readonly deref?: Rendered | null;
}

export interface RenderedMap {
  readonly name: string;
  readonly map_type: number;
  readonly value_size: number;
  readonly max_entries: number;
  readonly value?: Rendered;
  readonly entries?: readonly { readonly key?: Rendered | null; readonly value?: Rendered | null }[];
  readonly percpu_hash_entries?: readonly {
    readonly key?: Rendered | null;
    readonly per_cpu: readonly (Rendered | null)[];
  }[];
  readonly percpu_entries?: readonly { readonly key: number; readonly per_cpu: readonly (Rendered | null)[] }[];
}

/** Thrown where bytes cannot say what the rendering says: values of several types under one map, for one. */
export class NoTwin extends Error {}

const PAGE = 0x1000n;

/** Types and bytes that read as the rendered values do: the content of a failure dump as a raw capture. */
class Twin {
  readonly btf = new BtfBuilder();
  readonly memory: { address: bigint; content: Uint8Array }[] = [];
  private readonly types = new Map<string, { readonly id: number; readonly bytes: number }>();
  private next = 0xffff_8880_0000_1000n;

  type(value: Rendered): { readonly id: number; readonly bytes: number } {
    const key = this.signature(value);
    let found = this.types.get(key);
    if (found === undefined) {
      found = this.define(value);
      this.types.set(key, found);
    }
    return found;
  }

  /** Equal for values of one type. */
  signature(value: Rendered): string {
    const inner = (value.members ?? []).map(({ name, value: own }) => `${name}:${this.signature(own)}`);
    const elements = (value.elements ?? []).map((own) => this.signature(own));
    const target = value.deref ? this.signature(value.deref) : "";
    const { kind, bits, variant, is_signed, type_name } = value;
    return `${kind} ${bits} ${kind === "enum" ? `${variant} ${is_signed}` : ""} ${type_name} {${inner}} [${elements}] *${target}`;
  }

  private define(value: Rendered): { readonly id: number; readonly bytes: number } {
    const { btf } = this;
    const bytes = (value.bits ?? 0) / 8;
    switch (value.kind) {
      case "uint":
      case "int":
        if (![1, 2, 4, 8].includes(bytes)) throw new NoTwin(`${value.kind} of ${value.bits} bits`);
        return { id: btf.int(`${value.kind}${value.bits}`, bytes, value.kind === "int" ? 1 : 0), bytes };
      case "bool":
        return { id: btf.int("_Bool", 1, 4), bytes: 1 };
      case "char":
        return { id: btf.int("char", 1, 2), bytes: 1 };
      case "float":
        return { id: btf.raw(`float${value.bits}`, 16, false, 0, bytes), bytes };
      case "enum":
        return { id: this.enumeration(value, bytes), bytes };
      case "ptr":
        return { id: btf.ptr(value.deref ? this.type(value.deref).id : 0), bytes: 8 };
      case "struct":
        return this.struct(value);
      case "array":
        return this.array(value.elements ?? []);
      default:
        throw new NoTwin(value.kind);
    }
  }

  private enumeration({ variant, value, is_signed }: Rendered, bytes: number): number {
    const values: [string, number][] = variant ? [[variant, Number(value)]] : [];
    if (bytes !== 4) throw new NoTwin(`an enum of ${bytes} bytes`);
    return this.btf.enum("e", bytes, values, is_signed === true);
  }

  private struct({ members = [], type_name }: Rendered): { readonly id: number; readonly bytes: number } {
    let bytes = 0;
    const built = members.map(({ name, value }): BuiltMember => {
      const own = this.type(value);
      const member = { name, type: own.id, at: bytes * 8 };
      bytes += own.bytes;
      return member;
    });
    return { id: this.btf.struct(type_name ?? "", bytes, built), bytes };
  }

  private array(elements: readonly Rendered[]): { readonly id: number; readonly bytes: number } {
    const [first] = elements;
    if (first === undefined) throw new NoTwin("an array without elements");
    const own = this.type(first);
    if (elements.some((one) => this.signature(one) !== this.signature(first))) throw new NoTwin("mixed elements");
    const index = this.type({ kind: "uint", bits: 32 });
    return { id: this.btf.array(own.id, index.id, elements.length), bytes: own.bytes * elements.length };
  }

  bytesOf(value: Rendered): Uint8Array {
    const size = this.type(value).bytes;
    const view = new DataView(new ArrayBuffer(size));
    const parts = [...(value.members ?? []).map((member) => member.value), ...(value.elements ?? [])];
    if (parts.length > 0) return concatBytes(parts.map((part) => this.bytesOf(part)));
    if (value.kind === "ptr") view.setBigUint64(0, this.addressOf(value), true);
    else if (value.kind === "float") {
      // JSON has no word for what is no number.
      const number = value.value === null ? Number.NaN : Number(value.value);
      if (size === 4) view.setFloat32(0, number, true);
      else view.setFloat64(0, number, true);
    } else {
      const wide = new DataView(new ArrayBuffer(8));
      wide.setBigInt64(0, BigInt.asIntN(64, BigInt(value.value ?? 0)), true);
      return new Uint8Array(wide.buffer).slice(0, size);
    }
    return new Uint8Array(view.buffer);
  }

  /** A target gets memory of its own; the rendering's address is kept where there is none. */
  private addressOf({ value, deref }: Rendered): bigint {
    if (!deref) return BigInt.asUintN(64, BigInt(value ?? 0));
    const address = this.next;
    this.next += PAGE;
    this.memory.push({ address, content: this.bytesOf(deref) });
    return address;
  }
}

/** The maps of a failure dump as a raw capture. @throws NoTwin */
export function twinOf(encoder: CaptureEncoder, maps: readonly RenderedMap[]): Uint8Array {
  const twin = new Twin();
  const pieces: Uint8Array[] = [];
  for (const [ix, map] of maps.entries()) pieces.push(...mapPieces(encoder, twin, map, ix + 1));
  const raw = twin.btf.build();
  const blob = { id: 7, name: "twin", baseId: 0, raw, sha256: "", size: BigInt(raw.length), rebuilt: false };
  const memory = twin.memory.map((extent) => encoder.memory({ ...extent, arenaMapId: 0, label: "" }));
  const host = { ...NO_HOST, machine: "x86_64", possibleCpus: [...Array(64).keys()] };
  return concatBytes([encoder.host(host), encoder.btf(blob), ...memory, ...pieces]);
}

function mapPieces(encoder: CaptureEncoder, twin: Twin, map: RenderedMap, id: number): Uint8Array[] {
  const rows = rowsOf(map);
  const [first] = rows;
  const keyType = first?.key ? twin.type(first.key) : { id: 0, bytes: first?.number === undefined ? 0 : 4 };
  const sample = first?.values.find((value) => value !== null);
  const valueType = sample ? twin.type(sample) : { id: 0, bytes: map.value_size };
  for (const { key, values } of rows) {
    if ((key ? twin.type(key).id : 0) !== keyType.id) throw new NoTwin("keys of several types");
    for (const value of values) if (value && twin.type(value).id !== valueType.id) throw new NoTwin("several types");
    if (values.includes(null)) throw new NoTwin("a CPU without a page");
  }
  const info: MapInfo = {
    ...NO_MAP,
    id,
    name: map.name,
    type: map.map_type,
    keySize: map.value === undefined ? keyType.bytes : 4,
    valueSize: valueType.bytes,
    maxEntries: map.max_entries,
    btfId: 7,
    btfKeyTypeId: keyType.id,
    btfValueTypeId: valueType.id,
  };
  const cpus = first?.values.length ?? 1;
  if (rows.some(({ values }) => values.length !== cpus)) throw new NoTwin("several numbers of CPUs");
  const perCpu = map.percpu_entries !== undefined || map.percpu_hash_entries !== undefined;
  const keys = rows.map(({ key, number }) =>
    key ? twin.bytesOf(key) : twin.bytesOf({ kind: "uint", bits: 32, value: number ?? 0 }),
  );
  const values = rows.flatMap((row) => row.values.map((value) => padded(twin.bytesOf(value!), perCpu)));
  const batch = { count: rows.length, keys: concatBytes(keys), values: concatBytes(values) };
  return [encoder.map(info), ...(rows.length > 0 ? [encoder.entries(info, batch, cpus)] : [])];
}

interface Row {
  readonly key?: Rendered | undefined;
  readonly number?: number | undefined;
  readonly values: readonly (Rendered | null)[];
}

function rowsOf({ value, entries, percpu_entries, percpu_hash_entries }: RenderedMap): Row[] {
  if (value !== undefined) return [{ number: 0, values: [value] }];
  if (percpu_entries !== undefined) return percpu_entries.map(({ key, per_cpu }) => ({ number: key, values: per_cpu }));
  if (percpu_hash_entries !== undefined) {
    return percpu_hash_entries.map(({ key, per_cpu }) => {
      if (!key) throw new NoTwin("a key that was not rendered");
      return { key, values: per_cpu };
    });
  }
  return (entries ?? []).map((entry) => {
    if (!entry.key || !entry.value) throw new NoTwin("an entry that was not rendered");
    return { key: entry.key, values: [entry.value] };
  });
}

function padded(bytes: Uint8Array, perCpu: boolean): Uint8Array {
  if (!perCpu || bytes.length % 8 === 0) return bytes;
  const whole = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  whole.set(bytes);
  return whole;
}
