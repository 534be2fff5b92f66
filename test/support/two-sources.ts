import { gunzipSync } from "fflate";
import { encodeUtf8 } from "../../src/js/base/bytes.ts";
import { type Limits, withLimits } from "../../src/js/base/limits.ts";
import { openByteTypes } from "../../src/js/formats/bpf/values/byte-types.ts";
import { schedExtWith } from "../../src/js/formats/sched-ext/plugin.ts";
import type { Snapshot } from "../../src/js/model/snapshot.ts";
import { openCapture } from "./bpf-capture.ts";
import { btfModule, fromBase64 } from "./btf.ts";
import { testCore } from "./core.ts";
import { readFixture } from "./fixture.ts";
import { captureOf, type RecordedMap, type RecordedObject } from "./recorded-object.ts";

const RECORDED = import.meta.glob<string>("../golden/btf/maps/o*.json.gz", {
  query: "?url",
  import: "default",
  eager: true,
});

/** An object that bpftool listed on a live kernel: its BTF, its maps, their bytes. */
export async function recordedObject(name: string): Promise<RecordedObject> {
  const bytes = await readFixture(RECORDED[`../golden/btf/maps/${name}.json.gz`]!);
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  return JSON.parse(new TextDecoder().decode(plain)) as RecordedObject;
}

interface Listed {
  readonly key: readonly string[];
  readonly value?: readonly string[];
  readonly values?: readonly { readonly cpu: number; readonly value: readonly string[] }[];
}

const hexOf = (bytes: readonly string[] | undefined): string => (bytes ?? []).map((byte) => byte.slice(2)).join(" ");
const bytesValue = (bytes: readonly string[]): object => ({ kind: "bytes", hex: hexOf(bytes) });
const numberOf = (key: readonly string[]): number =>
  Number(
    `0x${[...key]
      .reverse()
      .map((b) => b.slice(2))
      .join("")}`,
  );

/** The same maps as a failure dump writes them when it knows no types: bytes in hex. */
export function failureDumpOf(object: RecordedObject): string {
  return JSON.stringify({ schema: "single", maps: object.maps.map(mapOf) });
}

function mapOf(map: RecordedMap): object {
  // bpftool writes this word without quotes, which is no JSON.
  const listed = JSON.parse(map.dump_json_text.replaceAll(/\(unsupport[^)]*\)/g, "null")) as Listed[];
  const maxEntries = Number(map.show["max_entries"]);
  const head = { name: map.name, map_type: map.map_type, value_size: map.value_size, max_entries: maxEntries };
  const perCpu = listed.map(({ values = [] }) => values.map(({ value }) => bytesValue(value)));
  switch (map.map_type) {
    case 2: {
      const first = listed[0]?.value;
      if (maxEntries === 1 && first !== undefined) return { ...head, value: bytesValue(first) };
      const entries = listed.map(({ key, value }) => ({ key: numberOf(key), value: bytesValue(value!) }));
      return { ...head, array_entries: entries };
    }
    case 6:
      return { ...head, percpu_entries: listed.map(({ key }, ix) => ({ key: numberOf(key), per_cpu: perCpu[ix] })) };
    case 5:
    case 10: {
      const entries = listed.map(({ key }, ix) => ({ key_hex: hexOf(key), per_cpu: perCpu[ix] }));
      return { ...head, percpu_hash_entries: entries };
    }
    default:
      return { ...head, entries: listed.map(({ key, value }) => ({ key_hex: hexOf(key), value_hex: hexOf(value) })) };
  }
}

/** Opens a failure dump with a BTF file, the way `open(…, { btf })` does. */
export async function openDumpWith(
  text: string,
  options: Readonly<Record<string, unknown>>,
  limits: Partial<Limits> = {},
): Promise<Snapshot> {
  const core = await testCore();
  await core.loadModule("btf", () => btfModule());
  const plugin = schedExtWith(openByteTypes);
  const input = { name: "dump.json", bytes: encodeUtf8(text) };
  const [parts] = await plugin.decode(core, [input], { options, limits: withLimits(limits) });
  return { ...parts!, ...plugin.attach(structuredClone(parts!), core) };
}

/** One object, out of a BPF capture and out of a failure dump whose bytes were typed later. */
export async function openBoth(name: string): Promise<Readonly<Record<"capture" | "dump", Snapshot>>> {
  const object = await recordedObject(name);
  const btf = fromBase64(object.btf_b64);
  return {
    capture: await openCapture(await captureOf(object)),
    dump: await openDumpWith(failureDumpOf(object), { btf }),
  };
}
