import type { Expression, VariableExpression } from "../ast.ts";
import type { RuleFile, RuleSet } from "../rules.ts";
import type { KindInference } from "./kinds.ts";
import type { CheckReport } from "./report.ts";
import { expressionsOf, nodesOf, type PlacedExpression, placeOf } from "./walk.ts";

/** A metric with the metrics its expression names. */
interface Vertex {
  readonly file: RuleFile;
  readonly name: string;
  readonly placed: PlacedExpression | undefined;
  readonly references: readonly { readonly to: string; readonly variable: VariableExpression }[];
}

/** Metrics that need themselves, and metrics that nothing needs. */
export function checkGraph(rules: RuleSet, kinds: KindInference, report: CheckReport): void {
  const vertices = new Map<string, Vertex>();
  const roots: string[] = [];
  for (const file of rules.files.values()) {
    const placed = expressionsOf(file);
    const byMetric = new Map(placed.filter((one) => one.use === "metric").map((one) => [one.owner, one]));
    for (const name of file.metrics.keys()) {
      const own = byMetric.get(name);
      const references = own === undefined ? [] : referencesOf(own.expression, file, kinds);
      vertices.set(keyOf(file, name), { file, name, placed: own, references });
    }
    for (const one of placed) {
      if (one.use === "metric") continue;
      for (const { to } of referencesOf(one.expression, file, kinds)) roots.push(to);
    }
  }
  checkCycles(vertices, report);
  checkUnused(vertices, roots, report);
}

function keyOf(file: RuleFile, name: string): string {
  return `${file.namespace}::${name}`;
}

function referencesOf(expression: Expression, file: RuleFile, kinds: KindInference): Vertex["references"] {
  const references: { to: string; variable: VariableExpression }[] = [];
  for (const { node, bound } of nodesOf(expression)) {
    if (node.kind !== "variable" || bound.has(node.written)) continue;
    const found = kinds.metricOf(node, file);
    if (found !== undefined) references.push({ to: keyOf(found.file, found.name), variable: node });
  }
  return references;
}

/** Depth first without recursion: chains of metrics may be long. */
function checkCycles(vertices: ReadonlyMap<string, Vertex>, report: CheckReport): void {
  const done = new Set<string>();
  for (const start of vertices.keys()) {
    const path: { key: string; next: number }[] = done.has(start) ? [] : [{ key: start, next: 0 }];
    const open = new Set(path.map((step) => step.key));
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const vertex = vertices.get(step.key)!;
      const reference = vertex.references[step.next++];
      if (reference === undefined) {
        done.add(step.key);
        open.delete(step.key);
        path.pop();
      } else if (open.has(reference.to)) {
        const cycle = path.slice(path.findIndex((one) => one.key === reference.to)).map((one) => one.key);
        addCycle(vertex, reference.variable, [...cycle, reference.to], report);
      } else if (!done.has(reference.to)) {
        open.add(reference.to);
        path.push({ key: reference.to, next: 0 });
      }
    }
  }
}

function addCycle(vertex: Vertex, variable: VariableExpression, cycle: readonly string[], report: CheckReport): void {
  const message = `the metric needs its own value: ${cycle.join(" → ")}`;
  report.add(vertex.file, placeOf(vertex.placed!, variable), { rule: "cycle", message });
}

/** A set without any action is a library; nothing in it is unused. */
function checkUnused(vertices: ReadonlyMap<string, Vertex>, roots: readonly string[], report: CheckReport): void {
  if (roots.length === 0) return;
  const reached = new Set<string>(roots);
  const waiting = [...reached];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    for (const { to } of vertices.get(key)?.references ?? []) {
      if (reached.has(to)) continue;
      reached.add(to);
      waiting.push(to);
    }
  }
  for (const [key, { file, name, placed }] of vertices) {
    if (reached.has(key) || file.actions.size === 0) continue;
    const metric = file.metrics.get(name)!;
    const offset = placed === undefined ? (metric.kind === "select" ? metric.start : 0) : placed.source.start;
    report.add(file, offset, {
      rule: "unused-metric",
      severity: "warning",
      message: `no action needs the metric "${name}"`,
    });
  }
}
