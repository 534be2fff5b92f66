import { isSnapshotError } from "../../base/errors.ts";
import { type Json5Member, type Json5Node, parseJson5 } from "../../base/json5.ts";
import { suggestNames } from "../../base/text.ts";
import { readAction } from "./action-reader.ts";
import { type Dialect, EXTENDED, UPSTREAM } from "./dialect.ts";
import { compileExpression, type FileContext, type RuleReadOptions, reportUnknown } from "./file-context.ts";
import { type Import, type Namespaces, readImports } from "./imports.ts";
import { FileReport, MemberReader, offsetOf, SCHEMA } from "./member-reader.ts";
import type { Action, EvalMetric, Metric, RuleFile, RuleSource, Selector, SourceText, Trial } from "./rules.ts";
import { parseSelector } from "./selectors/parse-selector.ts";
import { readTrial } from "./trial-reader.ts";

const SECTIONS = ["select", "eval", "act", "test"];
const EXTENDED_SECTIONS = [...SECTIONS, "extended", "namespace", "imports"];

/** A rule file of which only what other files need to know of it has been read. */
export interface OpenedRuleFile {
  readonly source: RuleSource;
  readonly namespace: string;
  readonly imports: readonly Import[];
  readonly report: FileReport;
  readonly dialect: Dialect;
  readonly sections: MemberReader;
  readonly options: RuleReadOptions;
}

/** Opens one rule file: its dialect, its namespace, what it imports. Everything wrong goes to the report. */
export function openRuleFile(source: RuleSource, options: RuleReadOptions): OpenedRuleFile {
  const report = new FileReport(source);
  const root = readRoot(report, options);
  const sections = new MemberReader(report, root, 0, "the rule file");
  const dialect = readDialect(sections, options);
  const namespace = (dialect.extended ? readNamespace(sections) : undefined) ?? source.namespace;
  const imports = dialect.extended ? readImports(sections) : [];
  return { source, namespace, imports, report, dialect, sections, options };
}

/**
 * Reads the rest of an opened file. Everything wrong goes to its report; what is right is read all the same.
 * Source: specs/triage.md section 1.5.
 */
export function readRuleFile(opened: OpenedRuleFile, namespaces: Namespaces): RuleFile {
  const { source, namespace, report, dialect, sections, options } = opened;
  const aliases = namespaces.aliases(opened.imports, report);
  const context: FileContext = { report, dialect, options, aliases };
  const metrics = readMetrics(sections, context, namespace);
  const actions = new Map<string, Action>();
  for (const member of sections.entries("act")) {
    const action = readAction(member, context);
    if (action !== undefined) actions.set(member.key, action);
  }
  const trials = sections.entries("test").map((member) => readTrial(member, context));
  reportUnknownSections(sections, context);
  const found = trials.filter((trial): trial is Trial => trial !== undefined);
  const runs =
    source.isImported === true ? { actions: new Map<string, Action>(), trials: [] } : { actions, trials: found };
  return { namespace, fileName: report.fileName, text: source.text, dialect, metrics, ...runs };
}

function readRoot(report: FileReport, options: RuleReadOptions): readonly Json5Member[] {
  let root: Json5Node;
  try {
    root = parseJson5(report.source.text, options.limits.depth);
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    const rule = error.code === "LimitExceeded" ? "limit" : "malformed-file";
    report.schemaError(rule, error.offset ?? 0, error.message, `${SCHEMA} ${error.message}`);
    return [];
  }
  if (root.kind === "object") return root.members;
  report.schemaError(
    "malformed-file",
    root.start,
    "a rule file is an object",
    `${SCHEMA} invalid type, expected a map`,
  );
  return [];
}

