import { describe, expect, it } from "vitest";
import { open } from "../../../../src/js/index.ts";
import type { Snapshot } from "../../../../src/js/model/snapshot.ts";
import { debugValue, EXTENDED, evaluateRules, loadRules, selectValues } from "../../../../src/js/triage.ts";
import { openCapture } from "../../../support/bpf-capture.ts";
import { readGoldenJson } from "../../../support/btf.ts";
import { inspectTree } from "../../../support/inspect.ts";
import { captureOf, type RecordedObject } from "../../../support/recorded-object.ts";

const urls = import.meta.glob<string>(
  [
    "../../../golden/pigweed/cases/elf_main.pb",
    "../../../golden/sched-ext/reports/layered_stall.json",
    "../../../golden/goroutines/zoo-go1.24/zoo.debug2.txt",
  ],
  { query: "?url&inline", import: "default", eager: true },
);

async function golden(name: string): Promise<Snapshot> {
  const [, url] = Object.entries(urls).find(([path]) => path.endsWith(name))!;
  return open(new Uint8Array(await (await fetch(url)).arrayBuffer()));
}

const fleet: Readonly<Record<string, Snapshot>> = {
  pigweed: await golden("elf_main.pb"),
  bpf: await openCapture(await captureOf(await readGoldenJson<RecordedObject>("maps/o08_sched.json.gz"))),
  "sched-ext": await golden("layered_stall.json"),
  goroutines: await golden("zoo.debug2.txt"),
  inspect: inspectTree('{"n":7}'),
};
const select = (format: string, rest: string): string[] =>
  selectValues(`SNAPSHOT:${format}:${rest}`, fleet[format]!, EXTENDED).map(({ value }) => debugValue(value));

describe("selectors over every format", () => {
  it.each([
    ["pigweed", "facts:format", ['String("pigweed")']],
    ["pigweed", "logs:text", 2],
    ["pigweed", "stacks:name", 3],
    ["pigweed", "stacks/*/0:address", 3],
    ["pigweed", "values/threads/*:name", 2],
    ["bpf", "facts:bpf.maps", ["Int(7)"]],
    ["bpf", "values/maps/scx_per_task/-1003/value:pid", ["Int(-1003)"]],
    ["bpf", "values/maps/*.rodata/0/value:nr_cpus_onln", ["Int(2)"]],
    ["sched-ext", "facts:fatal", ["Bool(true)"]],
    ["sched-ext", "values/scx_sched_state:exit_kind", ["Int(1026)"]],
    ["sched-ext", "stacks:name", 4],
    ["goroutines", "facts:goroutines.count", ["Int(65)"]],
    ["goroutines", "stacks:id", 65],
    ["goroutines", "stacks/*/0:function", 65],
    ["inspect", "values/core\\/app/root:n", ["Int(7)"]],
  ])("%s %s", (format, rest, expected) => {
    const found = select(format, rest);
    if (typeof expected === "number") expect(found.length).toBe(expected);
    else expect(found).toEqual(expected);
  });
});

describe("one rule file for a fleet", () => {
  const rules = loadRules([
    {
      namespace: "fleet",
      text: `{ extended: true,
        select: { format: "SNAPSHOT:*:facts:format", fatal: "SNAPSHOT:*:facts:fatal", nr: "SNAPSHOT:bpf:values/maps/*.rodata/0/value:nr_cpus_onln" },
        act: {
          dead: { type: "Warning", trigger: "Option(fatal, False())", print: "a {format} snapshot of something that ended" },
          cpus: { type: "Gauge", value: "nr" },
        } }`,
    },
  ]);

  it("has an outcome for every action of every snapshot; what a format does not have is missing", () => {
    const outcomes = Object.entries(fleet).map(([format, snapshot]) => {
      const { outcomes: all, warnings } = evaluateRules(rules, snapshot, { plugins: false });
      return [format, ...all.map(({ status }) => status), ...warnings];
    });
    expect(outcomes).toEqual([
      ["pigweed", "fired", "missing", "[WARNING] a pigweed snapshot of something that ended."],
      ["bpf", "quiet", "measured"],
      ["sched-ext", "fired", "missing", "[WARNING] a sched-ext snapshot of something that ended."],
      ["goroutines", "quiet", "missing"],
      ["inspect", "quiet", "missing"],
    ]);
  });
});
