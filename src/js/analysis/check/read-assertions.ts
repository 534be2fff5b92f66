import { ERROR_CODES, type ErrorCode } from "../../base/error-codes.ts";
import { parseJson } from "../../base/json.ts";
import type { Assertion, AssertionFile, Condition, Pattern, ReadAs, When } from "./assertions.ts";
import { AssertionNode } from "./document.ts";
import { readConditions } from "./read-conditions.ts";
import { readSelector } from "./read-selectors.ts";

export const ASSERTIONS_VERSION = 1;

const WHENS: readonly When[] = ["each", "first", "last", "any"];
const TYPES: readonly ReadAs[] = ["auto", "u64", "i64", "f64", "bool", "str"];
const SERIES_TYPES = ["u64", "i64", "f64", "bool"] as const;

/**
 * Reads an assertion file.
 * @throws SnapshotError `MalformedJson`, `MalformedAssertions` (with the path of what is wrong), `NewerSchema`.
 */
export function readAssertions(text: string): AssertionFile {
  const root = new AssertionNode(parseJson(text), "");
  root.allowOnly(["$schema", "version", "name", "assertions"]);
  const version = root.member("version").index();
  if (version !== ASSERTIONS_VERSION) root.refuse(`is of version ${version}; this program reads ${ASSERTIONS_VERSION}`);
  const assertions = root.member("assertions").items().map(readAssertion);
  if (assertions.length === 0) root.refuse("has no assertion");
  return { name: root.optional("name")?.text() ?? "assertions", assertions };
}

function readAssertion(node: AssertionNode): Assertion {
  if (node.has("value")) return readValueAssertion(node);
  if (node.has("series")) return readPatternAssertion(node);
  if (node.has("expression")) return readExpressionAssertion(node);
  return node.refuse('has none of "value", "series", "expression"');
}

const CONDITIONS = [
  ...["equals", "notEquals", "atLeast", "atMost", "above", "below"],
  ...["between", "oneOf", "matches", "present", "fails"],
];

function readValueAssertion(node: AssertionNode): Assertion {
  node.allowOnly(["name", "value", "as", "when", ...CONDITIONS]);
  const conditions: Condition[] = [...readConditions(node), ...readFailure(node)];
  if (conditions.length === 0) node.refuse(`has no condition: one of ${CONDITIONS.join(", ")}`);
  return {
    kind: "value",
    name: nameOf(node, "value"),
    value: readSelector(node.member("value")),
    as: node.optional("as")?.word(TYPES) ?? "auto",
    when: node.optional("when")?.word(WHENS) ?? "each",
    conditions,
  };
}

function readFailure(node: AssertionNode): Condition[] {
  const fails = node.optional("fails");
  if (fails === undefined) return [];
  const code = fails.text();
  return isErrorCode(code)
    ? [{ kind: "fails", code }]
    : fails.refuse(`is ${JSON.stringify(code)}, which is no error code`);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

function readPatternAssertion(node: AssertionNode): Assertion {
  node.allowOnly(["name", "series", "as", "pattern"]);
  const pattern = readPattern(node.member("pattern"));
  const preset = pattern.kind === "alwaysTrue" ? "bool" : "f64";
  return {
    kind: "pattern",
    name: nameOf(node, "series"),
    series: readSelector(node.member("series")),
    as: node.optional("as")?.word(SERIES_TYPES) ?? preset,
    pattern,
  };
}

function readExpressionAssertion(node: AssertionNode): Assertion {
  node.allowOnly(["name", "expression", "select", "when"]);
  const select = [...(node.optional("select")?.object().keys() ?? [])];
  const expression = node.member("expression").text();
  return {
    kind: "expression",
    name: node.optional("name")?.text() ?? expression,
    expression,
    select: new Map(select.map((name) => [name, node.member("select").member(name).text()])),
    when: node.optional("when")?.word(WHENS) ?? "each",
  };
}

/** Without a name of its own an assertion is called by what it looks at. */
function nameOf(node: AssertionNode, member: "value" | "series"): string {
  const named = node.optional("name")?.text();
  if (named !== undefined) return named;
  const { value } = node.member(member);
  return typeof value === "string" ? value : node.path;
}

const PATTERNS: Readonly<Record<string, (node: AssertionNode) => Pattern>> = {
  nondecreasing: () => ({ kind: "nondecreasing" }),
  strictlyIncreasing: () => ({ kind: "strictlyIncreasing" }),
  alwaysTrue: () => ({ kind: "alwaysTrue" }),
  rateWithin: (node) => ({ kind: "rateWithin", ...numbers(node, ["min", "max"]) }),
  steadyWithin: (node) => ({ kind: "steadyWithin", ...numbers(node, ["warmupMs", "tolerance"]) }),
  convergesTo: (node) => ({ kind: "convergesTo", ...numbers(node, ["target", "tolerance", "deadlineMs"]) }),
  ratioWithin(node) {
    node.allowOnly(["other", "min", "max"]);
    const [min, max] = [node.member("min").number(), node.member("max").number()];
    return { kind: "ratioWithin", other: readSelector(node.member("other")), min, max };
  },
  eachAtLeast: (node) => ({ kind: "eachAtLeast", bound: node.numeric() }),
  eachAtMost: (node) => ({ kind: "eachAtMost", bound: node.numeric() }),
  eachBetween(node) {
    const [lo, hi] = node.pair((bound) => bound.numeric());
    return { kind: "eachBetween", lo, hi };
  },
  ratioAcrossPhases: (node) => ({ kind: "ratioAcrossPhases", ...numbers(node, ["earlier", "later", "atMost"]) }),
};
const BARE = ["nondecreasing", "strictlyIncreasing", "alwaysTrue"] as const;

/** A bare word, or an object with the pattern as its one member. */
function readPattern(node: AssertionNode): Pattern {
  if (!node.isObject) return { kind: node.word(BARE) };
  const names = [...node.object().keys()];
  const [name] = names;
  if (names.length !== 1 || name === undefined) return node.refuse("does not have exactly one pattern");
  node.allowOnly(Object.keys(PATTERNS));
  return PATTERNS[name]!(node.member(name));
}

function numbers<Name extends string>(node: AssertionNode, names: readonly Name[]): Record<Name, number> {
  node.allowOnly(names);
  return Object.fromEntries(names.map((name) => [name, node.member(name).number()])) as Record<Name, number>;
}
