import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AssertionResult, CheckReport } from "../../../../src/js/analysis/check/check-report.ts";
import { checkSnapshots } from "../../../../src/js/analysis/check/check-snapshots.ts";
import { readAssertions } from "../../../../src/js/analysis/check/read-assertions.ts";
import { isSnapshotError, type SnapshotError } from "../../../../src/js/base/errors.ts";
import { renderJson } from "../../../../src/js/base/json.ts";
import type { Snapshot } from "../../../../src/js/model/snapshot.ts";
import { renderCheckText } from "../../../../src/js/render/check-text.ts";
import { renderJunit } from "../../../../src/js/render/junit.ts";
import { goldenText, openDumps } from "../../../support/sched-ext-cases.ts";

const open = (path: string): Snapshot[] => openDumps(path, goldenText(path));

function run(assertions: readonly unknown[], snapshots: readonly Snapshot[]): readonly AssertionResult[] {
  const text = JSON.stringify({ version: 1, name: "test", assertions });
  return checkSnapshots(readAssertions(text), snapshots).results;
}

const verdicts = (results: readonly AssertionResult[]): string[] => results.map(({ verdict }) => verdict);

describe("assertions about values", () => {
  const stall = open("reports/layered_stall.json");
  const basic = open("reports/synthetic_basic.json");

  it("select by path, fact, variable, map and count", () => {
    const results = run(
      [
        { value: "scx_sched_state.exit_kind", equals: 1026 },
        { value: "scx_sched_state.exit_kind", below: 1024 },
        { value: { fact: "sched-ext.exit-kind" }, matches: "STALL" },
        { value: { var: "nr_layers" }, equals: 3 },
        { value: { liveVar: "exit_kind" }, equals: "SCX_EXIT_ERROR_STALL" },
        { value: { liveVar: "exit_kind" }, as: "u64", equals: 1026 },
        { value: { host: { cpu: 3, field: "cpustat_user_ns" } }, equals: 5000000003 },
        { value: { count: { issues: "error" } }, equals: 0 },
        { value: { count: { children: "dsq_states" } }, between: [3, 3] },
      ],
      stall,
    );
    expect(verdicts(results)).toEqual(["Pass", "Fail", "Pass", "Pass", "Pass", "Pass", "Pass", "Pass", "Pass"]);
    expect(results[1]?.messages).toEqual(["reports/layered_stall.json: found 1026, expected below 1024"]);
  });

  it("find entries, narrow to a CPU and aggregate", () => {
    const results = run(
      [
        { value: { map: "scx_per_task", find: { get: "tid", equals: 200 }, get: "runtime_ns" }, present: true },
        { value: { map: "scx_per_task", maxBy: "runtime_ns", key: "" }, oneOf: [100, 200] },
        { value: { map: "scx_per_task", find: { get: "tid", equals: 7 } }, fails: "NoMatch" },
        { value: { map: "scx_pcpu", cpuSum: "" }, equals: 77 },
        { value: { map: "scx_pcpu", cpu: 1 }, equals: 22 },
        { value: { map: "scx_pcpu", cpu: 2 }, fails: "PerCpuSlot" },
        { value: { count: { entries: "scx_per_task" } }, atLeast: 2 },
      ],
      basic,
    );
    expect(results.flatMap(({ messages }) => messages)).toEqual([]);
  });

  it("compare 64-bit integers exactly", () => {
    const text =
      '{"schema":"single","maps":[{"name":"o.bss","map_type":2,"value_size":8,"max_entries":1,"value":{"kind":"struct","members":[{"name":"n","value":{"kind":"uint","bits":64,"value":9007199254740993}}]}}]}';
    const file = readAssertions(
      '{"version":1,"assertions":[{"value":{"var":"n"},"equals":9007199254740993},{"value":{"var":"n"},"equals":9007199254740992}]}',
    );
    expect(verdicts(checkSnapshots(file, openDumps("x", text)).results)).toEqual(["Pass", "Fail"]);
  });

  it("tell what was not captured from what is wrong", () => {
    const placeholder = open("reports/placeholder.json");
    const results = run(
      [
        { value: { var: "n" }, equals: 1 },
        { value: { stats: "util" }, equals: 1 },
        { value: "nothing.there", equals: 1 },
        { value: "nothing.there", present: false },
        { value: { var: "n" }, present: false },
      ],
      placeholder,
    );
    expect(verdicts(results)).toEqual(["Inconclusive", "Inconclusive", "Fail", "Pass", "Inconclusive"]);
    expect(results[0]?.messages[0]).toContain("PlaceholderSample");
  });

  it("judge an expression of the rule language", () => {
    const results = run(
      [
        { expression: "2 + 2 == 4" },
        { expression: "1 > 2" },
        { expression: "kind >= 1024", select: { kind: "SNAPSHOT:sched-ext:values/scx_sched_state:exit_kind" } },
        { expression: "kind == 0", select: { kind: "SNAPSHOT:sched-ext:values/nothing:there" } },
        { expression: "1 +" },
      ],
      stall,
    );
    expect(results.map(({ verdict, messages }) => [verdict, ...messages.map((text) => text.slice(0, 90))])).toEqual([
      ["Pass"],
      ["Fail", expect.stringContaining("1 > 2 is Bool(false)")],
      ["Pass"],
      ["Fail", expect.stringContaining("kind == 0 is Bool(false)")],
      ["Fail", expect.stringContaining("ExpressionSyntax")],
    ]);
  });

  it("look at each, the first, the last or any snapshot", () => {
    const series = open("series/steady_stats.json");
    const results = run(
      [
        { value: { liveVar: "nr_dispatched" }, when: "first", equals: 0 },
        { value: { liveVar: "nr_dispatched" }, when: "last", equals: 500 },
        { value: { liveVar: "nr_dispatched" }, when: "any", equals: 300 },
        { value: { liveVar: "nr_dispatched" }, when: "any", equals: 301 },
        { value: { liveVar: "nr_dispatched" }, atMost: 200 },
      ],
      series,
    );
    expect(results.map(({ verdict, snapshots, messages }) => [verdict, snapshots, messages.length])).toEqual([
      ["Pass", 1, 0],
      ["Pass", 1, 0],
      ["Pass", 6, 0],
      ["Fail", 6, 6],
      ["Fail", 6, 3],
    ]);
    expect(results[4]?.messages[0]).toBe("periodic_003: found 300, expected at most 200");
  });
});

