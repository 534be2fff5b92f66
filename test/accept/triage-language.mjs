// Kinds of cases about expressions, selectors, values and actions. `lib` is the triage entry, built or as source;
// `read(path)` gives the text of a file of the folder, or undefined where it is not.
import { splitObject } from "./raw-json.mjs";

/** A value in the typed form of the cases. */
export function toTyped(lib, value) {
  switch (value.kind) {
    case "Int":
      return { Int: String(value.value) };
    case "Float":
      return { Float: floatForm(value.value) };
    case "String":
    case "Bool":
      return { [value.kind]: value.value };
    case "Vector":
      return { Vector: value.items.map((item) => toTyped(lib, item)) };
    case "Bytes":
      return { Bytes: [...value.value] };
    case "Problem":
      return { Problem: lib.renderProblem(value.problem) };
    case "Node":
      return "Node";
    default:
      return { Other: lib.debugValue(value) };
  }
}

function floatForm(value) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : value;
}

function normalizeTyped(typed) {
  if (typed === "Node") return typed;
  if ("Float" in typed) return { Float: typeof typed.Float === "string" ? typed.Float : floatForm(typed.Float) };
  if ("Int" in typed) return { Int: String(typed.Int) };
  return "Vector" in typed ? { Vector: typed.Vector.map(normalizeTyped) } : typed;
}

function fromTyped(typed) {
  if (typed === "Node") return { kind: "Node" };
  const [kind, content] = Object.entries(typed)[0];
  if (kind === "Int") return { kind, value: BigInt(content) };
  if (kind === "Float")
    return { kind, value: content === "inf" ? Infinity : content === "-inf" ? -Infinity : Number(content) };
  if (kind === "Vector") return { kind, items: content.map(fromTyped) };
  if (kind === "Bytes") return { kind, value: Uint8Array.from(content) };
  if (kind === "ProblemParts") return { kind: "Problem", problem: problemFromParts(content) };
  if (kind !== "Problem") return { kind, value: content };
  const [, problemKind, message] = /^(\w+): (.*)$/s.exec(content);
  return { kind, problem: { kind: problemKind, message } };
}

function problemFromParts({ t, m }) {
  return t === "Ignore" ? { kind: t, problems: m.map(problemFromParts) } : { kind: t, message: m };
}

/** JSON values of a trial, read by the library itself through a rule file. */
function trialValues(lib, rawValues) {
  const text = `{ test: { t: { yes: [], values: ${rawValues} } } }`;
  return lib.loadRules([{ namespace: "values", text }]).files.get("values").trials[0].values;
}

function metricsOf(lib, metrics = {}) {
  const files = Object.entries(metrics).map(([namespace, names]) => {
    const plain = Object.entries(names).filter(([, metric]) => metric.unhandled === undefined);
    const select = Object.fromEntries(plain.filter(([, m]) => m.select).map(([name, m]) => [name, m.select]));
    const evals = Object.fromEntries(plain.filter(([, m]) => m.eval).map(([name, m]) => [name, m.eval]));
    const file = lib.loadRules([{ namespace, text: JSON.stringify({ select, eval: evals }) }]).files.get(namespace);
    const all = new Map(file.metrics);
    for (const [name, metric] of Object.entries(names)) {
      if (metric.unhandled === undefined) continue;
      const problem = { kind: "UnhandledType", message: metric.unhandled };
      all.set(name, { kind: "value", value: { kind: "Problem", problem } });
    }
    return [namespace, all];
  });
  return new Map(files);
}

/** The snapshot that a case describes. */
export function snapshotOf(lib, { raw, logs = {} }, fallback) {
  const files = {};
  const inspect = raw.get("inspect") ?? fallback;
  if (inspect !== undefined) files["inspect.json"] = inspect.startsWith('"') ? JSON.parse(inspect) : inspect;
  if (raw.has("annotations")) files["annotations.json"] = raw.get("annotations");
  if (logs.klog !== undefined) files["log.kernel.txt"] = logs.klog;
  if (logs.syslog !== undefined) files["log.system.txt"] = logs.syslog;
  if (logs.bootlog !== undefined) files["log.system.previous_boot.txt"] = logs.bootlog;
  return lib.openInspect(files);
}

