import { beforeAll, describe, expect, it } from "vitest";
import { checkSnapshots } from "../../../src/js/analysis/check/check-snapshots.ts";
import { inTimeOrder } from "../../../src/js/analysis/check/checked-snapshot.ts";
import { readAssertions } from "../../../src/js/analysis/check/read-assertions.ts";
import type { Snapshot } from "../../../src/js/model/snapshot.ts";
import { type CaptureView, viewCapture } from "../../../src/js/view/capture.ts";
import { maxByCounterValue, maxBySumU64 } from "../../../src/js/view/pickers.ts";
import { SampleSeries } from "../../../src/js/view/sample-series.ts";
import { nondecreasing } from "../../../src/js/view/temporal.ts";
import { openBoth, recordedObject } from "../../support/two-sources.ts";

interface Listed {
  readonly formatted: { readonly key: unknown; readonly value?: Record<string, unknown> };
}

/** Entries as bpftool itself formatted them. */
async function listed(map: string): Promise<Listed[]> {
  const object = await recordedObject("o08_sched");
  return JSON.parse(object.maps.find(({ name }) => name === map)!.dump_json_text) as Listed[];
}

describe("captures of BPF maps, one after another", () => {
  it("are a series in the order of their clocks, whatever order they are given in", async () => {
    const { capture } = await openBoth("o08_sched");
    const at = (time: bigint): Snapshot => ({
      ...capture,
      facts: [...capture.facts.filter(({ key }) => key !== "time"), { key: "time", value: time, unit: "ns" }],
    });
    const start = 1_700_000_000_000_000_000n;
    const order = inTimeOrder([at(start + 2_000_000_000n), at(start), at(start + 500_000_000n)]);
    expect(order.map(({ sample }) => sample.elapsedMs)).toEqual([0n, 500n, 2000n]);
    const rate = readAssertions(
      '{"version":1,"assertions":[{"series":{"liveVar":"nr_total"},"pattern":{"rateWithin":{"min":0,"max":0}}}]}',
    );
    expect(checkSnapshots(rate, [at(start), at(start + 1_000_000_000n)]).results[0]).toMatchObject({ verdict: "Pass" });
    const untimed = { ...capture, facts: capture.facts.filter(({ key }) => key !== "time") };
    expect(inTimeOrder([at(start), untimed]).map(({ sample }) => sample.elapsedMs)).toEqual([undefined, undefined]);
  });
});

