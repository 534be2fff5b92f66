import { WRITER_WASM_BASE64 } from "../src/js/abi/embedded/writer.generated.ts";
import { loadWriter } from "../src/js/abi/writer.ts";
import { decodeBase64 } from "../src/js/base/base64.ts";
import { concatBytes } from "../src/js/base/bytes.ts";
import { openBtf } from "../src/js/btf.ts";
import { MapDumpReader } from "../src/js/formats/bpf/capture/bpftool-listing.ts";
import { CaptureEncoder } from "../src/js/formats/bpf/capture/encoder.ts";
import { NO_HOST, NO_MAP } from "../src/js/formats/bpf/capture/records.ts";

/** A recorded BPF object in the form of test/golden/btf/maps. */
interface RecordedObject {
  readonly name: string;
  readonly btf_b64: string;
  readonly maps: readonly {
    readonly name: string;
    readonly id: number;
    readonly map_type: number;
    readonly key_size: number;
    readonly value_size: number;
    readonly btf_key_type_id: number;
    readonly btf_value_type_id: number;
    readonly show: Readonly<Record<string, unknown>>;
    readonly dump_json_text: string;
  }[];
}

const BTF_ID = 7;
const CPUS = 2;

/** The recorded object as a capture, its entries imported from bpftool's output. */
export async function captureOf(object: RecordedObject): Promise<Uint8Array> {
  const encoder = new CaptureEncoder(await loadWriter(decodeBase64(WRITER_WASM_BASE64)!));
  const raw = Uint8Array.from(decodeBase64(object.btf_b64)!);
  const host = { ...NO_HOST, hostname: "golden", machine: "x86_64", possibleCpus: [0, 1] };
  const blob = { id: BTF_ID, name: object.name, baseId: 0, raw, sha256: "", size: BigInt(raw.length), rebuilt: false };
  const pieces = [encoder.host(host), encoder.btf(blob)];
  for (const map of object.maps) {
    const info = {
      ...NO_MAP,
      id: map.id,
      type: map.map_type,
      name: map.name,
      keySize: map.key_size,
      valueSize: map.value_size,
      maxEntries: Number(map.show["max_entries"]),
      btfId: BTF_ID,
      btfKeyTypeId: map.btf_key_type_id,
      btfValueTypeId: map.btf_value_type_id,
    };
    pieces.push(encoder.map(info));
    const reader = new MapDumpReader(info, CPUS);
    const batches = [...reader.push(map.dump_json_text), ...reader.end()];
    for (const batch of batches) pieces.push(encoder.entries(info, batch, CPUS));
  }
  return concatBytes(pieces);
}

const ROWS_PER_CHUNK = 50_000;

/** A capture with one hash map of so many entries, `u32 → struct weight`, for measuring: key k has value k * 7 mod 1000. */
export async function wideCapture(object: RecordedObject, rows: number): Promise<Uint8Array> {
  const encoder = new CaptureEncoder(await loadWriter(decodeBase64(WRITER_WASM_BASE64)!));
  const raw = Uint8Array.from(decodeBase64(object.btf_b64)!);
  const btf = await openBtf(raw);
  const [keyType, valueType] = [btf.find("__u32"), btf.find("weight")];
  if (keyType === undefined || valueType === undefined) throw new Error(`${object.name} lacks the types`);
  const info = {
    ...NO_MAP,
    id: 1,
    type: 1,
    name: "wide",
    keySize: 4,
    valueSize: 8,
    maxEntries: rows,
    btfId: BTF_ID,
    btfKeyTypeId: keyType,
    btfValueTypeId: valueType,
  };
  const blob = { id: BTF_ID, name: object.name, baseId: 0, raw, sha256: "", size: BigInt(raw.length), rebuilt: false };
  const pieces = [
    encoder.host({ ...NO_HOST, machine: "x86_64", possibleCpus: [0] }),
    encoder.btf(blob),
    encoder.map(info),
  ];
  for (let from = 0; from < rows; from += ROWS_PER_CHUNK) {
    const count = Math.min(ROWS_PER_CHUNK, rows - from);
    const keys = Uint32Array.from({ length: count }, (_, ix) => from + ix);
    const values = Uint32Array.from({ length: 2 * count }, (_, ix) => ((from + (ix >> 1)) * 7) % 1000);
    const batch = { count, keys: new Uint8Array(keys.buffer), values: new Uint8Array(values.buffer) };
    pieces.push(encoder.entries(info, batch, 1));
  }
  return concatBytes(pieces);
}
