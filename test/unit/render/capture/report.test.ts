import { describe, expect, it } from "vitest";
import { captureReport, renderCapture, sparkline, sparkSvg, valueLines } from "../../../../src/js/capture-views.ts";
import { toHtmlChunks } from "../../../../src/js/dump.ts";
import type { Snapshot } from "../../../../src/js/model/snapshot.ts";
import { goldenText, openDumps, reportNames } from "../../../support/sched-ext-cases.ts";
import { everyShape } from "../../../support/snapshots.ts";
import { openBoth } from "../../../support/two-sources.ts";
import { arrayOf, leaf, sourceOf, struct, type Tree } from "../../../support/value-tree.ts";

const open = (name: string): Snapshot => openDumps(name, goldenText(`reports/${name}.json`))[0]!;
const report = (name: string, everything = false): string => captureReport(open(name), everything);

function lines(tree: Tree, options = {}): string[] {
  const values = sourceOf(tree);
  return valueLines(values, values.root, options);
}

describe("the report of a failure dump", () => {
  it("has every table of the dump", () => {
    const text = report("layered_stall");
    for (const title of [
      ...["Missing or damaged (5)", "Worth a look", "Scheduler", "CPUs (2)", "Dispatch queues (3)", "Tasks (2)"],
      ...["Event counters (4)", "Maps (4)", "Registers of virtual CPUs (4)", "Allocations", "Static ranges (1)"],
      ...["Program run times (2)", "CPU times (3)", "Cgroup pressure (2)", "NUMA (1)"],
      ...["Performance counters at the freeze (3)", "Probe counters (1)"],
    ])
      expect(text).toContain(`\n${title}\n`);
  });

  it("says what upstream's own text hides: pressure, probes, reasons, whole lists", () => {
    const text = report("layered_stall");
    expect(text).toMatch(/0xffff888104a00000 +111000 +2048 +91 +1\.00 %/);
    expect(text).toMatch(/timeline_count +1234/);
    expect(text).toContain("runnable_task_kvas of row 0: 0xffff888102340000 0xffff888102341000");
    expect(text).toMatch(/layered_enqueue +10456 +8123456 +0 +776/);
    expect(text).toMatch(/0 +200 +100 +3 +4 +1000 +1000 +0\.50/);
  });

  it("shows a table of entries, the cut value, the pointer's target and why another was not followed", () => {
    expect(report("layered_stall")).toMatch(/ key +pid +layer_id +runnable_at\n +1530 +1530 +2 +123456789012/);
    const kinds = report("value_kinds");
    expect(kinds).toContain("p_arena: 0x100000004000 [cast→arena] → {x: 5}");
    expect(kinds).toContain("p_cycle: 0xffff888100001000 (not followed: cycle → 0xffff888100001000)");
    expect(kinds).toContain("arr_trunc: cut: needs 32 bytes, the capture has 16");
    expect(kinds).toContain("en_neg_signed: E_NEG (-5)");
    expect(kinds).toContain('comm: "scx_layered"');
    expect(kinds).toContain("mask: 0-3,8");
  });

  it("shows what special maps hold", () => {
    const text = report("special_maps");
    expect(text).toContain("ring buffer: capacity 4096, pending 3072 (75 %)");
    expect(text).toContain("arena: 2 pages captured, 1 not all zero, 1048576 declared, cut");
    expect(text).toContain("stack traces: 3 of 1024 buckets, cut, 2 unreadable");
    expect(text).toMatch(/9: 11 frames 0x1000 .* 0x100a/);
    expect(text).toContain("slots: 18 populated of 64 looked at, 1 unreadable");
    expect(text).toContain("! unsupported map type 99");
  });

  it("says once what is equal on every CPU, and puts CPUs with equal values together", () => {
    const text = report("percpu_maps");
    expect(text).toContain("on every CPU: a: 1, b: 2");
    expect(text).toMatch(/cpu +a\n +0-1,3 +1\n +2,4-5 +2\n +6-7 +not mapped/);
  });

  it("hides zeros and format strings unless everything is asked for", () => {
    expect(report("layered_stall")).not.toContain("layered_fmt___fmt");
    expect(report("layered_stall", true)).toContain("layered_fmt___fmt");
    expect(report("value_kinds")).toMatch(/\(\d+ zero\)/);
    expect(report("value_kinds", true)).not.toMatch(/\(\d+ zero\)/);
  });

  it("shows both captures of a dual dump, and what there is of a degraded one", () => {
    const dual = report("dual_present");
    expect(dual.indexOf("Early capture")).toBeLessThan(dual.indexOf("Late capture"));
    expect(dual).toContain("early_threshold_jiffies: 3750");
    expect(report("dual_absent_reason")).toContain("early_skipped_reason");
    const degraded = report("degraded");
    for (const part of ['bss_latch_state: "not_triggered"', "elapsed_ms: 30012", "0xffffffff81200abc", "not captured"])
      expect(degraded).toContain(part);
  });

  it("shows a kernel's own text: trigger, tasks, the scheduler's lines", () => {
    const [snapshot] = openDumps("dump.txt", goldenText("context/kernel_text_dump.txt"));
    const text = captureReport(snapshot!, false);
    for (const part of ["exit_kind: 1026", "831272272285269", "LAYER[2] nr_cpus=3 nr_queued=41"])
      expect(text).toContain(part);
  });

  it.each(reportNames())("never lets text of a dump control the terminal or the page: %s", async (name) => {
    const hostile = "\x1b[31m<script>alert(1)</script>\u202e";
    const escaped = JSON.stringify(hostile).slice(1, -1);
    const text = goldenText(`reports/${name}.json`).replaceAll(/"(?:scx_layered|bpf|x|a|n|stress)"/g, `"${escaped}"`);
    for (const snapshot of openDumps(name, text)) {
      const plain = captureReport(snapshot, true);
      expect(plain).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f\u202e]/);
      const page = [...(await toHtmlChunks(snapshot))].join("");
      expect(page).not.toContain("<script");
      expect(page).not.toContain("\u202e");
    }
  });

  it("draws counters and coverage on the page", async () => {
    const page = [...(await toHtmlChunks(open("layered_stall")))].join("");
    expect(page).toContain("<svg");
    expect(page).toContain('id="coverage"');
    expect(page).toContain("left out 7 maps");
    expect(page).not.toContain("style=");
  });

  it("reads the same maps the same, out of a capture and out of a dump typed later", async () => {
    const { capture, dump } = await openBoth("o08_sched");
    const maps = (snapshot: Snapshot): string =>
      renderCapture(snapshot)
        .split("\n")
        .filter((line) => line.includes("2542168935943"))
        .join("\n");
    expect(maps(dump)).toBe(maps(capture));
    expect(maps(dump)).not.toBe("");
  });

  it("renders a snapshot of every shape without maps, too", () => {
    expect(renderCapture(everyShape())).toContain("Missing or damaged (1)");
  });
});

