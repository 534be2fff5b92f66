import { describe, expect, it } from "vitest";
import { goroutines } from "../../../src/js/formats/goroutines/plugin.ts";
import { fromJson } from "../../../src/js/model/document.ts";
import type { Snapshot } from "../../../src/js/model/snapshot.ts";
import { toJson } from "../../../src/js/render/json.ts";
import { type SnapshotVerdict, verdict, verdictText } from "../../../src/js/verdict.ts";
import { canonicalPath, tryGetPath } from "../../../src/js/view/path.ts";
import { testCore } from "../../support/core.ts";
import { readFixture } from "../../support/fixture.ts";
import { goroutineText, readGoroutines } from "../../support/goroutines.ts";
import { inspectTree } from "../../support/inspect.ts";
import { openPigweed } from "../../support/pigweed-open.ts";
import { goldenText, openDumps, reportNames } from "../../support/sched-ext-cases.ts";
import { everyShape } from "../../support/snapshots.ts";
import { openBoth } from "../../support/two-sources.ts";

const PIGWEED = import.meta.glob<string>("../../golden/pigweed/cases/elf_main.pb", {
  query: "?url",
  import: "default",
  eager: true,
});

const dump = (name: string, text = goldenText(`reports/${name}.json`)): Snapshot => openDumps(name, text)[0]!;
const sentence = (snapshot: Snapshot): string => verdictText(verdict(snapshot));
const supplies = ({ missing }: SnapshotVerdict): (string | undefined)[] => missing.map(({ supply }) => supply);

async function goroutinesOf(...paths: string[]): Promise<Snapshot> {
  const files = await Promise.all(paths.map(async (path) => [path, await goroutineText(path)] as const));
  const [parts] = await readGoroutines(Object.fromEntries(files));
  return { ...parts!, ...goroutines.attach(parts!, await testCore()) };
}

describe("verdict of a sched_ext dump", () => {
  it("names the stalled task, how long it waited and where, out of a kernel text", () => {
    const [snapshot] = openDumps("dump.txt", goldenText("context/kernel_text_dump.txt"));
    const found = verdict(snapshot!);
    expect(verdictText(found)).toBe("Stall: `stress[1530]` runnable for 6.8 s on CPU 0.");
    expect(found).toMatchObject({ severity: "failure", inferred: false, missing: [] });
  });

  it("infers where to look when a report names no task, and says what the capture lacks", () => {
    const found = verdict(dump("layered_stall"));
    expect(verdictText(found)).toBe(
      "Stall: CPU 0 has 2 runnable tasks and runs `stress[1643]`, scheduler `scx_layered`; DSQ 1024 holds 41 tasks.",
    );
    expect(found.inferred).toBe(true);
    expect(found.missing).toEqual([{ what: "7 maps", why: "the capture met its deadline before them" }]);
  });

  it("says of a queue that it did not move between the two captures of a dual dump", () => {
    const queue = (seq: number) => `{"id":5,"origin":"user","nr":41,"seq":${seq},"task_kvas":[]}`;
    const report = (seq: number) =>
      `{"schema":"single","maps":[],"scx_sched_state":{"aborting":true,"bypass_depth":0,"exit_kind":1026},` +
      `"dsq_states":[{"id":7,"origin":"user","nr":50,"seq":${seq},"task_kvas":[]},${queue(9)}]}`;
    const found = verdict(dump("dual", `{"schema":"dual","early":${report(1)},"late":${report(2)}}`));
    expect(verdictText(found)).toContain("; DSQ 5 holds 41 tasks and did not move between the captures.");
    expect(found.parts.find(({ text }) => text === "DSQ 5")?.path).toBe("late.dsq_states[1]");
  });

  it("says that a capture failed, or was degraded, and why", () => {
    expect(sentence(dump("placeholder"))).toBe(
      "The capture failed and left an empty report: vCPU rendezvous timed out.",
    );
    expect(sentence(dump("degraded"))).toMatch(/^The scheduler ended with ERROR_STALL \(1026\); only a degraded dump/);
  });

  it("asks for a BTF file where only bytes were kept", () => {
    expect(supplies(verdict(dump("hash_maps")))).toEqual(["btf"]);
  });

  it.each(reportNames())("links only to what is there: %s", (name) => {
    const snapshot = dump(name);
    for (const { path } of verdict(snapshot).parts) {
      if (path !== undefined) expect(tryGetPath(snapshot, path).ok, path).toBe(true);
    }
  });
});

describe("verdict of the other formats", () => {
  it("pigweed: cause, place, version, and which ELF to drop", async () => {
    const snapshot = await openPigweed(await readFixture(PIGWEED["../../golden/pigweed/cases/elf_main.pb"]!));
    const found = verdict(snapshot);
    expect(verdictText(found)).toBe(
      "main-core crashed: usage fault, $srKysgltYSA8IDQwMDA= in 0x800008a. fw 1.2.3, build 6de75eb28bbf.",
    );
    expect(found.missing.map(({ supply, buildId }) => [supply, buildId])).toEqual([
      ["tokens", undefined],
      ["symbols", "6de75eb28bbf07b652e82112e304c5a928e30c8d"],
    ]);
  });

  it("goroutines: the convoy, its place and its longest wait", async () => {
    const found = verdict(await goroutinesOf("zoo-go1.24/zoo.debug2.txt"));
    expect(verdictText(found)).toBe(
      "65 goroutines: 25 wait for one lock in `main.main.func9` (main.go:137) (longest ≥ 6 min).",
    );
    expect(found.severity).toBe("attention");
  });

  it("goroutines: what ended a process comes first", async () => {
    expect(sentence(await goroutinesOf("tracebacks/panic-system-go1.24.txt"))).toMatch(
      /^Crashed: panic: .* in `main\.panicking\.func1` \(main\.go:223\); 73 goroutines/,
    );
  });

  it("bpf: maps, their types and those near their capacity", async () => {
    const { capture: snapshot } = await openBoth("o01_scalars");
    const found = verdict(snapshot);
    expect(verdictText(found)).toMatch(/^\d+ maps?.*\d+ with types/);
    for (const { path } of found.parts) if (path !== undefined) expect(canonicalPath(snapshot, path)).toBeTruthy();
  });

  it("inspect: no judgement without rules, and the rules' with them", () => {
    const snapshot = inspectTree('{"a":1}');
    expect(supplies(verdict(snapshot))).toEqual(["rules"]);
    const judged = verdict(snapshot, { rules: { total: 47, fired: ["disk is full", "two", "three"] } });
    expect(verdictText(judged)).toBe("3 of 47 rules fired: disk is full (and 2 more); 1 component.");
    expect(judged.severity).toBe("failure");
  });

  it.each(["pigweed", "bpf", "sched-ext", "inspect", "goroutines"] as const)(
    "%s: one line, whatever a snapshot of every shape or a document holds",
    (format) => {
      for (const snapshot of [everyShape(), fromJson(toJson(everyShape()))]) {
        const text = sentence({ ...snapshot, format });
        expect(text).not.toContain("\n");
        expect(text.length).toBeGreaterThan(4);
        expect(text.length).toBeLessThan(2000);
      }
    },
  );
});