/** `extended: true`, or an object that switches single differences off. */
function readDialect(sections: MemberReader, options: RuleReadOptions): Dialect {
  if (options.compat) return UPSTREAM;
  const node = sections.get("extended")?.value;
  if (node === undefined || (node.kind === "boolean" && !node.value)) return UPSTREAM;
  if (node.kind === "boolean") return EXTENDED;
  if (node.kind !== "object") {
    sections.wrongKind("extended", node, "a boolean or a map");
    return EXTENDED;
  }
  const switches = new MemberReader(sections.report, node.members, node.start, '"extended"');
  const dialect: { -readonly [Name in keyof Dialect]: Dialect[Name] } = { ...EXTENDED };
  for (const name of ["lexicalScope", "unwrapEverywhere", "exactIntegers", "allKinds"] as const) {
    const value = switches.get(name)?.value;
    if (value?.kind === "boolean") dialect[name] = value.value;
    else if (value !== undefined) switches.wrongKind(name, value, "a boolean");
  }
  for (const member of switches.unknown()) reportUnknown(switches, member, '"extended"');
  return dialect;
}

function readNamespace(sections: MemberReader): string | undefined {
  const named = sections.text("namespace");
  if (named === undefined || /^[A-Za-z_]\w*$/.test(named.text)) return named?.text;
  const message = `"${named.text}" is not a name: letters, digits and _ only`;
  sections.report.schemaError("malformed-section", named.start, message, message);
  return undefined;
}

function readMetrics(sections: MemberReader, context: FileContext, namespace: string): Map<string, Metric> {
  const metrics = new Map<string, Metric>();
  for (const member of sections.entries("select")) {
    const selectors = readSelectors(member, context);
    metrics.set(member.key, { kind: "select", selectors, start: member.keyStart });
  }
  for (const member of sections.entries("eval")) {
    if (metrics.get(member.key)?.kind === "select") {
      const message = `Duplicate metric name ${member.key} in file ${namespace}`;
      context.report.schemaError("duplicate-name", member.keyStart, message, message);
    }
    const metric = readExpression(member, context);
    if (metric !== undefined) metrics.set(member.key, metric);
  }
  return metrics;
}

function readSelectors(member: Json5Member, context: FileContext): readonly Selector[] {
  const { value } = member;
  const fail = (node: Json5Node, expected: string): readonly Selector[] => {
    const detail = `${SCHEMA} invalid value for \`${member.key}\`, ${expected}`;
    context.report.schemaError("malformed-selector", node.start, `"${member.key}": ${expected}`, detail);
    return [];
  };
  if (value.kind === "string") return readSelector({ text: value.value, start: value.start }, context);
  if (value.kind !== "array") return fail(value, "expected a string or a sequence of strings");
  if (value.items.length === 0) return fail(value, "expected at least one selector");
  return value.items.flatMap((item) => {
    if (item.kind !== "string") return fail(item, "expected a string");
    return readSelector({ text: item.value, start: item.start }, context);
  });
}

function readSelector(source: SourceText, context: FileContext): readonly Selector[] {
  try {
    return [parseSelector(source, context.dialect)];
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    const offset = offsetOf(context.report, source, error.offset ?? 0);
    context.report.error("malformed-selector", offset, error.message, error.message);
    return [];
  }
}

function readExpression(member: Json5Member, context: FileContext): EvalMetric | undefined {
  const { value } = member;
  if (value.kind === "string") return compileExpression({ text: value.value, start: value.start }, context);
  const detail = `${SCHEMA} invalid type for \`${member.key}\`, expected a string`;
  context.report.schemaError("malformed-section", value.start, `"${member.key}": expected a string`, detail);
  return undefined;
}

function reportUnknownSections(sections: MemberReader, { options }: FileContext): void {
  const known = options.compat ? SECTIONS : EXTENDED_SECTIONS;
  for (const member of sections.unknown()) {
    const expected = known.map((name) => `\`${name}\``).join(", ");
    sections.report.schemaError(
      "malformed-file",
      member.keyStart,
      `"${member.key}" is not a section of a rule file`,
      `${SCHEMA} unknown field \`${member.key}\`, expected one of ${expected}`,
      suggestNames(member.key, known, 1)[0],
    );
  }
}
