import type { ExtendedFunction, FunctionName, UpstreamFunction } from "../function-names.ts";
import { EXTENDED_REFERENCE } from "./reference-extended.ts";
import { UPSTREAM_REFERENCE } from "./reference-upstream.ts";

/** Kinds of values as far as they can be told without running. */
export type StaticKind = "Int" | "Float" | "Number" | "String" | "Bool" | "Vector" | "Function" | "Histogram" | "any";

/** What docs/rules.md says about a function; the checker counts and compares arguments by it. */
export interface FunctionReference {
  readonly group: FunctionGroup;
  /** As the documentation writes a call. */
  readonly call: string;
  readonly least: number;
  /** Absent: any number. */
  readonly most?: number;
  /** Kind of each argument; the last one stands for all further ones. */
  readonly takes: readonly StaticKind[];
  readonly gives: StaticKind;
  readonly summary: string;
  /** Expressions and the display form of their values; run by a test. */
  readonly examples: readonly (readonly [expression: string, value: string])[];
  /** Arguments that hold a regular expression. */
  readonly regexArguments?: readonly number[];
}

/** In the order of the page. @public scripts/gen-docs.mjs reads them out of a bundle, which knip cannot see. */
export const FUNCTION_GROUPS = [
  "Numbers",
  "Logic",
  "Missing and wrong values",
  "Functions over vectors",
  "Vectors",
  "Texts",
  "Time",
  "Logs, facts and rows",
  "Histograms",
  "Series",
  "Names and choices",
] as const;

export type FunctionGroup = (typeof FUNCTION_GROUPS)[number];

export type NamedFunction = UpstreamFunction | ExtendedFunction;

export const REFERENCE: Readonly<Record<NamedFunction, FunctionReference>> = {
  ...UPSTREAM_REFERENCE,
  ...EXTENDED_REFERENCE,
};

/** Undefined for operators. */
export function referenceOf(name: FunctionName): FunctionReference | undefined {
  return Object.hasOwn(REFERENCE, name) ? REFERENCE[name as NamedFunction] : undefined;
}