describe("assertions about series", () => {
  const steady = open("series/steady_stats.json");
  const drift = open("series/swap_drift.json");

  it("judge every pattern", () => {
    const counter = { liveVar: "nr_dispatched" };
    const results = run(
      [
        { series: counter, as: "u64", pattern: "nondecreasing" },
        { series: counter, as: "u64", pattern: "strictlyIncreasing" },
        { series: counter, pattern: { rateWithin: { min: 0.05, max: 0.2 } } },
        { series: counter, pattern: { steadyWithin: { warmupMs: 5000, tolerance: 0.01 } } },
        { series: { stats: "util" }, pattern: { steadyWithin: { warmupMs: 0, tolerance: 0.5 } } },
        { series: counter, pattern: { convergesTo: { target: 0, tolerance: 500, deadlineMs: 10000 } } },
        { series: counter, pattern: { ratioWithin: { other: { var: "nr_enqueued" }, min: 0, max: 1 } } },
        { series: counter, as: "u64", pattern: { eachAtLeast: 0 } },
        { series: counter, as: "u64", pattern: { eachAtMost: 499 } },
        { series: counter, as: "u64", pattern: { eachBetween: [0, 500] } },
        { series: counter, pattern: { ratioAcrossPhases: { earlier: 1, later: 2, atMost: 2 } } },
        { series: counter, as: "bool", pattern: "alwaysTrue" },
      ],
      steady,
    );
    expect(verdicts(results)).toEqual([
      ...["Pass", "Pass", "Pass", "Fail", "Pass", "Pass"],
      ...["Inconclusive", "Pass", "Fail", "Pass", "Fail", "Fail"],
    ]);
  });

  it("refuse values of another scheduler within a phase", () => {
    const [result] = run([{ series: { liveVar: "nr_dispatched" }, as: "u64", pattern: { eachAtLeast: 0 } }], drift);
    expect(result?.verdict).toBe("Fail");
    expect(result?.messages.join()).toContain("changed within phase 1");
  });

  it("put snapshots in the order of their time", () => {
    const [result] = run(
      [{ series: { liveVar: "nr_dispatched" }, as: "u64", pattern: "nondecreasing" }],
      [...steady.slice(4), ...steady.slice(0, 3)],
    );
    expect(result).toMatchObject({ verdict: "Pass", snapshots: 5 });
  });

  it("cannot judge nothing", () => {
    expect(verdicts(run([{ value: "x", present: true }], []))).toEqual(["Inconclusive"]);
  });
});

