import type { Condition } from "./assertions.ts";
import type { AssertionNode } from "./document.ts";

const BOUNDS = ["equals", "notEquals", "atLeast", "atMost", "above", "below"] as const;
export const CONDITION_NAMES: readonly string[] = [...BOUNDS, "between", "oneOf", "matches", "present"];

/** The conditions among the members of `node`; all of them must hold. */
export function readConditions(node: AssertionNode): Condition[] {
  const conditions: Condition[] = [];
  for (const kind of BOUNDS) {
    const bound = node.optional(kind)?.literal();
    if (bound !== undefined) conditions.push({ kind, bound });
  }
  const between = node.optional("between")?.pair((bound) => bound.literal());
  if (between !== undefined) conditions.push({ kind: "between", lo: between[0], hi: between[1] });
  const oneOf = node.optional("oneOf")?.items();
  if (oneOf !== undefined) conditions.push({ kind: "oneOf", values: oneOf.map((value) => value.literal()) });
  const matches = node.optional("matches");
  if (matches !== undefined) conditions.push({ kind: "matches", pattern: regexOf(matches) });
  const wanted = node.optional("present")?.flag();
  if (wanted !== undefined) conditions.push({ kind: "present", wanted });
  return conditions;
}

function regexOf(node: AssertionNode): RegExp {
  try {
    return new RegExp(node.text(), "u");
  } catch (error) {
    return node.refuse(`is not a regular expression: ${error instanceof Error ? error.message : error}`);
  }
}
