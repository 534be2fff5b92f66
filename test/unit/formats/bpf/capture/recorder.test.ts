import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../../../src/js/base/bytes.ts";
import { isSnapshotError } from "../../../../../src/js/base/errors.ts";
import { dump } from "../../../../../src/js/dump.ts";
import { typesOfObject } from "../../../../../src/js/formats/bpf/capture/object-types.ts";
import { CaptureRecorder, type RecordOptions } from "../../../../../src/js/formats/bpf/capture/recorder.ts";
import type { BpfNative } from "../../../../../src/js/formats/bpf/capture/records.ts";
import { viewCapture } from "../../../../../src/js/view/capture.ts";
import { openCapture } from "../../../../support/bpf-capture.ts";
import { btfModule, fromBase64, openBtf, readGoldenJson } from "../../../../support/btf.ts";
import { BtfBuilder } from "../../../../support/btf-builder.ts";
import { listingsOf, TableSource } from "../../../../support/listing-source.ts";
import { captureEncoder, captureOf, type RecordedObject } from "../../../../support/recorded-object.ts";

interface Recorded extends RecordedObject {
  readonly elf_b64: string | null;
}

const OBJECTS = [
  "o01_scalars",
  "o02_bitfields",
  "o04_percpu",
  "o05_globals",
  "o06_special",
  "o08_sched",
  "o10_funcs",
  "s01_synth_scalars",
  "s01b_synth_bitfields",
  "s03_synth_tags",
];

async function readObject(name: string): Promise<Recorded> {
  return readGoldenJson<Recorded>(`maps/${name}.json.gz`);
}

async function sourceOf(object: RecordedObject): Promise<TableSource> {
  return new TableSource(listingsOf(object, await openBtf(fromBase64(object.btf_b64))));
}

async function record(source: TableSource, options: Partial<RecordOptions> = {}) {
  const recorder = new CaptureRecorder(await captureEncoder(), source, { module: await btfModule(), ...options });
  const pieces: Uint8Array[] = [];
  for await (const piece of recorder.pieces()) pieces.push(piece);
  return { bytes: concatBytes(pieces), summary: recorder.summary };
}

const nativeOf = async (bytes: Uint8Array): Promise<BpfNative> => (await openCapture(bytes)).native as BpfNative;

describe("recording maps through bpftool's listings", () => {
  it.each(OBJECTS)("gives what the kernel's own BTF and the raw entries give: %s", async (name) => {
    const object = await readObject(name);
    const { bytes, summary } = await record(await sourceOf(object));
    const recorded = await nativeOf(bytes);
    const expected = await nativeOf(await captureOf(object));
    const shape = ({ maps }: BpfNative) =>
      maps.map(({ id, btfKeyTypeId, btfValueTypeId, chunks }) => ({
        id,
        btfKeyTypeId,
        btfValueTypeId,
        chunks: chunks.map(({ count, keys, values }) => ({ count, keys, values })),
      }));
    const byId = (a: { id: number }, b: { id: number }) => a.id - b.id;
    expect(shape(recorded).sort(byId)).toEqual(shape(expected).sort(byId));
    expect(summary.maps.every(({ error }) => error === "")).toBe(true);
    expect(recorded.btf.map(({ rebuilt }) => rebuilt)).toEqual([true]);
  });

  it("says what a listing loses, only where there are tags", async () => {
    const tagged = await record(await sourceOf(await readObject("s03_synth_tags")));
    expect(tagged.summary.problems.map(({ message }) => message).join()).toContain("plain attributes");
    expect((await record(await sourceOf(await readObject("o01_scalars")))).summary.problems).toEqual([]);
  });

  it("chooses maps by name, by id, by pattern, and by the part of a long name that the kernel keeps", async () => {
    const object = await readObject("o08_sched");
    const names = async (...maps: string[]) =>
      (await record(await sourceOf(object), { maps })).summary.maps.map((m) => m.name);
    expect(await names("scx_per_task")).toEqual(["scx_per_task"]);
    expect(await names(String(object.maps[0]!.id), "dom_*")).toHaveLength(2);
    expect(await names("cpu_ctx_stor")).toEqual(["cpu_ctx_stor"]);
    await expect(names("scx_per_tusk")).rejects.toMatchObject({ code: "MapNotFound" });
  });

  it("keeps a map that cannot be read, with the reason, and the entries before a failure", async () => {
    const object = await readObject("o01_scalars");
    const source = await sourceOf(object);
    const texts = listingsOf(object, await openBtf(fromBase64(object.btf_b64)));
    const [first, second] = object.maps as [(typeof object.maps)[0], (typeof object.maps)[0]];
    texts.set(`map dump id ${first.id}`, '{"error":"can\'t get map: Operation not permitted"}');
    texts.set(`map dump id ${second.id}`, second.dump_json_text.slice(0, second.dump_json_text.indexOf("]", 400)));
    texts.delete("prog show");
    const { summary, bytes } = await record(new TableSource(texts));
    expect(summary.maps[0]).toMatchObject({ entries: 0, error: expect.stringContaining("needs root") });
    expect(summary.problems[0]).toMatchObject({ subject: "programs" });
    const snapshot = await openCapture(bytes);
    expect(snapshot.issues.map(({ code }) => code)).toContain("CaptureIncomplete");
    expect(source.asked).toEqual([]);
    const entries = (await nativeOf(bytes)).maps[1]!.chunks.reduce((sum, { count }) => sum + count, 0);
    expect(entries).toBeGreaterThan(0);
  });

  it("ends when nothing can be listed, and when it is stopped", async () => {
    await expect(record(new TableSource(new Map()))).rejects.toMatchObject({ code: "ToolFailed" });
    const stopped = AbortSignal.abort();
    const object = await readObject("o01_scalars");
    const failure: unknown = await record(await sourceOf(object), { signal: stopped }).catch((error: unknown) => error);
    expect(isSnapshotError(failure) && failure.code).toBe("Cancelled");
  });

  it.each(["o01_scalars", "o04_percpu", "o05_globals", "o08_sched"])(
    "takes types from the object file as well: %s",
    async (name) => {
      const object = await readObject(name);
      const types = typesOfObject(await btfModule(), fromBase64(object.elf_b64!), name);
      const { bytes } = await record(await sourceOf(object), { types });
      const { bytes: listed } = await record(await sourceOf(object));
      const values = async (capture: Uint8Array) => {
        const text = await dump(await openCapture(capture));
        return text.slice(text.indexOf("Maps ("), text.indexOf("\nValues\n"));
      };
      expect(await values(bytes)).toBe(await values(listed));
    },
  );

  it("counts CPUs where nobody told their number", async () => {
    const object = await readObject("o04_percpu");
    const texts = listingsOf(object, await openBtf(fromBase64(object.btf_b64)));
    const { bytes } = await record(new TableSource(texts, []));
    expect((await nativeOf(bytes)).maps[0]!.chunks[0]!.valueStride).toBe(32);
  });
});

