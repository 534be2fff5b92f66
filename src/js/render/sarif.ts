import type { Diagnostic } from "../analysis/triage/diagnostics.ts";
import type { FindingLevel, TriageReport } from "../analysis/triage/report.ts";
import { VERSION } from "../base/version.ts";

/** A place in a file; line and column count from 1. */
interface SarifPlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

interface SarifFinding {
  readonly rule: string;
  readonly level: "none" | "note" | "warning" | "error";
  readonly text: string;
  readonly at: SarifPlace;
  readonly related?: SarifPlace;
  readonly properties?: Readonly<Record<string, unknown>>;
}

const LEVELS = { info: "note", note: "note", warning: "warning", error: "error" } as const;

/** Findings about snapshots as SARIF 2.1.0: the location is the snapshot, the related one the action's rule. */
export function renderTriageSarif(reports: readonly TriageReport[]): string {
  return renderSarif("coldframe triage", reports.flatMap(findingsOf));
}

/** What the checker says about rule files as SARIF 2.1.0. */
export function renderCheckSarif(diagnostics: readonly Diagnostic[]): string {
  const findings = diagnostics.map(({ rule, severity, message, file, line, column, suggestion }) => ({
    rule,
    level: LEVELS[severity],
    text: suggestion === undefined ? message : `${message}; did you mean ${suggestion}?`,
    at: { file, line, column },
  }));
  return renderSarif("coldframe triage --check", findings);
}

function findingsOf(report: TriageReport): SarifFinding[] {
  const at = { file: report.name };
  const found: SarifFinding[] = [];
  for (const { rule, level, text, value, place, type, status } of report.actions) {
    if (level === undefined) continue;
    const properties = { type, status, value };
    found.push({ rule, level: LEVELS[level], text: text ?? value, at, related: place, properties });
  }
  for (const { name, errors, warnings } of report.plugins) {
    const add = (level: FindingLevel) => (text: string) =>
      void found.push({ rule: `plugin::${name}`, level: LEVELS[level], text, at });
    errors.forEach(add("error"));
    warnings.forEach(add("warning"));
  }
  return found;
}

function renderSarif(tool: string, findings: readonly SarifFinding[]): string {
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  const results = findings.map(({ rule, level, text, at, related, properties }) => ({
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level,
    message: { text: text === "" ? rule : text },
    locations: [locationOf(at)],
    ...(related && { relatedLocations: [{ ...locationOf(related), message: { text: "the rule" } }] }),
    ...(properties && { properties }),
  }));
  const driver = { name: tool, version: VERSION, rules: rules.map((id) => ({ id })) };
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function locationOf({ file, line, column }: SarifPlace): Readonly<Record<string, unknown>> {
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column } };
  return { physicalLocation: { artifactLocation: { uri: toUri(file) }, ...region } };
}

/** A path as a relative reference, or an absolute one as a file URI. */
function toUri(path: string): string {
  const encoded = path.split("/").map(encodeSegment).join("/");
  return path.startsWith("/") ? `file://${encoded}` : encoded;
}

/** Half surrogate pairs have no UTF-8 form. */
function encodeSegment(text: string): string {
  return encodeURIComponent(
    text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd"),
  );
}