function timeOf({ now }) {
  return now === undefined || now === null ? undefined : BigInt(now);
}

function runExpression(lib, one) {
  // Without metrics and snapshot an expression is constant; an empty set of files is not the same.
  const isConstant = one.metrics === undefined && one.inspect === undefined;
  try {
    const value = lib.evaluateText(one.expr, {
      namespace: one.namespace ?? "",
      ...(!isConstant && { metrics: metricsOf(lib, one.metrics) }),
      snapshot: snapshotOf(lib, one),
      now: timeOf(one),
      asAction: one.unwrapSingleton === true,
      ...(one.trialValues !== undefined && { trialValues: trialValues(lib, one.raw.get("trialValues")) }),
    });
    if (value.kind === "Problem") return { problem: lib.renderProblem(value.problem) };
    return { value: toTyped(lib, value), display: lib.displayValue(value) };
  } catch (error) {
    if (error.code === "ExpressionSyntax") return { parseError: true };
    throw error;
  }
}

function runSelect(lib, one, read) {
  const text = one.inspectFile ? read(`inspect/${one.inspectFile}`) : one.inspect;
  try {
    const found = lib.selectValues(one.selector, lib.openInspect({ "inspect.json": text }));
    const values = found.map(({ value }) => toTyped(lib, value));
    return { values: one.unordered ? values.map((v) => JSON.stringify(v)).sort() : values };
  } catch (error) {
    if (error.code === "SelectorSyntax") return { parseError: true, error: error.message };
    throw error;
  }
}

function segmentForm(segment) {
  return segment.kind === "exact" ? `=${segment.text}` : `~${segment.pattern}`;
}

function runSelectorSyntax(lib, { selector }) {
  try {
    const { component, node, property, treeNames } = lib.parseInspectSelector(selector);
    return {
      valid: true,
      component: component.map(segmentForm),
      node: node.map(segmentForm),
      property: property === undefined ? null : segmentForm(property),
      treeNames,
    };
  } catch (error) {
    if (error.code === "SelectorSyntax") return { valid: false };
    throw error;
  }
}

function runAction(lib, one) {
  const rules = lib.loadRules(sourcesOf(one.raw.get("config")));
  const result = lib.evaluateRules(rules, snapshotOf(lib, one, "[]"), { now: timeOf(one) });
  const { errors, warnings, infos, gauges, brokenGauges } = result;
  const snapshots = result.snapshots.map(({ interval, signature }) => ({ interval: String(interval), signature }));
  const lists = { errors, warnings, infos, gauges, brokenGauges, snapshots };
  const named = Object.entries(lists).map(([name, list]) => [`${name.replace(/s$/, "")}Count`, list.length]);
  return { ...lists, broken_gauges: brokenGauges, ...Object.fromEntries(named) };
}

function loadResult(load) {
  try {
    load();
    return { ok: true, error: "" };
  } catch (error) {
    if (error.name !== "SnapshotError") throw error;
    return { ok: false, error: error.message };
  }
}

/** Rule files from the text of an object that holds them, as texts or as they are. */
function sourcesOf(rawFiles) {
  return Array.from(splitObject(rawFiles), ([namespace, raw]) => ({
    namespace,
    text: raw.startsWith('"') ? JSON.parse(raw) : raw,
  }));
}

function runValidate(lib, { raw }) {
  const report = lib.runTrials(lib.loadRules(sourcesOf(raw.get("config"))));
  if (report.errors.length > 0) return { ok: false, error: report.errors[0] };
  return report.failed === 0 ? { ok: true, error: "" } : { ok: false, error: "Config validation test failed" };
}

