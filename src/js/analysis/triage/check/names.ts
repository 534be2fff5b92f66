import { suggestNames } from "../../../base/text.ts";
import type { VariableExpression } from "../ast.ts";
import type { DiagnosticOptions } from "../diagnostics.ts";
import { isFunctionName } from "../function-names.ts";
import type { RuleFile, RuleSet } from "../rules.ts";
import type { CheckReport } from "./report.ts";
import { boundNames, nodesOf, type PlacedExpression, placeOf } from "./walk.ts";

/** Names that are not there, parameters that hide others, functions whose names mean something else elsewhere. */
export function checkNames(placed: PlacedExpression, rules: RuleSet, report: CheckReport): void {
  for (const { node, bound } of nodesOf(placed.expression)) {
    if (node.kind === "call") checkParameters(placed, node, bound, report);
    if (node.kind !== "variable" || bound.has(node.written)) continue;
    const target = node.namespace === undefined ? placed.file : rules.files.get(node.namespace);
    const options =
      target === undefined ? unknownNamespace(node, placed.file, rules) : unknownName(node, target, bound, placed.file);
    if (options !== undefined) report.add(placed.file, placeOf(placed, node), options);
    else if (target !== placed.file) checkForeignFunction(placed, node, target!, report);
  }
}

function unknownNamespace(variable: VariableExpression, file: RuleFile, rules: RuleSet): DiagnosticOptions {
  const { namespace = "" } = variable;
  const names = [...rules.files.keys()];
  const [near] = suggestNames(namespace, names, 1);
  const unreachable = names.find((name) => name.replace(/\W/g, "_").startsWith(namespace) && !/^\w+$/.test(name));
  const wayOut = file.dialect.extended ? `: imports: { ${namespace}: "${unreachable}" } gives it one` : "";
  const hint =
    unreachable === undefined
      ? ""
      : `; the file "${unreachable}" cannot be referred to, because its name is no plain name${wayOut}`;
  return { rule: "unknown-namespace", message: `there is no rule file "${namespace}"${hint}`, suggestion: near };
}

function unknownName(
  variable: VariableExpression,
  target: RuleFile,
  bound: ReadonlySet<string>,
  file: RuleFile,
): DiagnosticOptions | undefined {
  if (target.metrics.has(variable.name)) return undefined;
  const candidates = target === file ? [...bound, ...target.metrics.keys()] : [...target.metrics.keys()];
  const { extended } = file.dialect;
  const isFunction = isFunctionName(variable.name, extended);
  const message = isFunction
    ? `"${variable.name}" is a function: it needs brackets after it`
    : `there is no metric "${variable.name}" in ${target.namespace}`;
  return { rule: "unknown-name", message, suggestion: suggestNames(variable.name, candidates, 1)[0] };
}

/** Upstream puts arguments into a function's text, so that an inner parameter of the same name breaks it. */
function checkParameters(
  placed: PlacedExpression,
  call: Parameters<typeof boundNames>[0],
  bound: ReadonlySet<string>,
  report: CheckReport,
): void {
  if (call.fn !== "Fn" || placed.file.dialect.lexicalScope) return;
  for (const name of boundNames(call)?.names ?? []) {
    if (!bound.has(name.written)) continue;
    const message = `the parameter "${name.written}" is also one of the function around it, which breaks this function`;
    report.add(placed.file, placeOf(placed, name), { rule: "shadowed-parameter", message });
  }
}

/** A function of another file whose free names are looked up here rather than there. */
function checkForeignFunction(
  placed: PlacedExpression,
  variable: VariableExpression,
  target: RuleFile,
  report: CheckReport,
): void {
  const metric = target.metrics.get(variable.name);
  if (metric?.kind !== "eval" || metric.expression.kind !== "call" || metric.expression.fn !== "Fn") return;
  if (target.dialect.lexicalScope) return;
  for (const { node, bound } of nodesOf(metric.expression)) {
    if (node.kind !== "variable" || node.namespace !== undefined || bound.has(node.written)) continue;
    const message = `"${node.written}" in the function ${variable.written} is looked up in ${placed.file.namespace}, not in ${target.namespace}`;
    report.add(placed.file, placeOf(placed, variable), { rule: "foreign-scope", severity: "warning", message });
    return;
  }
}
