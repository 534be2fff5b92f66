import { renderJunit } from "../../js/check.ts";
import { type Limits, type Snapshot, SnapshotError } from "../../js/index.ts";
import {
  type Action,
  type ActionExplanation,
  evaluateConstant,
  evaluateRules,
  evaluateSeries,
  evaluateStructured,
  explainActions,
  type FindingLevel,
  isAsGrave,
  parseExpression,
  type RuleSet,
  renderTriageMarkdown,
  renderTriageSarif,
  renderTriageStructured,
  reportTriage,
  type TriageReport,
  type TriageResult,
  triageCases,
} from "../../js/triage.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { snapshotName } from "../identity.ts";
import { forEachInput, type OpenedInput, openTogether } from "../inputs.ts";
import { readOpenOptions } from "../option-files.ts";
import { loadRuleSources, RulesByFormat, readRuleSources } from "./rule-files.ts";
import { printTriageText } from "./text.ts";

/** A snapshot that has been judged. */
export interface Judged {
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly rules: RuleSet;
  readonly result: TriageResult;
  readonly explanations: readonly ActionExplanation[];
}

interface JudgeRun {
  readonly call: Call;
  readonly rules: RulesByFormat;
  readonly now: bigint | undefined;
  /** Only for forms that are one document. */
  readonly reports: TriageReport[];
  status: ExitStatus;
}

/** Judges the snapshots that the operands name, each for itself or as a series. */
export async function judge(call: Call): Promise<ExitStatus> {
  const given = call.options.list("rules").length > 0;
  const rules = given ? selectActions(call, loadRuleSources(call, await readRuleSources(call))) : undefined;
  const run: JudgeRun = {
    call,
    rules: new RulesByFormat(call, rules),
    now: readNow(call),
    reports: [],
    status: EXIT.ok,
  };
  const open = { ...(await readOpenOptions(call)), ...(call.options.flag("legacy") && { legacy: true }) };
  let read: ExitStatus = EXIT.ok;
  if (call.options.flag("series")) await judgeSeries(run, await openTogether(call, call.operands, { open }));
  else {
    read = await forEachInput(call, call.operands, { open }, async (input) => {
      await judgeEach(run, input);
      return undefined;
    });
  }
  await printDocument(run);
  return read > run.status ? read : run.status;
}

async function judgeEach(run: JudgeRun, { label, snapshots }: OpenedInput): Promise<void> {
  for (const [ix, snapshot] of snapshots.entries()) {
    const rules = selectActions(run.call, run.rules.rulesFor(snapshot.format));
    const result = evaluateRules(rules, snapshot, { ...optionsOf(run.call), now: run.now });
    await take(run, snapshotName(label, snapshots, ix), snapshot, rules, result);
  }
}

async function judgeSeries(run: JudgeRun, { label, snapshots }: OpenedInput): Promise<void> {
  const [first] = snapshots;
  if (first === undefined) return;
  const rules = selectActions(run.call, run.rules.rulesFor(first.format));
  const results = evaluateSeries(
    rules,
    snapshots.map((snapshot) => ({ snapshot, now: run.now })),
    optionsOf(run.call),
  );
  for (const [ix, snapshot] of snapshots.entries()) {
    const name = snapshot.inputs[0]?.name ?? label;
    await take(run, `${ix + 1}: ${name}`, snapshot, rules, results[ix]!);
  }
}

function optionsOf(call: Call): { readonly limits: Partial<Limits>; readonly strictSeverity: boolean } {
  return { limits: call.limits, strictSeverity: true };
}

async function take(
  run: JudgeRun,
  name: string,
  snapshot: Snapshot,
  rules: RuleSet,
  result: TriageResult,
): Promise<void> {
  const { call } = run;
  const report = reportTriage(name, snapshot, rules, result);
  const least = (call.options.last("fail-on") ?? "warning") as FindingLevel | "never";
  if (least !== "never" && isAsGrave(report.verdict, least)) run.status = EXIT.findings;
  const explanations = call.options.flag("explain") ? explain(call, rules, snapshot, report, run.now) : [];
  const judged: Judged = { name, snapshot, rules, result, explanations };
  const form = call.options.last("output-format") ?? "text";
  if (call.out.json) await call.out.jsonLine({ ...report, ...(explanations.length > 0 && { explanations }) });
  else if (form === "structured") await printStructured(run, judged);
  else if (form === "text" || form === "verbose-text") await printTriageText(call, judged, form === "verbose-text");
  else run.reports.push(report);
}

async function printStructured({ call, now }: JudgeRun, { rules, snapshot }: Judged): Promise<void> {
  const { structured } = evaluateStructured(rules, snapshot, { ...optionsOf(call), now });
  await call.out.pieces([renderTriageStructured(structured)]);
}

/** Forms that are one document for all snapshots. */
async function printDocument({ call, reports }: JudgeRun): Promise<void> {
  const form = call.options.last("output-format");
  if (call.out.json || form === undefined) return;
  const least = (call.options.last("fail-on") ?? "warning") as FindingLevel | "never";
  const failing = least === "never" ? "error" : least;
  if (form === "sarif") await call.out.pieces([renderTriageSarif(reports)]);
  else if (form === "markdown") await call.out.pieces([renderTriageMarkdown(reports)]);
  else if (form === "junit")
    await call.out.pieces([renderJunit(reports.map((report) => triageCases(report, failing)))]);
}

/** Of the actions that have something to say, or of those that were named. */
function explain(
  call: Call,
  rules: RuleSet,
  snapshot: Snapshot,
  report: TriageReport,
  now: bigint | undefined,
): readonly ActionExplanation[] {
  const isNamed = call.options.list("action").length > 0;
  const quiet = new Set(report.actions.filter(({ status }) => status === "quiet").map(({ rule }) => rule));
  const wants = (namespace: string, action: Action): boolean => isNamed || !quiet.has(`${namespace}::${action.name}`);
  return explainActions(rules, snapshot, { limits: call.limits, now, wants });
}

/** The rules with only the actions of `--action`. @throws SnapshotError `UsageError` for a name that is not there */
function selectActions(call: Call, rules: RuleSet): RuleSet {
  const wanted = new Set(call.options.list("action"));
  if (wanted.size === 0) return rules;
  const found = new Set<string>();
  const files = Array.from(rules.files, ([namespace, file]) => {
    const actions = [...file.actions].filter(([name]) => {
      for (const one of [name, `${namespace}::${name}`]) if (wanted.has(one)) found.add(one);
      return wanted.has(name) || wanted.has(`${namespace}::${name}`);
    });
    return [namespace, { ...file, actions: new Map(actions) }] as const;
  });
  const missing = [...wanted].find((name) => !found.has(name));
  if (missing === undefined) return { ...rules, files: new Map(files) };
  const available = [...rules.files].flatMap(([namespace, file]) =>
    [...file.actions.keys()].map((n) => `${namespace}::${n}`),
  );
  throw new SnapshotError("UsageError", `there is no action ${missing}; there are ${available.join(", ")}`, {
    available,
  });
}

/** @throws SnapshotError `UsageError`, `ExpressionSyntax` */
function readNow(call: Call): bigint | undefined {
  const text = call.options.last("now");
  if (text === undefined) return undefined;
  const value = evaluateConstant(parseExpression(text, { limits: call.limits, extended: false }), call.limits);
  if (value.kind === "Int") return value.value;
  throw new SnapshotError(
    "UsageError",
    `--now takes a constant expression of nanoseconds such as Hours(3), not ${text}`,
  );
}
