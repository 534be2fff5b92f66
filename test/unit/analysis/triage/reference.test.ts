import { describe, expect, it } from "vitest";
import { EXTENDED, UPSTREAM } from "../../../../src/js/analysis/triage/dialect.ts";
import { UPSTREAM_FUNCTIONS } from "../../../../src/js/analysis/triage/function-names.ts";
import { REFERENCE } from "../../../../src/js/analysis/triage/functions/reference.ts";
import { isSnapshotError } from "../../../../src/js/base/errors.ts";
import { displayValue, evaluateRules, evaluateText, loadRules, type Metric } from "../../../../src/js/triage.ts";
import { inspectOf } from "../../../support/inspect.ts";

const HISTOGRAM = {
  buckets: [
    { lower: -2, upper: 0, count: 4n },
    { lower: 0, upper: 2, count: 1n },
    { lower: 2, upper: 10, count: 1n },
  ],
};
const LATENCY: Metric = { kind: "value", value: { kind: "Histogram", value: HISTOGRAM } };
const metrics = new Map([["", new Map([["latency", LATENCY]])]]);
const upstream: ReadonlySet<string> = new Set(UPSTREAM_FUNCTIONS);

describe("every example of the function reference", () => {
  for (const [name, { examples }] of Object.entries(REFERENCE)) {
    for (const [expression, value] of examples) {
      it(`${expression} is ${value}`, () => {
        const dialect = upstream.has(name) ? UPSTREAM : EXTENDED;
        expect(displayValue(evaluateText(expression, { metrics, dialect }))).toBe(value);
      });
    }
  }
});

describe("hostile rules", () => {
  const codeOf = (run: () => unknown): string => {
    try {
      run();
      return "none";
    } catch (error) {
      return isSnapshotError(error) ? error.code : String(error);
    }
  };

  it.each([
    ["brackets", `${"(".repeat(200_000)}1${")".repeat(200_000)}`],
    ["vectors", `${"[".repeat(200_000)}${"]".repeat(200_000)}`],
    ["calls", `${"Not(".repeat(200_000)}1${")".repeat(200_000)}`],
    ["a long sum", `1${"+1".repeat(200_000)}`],
  ])("%s end in a coded error", (_, text) => {
    expect(codeOf(() => evaluateText(text))).toBe("LimitExceeded");
  });

  it("a function that calls itself for ever ends one action, not the run", () => {
    const text =
      '{eval:{f:"Fn([x], Apply(f, [x + 1]))"},act:{a:{type:"Gauge",value:"Apply(f, [1])"},b:{type:"Gauge",value:"1 + 1"}}}';
    const result = evaluateRules(loadRules([{ namespace: "f", text }]), inspectOf({ "inspect.json": "[]" }));
    expect(result.gauges).toEqual(["b: 2"]);
    expect(result.issues.map((issue) => issue.code)).toEqual(["LimitExceeded"]);
  });

  it("a rule file nested without end is refused", () => {
    expect(codeOf(() => loadRules([{ namespace: "f", text: "{a:".repeat(100_000) }]))).toBe("InvalidRules");
  });
});