describe("assertion files", () => {
  function refusal(assertions: unknown): SnapshotError {
    try {
      readAssertions(JSON.stringify(assertions));
    } catch (error) {
      if (isSnapshotError(error)) return error;
    }
    throw new Error("was read");
  }

  it.each([
    [{}, "", "lacks"],
    [{ version: 2, assertions: [] }, "", "version 2"],
    [{ version: 1, assertions: [] }, "", "no assertion"],
    [{ version: 1, assertions: [{ value: "a" }] }, "assertions[0]", "no condition"],
    [{ version: 1, assertions: [{ valeu: "a" }] }, "assertions[0]", "none of"],
    [{ version: 1, assertions: [{ value: "a", atLeest: 1 }] }, "assertions[0]", 'did you mean "atLeast"'],
    [{ version: 1, assertions: [{ value: { var: "a", path: "b" }, equals: 1 }] }, "assertions[0].value", "exactly one"],
    [{ version: 1, assertions: [{ value: "a", fails: "Nope" }] }, "assertions[0].fails", "no error code"],
    [{ version: 1, assertions: [{ value: "a", fails: "toString" }] }, "assertions[0].fails", "no error code"],
    [{ version: 1, assertions: [{ value: "a", matches: "(" }] }, "assertions[0].matches", "regular expression"],
    [{ version: 1, assertions: [{ value: "a", between: [1] }] }, "assertions[0].between", "two elements"],
    [{ version: 1, assertions: [{ series: "a", pattern: "up" }] }, "assertions[0].pattern", "not one of"],
    [
      { version: 1, assertions: [{ series: "a", pattern: { constructor: 1 } }] },
      "assertions[0].pattern",
      "unknown member",
    ],
    [
      { version: 1, assertions: [{ value: { map: "m", get: "a", key: "b" }, equals: 1 }] },
      "assertions[0].value",
      "more than one",
    ],
    [
      { version: 1, assertions: [{ value: { map: "m", at: -1 }, equals: 1 }] },
      "assertions[0].value.at",
      "whole number",
    ],
  ])("are refused with the place that is wrong: %j", (file, path, what) => {
    const error = refusal(file);
    expect([error.code, error.path]).toEqual(["MalformedAssertions", path]);
    expect(error.message).toContain(what);
  });

  it("never fail in another way, whatever the JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const file of [
          value,
          { version: 1, assertions: [value] },
          { version: 1, assertions: [{ value, equals: 1 }] },
        ]) {
          try {
            readAssertions(JSON.stringify(file));
          } catch (error) {
            expect(isSnapshotError(error) && error.code).toBe("MalformedAssertions");
          }
        }
      }),
    );
  });
});

describe("reports", () => {
  const report: CheckReport = checkSnapshots(
    readAssertions(
      JSON.stringify({
        version: 1,
        name: "a <suite>",
        assertions: [
          { name: "fine", value: "schema", equals: "single" },
          { name: 'bad "&\u0007', value: "schema", equals: "dual" },
          { name: "unknown", value: { stats: "x" }, equals: 1 },
        ],
      }),
    ),
    open("reports/empty.json"),
  );

  it("are what their schema says", () => {
    const document: unknown = JSON.parse(renderJson(report));
    expect(document).toMatchObject({ verdict: "Fail", passed: 1, inconclusive: 1, failed: 1 });
  });

  it("read well", () => {
    expect(renderCheckText(report)).toBe(
      `pass          fine
FAIL          bad "&\\x07
    reports/empty.json: found "single", expected equal to "dual"
inconclusive  unknown
    reports/empty.json: MissingStats: sample "reports/empty.json" has no statistics: NoSchedulerBinary
1 passed, 1 inconclusive, 1 failed
`,
    );
  });

  it("are JUnit", () => {
    expect(renderJunit([report])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="a &lt;suite&gt;" tests="3" failures="1" errors="0" skipped="1">
    <testcase classname="a &lt;suite&gt;" name="fine"></testcase>
    <testcase classname="a &lt;suite&gt;" name="bad &quot;&amp;\ufffd">
      <failure message="reports/empty.json: found &quot;single&quot;, expected equal to &quot;dual&quot;">reports/empty.json: found &quot;single&quot;, expected equal to &quot;dual&quot;</failure>
    </testcase>
    <testcase classname="a &lt;suite&gt;" name="unknown">
      <skipped message="reports/empty.json: MissingStats: sample &quot;reports/empty.json&quot; has no statistics: NoSchedulerBinary"/>
    </testcase>
  </testsuite>
</testsuites>
`);
  });
});
