import { describe, expect, it } from "vitest";
import { open } from "../../../../src/js/index.ts";
import { evaluateRules, evaluateSeries, loadRules, rulePackSources } from "../../../../src/js/triage.ts";
import { inspectOf } from "../../../support/inspect.ts";

const files = import.meta.glob<string>(
  ["../../../golden/sched-ext/reports/layered_stall.json", "../../../golden/goroutines/shop-go1.24/server.debug2.txt"],
  { query: "?raw", import: "default", eager: true },
);

function fileNamed(name: string): Uint8Array {
  const [, text] = Object.entries(files).find(([path]) => path.endsWith(name))!;
  return new TextEncoder().encode(text);
}

describe("the built-in packs on real snapshots", () => {
  it("say of a stalled scheduler that it stalled, and what was lost", async () => {
    const result = evaluateRules(loadRules(rulePackSources("sched-ext")), await open(fileNamed("layered_stall.json")));
    expect(result.errors).toEqual([
      "[BUG:scheduler] The scheduler scx_layered left a task runnable without running it: ERROR_STALL (1026).",
    ]);
    expect(result.warnings).toContain("[WARNING] The capture left out 7 maps.");
    expect(result.snapshots).toMatchObject([{ signature: "sched-ext-error-stall" }]);
    expect(result.gauges).toContain("longest_queue: 41");
  });

  it("count the goroutines of a service", async () => {
    const result = evaluateRules(loadRules(rulePackSources("goroutines")), await open(fileNamed("server.debug2.txt")));
    expect(result.gauges).toContain("goroutines: 71");
    expect(result.errors).toEqual([]);
  });

  it("stay silent about snapshots of other formats", async () => {
    const result = evaluateRules(loadRules(rulePackSources("pigweed")), await open(fileNamed("server.debug2.txt")));
    expect([result.errors, result.warnings]).toEqual([[], []]);
    expect(new Set(result.outcomes.map((outcome) => outcome.status))).toEqual(new Set(["missing", "quiet"]));
  });

  it("wait until a component has been unhealthy for ten minutes before they ask for a report", () => {
    const unhealthy =
      '{"moniker":"core/a","metadata":{},"payload":{"root":{"fuchsia.inspect.Health":{"status":"UNHEALTHY"}}}}';
    const at = (minutes: number) =>
      inspectOf({ "inspect.json": `[${unhealthy}]`, "annotations.json": `{"device.uptime":"0d0h${minutes}m0s"}` });
    const rules = loadRules(rulePackSources("inspect"));
    const results = evaluateSeries(rules, [{ snapshot: at(1) }, { snapshot: at(9) }, { snapshot: at(12) }]);
    expect(results.map((result) => result.snapshots.length)).toEqual([0, 0, 1]);
    expect(results[0]!.infos).toContain(
      "[PENDING] In config 'inspect_health::report': the trigger has not been true long enough",
    );
  });
});
