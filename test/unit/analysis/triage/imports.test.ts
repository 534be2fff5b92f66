import { describe, expect, it } from "vitest";
import { isSnapshotError } from "../../../../src/js/base/errors.ts";
import {
  checkRules,
  evaluateRules,
  explainActions,
  importsOf,
  loadRules,
  runTrials,
} from "../../../../src/js/triage.ts";
import { inspectTree } from "../../../support/inspect.ts";

const COMMON = `{ extended: true, namespace: "shared_rules",
  select: { n: "INSPECT:core/app:root:n" }, eval: { twice: "n * 2", next: "Fn([x], x + n)" },
  act: { own: { type: "Gauge", value: "n" } }, test: { t: { yes: ["own"] } } }`;
const user = (imports: string, value: string): string =>
  `{ extended: true, imports: ${imports}, act: { g: { type: "Gauge", value: "${value}" } } }`;
const common = { namespace: "wlan-detect", text: COMMON, fileName: "lib/wlan-detect.triage" };

function gauges(imports: string, value: string, more: { isImported?: boolean } = {}): readonly string[] {
  const rules = loadRules([
    { namespace: "u", text: user(imports, value) },
    { ...common, ...more },
  ]);
  return evaluateRules(rules, inspectTree('{"n":21}'), { plugins: false }).gauges;
}

function refusal(imports: string): string {
  try {
    loadRules([{ namespace: "u", text: user(imports, "1 + 1") }, common]);
    return "loaded";
  } catch (error) {
    return isSnapshotError(error) ? `${error.code} at ${error.offset}: ${error.message}` : String(error);
  }
}

describe("imports of rule files", () => {
  it.each([
    ['["shared_rules"]', "shared_rules::twice"],
    ['{ w: "wlan-detect" }', "w::twice"],
    ['{ w: "wlan-detect.triage" }', "w::twice"],
    ['{ w: "../lib/wlan-detect.triage" }', "w::twice"],
    ['{ w: "shared_rules" }', "Apply(w::next, [w::n])"],
    ["[]", "shared_rules::twice"],
  ])("%s reach the file's metrics", (imports, value) => {
    expect(gauges(imports, value)).toEqual(["g: 42", "own: 21"]);
  });

  it("bring metrics and functions, not actions and trials, where a host adds the file for them", () => {
    expect(gauges('{ w: "wlan-detect" }', "w::twice", { isImported: true })).toEqual(["g: 42"]);
    const rules = loadRules([{ ...common, isImported: true }]);
    expect(runTrials(rules).checks).toEqual([]);
  });

  it("are refused with their place if they are not there, have no name, or come twice", () => {
    expect(refusal('["shared_ruls"]')).toBe('InvalidRules at 28: there is no rule file "shared_ruls" to import');
    expect(refusal('["wlan-detect"]')).toContain(
      '"wlan-detect" is no name: give it one by imports: { name: "wlan-detect" }',
    );
    expect(refusal('{ "a-b": "shared_rules" }')).toContain("InvalidRules at 29: Parsing file 'u': \"a-b\" is no name");
    expect(refusal('["shared_rules", "shared_rules"]')).toContain('"shared_rules" is imported twice');
    expect(refusal("5")).toContain("InvalidRules at 27");
    expect(refusal("[5]")).toContain("InvalidRules at 28");
    const said = checkRules([{ namespace: "u", text: user('["shared_ruls"]', "1 + 1") }, common]);
    expect(said.filter(({ severity }) => severity === "error")).toMatchObject([
      { rule: "unknown-namespace", suggestion: "shared_rules", line: 1, column: 29 },
    ]);
  });

  it("may be of each other; a metric that needs itself this way is a cycle", () => {
    const a =
      '{ extended: true, imports: { other: "b" }, eval: { x: "other::y" }, act: { g: { type: "Gauge", value: "x" } } }';
    const b = '{ extended: true, imports: ["a"], eval: { y: "a::x" } }';
    const sources = [
      { namespace: "a", text: a },
      { namespace: "b", text: b },
    ];
    const { brokenGauges } = evaluateRules(loadRules(sources), inspectTree("{}"), { plugins: false });
    expect(brokenGauges).toEqual([
      "g: EvaluationError: Cycle encountered while evaluating variable a::x in the expression",
    ]);
    expect(checkRules(sources).filter(({ rule }) => rule === "cycle")).toHaveLength(1);
  });

  it("are explained under the names they have in the file", () => {
    const rules = loadRules([{ namespace: "u", text: user('{ w: "wlan-detect" }', "w::twice + 0") }, common]);
    const [one] = explainActions(rules, inspectTree('{"n":21}'));
    expect(one!.step.steps[0]).toMatchObject({ text: "w::twice", value: "Int(42)" });
  });

  it("mean nothing in a file that is not in extended mode, and nothing to Fuchsia's engine", () => {
    const text = '{ imports: ["wlan-detect"] }';
    expect(() => loadRules([{ namespace: "u", text }])).toThrowError(/unknown field `imports`/);
    const extended = { namespace: "u", text: user('["shared_rules"]', "1 + 1") };
    expect(() => loadRules([extended, common], { compat: true })).toThrowError(/unknown field/);
  });

  it("are told to a host without reading the rest of the file", () => {
    expect(importsOf({ text: '{ extended: true, imports: ["a", "../b.triage"], act: 5 }' })).toEqual([
      "a",
      "../b.triage",
    ]);
    expect(importsOf({ text: '{ extended: {}, imports: { x: "a" } }' })).toEqual(["a"]);
    expect(importsOf({ text: '{ imports: ["a"] }' })).toEqual([]);
    expect(importsOf({ text: "{ imports: [" })).toEqual([]);
  });
});
