import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkRules, evaluateRules, loadRules, readRules } from "../../../../src/js/triage.ts";
import { inspectTree } from "../../../support/inspect.ts";

/** `line:column rule suggestion` of everything the checker says about one file. */
function findings(text: string, others: Readonly<Record<string, string>> = {}): string[] {
  const sources = [
    { namespace: "f", text },
    ...Object.entries(others).map(([namespace, t]) => ({ namespace, text: t })),
  ];
  return checkRules(sources)
    .filter(({ rule }) => rule !== "untested-action")
    .map(({ file, line, column, rule, suggestion }) =>
      [`${file}:${line}:${column}`, rule, ...(suggestion === undefined ? [] : [suggestion])].join(" "),
    );
}

/** A file with one metric and an action that needs it. */
const evaluating = (expression: string, extended = false): string =>
  `{ ${extended ? "extended: true, " : ""}select: { n: "INSPECT:a:root:n" }, eval: { e: ${JSON.stringify(expression)} },\nact: { w: { type: "Gauge", value: "e" }, n: { type: "Gauge", value: "n" } } }`;
const rulesOf = (expression: string, extended = false): string[] =>
  findings(evaluating(expression, extended)).map((one) => one.split(" ").slice(1).join(" "));

describe("names", () => {
  it.each([
    ["nn + 1", ["unknown-name n"]],
    ["other::x", ["unknown-namespace"]],
    ["Count + 1", ["unknown-name"]],
    ["Map(Fn([a], a + n), [1])", []],
    ["Map(Fn([a], b), [1])", ["unknown-name a"]],
  ])("of %s", (expression, expected) => {
    expect(rulesOf(expression)).toEqual(expected);
  });

  it("have their line and column in the file, behind escapes and in other files", () => {
    const text =
      '{\n  eval: {\n    a: "1 +\\n  nope", b: "g::nope" },\n  act: { x: { type: "Gauge", value: "a + b" } } }';
    expect(findings(text, { g: '{ eval: { hope: "1" } }' })).toEqual([
      "f:3:16 unknown-name",
      "f:3:27 unknown-name hope",
    ]);
  });

  it("of a file that cannot be written are told apart from those that are not there", () => {
    const found = checkRules([
      { namespace: "f", text: '{ act: { x: { type: "Gauge", value: "wlan_detect::n" } } }' },
      { namespace: "wlan-detect", text: '{ eval: { n: "1" } }' },
    ]).find(({ severity }) => severity === "error");
    expect(found).toMatchObject({ rule: "unknown-namespace", line: 1 });
    expect(found!.message).toContain('"wlan-detect" cannot be referred to');
  });
});

describe("calls", () => {
  it.each([
    ["Abs(1, 2)", ["wrong-arity"]],
    ["Now(1)", ["wrong-arity"]],
    ["'a' + 1", ["wrong-kind"]],
    ["'a' == 1", ["wrong-kind"]],
    ["n == 'a'", []],
    ["Map([1], [2])", ["not-a-function"]],
    ["StringMatches(n, 'a')", ["not-unwrapped"]],
    ["StringMatches('abc', '(a')", ["malformed-regex"]],
    ["SyslogHas('(?=a)')", ["malformed-regex"]],
    ["Option(1, n)", ["unreachable-alternative"]],
    ["Fn([a], Map(Fn([a], a), [a]))", ["shadowed-parameter"]],
  ])("of %s", (expression, expected) => {
    expect(rulesOf(expression)).toEqual(expected);
  });

  it("are judged by the dialect of their file", () => {
    expect(rulesOf("StringMatches(n, 'a')", true)).toEqual([]);
    expect(rulesOf("Map(Fn([a], Apply(Fn([a], a), [a])), [1])", true)).toEqual([]);
    expect(rulesOf("Sum(1)", true)).toEqual(["wrong-kind"]);
  });
});

describe("the whole of a set", () => {
  it("has cycles, metrics nobody needs, selectors that are never reached, actions that never change", () => {
    const text = `{
  select: { s: ["INSPECT:a:root:n", "INSPECT:a:root:n"] },
  eval: { a: "b + 1", b: "a + 1", lonely: "s" },
  act: {
    x: { type: "Warning", trigger: "a > 1", print: "" },
    y: { type: "Warning", trigger: "1 > 2", print: "" },
    z: { type: "Warning", trigger: "5", print: "", tga: "t" },
    r: { type: "Snapshot", trigger: "s > 1", repeat: "Hours(1)", signature: "${"s".repeat(120)}" },
  },
}`;
    expect(findings(text)).toEqual([
      "f:2:37 unreachable-alternative",
      "f:3:27 cycle",
      "f:3:43 unused-metric",
      "f:6:37 constant-trigger",
      "f:7:37 wrong-kind",
      "f:7:52 unknown-member tag",
      "f:8:5 long-signature",
    ]);
  });

  it("has every error of every file at once, sorted, where loading stops at the first", () => {
    const sources = [
      { namespace: "b", text: '{ eval: { x: "1 +" }, act: { y: { type: "Wrning" } } }' },
      { namespace: "a", text: '{ select: { s: "INSPECT:a" }, act: { y: { type: "Alert" } } }' },
    ];
    expect(checkRules(sources).map(({ file, rule }) => `${file} ${rule}`)).toEqual([
      "a malformed-selector",
      "a malformed-section",
      "a malformed-section",
      "a malformed-section",
      "b malformed-expression",
      "b malformed-action",
    ]);
    expect(() => loadRules(sources)).toThrowError(/b:|Expression Error/);
  });

  it("tells of trials that name what is not there", () => {
    const text =
      '{ eval: { a: "1" }, act: { x: { type: "Warning", trigger: "a > 0", print: "" } }, test: { t: { yes: ["y"], values: { b: 1 } } } }';
    expect(findings(text)).toEqual(["f:1:91 unknown-action x", "f:1:91 unknown-name a"]);
  });
});

describe("what the checker lets pass", () => {
  const anyExpression = fc.letrec((tie) => ({
    leaf: fc.constantFrom("1", "2.5", "'a'", "n", "[]", "[1, 2]", "True()"),
    call: fc
      .tuple(
        fc.constantFrom("And", "Or", "Not", "Max", "Abs", "Count", "Missing", "Option", "Hours"),
        fc.array(tie("any"), { maxLength: 3 }),
      )
      .map(([name, args]) => `${name}(${args.join(", ")})`),
    binary: fc
      .tuple(tie("any"), fc.constantFrom("+", "-", "*", "/", ">", "=="), tie("any"))
      .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
    any: fc.oneof({ maxDepth: 3, withCrossShrink: true }, tie("leaf"), tie("call"), tie("binary")),
  })).any as fc.Arbitrary<string>;

  it("never gives a syntax error when it runs", () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        const text = evaluating(expression);
        const { rules } = readRules([{ namespace: "f", text }]);
        const isClean = checkRules([{ namespace: "f", text }]).every(({ severity }) => severity !== "error");
        fc.pre(isClean);
        const { brokenGauges } = evaluateRules(rules, inspectTree('{"n":3}', "a"), { plugins: false });
        expect(brokenGauges.join("\n")).not.toMatch(/SyntaxError|InternalBug/);
      }),
      { numRuns: 300 },
    );
  });
});
