import type { FunctionName } from "./function-names.ts";
import type { Value } from "./values.ts";

/** Offsets into the expression text, UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A parsed expression. Operators are calls: `a + b` is `Add(a, b)`. */
export type Expression =
  | { readonly kind: "value"; readonly value: Value; readonly span: Span }
  | VariableExpression
  | { readonly kind: "vector"; readonly items: readonly Expression[]; readonly span: Span }
  | CallExpression;

export interface VariableExpression {
  readonly kind: "variable";
  /** As written: `name` or `namespace::name`. */
  readonly written: string;
  /** The file's, also where an import has another name for it. */
  readonly namespace?: string;
  readonly name: string;
  readonly span: Span;
}

export interface CallExpression {
  readonly kind: "call";
  readonly fn: FunctionName;
  readonly args: readonly Expression[];
  /** The operator's sign, or absent where the function was called by its name. */
  readonly sign?: string;
  readonly span: Span;
}
