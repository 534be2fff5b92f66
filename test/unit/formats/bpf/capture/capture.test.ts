import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../../../src/js/base/bytes.ts";
import { isSnapshotError } from "../../../../../src/js/base/errors.ts";
import { NO_HOST, NO_MAP } from "../../../../../src/js/formats/bpf/capture/records.ts";
import type { Snapshot } from "../../../../../src/js/model/snapshot.ts";
import { framesOf } from "../../../../../src/js/model/stacks.ts";
import { toJson } from "../../../../../src/js/render/json.ts";
import { renderText } from "../../../../../src/js/render/text.ts";
import { viewCapture } from "../../../../../src/js/view/capture.ts";
import { getPath, listChildren } from "../../../../../src/js/view/path.ts";
import { openCapture } from "../../../../support/bpf-capture.ts";
import { readGoldenJson } from "../../../../support/btf.ts";
import { captureEncoder, captureOf, type RecordedObject } from "../../../../support/recorded-object.ts";

const sched = await captureOf(await readGoldenJson<RecordedObject>("maps/o08_sched.json.gz"));
const percpu = await captureOf(await readGoldenJson<RecordedObject>("maps/o04_percpu.json.gz"));

const read = (snapshot: Snapshot, path: string): unknown => snapshot.values.scalar(getPath(snapshot, path));

describe("a capture of a scheduler's maps", async () => {
  const snapshot = await openCapture(sched);

  it("opens without issues and says what it is", () => {
    expect(snapshot.issues).toEqual([]);
    const facts = Object.fromEntries(snapshot.facts.map(({ key, value }) => [key, value]));
    expect(facts).toMatchObject({ format: "bpf", device: "golden", arch: "x86_64", "bpf.maps": 7n });
  });

  it("reads by the path that the C source suggests", () => {
    expect(read(snapshot, "scx_per_task[-1003].pid")).toBe(-1003n);
    expect(read(snapshot, "maps.scx_per_task[-1003].value.pid")).toBe(-1003n);
    expect(read(snapshot, "o08_sche.rodata.nr_cpus_onln")).toBe(2n);
  });

  it("lists every map", () => {
    const { children } = listChildren(snapshot, "maps");
    expect(children.map(({ node }) => node.name)).toContain("scx_per_task");
    expect(children.map(({ path }) => getPath(snapshot, path).name)).toEqual(children.map(({ node }) => node.name));
  });

  it("is traversed like a failure dump", () => {
    const view = viewCapture(snapshot);
    expect(view.var("nr_cpus_onln").asU64()).toBe(2n);
    const entry = view.map("scx_per_task").find((e) => e.key("").asI64() === -1003n);
    expect(entry.get("pid").asI64()).toBe(-1003n);
    expect(view.map("cpu_ctx_stor").cpu(1).at(0).isPresent()).toBe(true);
    expect(() => view.map("nope")).toThrowError(expect.objectContaining({ code: "MapNotFound" }));
  });

  it("is written whole by the common renderers", () => {
    expect(() => JSON.parse(toJson(snapshot))).not.toThrow();
    expect(renderText(snapshot)).toContain("scx_per_task");
  });

  it("renders a value as a C initializer", () => {
    const value = getPath(snapshot, "maps.scx_per_task[-1003].value");
    expect(snapshot.values.renderText?.(value)).toContain(".pid = -1003,");
  });

  it("keeps what can be read of a file cut anywhere", async () => {
    for (let step = 1; step < 32; step++) {
      const cut = sched.subarray(0, Math.floor((sched.length * step) / 32));
      const part = await openCapture(cut);
      expect(part.issues.length).toBeGreaterThan(0);
      expect(() => toJson(part)).not.toThrow();
    }
  });

  it("refuses damage in strict reading only", async () => {
    const cut = sched.subarray(0, sched.length - 3);
    await expect(openCapture(cut, { strict: true })).rejects.toSatisfy(isSnapshotError);
    expect((await openCapture(cut)).maps!.maps.length).toBeGreaterThan(0);
  });
});

describe("per-CPU maps of a capture", async () => {
  const snapshot = await openCapture(percpu);

  it("have a value for each CPU", () => {
    const values = getPath(snapshot, "ph_stats[#0].value");
    expect(values.kind).toBe("array");
    expect(snapshot.values.count(values)).toBe(2);
    const view = viewCapture(snapshot);
    const map = view.map("ph_stats");
    const sum = map.at(0).cpuSumU64("pkts");
    expect(sum).toBe(map.cpu(0).at(0).get("pkts").asU64() + map.cpu(1).at(0).get("pkts").asU64());
  });
});

describe("a capture of a stack-trace map", () => {
  it("has a stack for each bucket, up to the first zero", async () => {
    const encoder = await captureEncoder();
    const map = { ...NO_MAP, id: 3, type: 7, name: "stacks", keySize: 4, valueSize: 32, maxEntries: 8 };
    const values = new BigUint64Array([0xffff_ffff_8100_0010n, 0xffff_ffff_8100_0200n, 0n, 7n]);
    const batch = { count: 1, keys: Uint8Array.of(5, 0, 0, 0), values: new Uint8Array(values.buffer) };
    const pieces = [encoder.host(NO_HOST), encoder.map(map), encoder.entries(map, batch, 1)];
    const { stacks } = await openCapture(concatBytes(pieces));
    expect(stacks.contexts.map(({ name, id }) => [name, id])).toEqual([["stacks bucket 5", 5n]]);
    expect(framesOf(stacks, stacks.contexts[0]!.stack).map(({ address }) => address)).toEqual([
      0xffff_ffff_8100_0010n,
      0xffff_ffff_8100_0200n,
    ]);
  });
});
