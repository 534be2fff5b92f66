import { describe, expect, it } from "vitest";
import { expectSnapshot, expectSnapshots } from "../../../../src/js/analysis/check/expect-snapshot.ts";
import { goldenText, openDumps } from "../../../support/sched-ext-cases.ts";

const [basic] = openDumps("basic", goldenText("reports/synthetic_basic.json"));
const [stall] = openDumps("stall", goldenText("reports/layered_stall.json"));
const steady = openDumps("steady", goldenText("series/steady_stats.json"));
const snapshot = expectSnapshot(basic!);

describe("expectSnapshot", () => {
  it("passes what holds", () => {
    snapshot.var("nr_cpus_onln").toBe(4);
    snapshot.var("nr_cpus_onln").toBe(4n);
    snapshot.var("balance_factor").toBeBetween(1.4, 1.6);
    snapshot.var("ctx").get("weight").toBeAtLeast(1024n);
    snapshot.var("absent").toFailWith("VarNotFound");
    snapshot.map("scx_per_task").toHaveLength(2);
    snapshot
      .map("scx_per_task")
      .find((entry) => entry.get("tid").asI64() === 200n)
      .key("")
      .toBe(200);
    snapshot.map("scx_pcpu").cpu(1).at(0).get("").toBe(22);
    snapshot.path("maps[0].value.nr_cpus_onln").toBePresent();
    expectSnapshot(stall!).liveVar("exit_kind").toBe("SCX_EXIT_ERROR_STALL");
    expectSnapshot(stall!).liveVar("exit_kind").toBe(1026);
    expectSnapshot(stall!)
      .liveVar("exit_kind")
      .toMatch(/STALL$/);
  });

  it.each([
    [() => snapshot.var("nr_cpus_onln").toBe(5), "nr_cpus_onln: found 4, expected equal to 5", 4n, 5],
    [() => snapshot.var("nr_cpus_onln").notToBe(4), "found 4, expected other than 4", 4n, 4],
    [() => snapshot.var("absent").toBe(1), 'VarNotFound: no global "absent"', "VarNotFound", 1],
    [() => snapshot.var("absent").toBePresent(), "expected a value", "VarNotFound", "present"],
    [
      () => snapshot.var("ctx").toFailWith("NoMatch"),
      "found TypeMismatch, expected NoMatch",
      "TypeMismatch",
      "NoMatch",
    ],
    [() => snapshot.map("scx_per_task").toHaveLength(9), "found 2 entries", 2, 9],
  ])("throws what test runners show", (assertion, message, actual, expected) => {
    let thrown: unknown;
    try {
      assertion();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: "AssertionError", actual, expected });
    expect(thrown).toHaveProperty("message", expect.stringContaining(message));
  });
});

describe("expectSnapshots", () => {
  it("judges a series", () => {
    const series = expectSnapshots(steady);
    series.liveVar("nr_dispatched").toBeStrictlyIncreasing();
    series.liveVar("nr_dispatched").toBeEachBetween(0, 500);
    series.stats("util").toBeSteadyWithin(0, 0.2);
    expect(() => series.liveVar("nr_dispatched").toHaveRateWithin(5, 6)).toThrow(/rate_within/);
    expect(() => series.liveVar("typo").toBeEachBetween(0, 1)).toThrow(/projection error/);
  });

  it("takes a file of assertions", () => {
    const file = (bound: number): string =>
      JSON.stringify({
        version: 1,
        assertions: [{ series: { liveVar: "nr_dispatched" }, pattern: { eachAtMost: bound } }],
      });
    expectSnapshots(steady).toPass(file(500));
    expect(() => expectSnapshots(steady).toPass(file(499))).toThrow(/periodic_005/);
    const unsure = JSON.stringify({ version: 1, assertions: [{ value: { stats: "util" }, when: "last", equals: 1 }] });
    expect(() => expectSnapshots(steady).toPass(unsure)).toThrow(/Inconclusive/);
    expectSnapshots(steady).toPass(unsure, { allowInconclusive: true });
  });
});
