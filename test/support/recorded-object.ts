import { WRITER_WASM_BASE64 } from "../../src/js/abi/embedded/writer.generated.ts";
import { loadWriter } from "../../src/js/abi/writer.ts";
import { decodeBase64 } from "../../src/js/base/base64.ts";
import { concatBytes } from "../../src/js/base/bytes.ts";
import { MapDumpReader } from "../../src/js/formats/bpf/capture/bpftool-listing.ts";
import { CaptureEncoder } from "../../src/js/formats/bpf/capture/encoder.ts";
import { type BtfRecord, type MapInfo, NO_HOST, NO_MAP } from "../../src/js/formats/bpf/capture/records.ts";

// Used by tests and by scripts that are bundled with esbuild: nothing of vite's here.

/** A recorded BPF object of test/golden/btf/maps. */
export interface RecordedObject {
  readonly name: string;
  readonly btf_b64: string;
  readonly maps: readonly RecordedMap[];
}

export interface RecordedMap {
  readonly name: string;
  readonly id: number;
  readonly map_type: number;
  readonly key_size: number;
  readonly value_size: number;
  readonly btf_key_type_id: number;
  readonly btf_value_type_id: number;
  readonly show: Readonly<Record<string, unknown>>;
  readonly dump_json_text: string;
}

const BTF_ID = 7;
const CPUS = 2;

export async function captureEncoder(): Promise<CaptureEncoder> {
  return new CaptureEncoder(await loadWriter(decodeBase64(WRITER_WASM_BASE64)!));
}

function infoOf(map: RecordedMap): MapInfo {
  return {
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
}

/** The object's types as a record of a capture. */
export function blobOf({ name, btf_b64 }: Pick<RecordedObject, "name" | "btf_b64">): BtfRecord {
  const raw = Uint8Array.from(decodeBase64(btf_b64)!);
  return { id: BTF_ID, name, baseId: 0, raw, sha256: "", size: BigInt(raw.length), rebuilt: false };
}

/** The recorded object as a capture, its entries imported from bpftool's output. */
export async function captureOf(object: RecordedObject): Promise<Uint8Array> {
  const encoder = await captureEncoder();
  const host = { ...NO_HOST, hostname: "golden", machine: "x86_64", possibleCpus: [0, 1] };
  const pieces = [encoder.host(host), encoder.btf(blobOf(object))];
  for (const map of object.maps) {
    const info = infoOf(map);
    pieces.push(encoder.map(info));
    const reader = new MapDumpReader(info, CPUS);
    // In small pieces, as a pipe gives them.
    for (let at = 0; at < map.dump_json_text.length; at += 1000) {
      for (const batch of reader.push(map.dump_json_text.slice(at, at + 1000)))
        pieces.push(encoder.entries(info, batch, CPUS));
    }
    for (const batch of reader.end()) pieces.push(encoder.entries(info, batch, CPUS));
  }
  return concatBytes(pieces);
}
