import { concatBytes } from "../src/js/base/bytes.ts";
import { openBtf } from "../src/js/btf.ts";
import { NO_HOST, NO_MAP } from "../src/js/formats/bpf/capture/records.ts";
import { blobOf, captureEncoder, type RecordedObject } from "../test/support/recorded-object.ts";

export { captureOf } from "../test/support/recorded-object.ts";

const ROWS_PER_CHUNK = 50_000;

/** A capture with one hash map of so many entries, `u32 → struct weight`, for measuring: key k has value k * 7 mod 1000. */
export async function wideCapture(object: RecordedObject, rows: number): Promise<Uint8Array> {
  const encoder = await captureEncoder();
  const blob = blobOf(object);
  const btf = await openBtf(blob.raw);
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
    btfId: blob.id,
    btfKeyTypeId: keyType,
    btfValueTypeId: valueType,
  };
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
