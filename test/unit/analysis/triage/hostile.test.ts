import { describe, expect, it } from "vitest";
import { isSnapshotError } from "../../../../src/js/base/errors.ts";
import {
  checkRules,
  createRowFilter,
  displayValue,
  EXTENDED,
  evaluateRules,
  evaluateText,
  explainActions,
  loadRules,
  readRules,
} from "../../../../src/js/triage.ts";
import { inspectOf, inspectTree } from "../../../support/inspect.ts";

/** Far above what any of these takes, far below what a blow-up would. */
const BUDGET_MS = 20_000;

function within<T>(run: () => T): T {
  const start = performance.now();
  const result = run();
  expect(performance.now() - start).toBeLessThan(BUDGET_MS);
  return result;
}

function codeOf(run: () => unknown): string {
  try {
    return `value ${String(run())}`;
  } catch (error) {
    return isSnapshotError(error) ? error.code : String(error);
  }
}

const gauge = (value: string): string =>
  JSON.stringify({ extended: true, act: { a: { type: "Gauge", value }, b: { type: "Gauge", value: "1 + 1" } } });

/** What is left of a run in which one action costs too much. */
function runOf(value: string): { readonly gauges: readonly string[]; readonly issues: readonly string[] } {
  const limits = { evaluationSteps: 500_000 };
  const rules = loadRules([{ namespace: "f", text: gauge(value) }]);
  const { gauges, issues } = within(() => evaluateRules(rules, inspectTree('{"x":[1,2,3]}'), { limits }));
  return { gauges, issues: issues.map(({ code }) => code) };
}

describe("hostile expressions", () => {
  it.each([
    ["a vector that doubles", `Fold(Fn([v, i], Concat(v, v)), [${"[1],".repeat(60)}[1]])`],
    ["maps in maps", `Let(v, [${"1,".repeat(99)}1], Map(Fn([a], Map(Fn([b], Map(Fn([c], c), v)), v)), v))`],
    ["a function that calls itself", "Let(f, Fn([g], Apply(g, [g])), Apply(f, [f]))"],
    ["a function that calls itself twice", "Let(f, Fn([g], Apply(g, [g]) + Apply(g, [g])), Apply(f, [f]))"],
  ])("%s ends one action with an issue, and no other", (_, value) => {
    expect(runOf(value)).toEqual({ gauges: ["b: 2"], issues: ["LimitExceeded"] });
  });

  it("a text that doubles is a problem", () => {
    const { gauges, issues } = runOf(`Fold(Fn([t, i], Join([t, t], '')), [${"'ab',".repeat(60)}'ab'])`);
    expect([gauges, issues]).toEqual([["b: 2"], []]);
  });

  it("a thousand times a huge text is cut where it is shown", () => {
    const huge = `Fold(Fn([t, i], Join([t, t], '')), [${"'abcdefgh',".repeat(16)}'abcdefgh'])`;
    const { gauges } = runOf(`Let(t, ${huge}, Map(Fn([x], t), [${"1,".repeat(999)}1]))`);
    expect(gauges[0]!.length).toBeLessThan(4_000_000);
    expect(gauges[1]).toBe("b: 2");
  });

  it.each([
    ["parentheses", `${"(".repeat(100_000)}1`],
    ["negations", `${"-".repeat(100_000)}1`],
    ["vectors", "[".repeat(100_000)],
    ["functions", "Fn([a], ".repeat(50_000)],
    ["texts without end", `'${"\\'".repeat(100_000)}`],
  ])("%s without end are refused", (_, text) => {
    const code = within(() => codeOf(() => evaluateText(text, { dialect: EXTENDED })));
    expect(["ExpressionSyntax", "LimitExceeded"]).toContain(code);
  });

  it("a vector of a hundred thousand items is summed", () => {
    const value = within(() => evaluateText(`Sum([${"1,".repeat(99_999)}1])`, { dialect: EXTENDED }));
    expect(displayValue(value)).toBe("Int(100000)");
  });
});

describe("hostile patterns", () => {
  const matches = (text: string, pattern: string): string =>
    displayValue(evaluateText(`StringMatches('${text}', '${pattern}')`));

  it.each([
    ["a{1,1000}{1,1000}"],
    ["((a{1,100}){1,100}){1,100}"],
    [`${"(".repeat(10_000)}a${")".repeat(10_000)}`],
    ["[[[[a]]]]{9999999999}"],
  ])("a pattern is refused, not compiled: %j", (pattern) => {
    expect(within(() => matches("aaaa", pattern))).toBe(`SyntaxError: Could not parse \`${pattern}\` as regex`);
  });

  it.each([["(a+)+$"], ["(a|aa)+$"], ["(.*)*x"], ["(a*)*b"]])("%s takes linear time", (pattern) => {
    expect(within(() => matches(`${"a".repeat(100_000)}!`, pattern))).toBe("Bool(false)");
  });

  it("look-around and back references are no patterns", () => {
    for (const pattern of ["(?=a)", "(?<!a)", "(a)\\1"]) expect(matches("a", pattern)).toContain("SyntaxError");
  });
});