/** One suite, two sources: a BPF capture, and a failure dump whose kept bytes were typed by a BTF file. */
describe.each(["capture", "dump"] as const)("the traversal of a %s", (source) => {
  let snapshot: Snapshot;
  let view: CaptureView;
  let strict: CaptureView;
  beforeAll(async () => {
    snapshot = (await openBoth("o08_sched"))[source];
    view = viewCapture(snapshot);
    strict = viewCapture(snapshot, { strict: true });
  });

  it("finds maps and says which there are", () => {
    expect(view.mapCount()).toBe(7);
    expect(view.map("scx_per_task").length).toBe(15);
    expect(view.tryMap("scx_per_tsk")).toMatchObject({ ok: false, error: { code: "MapNotFound" } });
    expect(view.isPlaceholder()).toBe(false);
  });

  it("finds variables, live ones too, and says which there are", () => {
    expect(view.var("nr_total").asU64()).toBe(5n);
    expect(view.vars("nr_total").map(({ map }) => map)).toEqual(["o08_sche.bss"]);
    expect(view.liveVar("slice_ns").asU64()).toBe(20_000_000n);
    expect(view.active().var("debug_mode").asBool()).toBe(false);
    expect(view.liveVarVia("nr_locals", maxByCounterValue).asU64()).toBe(10n);
    expect(view.liveVarsVia(["nr_locals", "nr_total"], maxBySumU64).map((field) => field.asU64())).toEqual([10n, 5n]);
    expect(view.var("nosuch").tryAsU64()).toMatchObject({ ok: false, error: { code: "VarNotFound" } });
    expect(view.var("counters").get("deq").asI64()).toBe(45n);
    expect(view.var("tunables").asU32Array()).toEqual([10, 20, 35, 40]);
    expect(
      view
        .var("tunables")
        .iterMembers()
        .map((field) => field.asU64()),
    ).toEqual([10n, 20n, 35n, 40n]);
  });

  it("reads every scalar of every entry as bpftool formatted it", async () => {
    const rows = await listed("scx_per_task");
    const map = view.map("scx_per_task");
    rows.forEach(({ formatted }, ix) => {
      expect(Number(map.at(ix).key("").asI64())).toBe(formatted.key);
      const { pid, tgid, run_at } = formatted.value!;
      const entry = map.at(ix);
      expect([entry.get("pid").asI64(), entry.get("tgid").asI64()].map(Number)).toEqual([pid, tgid]);
      expect(entry.get("run_at").asU64Array().map(Number)).toEqual(run_at);
    });
  });

  it("finds, filters and picks entries", () => {
    const map = view.map("scx_per_task");
    expect(
      map
        .find((entry) => entry.get("pid").asI64() === 3n)
        .get("comm")
        .asStr(),
    ).toBe("worker/u8:3-evt");
    expect(
      map
        .find((entry) => entry.get("pid").asI64() === 3n)
        .get("ctx.weight.value")
        .asU64(),
    ).toBe(121n);
    expect(map.filter((entry) => entry.get("pid").asI64() < 0n).length).toBeGreaterThan(0);
    const most = map
      .maxBy((entry) => entry.get("ctx.vtime").asU64())
      .get("ctx.vtime")
      .asU64();
    for (const entry of map.entries()) expect(entry.get("ctx.vtime").asU64()).toBeLessThanOrEqual(most);
    expect(map.at(99).error).toMatchObject({ code: "IndexOutOfRange" });
    expect(map.find(() => false).error).toMatchObject({ code: "NoMatch", fields: { len: 15 } });
  });

  it("narrows to a CPU and aggregates over CPUs", () => {
    const map = view.map("cpu_ctx_stor");
    expect(map.at(0).cpuSumU64("nr_local")).toBe(5n);
    expect(map.at(0).cpuMaxU64("nr_remote")).toBe(6n);
    expect(map.at(0).cpuMinI64("nr_remote")).toBe(4n);
    expect(map.cpu(1).at(0).get("nr_local").asU64()).toBe(2n);
    expect(
      map
        .at(0)
        .cpuEach("idle")
        .map(([cpu, idle]) => [cpu, idle.asBool()]),
    ).toEqual([
      [0, true],
      [1, false],
    ]);
    expect(map.cpu(7).at(0).error).toMatchObject({ code: "PerCpuSlot", fields: { cpu: 7, len: 2, unmapped: false } });
    expect(map.at(0).get("nr_local").error).toMatchObject({ code: "PerCpuNotNarrowed" });
  });

  it("names what was there instead of a field", () => {
    const entry = view.map("scx_per_task").at(0);
    expect(entry.get("ctx.wieght").error).toMatchObject({
      code: "FieldNotFound",
      fields: { requested: "ctx.wieght", walked: "ctx", component: "wieght" },
    });
    expect(entry.get("pid.x").error).toMatchObject({ code: "NotAStruct" });
    expect(strict.map("scx_per_task").at(0).get("ctx..x").error).toMatchObject({ code: "EmptyPathComponent" });
    expect(entry.get("comm").tryAsU64()).toMatchObject({ ok: false, error: { code: "TypeMismatch" } });
    expect(entry.get("state").asStr()).toBe("TASK_ST_EXITED");
  });

  it("indexes arrays and shows entries of arrays, unless it is strict", () => {
    const entry = view.map("scx_per_task").at(0);
    expect(entry.get("run_at.1").asU64()).toBe(entry.get("run_at").asU64Array()[1]);
    expect(strict.map("scx_per_task").at(0).get("run_at.1").error).toMatchObject({ code: "NotAStruct" });
    expect(view.map("dom_data").at(2).get("load_x1000").asU64()).toBe(1370n);
    expect(view.map("dom_data").at(2).kind).toBe("Array");
    expect(strict.map("dom_data").at(2).error).toMatchObject({ code: "IndexOutOfRange", fields: { len: 0 } });
    expect(view.map("dom_data").at(1).get("").raw()?.member("vtime_range")?.member("hi")?.asU64()).toBe(2n ** 64n - 1n);
  });

  it("is judged by assertions and followed over a series", () => {
    const file = readAssertions(`{"version":1,"assertions":[
      {"value":{"liveVar":"nr_total"},"equals":5},
      {"value":{"map":"cpu_ctx_stor","cpuSum":"nr_local"},"as":"u64","equals":5},
      {"value":{"map":"scx_per_task","find":{"get":"pid","equals":3},"get":"ctx.weight.value"},"equals":121},
      {"value":{"count":{"entries":"dom_data"}},"equals":4}]}`);
    expect(checkSnapshots(file, [snapshot]).results.flatMap(({ messages }) => messages)).toEqual([]);
    const sample = { snapshot, stats: { ok: false, reason: "NoSchedulerBinary" } } as const;
    const series = new SampleSeries([
      { ...sample, tag: "a", elapsedMs: 0n, stepIndex: 1 },
      { ...sample, tag: "b", elapsedMs: 10n, stepIndex: 1 },
    ]);
    expect(nondecreasing(series.bpfLive("nr_total", "u64")).verdict).toBe("Pass");
    expect(series.bpfMap("cpu_ctx_stor").at(0).fieldCpuU64("sum", "nr_local").values()).toEqual([5n, 5n]);
  });
});