function runAllSelectors(lib, { raw }) {
  const rules = lib.loadRules(sourcesOf(raw.get("files")));
  const metrics = [...rules.files.values()].flatMap((file) => [...file.metrics.values()]);
  return metrics.flatMap((metric) => (metric.selectors ?? []).map((selector) => selector.full)).sort();
}

function directiveForm(directive) {
  return directive.kind === "AllowAll" ? "AllowAll" : `${directive.kind}:${directive.tags.join(",")}`;
}

function runTagFilter(lib, { actionTags, tags, excludeTags }) {
  const act = Object.entries(actionTags).map(([name, tag]) => [
    name,
    { type: "Warning", trigger: "1 == 1", print: name, ...(tag !== null && { tag }) },
  ]);
  // Names that look like numbers would change places in an object.
  const text = `{act:{${act.map(([name, action]) => `"${name}":${JSON.stringify(action)}`).join(",")}}}`;
  const rules = lib.filterByTags(lib.loadRules([{ namespace: "f", text }]), lib.tagDirective(tags, excludeTags));
  return [...rules.files.get("f").actions.keys()].sort();
}

/** Whether everything expected is there; `…Contains` asks for a part. */
export function containsExpected(actual, expected) {
  return Object.entries(expected).every(([key, value]) => {
    const part = /^(.*?)(Not)?Contains$/.exec(key);
    if (part !== null) return String(actual[part[1]] ?? "").includes(value) === (part[2] === undefined);
    return JSON.stringify(actual[key]) === JSON.stringify(value);
  });
}

function sortKeys(value) {
  return JSON.stringify(value, (_, v) =>
    v !== null && typeof v === "object" && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v,
  );
}

export const LANGUAGE_KINDS = {
  expr: {
    run: runExpression,
    expected: ({ expect }) =>
      expect.value === undefined ? expect : { ...expect, value: normalizeTyped(expect.value) },
  },
  select: {
    needs: (one) => (one.inspectFile ? [`inspect/${one.inspectFile}`] : []),
    run: runSelect,
    expected: ({ expect }, input) => {
      if (expect.values === undefined) return { ...expect, ...(input.errorText && { error: input.errorText }) };
      const values = expect.values.map(normalizeTyped);
      return { values: input.unordered ? values.map((v) => JSON.stringify(v)).sort() : values };
    },
    same: containsExpected,
  },
  selectorSyntax: { run: runSelectorSyntax, same: containsExpected },
  segmentMatch: { run: (lib, { pattern, target }) => lib.matchesPattern(pattern, target) },
  monikerMatch: {
    run: (lib, { selector, moniker }) =>
      lib.monikerMatcher(lib.parseInspectSelector(selector).component)(lib.splitMoniker(moniker)),
  },
  valueEquality: { run: (lib, { a, b }) => lib.equalValues(fromTyped(a), fromTyped(b), () => {}) },
  valueDisplay: { run: (lib, { value }) => lib.displayValue(fromTyped(value)) },
  jsonToValue: {
    run: (lib, { jsonText }) => toTyped(lib, trialValues(lib, `{ "v": ${jsonText} }`).get("v")),
    expected: ({ expect }) => normalizeTyped(expect),
    same: (a, b) => sortKeys(a) === sortKeys(b),
  },
  uptimeToNow: {
    run: (lib, { annotationsText }) => {
      const snapshot = lib.openInspect(annotationsText === null ? {} : { "annotations.json": annotationsText });
      const { now } = lib.createWorld(snapshot);
      return now === undefined ? null : String(now);
    },
  },
  action: { run: runAction, same: containsExpected },
  configLoad: {
    run: (lib, { raw }) => loadResult(() => lib.loadRules(sourcesOf(raw.get("files")))),
    same: (actual, expected) => containsExpected(actual, expected),
  },
  allSelectors: { run: runAllSelectors, expected: ({ expect }) => [...expect].sort() },
  tagDirective: { run: (lib, { tags, excludeTags }) => directiveForm(lib.tagDirective(tags, excludeTags)) },
  tagFilter: { run: runTagFilter },
  validate: { run: runValidate, same: containsExpected },
};
