import type { Expression } from "../analysis/triage/ast.ts";
import type { Problem } from "../analysis/triage/problems.ts";
import type { PluginResult } from "../analysis/triage/results.ts";
import type { EvalMetric, Metric } from "../analysis/triage/rules.ts";
import type { JudgedAction, StructuredResult } from "../analysis/triage/structured.ts";
import { debugFloat } from "../analysis/triage/value-text.ts";
import type { Value } from "../analysis/triage/values.ts";
import { compareText } from "../base/text.ts";

/** Vectors within vectors are written this deep. */
const MAX_NESTING = 200;

/**
 * The structured report: one line of JSON in the form of Fuchsia's tool, maps sorted by key.
 * Source: specs/triage.md sections 2 and 7.
 */
export function renderTriageStructured(result: StructuredResult): string {
  const actions = writeMap(result.actions, (ofFile) => writeMap(ofFile, writeAction));
  const metrics = writeMap(result.metrics, (ofFile) =>
    writeMap(ofFile, ({ metric, value }) => writeSource(writeMetric(metric), value)),
  );
  const plugins = writeMap(new Map(result.plugins.map((plugin) => [plugin.name, plugin])), writePlugin);
  const errors = `[${result.errors.map(quote).join(",")}]`;
  return `{"actions":${actions},"metrics":${metrics},"plugin_results":${plugins},"triage_errors":${errors}}\n`;
}

/**
 * The exit status of the structured report: 1 if an action is to be reported, that is a Snapshot or an alert other than
 * Info that is true, or anything whose value is a problem other than Missing and Ignore.
 */