/** What bpftool prints of one map of struct_ops, whose value has 24 bytes. */
const STRUCT_OPS = new Map([
  [
    "map show",
    '[{"id":5,"type":"struct_ops","name":"my_ops","flags":0,"bytes_key":4,"bytes_value":24,"max_entries":1,"btf_id":9}]',
  ],
  ["prog show", "[]"],
  ["map dump id 5", `[{"key":[${'"0x00",'.repeat(3)}"0x00"],"value":["0x02",${'"0x00",'.repeat(22)}"0x00"]}]`],
  [
    "btf dump map id 5 kv",
    '{"types":[{"id":0,"kind":"UNKNOWN","name":"(anon)"},{"id":0,"kind":"UNKNOWN","name":"(anon)"}]}',
  ],
]);

/** Kernel types with a value for each of the ops, all of these sizes. */
function kernelWith(sizes: Readonly<Record<string, number>>): Uint8Array {
  const btf = new BtfBuilder();
  const long = btf.int("long", 8, 1);
  const common = btf.struct("bpf_struct_ops_common_value", 8, [{ name: "refcnt", type: long, at: 0 }]);
  for (const [name, size] of Object.entries(sizes)) {
    const ops = btf.struct(name, size - 8, [{ name: "init", type: btf.ptr(0), at: 0 }]);
    btf.struct(`bpf_struct_ops_${name}`, size, [
      { name: "common", type: common, at: 0 },
      { name: "data", type: ops, at: 64 },
    ]);
  }
  return btf.build();
}

describe("maps of struct_ops", () => {
  const recordWith = (kernel: Uint8Array | undefined) =>
    record(new TableSource(STRUCT_OPS), { kernel: async () => kernel });

  it("have the kernel's type of their size", async () => {
    const { bytes, summary } = await recordWith(kernelWith({ other: 40, sched_ext_ops: 24 }));
    expect(summary.problems).toEqual([]);
    const view = viewCapture(await openCapture(bytes));
    const entry = view.map("my_ops").at(0);
    expect([entry.get("common.refcnt").asU64(), entry.get("data.init").asU64()]).toEqual([2n, 0n]);
    expect(entry.captured!.value!.typeName).toBe("struct bpf_struct_ops_sched_ext_ops");
    expect((await nativeOf(bytes)).btf.map(({ id, rebuilt }) => [id, rebuilt])).toEqual([[1, false]]);
  });

  it.each([
    ["two types have their size", kernelWith({ a: 24, b: 24 }), "2 types have its size"],
    ["none has", kernelWith({ a: 32 }), "0 types have its size"],
    ["the kernel's BTF is not there", undefined, "the kernel's BTF is not there"],
  ])("stay bytes where %s, and the capture says so", async (_, kernel, why) => {
    const { bytes, summary } = await recordWith(kernel);
    expect(summary.problems).toEqual([
      { subject: "map 5 my_ops", message: `the type of its value is not known: ${why}`, errno: 0 },
    ]);
    const snapshot = await openCapture(bytes);
    expect(snapshot.issues.map(({ message }) => message).join()).toContain(why);
    expect(viewCapture(snapshot).map("my_ops").at(0).captured!.valueHex).toMatch(/^02 00/);
  });
});
