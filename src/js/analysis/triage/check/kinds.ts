import type { CallExpression, Expression, VariableExpression } from "../ast.ts";
import { referenceOf, type StaticKind } from "../functions/reference.ts";
import type { RuleFile, RuleSet } from "../rules.ts";
import type { Value } from "../values.ts";
import { boundNames } from "./walk.ts";

const COMPARISONS: ReadonlySet<string> = new Set(["Greater", "Less", "GreaterEq", "LessEq", "Equals", "NotEq"]);
const INTEGER_RESULTS: ReadonlySet<string> = new Set(["IntDiv", "IntDivChecked"]);
const FLOAT_RESULTS: ReadonlySet<string> = new Set(["FloatDiv", "FloatDivChecked"]);

/** Metrics followed one from another; beyond it anything goes. */
const MAX_CHAIN = 100;

/** Tells kinds of values as far as the text of the rules allows. */
export class KindInference {
  private readonly rules: RuleSet;
  private readonly known = new Map<string, StaticKind>();
  private chain = 0;

  constructor(rules: RuleSet) {
    this.rules = rules;
  }

  kindOf(expression: Expression, file: RuleFile, bound: ReadonlySet<string>): StaticKind {
    switch (expression.kind) {
      case "value":
        return kindOfValue(expression.value);
      case "vector":
        return "Vector";
      case "variable":
        return bound.has(expression.written) ? "any" : this.kindOfName(expression, file);
      case "call":
        return this.kindOfCall(expression, file, bound);
    }
  }

  /** The metric a name stands for, with its file; undefined if there is none. */
  metricOf(
    variable: VariableExpression,
    file: RuleFile,
  ): { readonly file: RuleFile; readonly name: string } | undefined {
    const target = variable.namespace === undefined ? file : this.rules.files.get(variable.namespace);
    return target?.metrics.has(variable.name) ? { file: target, name: variable.name } : undefined;
  }

  private kindOfName(variable: VariableExpression, file: RuleFile): StaticKind {
    const found = this.metricOf(variable, file);
    if (found === undefined) return "any";
    const key = `${found.file.namespace}\0${found.name}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.chain >= MAX_CHAIN) return "any";
    // While it is being told, and for cycles, anything goes.
    this.known.set(key, "any");
    this.chain++;
    const metric = found.file.metrics.get(found.name)!;
    let kind: StaticKind = "Vector";
    if (metric.kind === "eval") kind = this.kindOf(metric.expression, found.file, new Set());
    else if (metric.kind === "value") kind = kindOfValue(metric.value);
    this.chain--;
    this.known.set(key, kind);
    return kind;
  }

  private kindOfCall(call: CallExpression, file: RuleFile, bound: ReadonlySet<string>): StaticKind {
    if (COMPARISONS.has(call.fn)) return "Bool";
    if (INTEGER_RESULTS.has(call.fn)) return "Int";
    if (FLOAT_RESULTS.has(call.fn)) return "Float";
    if (call.fn === "Let") {
      const names = boundNames(call);
      const inner = new Set([...bound, ...(names?.names.map((name) => name.name) ?? [])]);
      return names === undefined ? "any" : this.kindOf(names.body, file, inner);
    }
    return referenceOf(call.fn)?.gives ?? "Number";
  }
}

function kindOfValue(value: Value): StaticKind {
  switch (value.kind) {
    case "Lambda":
      return "Function";
    case "Int":
    case "Float":
    case "String":
    case "Bool":
    case "Vector":
    case "Histogram":
      return value.kind;
    default:
      return "any";
  }
}

/** Whether a value of one kind can be where another is wanted; `vectorFits`: a vector may be one of a single item. */
export function fits(kind: StaticKind, wanted: StaticKind, vectorFits: boolean): boolean {
  if (wanted === "any" || kind === "any" || kind === wanted) return true;
  if (kind === "Vector" && vectorFits) return true;
  const isNumber = (one: StaticKind): boolean => one === "Int" || one === "Float" || one === "Number";
  if (wanted === "Number") return isNumber(kind);
  return kind === "Number" && (wanted === "Int" || wanted === "Float");
}