export function structuredExitStatus(result: StructuredResult): 0 | 1 {
  for (const ofFile of result.actions.values()) {
    for (const { action, value } of ofFile.values()) {
      const isProblem = value.kind === "Problem" && value.problem.kind !== "Missing" && value.problem.kind !== "Ignore";
      const isTrue = value.kind === "Bool" && value.value;
      const counts = action.type === "Snapshot" || (action.type === "Alert" && action.severity !== "Info");
      if (isProblem || (isTrue && counts)) return 1;
    }
  }
  return 0;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function optional(text: string | undefined): string {
  return text === undefined ? "null" : quote(text);
}

function writeMap<T>(map: ReadonlyMap<string, T>, write: (value: T) => string): string {
  const entries = [...map].sort(([a], [b]) => compareText(a, b));
  return `{${entries.map(([key, value]) => `${quote(key)}:${write(value)}`).join(",")}}`;
}

function writeAction({ action, value, repeat }: JudgedAction): string {
  switch (action.type) {
    case "Alert": {
      const parts = [
        `"trigger":${writeSource(writeEval(action.trigger), value)}`,
        `"print":${quote(action.print.text)}`,
        `"file_bug":${optional(action.fileBug)}`,
        `"tag":${optional(action.tag)}`,
        `"severity":"${action.severity}"`,
      ];
      return `{"type":"Alert",${parts.join(",")}}`;
    }
    case "Gauge": {
      const source = writeSource(writeEval(action.value), value);
      return `{"type":"Gauge","value":${source},"format":${optional(action.format)},"tag":${optional(action.tag)}}`;
    }
    case "Snapshot": {
      const trigger = writeSource(writeEval(action.trigger), value);
      const again = writeSource(writeEval(action.repeat), repeat);
      return `{"type":"Snapshot","trigger":${trigger},"repeat":${again},"signature":${quote(action.signature.text)}}`;
    }
  }
}

/** What a plugin found, as actions: alerts that are always true and gauges of a text. */
function writePlugin(plugin: PluginResult): string {
  const alerts = [...plugin.errors, ...plugin.warnings].map(
    (text) =>
      `{"type":"Alert","trigger":${ALWAYS},"print":${quote(text)},"file_bug":null,"tag":null,"severity":"Warning"}`,
  );
  const gauges = plugin.gauges.map((line) => {
    const colon = line.indexOf(": ");
    const [name, text] = [line.slice(0, colon), line.slice(colon + 2)];
    const value: Value = { kind: "String", value: text };
    const metric = `{"Eval":{"raw_expression":${quote(`'${text}'`)},"parsed_expression":{"Value":${writeValue(value)}}}}`;
    return `{"type":"Gauge","value":${writeSource(metric, value)},"format":null,"tag":${quote(name)}}`;
  });
  return `[${[...alerts, ...gauges].join(",")}]`;
}

function writeSource(metric: string, value: Value | undefined): string {
  return `{"metric":${metric},"cached_value":${value === undefined ? "null" : writeValue(value)}}`;
}

function writeMetric(metric: Metric): string {
  if (metric.kind === "eval") return writeEval(metric);
  if (metric.kind === "value")
    return `{"Eval":{"raw_expression":"","parsed_expression":{"Value":${writeValue(metric.value)}}}}`;
  const selectors = metric.selectors.map(({ full, body, type }) => {
    const kind = type === "INSPECT" ? "Inspect" : "Snapshot";
    return `{"full_selector":${quote(full)},"selector_type":"${kind}","body":${quote(body)}}`;
  });
  return `{"Selector":[${selectors.join(",")}]}`;
}

function writeEval({ source, expression }: EvalMetric): string {
  return `{"Eval":{"raw_expression":${quote(source.text)},"parsed_expression":${writeTree(expression)}}}`;
}

const MATH: ReadonlySet<string> = new Set(
  "Add Sub Mul FloatDiv IntDiv FloatDivChecked IntDivChecked Greater Less GreaterEq LessEq Max Min Abs".split(" "),
);
const RENAMED: ReadonlyMap<string, string> = new Map([
  ["Fn", "Lambda"],
  ["Option", "OptionF"],
]);

/** The parsed expression; its depth is bounded by the parser. */
function writeTree(expression: Expression): string {
  switch (expression.kind) {
    case "value":
      return `{"Value":${writeValue(expression.value)}}`;
    case "variable":
      return `{"Variable":{"name":${quote(expression.written)}}}`;
    case "vector":
      return `{"Vector":[${expression.items.map(writeTree).join(",")}]}`;
    case "call": {
      const { fn } = expression;
      const name = MATH.has(fn) ? `{"Math":"${fn}"}` : `"${RENAMED.get(fn) ?? fn}"`;
      return `{"Function":[${name},[${expression.args.map(writeTree).join(",")}]]}`;
    }
  }
}

function writeValue(value: Value, nesting = 0): string {
  switch (value.kind) {
    case "Int":
      return `{"Int":${value.value}}`;
    case "Float":
      return `{"Float":${writeFloat(value.value)}}`;
    case "String":
      return `{"String":${quote(value.value)}}`;
    case "Bool":
      return `{"Bool":${value.value}}`;
    case "Vector":
      if (nesting >= MAX_NESTING) return `{"Vector":[]}`;
      return `{"Vector":[${writeItems(value.items, nesting + 1)}]}`;
    case "Bytes":
      return `{"Bytes":[${value.value.join(",")}]}`;
    case "Problem":
      return `{"Problem":${writeProblem(value.problem)}}`;
    case "Lambda":
      return `{"Lambda":{"parameters":[${value.params.map(quote).join(",")}],"body":${writeTree(value.body)}}}`;
    case "Node":
      return `"Node"`;
    case "Histogram":
      return `{"Histogram":[${value.value.buckets.map((b) => `[${writeFloat(b.lower)},${writeFloat(b.upper)},${b.count}]`).join(",")}]}`;
  }
}

/** Characters of one vector: its items may share a text that is huge already. What is beyond is left out. */
const MAX_VECTOR = 1 << 26;

function writeItems(items: readonly Value[], nesting: number): string {
  const pieces: string[] = [];
  let length = 0;
  for (const item of items) {
    if (length > MAX_VECTOR) break;
    const text = writeValue(item, nesting);
    length += text.length + 1;
    pieces.push(text);
  }
  return pieces.join(",");
}

function writeFloat(value: number): string {
  return Number.isFinite(value) ? debugFloat(value) : "null";
}

function writeProblem(problem: Problem): string {
  if (problem.kind !== "Ignore") return `{${quote(problem.kind)}:${quote(problem.message)}}`;
  return `{"Ignore":[${problem.problems.map(writeProblem).join(",")}]}`;
}

const ALWAYS = `{"metric":{"Eval":{"raw_expression":"True()","parsed_expression":{"Function":["True",[]]}}},"cached_value":{"Bool":true}}`;