describe("valueLines", () => {
  it("folds runs of equal numbers and wraps long rows in columns", () => {
    const row = (numbers: readonly number[]): Tree => struct([["row", arrayOf(numbers.map((n) => leaf(BigInt(n))))]]);
    expect(lines(row([1, 0, 0, 0, 0, 2]))).toEqual(["{row: [1, 0, 0, 0, 0, 2]}"]);
    const long = Array.from({ length: 60 }, (_, ix) => (ix < 20 ? 7 : ix * 1000));
    const wrapped = lines(row(long), { width: 60 });
    expect(wrapped[0]).toBe("row: 60 elements");
    expect(wrapped[1]).toMatch(/^ +7×20 +20000 +21000/);
    expect(new Set(wrapped.slice(1, -1).map((line) => line.length)).size).toBe(1);
  });

  it("ends at a depth instead of the stack", () => {
    let tree: Tree = leaf(1n);
    for (let i = 0; i < 400; i++)
      tree = struct([
        ["a", tree],
        [
          "b",
          arrayOf([
            struct([
              ["c", leaf(2n)],
              ["d", leaf("x".repeat(200))],
            ]),
          ]),
        ],
      ]);
    expect(lines(tree).join("\n")).toContain("nested deeper");
  });
});

describe("sparklines", () => {
  it("reach from the lowest to the highest bar", () => {
    expect(sparkline([0n, 1n, 50n, 100n])).toBe("▁▂▅█");
    expect(sparkline([0n, 0n])).toBe("▁▁");
    expect(sparkline([])).toBe("");
    expect(
      sparkline(
        Array.from({ length: 1000 }, (_, ix) => BigInt(ix)),
        10,
      ),
    ).toBe("▂▃▄▄▅▆▆▇██");
    expect(sparkline([2n ** 64n, 1n])).toBe("█▂");
  });

  it("stay inside their picture", () => {
    const points = /points="([^"]*)"/.exec(sparkSvg([0n, 5n, 2n ** 63n, -3n], "x"))![1]!.split(" ");
    expect(points).toHaveLength(4);
    for (const point of points) {
      const [x, y] = point.split(",").map(Number);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(240);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(32);
    }
  });
});
