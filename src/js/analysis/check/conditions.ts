import { valueText } from "../../view/verdict.ts";
import type { Condition, Literal } from "./assertions.ts";

/** Whether a value that could be read meets a condition. Numbers compare by value, whatever their types. */
export function holds(condition: Condition, value: Literal): boolean {
  switch (condition.kind) {
    case "equals":
      return isEqual(value, condition.bound);
    case "notEquals":
      return !isEqual(value, condition.bound);
    case "atLeast":
      return isOrdered(value, condition.bound) && value >= condition.bound;
    case "atMost":
      return isOrdered(value, condition.bound) && value <= condition.bound;
    case "above":
      return isOrdered(value, condition.bound) && value > condition.bound;
    case "below":
      return isOrdered(value, condition.bound) && value < condition.bound;
    case "between":
      return (
        isOrdered(value, condition.lo) &&
        isOrdered(value, condition.hi) &&
        value >= condition.lo &&
        value <= condition.hi
      );
    case "oneOf":
      return condition.values.some((one) => isEqual(value, one));
    case "matches":
      return condition.pattern.test(String(value));
    case "present":
      return condition.wanted;
    case "fails":
      return false;
    default:
      return condition satisfies never;
  }
}

function isNumber(value: Literal): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

/** `4` and `4.0` are equal; a number and a text never are. */
function isEqual(a: Literal, b: Literal): boolean {
  // The one comparison of JavaScript that is exact between bigint and number is the loose one.
  return isNumber(a) && isNumber(b) ? a >= b && a <= b : a === b;
}

function isOrdered(a: Literal, b: Literal): boolean {
  return (isNumber(a) && isNumber(b)) || (typeof a === "string" && typeof b === "string");
}

/** `at least 4`, for messages. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case "between":
      return `between ${literalText(condition.lo)} and ${literalText(condition.hi)}`;
    case "oneOf":
      return `one of ${condition.values.map(literalText).join(", ")}`;
    case "matches":
      return `a match of /${condition.pattern.source}/`;
    case "present":
      return condition.wanted ? "present" : "absent";
    case "fails":
      return `the failure ${condition.code}`;
    default:
      return `${WORDS[condition.kind]} ${literalText(condition.bound)}`;
  }
}

const WORDS = {
  equals: "equal to",
  notEquals: "other than",
  atLeast: "at least",
  atMost: "at most",
  above: "above",
  below: "below",
} as const;

export function literalText(value: Literal): string {
  return typeof value === "string" ? JSON.stringify(value) : valueText(value);
}