describe("hostile rule files", () => {
  it.each([
    ["JSON5 objects", "{a:".repeat(100_000)],
    ["JSON5 arrays", `{select:{a:${"[".repeat(100_000)}`],
    ["comments", `/*${"*".repeat(1_000_000)}`],
    ["escapes", `{select:{a:"${"\\u00".repeat(100_000)}`],
    ["blanks", " ".repeat(1_000_000)],
  ])("%s without end are refused with one error", (_, text) => {
    const { diagnostics } = within(() => readRules([{ namespace: "f", text }]));
    expect(diagnostics.filter(({ severity }) => severity === "error").length).toBe(1);
  });

  it("ten thousand metrics in a chain are judged or end in a limit, never in a stack overflow", () => {
    const metrics = Array.from({ length: 10_000 }, (_, ix) => `m${ix}: "${ix === 0 ? "1" : `m${ix - 1} + 1`}"`);
    const text = `{eval:{${metrics.join(",")}},act:{a:{type:"Gauge",value:"m9999"},b:{type:"Gauge",value:"1 + 1"}}}`;
    const sources = [{ namespace: "f", text }];
    const result = within(() => evaluateRules(loadRules(sources), inspectTree("{}")));
    expect(result.gauges).toContain("b: 2");
    expect(within(() => checkRules(sources)).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("names of JavaScript's own are names like any other", () => {
    const text =
      '{eval:{constructor:"1",__proto__:"2",toString:"constructor + 1"},act:{hasOwnProperty:{type:"Gauge",value:"toString"}}}';
    const result = evaluateRules(loadRules([{ namespace: "__proto__", text }]), inspectTree("{}"));
    expect(result.gauges).toEqual(["hasOwnProperty: 2"]);
    expect(displayValue(evaluateText("constructor", { metrics: new Map([["", new Map()]]) }))).toContain("SyntaxError");
  });

  it("an explanation of a huge evaluation stays small", () => {
    const rules = loadRules([
      { namespace: "f", text: gauge(`Sum(Map(Fn([x], x * x + x), [${"1,".repeat(20_000)}1]))`) },
    ]);
    const [first] = within(() => explainActions(rules, inspectTree("{}")));
    expect(JSON.stringify(first).length).toBeLessThan(1_000_000);
  });
});

describe("hostile Inspect", () => {
  it.each([
    ["objects", `[{"moniker":"a","metadata":{},"payload":{"root":${'{"a":'.repeat(100_000)}`],
    ["arrays", `[{"moniker":"a","metadata":{},"payload":{"root":{"a":${"[".repeat(100_000)}`],
    ["strings", `[{"moniker":"${"\\".repeat(100_001)}`],
    ["numbers", `[{"moniker":"a","metadata":{},"payload":{"root":{"a":${"9".repeat(100_000)}}}}]`],
  ])("%s without end give issues or values", (_, text) => {
    const snapshot = within(() => inspectOf({ "inspect.json": text }));
    const value = evaluateText("1", { snapshot });
    expect(displayValue(value)).toBe("Int(1)");
    expect(snapshot.issues.length + snapshot.values.count(snapshot.values.root)).toBeGreaterThan(0);
  });

  it("a selection of everything in a wide tree ends within the budget", () => {
    const members = Array.from({ length: 50_000 }, (_, ix) => `"n${ix}":{"v":${ix}}`);
    const text = '{extended:true,select:{all:"INSPECT:**:root/*:*"},act:{a:{type:"Gauge",value:"Sum(all)"}}}';
    const snapshot = inspectTree(`{${members.join(",")}}`);
    const result = within(() => evaluateRules(loadRules([{ namespace: "f", text }]), snapshot));
    expect(result.gauges).toEqual(["a: 1249975000"]);
  });

  it("a histogram that says it has 2^60 buckets is not built", () => {
    const histogram = '{"floor":0,"step":1,"counts":[],"indexes":[],"size":1152921504606846976}';
    const text =
      '{extended:true,select:{h:"INSPECT:core/app:root:h"},act:{a:{type:"Gauge",value:"HistogramCount(h)"}}}';
    const snapshot = inspectTree(`{"h":${histogram}}`);
    const result = within(() => evaluateRules(loadRules([{ namespace: "f", text }]), snapshot));
    expect([...result.gauges, ...result.brokenGauges].length).toBe(1);
  });
});

describe("a hostile filter", () => {
  it("costs a row, not the run", () => {
    const filter = within(() => createRowFilter("StringMatches(name, '(a+)+$')"));
    expect(within(() => filter.keeps(() => `${"a".repeat(100_000)}!`))).toBe(false);
    expect(codeOf(() => createRowFilter(`${"(".repeat(100_000)}1`))).toBe("LimitExceeded");
  });
});
