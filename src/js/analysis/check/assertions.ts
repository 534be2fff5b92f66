import type { ErrorCode } from "../../base/error-codes.ts";

/** A file of assertions, read and checked. Its form is docs/json-schema/assertions.schema.json. */
export interface AssertionFile {
  readonly name: string;
  readonly assertions: readonly Assertion[];
}

export type Assertion = ValueAssertion | PatternAssertion | ExpressionAssertion;

/** Which snapshots of a series a value is looked at in. */
export type When = "each" | "first" | "last" | "any";

interface Named {
  readonly name: string;
}

/** A value of a snapshot that must meet every condition. */
export interface ValueAssertion extends Named {
  readonly kind: "value";
  readonly value: ValueSelector;
  readonly as: ReadAs;
  readonly when: When;
  readonly conditions: readonly Condition[];
}

/** A value followed over all snapshots. */
export interface PatternAssertion extends Named {
  readonly kind: "pattern";
  readonly series: ValueSelector;
  readonly as: "u64" | "i64" | "f64" | "bool";
  readonly pattern: Pattern;
}

/** An expression of the rule language that must be true. */
export interface ExpressionAssertion extends Named {
  readonly kind: "expression";
  readonly expression: string;
  /** Names in the expression, and what each selects. */
  readonly select: ReadonlyMap<string, string>;
  readonly when: When;
}

/** `auto` compares whatever is there: integer, number, text or truth value. */
export type ReadAs = "auto" | "u64" | "i64" | "f64" | "bool" | "str";

export type ValueSelector =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "fact"; readonly key: string }
  | { readonly kind: "stats"; readonly path: string }
  | { readonly kind: "var"; readonly name: string; readonly get: string }
  | { readonly kind: "liveVar"; readonly name: string; readonly get: string; readonly picker?: "maxByCounterValue" }
  | { readonly kind: "map"; readonly map: MapSelector }
  | { readonly kind: "host"; readonly cpu: number; readonly field: string }
  | { readonly kind: "count"; readonly of: CountSelector };

export interface MapSelector {
  readonly name: string;
  readonly cpu?: number;
  readonly entry: EntrySelector;
  /** What of the entry: a value or key by path, or an aggregate over its CPUs. */
  readonly side: "get" | "key" | "payload" | "cpuSum" | "cpuMax" | "cpuMin";
  readonly path: string;
}

export type EntrySelector =
  | { readonly kind: "at"; readonly ix: number }
  | {
      readonly kind: "find";
      readonly side: "get" | "key";
      readonly path: string;
      readonly conditions: readonly Condition[];
    }
  | { readonly kind: "maxBy"; readonly path: string };

export type CountSelector =
  | { readonly kind: "issues"; readonly severity?: "info" | "warning" | "error" }
  | { readonly kind: "entries"; readonly map: string }
  | { readonly kind: "children"; readonly path: string };

/** What JSON can say of a value; integers are exact. */
export type Literal = bigint | number | boolean | string;

export type Condition =
  | { readonly kind: "equals" | "notEquals" | "atLeast" | "atMost" | "above" | "below"; readonly bound: Literal }
  | { readonly kind: "between"; readonly lo: Literal; readonly hi: Literal }
  | { readonly kind: "oneOf"; readonly values: readonly Literal[] }
  | { readonly kind: "matches"; readonly pattern: RegExp }
  | { readonly kind: "present"; readonly wanted: boolean }
  | { readonly kind: "fails"; readonly code: ErrorCode };

export type Pattern =
  | { readonly kind: "nondecreasing" | "strictlyIncreasing" }
  | { readonly kind: "alwaysTrue" }
  | { readonly kind: "rateWithin"; readonly min: number; readonly max: number }
  | { readonly kind: "steadyWithin"; readonly warmupMs: number; readonly tolerance: number }
  | { readonly kind: "convergesTo"; readonly target: number; readonly tolerance: number; readonly deadlineMs: number }
  | { readonly kind: "ratioWithin"; readonly other: ValueSelector; readonly min: number; readonly max: number }
  | { readonly kind: "eachAtLeast" | "eachAtMost"; readonly bound: bigint | number }
  | { readonly kind: "eachBetween"; readonly lo: bigint | number; readonly hi: bigint | number }
  | { readonly kind: "ratioAcrossPhases"; readonly earlier: number; readonly later: number; readonly atMost: number };
