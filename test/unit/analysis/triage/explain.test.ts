import { describe, expect, it } from "vitest";
import {
  type ActionExplanation,
  type ExplainedStep,
  evaluateRules,
  explainActions,
  loadRules,
  renderExplanations,
} from "../../../../src/js/triage.ts";
import { inspectOf, inspectTree } from "../../../support/inspect.ts";

const RULES = `{
  select: {
    used: "INSPECT:core/disk:root:used",
    total: ["INSPECT:core/none:root:total", "INSPECT:core/disk:root:total"],
    lost: "INSPECT:core/disk:root/x:lost",
    far: "INSPECT:core/far:root:n",
    big: "INSPECT:core/disk:root:big",
  },
  eval: { part: "used / total", half: "Fn([x], x / 2)" },
  act: {
    full: { type: "Warning", trigger: "And(part > 0.9, Not(Missing(used)))", print: "full" },
    empty: { type: "Warning", trigger: "And(part < 0.1, part > 0.05)", print: "empty" },
    gone: { type: "Warning", trigger: "far + lost > 1", print: "gone" },
    mixed: { type: "Warning", trigger: "'a' > 1", print: "" },
    mapped: { type: "Gauge", value: "Map(half, [used, big])" },
  },
}`;
const snapshot = inspectTree('{"used":95,"total":100,"big":18446744073709551615}', "core/disk");
const rules = loadRules([{ namespace: "f", text: RULES }]);
const all = explainActions(rules, snapshot);
const of = (action: string): ActionExplanation => all.find((one) => one.action === action)!;
const outline = ({ text, value, steps }: ExplainedStep): unknown =>
  steps.length === 0 ? `${text} = ${value}` : [`${text} = ${value}`, ...steps.map(outline)];

describe("an explanation", () => {
  it("has every sub-expression with its text and value, metrics opened", () => {
    expect(outline(of("full").step)).toEqual([
      "And(part > 0.9, Not(Missing(used))) = Bool(true)",
      [
        "part > 0.9 = Bool(true)",
        [
          "part = Float(0.95)",
          ["used / total = Float(0.95)", "used = Vector([Int(95)])", "total = Vector([Int(100)])"],
        ],
      ],
      ["Not(Missing(used)) = Bool(true)", ["Missing(used) = Bool(false)", "used = Vector([Int(95)])"]],
    ]);
  });

  it("leaves out what was not evaluated", () => {
    expect(of("empty").step.steps.map(({ text }) => text)).toEqual(["part < 0.1"]);
    expect(of("empty").step.value).toBe("Bool(false)");
  });

  it("says what each selector found, and where", () => {
    const find = (step: ExplainedStep, text: string): ExplainedStep | undefined =>
      step.text === text ? step : step.steps.map((inner) => find(inner, text)).find((found) => found !== undefined);
    expect(find(of("full").step, "total")!.selectors).toEqual([
      {
        selector: "INSPECT:core/none:root:total",
        found: [
          {
            value: "Missing: No component found matching selector core/none:root:total",
            from: "core/none:root:total",
          },
        ],
        omitted: 0,
      },
      {
        selector: "INSPECT:core/disk:root:total",
        found: [{ value: "Int(100)", from: "core/disk:root:total" }],
        omitted: 0,
      },
    ]);
    expect(find(of("mapped").step, "big")!.selectors![0]!.found[0]!.note).toContain("18446744073709551615");
  });

  it("names what an action needs and does not have", () => {
    expect(of("gone").needs).toEqual(["INSPECT:core/far:root:n", "INSPECT:core/disk:root/x:lost"]);
    expect(of("full").needs).toEqual([]);
  });

  it("notes a value of the wrong kind, which counts as missing", () => {
    expect(of("mixed").step).toMatchObject({ value: "Missing: String(a) not numeric" });
    expect(of("mixed").step.note).toContain("wrong kind");
  });

  it("comes to the value that the run itself comes to", () => {
    const { outcomes } = evaluateRules(rules, snapshot, { plugins: false });
    const fired = outcomes.filter(({ status }) => status === "fired").map(({ action }) => action);
    expect(all.filter(({ step }) => step.value === "Bool(true)").map(({ action }) => action)).toEqual(fired);
  });

  it("is of the actions that are wanted only", () => {
    const wants = (_: string, action: { name: string }) => action.name === "full";
    expect(explainActions(rules, snapshot, { wants }).map(({ action }) => action)).toEqual(["full"]);
  });

  it("is bounded: long lists and many steps are counted", () => {
    const items = Array.from({ length: 100 }, (_, ix) => `"n${ix}":${ix}`).join(",");
    const wide = loadRules([
      {
        namespace: "w",
        text: '{ select: { all: "INSPECT:core/app:root:*" }, act: { a: { type: "Gauge", value: "Fold(Fn([x, y], x + y), all)" } } }',
      },
    ]);
    const [one] = explainActions(wide, inspectTree(`{${items}}`));
    expect(one!.step.value).toBe("Int(4950)");
    expect(one!.step.steps.length).toBe(20);
    expect(one!.step.omitted).toBeGreaterThan(0);
    const selected = one!.step.steps.find(({ text }) => text === "all")!.selectors![0]!;
    expect([selected.found.length, selected.omitted]).toEqual([20, 80]);
  });

  it("keeps control characters of a snapshot from the terminal", () => {
    const evil = inspectOf({
      "inspect.json": '[{"moniker":"core/disk","metadata":{},"payload":{"root":{"used":"\\u001b[2J"}}}]',
    });
    const text = renderExplanations(explainActions(rules, evil));
    expect(text).toContain("\\x1b[2J");
    expect(text.includes("\u001b")).toBe(false);
  });
});
