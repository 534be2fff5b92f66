import { renderIssues, type Snapshot, SnapshotError } from "../js/index.ts";
import {
  evaluateRules,
  expandBundle,
  loadRules,
  type RuleSource,
  renderTriageText,
  rulePackSources,
} from "../js/triage.ts";
import type { Upload } from "./request-body.ts";

/** What rules say of a snapshot: the document for machines and the report for people. */
export interface Judgement {
  readonly document: object;
  readonly text: string;
}

/**
 * Judges a snapshot by the rule files of the request, or by the built-in ones of its format.
 * @throws SnapshotError `InvalidRules`, `MalformedText`
 */
export function judge(snapshot: Snapshot, files: readonly Upload[]): Judgement {
  const sources = files.length === 0 ? rulePackSources(snapshot.format) : files.flatMap(readSources);
  const rules = loadRules(sources);
  const result = evaluateRules(rules, snapshot);
  const { errors, warnings, gauges, brokenGauges, infos, plugins, snapshots, issues } = result;
  const outcomes = result.outcomes.map(({ namespace, action, type, status, severity, text }) => ({
    namespace,
    action,
    type,
    status,
    ...(severity !== undefined && { severity }),
    ...(text !== undefined && { text }),
  }));
  const lists = { errors, warnings, gauges, brokenGauges, infos };
  const document = {
    schema: 1,
    format: snapshot.format,
    rules: [...rules.files.keys()],
    ...lists,
    snapshots,
    outcomes,
    plugins,
    issues: [...snapshot.issues, ...issues],
  };
  return {
    document,
    text: `${renderTriageText(result, { verbose: true })}${renderIssues({ issues: snapshot.issues })}`,
  };
}

function readSources({ name, bytes }: Upload): readonly RuleSource[] {
  try {
    return expandBundle(name, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new SnapshotError("MalformedText", `the rule file ${JSON.stringify(name)} is not UTF-8`);
  }
}
