import { describe, expect, it } from "vitest";
import { coverageOf, findTask, hintsOf, renderTask } from "../../../../src/js/capture-views.ts";
import type { Snapshot } from "../../../../src/js/model/snapshot.ts";
import { tryGetPath } from "../../../../src/js/view/path.ts";
import { goldenText, openDumps } from "../../../support/sched-ext-cases.ts";
import { openBoth } from "../../../support/two-sources.ts";

const open = (name: string): Snapshot => openDumps(name, goldenText(`reports/${name}.json`))[0]!;
const stall = open("layered_stall");

function dump(report: object): Snapshot {
  return openDumps("dump", JSON.stringify({ schema: "single", maps: [], ...report }))[0]!;
}

const int = (value: number): object => ({ kind: "int", bits: 32, value });
const pointer = (value: number): object => ({ kind: "ptr", value });
const task = {
  kind: "struct",
  type_name: "ctx",
  members: [
    { name: "pid", value: int(7) },
    { name: "p", value: pointer(4096) },
  ],
};
const map = {
  name: "ctxs",
  map_type: 1,
  value_size: 16,
  max_entries: 9,
  entries: [{ key_hex: "", value: task, value_hex: "" }],
};
const queues = {
  rq_scx_states: [
    { cpu: 3, nr_running: 2, flags: 0, cpu_released: false, ops_qseq: 1, runnable_task_kvas: [8192, 4096] },
  ],
  dsq_states: [{ id: 5, origin: "user", nr: 1, seq: 2, task_kvas: [4096] }],
};

describe("findTask", () => {
  it("joins tables on the pid and says how sure it is, and where nothing is", () => {
    const found = findTask(stall, 1530);
    expect(found.comm).toBe("stress");
    expect(found.sightings.map(({ table, confidence }) => [table, confidence])).toEqual([
      ["task_enrichments", "certain"],
      ["maps", "likely"],
      ["sdt_allocations", "likely"],
    ]);
    expect(found.silent).toEqual(["rq_scx_states", "dsq_states"]);
  });

  it("finds the running task, the parent, and a key that may only look like a pid", () => {
    expect(findTask(stall, 1643).sightings).toMatchObject([{ confidence: "certain", text: "running on CPU 0" }]);
    expect(findTask(stall, 1).sightings.map(({ text }) => text)).toContain("parent of stress[1530]");
    const keyed = dump({ maps: [{ ...map, entries: [{ key: int(7), key_hex: "", value: int(1), value_hex: "" }] }] });
    expect(findTask(keyed, 7).sightings).toMatchObject([{ confidence: "possible" }]);
  });

  it("follows an address into the queues only where some value has it beside the pid", () => {
    const linked = findTask(dump({ maps: [map], ...queues }), 7);
    expect(linked.addresses).toMatchObject([{ kva: 4096n, confidence: "likely" }]);
    expect(linked.sightings.map(({ path }) => path)).toEqual([
      "maps[#0].entries[#0]",
      "rq_scx_states[0].runnable_task_kvas[1]",
      "dsq_states[0].task_kvas[0]",
    ]);
    expect(findTask(dump(queues), 7).sightings).toEqual([]);
  });

  it("takes the only runnable task of a CPU for the one it runs", () => {
    const rq = {
      cpu: 0,
      nr_running: 1,
      flags: 0,
      cpu_released: false,
      ops_qseq: 1,
      curr_pid: 9,
      runnable_task_kvas: [64],
    };
    const found = findTask(dump({ rq_scx_states: [rq] }), 9);
    expect(found.addresses).toMatchObject([{ kva: 64n, confidence: "likely" }]);
  });

  it("reads a kernel's text: the task's row and the lines below it", () => {
    const [text] = openDumps("dump.txt", goldenText("context/dmesg_two_dumps.txt"));
    const found = findTask(text!, 77);
    expect(found.sightings.map(({ table, confidence }) => [table, confidence])).toContainEqual([
      "kernel_tasks",
      "certain",
    ]);
    expect(found.sightings.some(({ table }) => table === "logs")).toBe(true);
  });

  it("gives paths that lead somewhere, in dumps and captures alike", async () => {
    const { capture, dump: typed } = await openBoth("o08_sched");
    for (const snapshot of [stall, capture, typed]) {
      for (const pid of [1530, 1531, 1234, 3]) {
        for (const { path, table } of findTask(snapshot, pid).sightings)
          if (table !== "logs") expect(tryGetPath(snapshot, path).ok, path).toBe(true);
      }
    }
    const texts = (snapshot: Snapshot): string[] => findTask(snapshot, 1234).sightings.map(({ text }) => text);
    expect(texts(typed)).toEqual(texts(capture));
    expect(texts(capture).length).toBeGreaterThan(0);
  });

  it("is told in words, hostile names escaped", () => {
    const named = dump({ rq_scx_states: [{ ...queues.rq_scx_states[0], curr_pid: 9, curr_comm: "\x1b[31mx" }] });
    expect(renderTask(findTask(named, 9))).toContain("Task \\x1b[31mx[9]");
    expect(renderTask(findTask(stall, 99999))).toBe("Nothing in the capture speaks of task 99999.\n");
  });
});

describe("hints and coverage", () => {
  it("points out stalled readers, reserving writers, bypass, locks and boosts", () => {
    expect(hintsOf(open("special_maps").maps!).map(({ kind }) => kind)).toEqual([
      "reserving-producer",
      "stalled-consumer",
    ]);
    expect(hintsOf(stall.maps!).map(({ kind }) => kind)).toEqual(["bypass", "lock", "boosted", "spinning"]);
  });

  it("finds a dead queue between the captures of a dual dump, not one that moved or is empty", () => {
    const report = (rows: readonly (readonly [id: number, nr: number, seq: number])[]): object => ({
      schema: "single",
      maps: [],
      dsq_states: rows.map(([id, nr, seq]) => ({ id, origin: "user", nr, seq, task_kvas: [] })),
    });
    const early = report([
      [1, 4, 9],
      [2, 4, 9],
      [3, 0, 9],
      [4, 4, 9],
    ]);
    const late = report([
      [1, 4, 9],
      [2, 4, 10],
      [3, 0, 9],
      [4, 5, 9],
    ]);
    const [dual] = openDumps("dual", JSON.stringify({ schema: "dual", early, late }));
    expect(hintsOf(dual!.maps!).map(({ kind, path }) => [kind, path])).toEqual([["dead-queue", "late.dsq_states[0]"]]);
  });

  it("counts what is there and says what is not, and why", () => {
    const { captured, gaps, isComplete } = coverageOf(stall);
    expect(captured).toEqual({ maps: 4, entries: 5, arenaPages: 0, tasks: 2, cpus: 2, queues: 3 });
    expect(isComplete).toBe(false);
    expect(gaps[0]).toMatchObject({ path: "maps_truncated", severity: "warning" });
    expect(coverageOf(open("value_kinds")).values).toMatchObject({
      clipped: 2,
      cut: 5,
      notFollowed: 2,
      isComplete: true,
    });
    expect(coverageOf(stall, 3).values.isComplete).toBe(false);
    expect(coverageOf(open("empty")).isComplete).toBe(true);
  });
});
