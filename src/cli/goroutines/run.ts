import {
  asGoroutines,
  buildCreationTree,
  compileFilter,
  countStates,
  creationSites,
  findConvoys,
  findLinks,
  findSuspicions,
  groupContexts,
  type LinkRule,
  labelKeys,
  labelRule,
  longestWaits,
  mergeSamples,
  type PlainReport,
  pivotByLabel,
  plainContext,
  plainConvoys,
  plainCreation,
  plainGroup,
  plainLinks,
  plainPivot,
  plainReport,
  plainSuspicions,
  plainWaits,
  profileHeader,
  type ReportOptions,
  renderContextList,
  renderConvoys,
  renderCreation,
  renderGroups,
  renderLinks,
  renderOverview,
  renderPeek,
  renderPivot,
  renderRaw,
  renderStates,
  renderSuspicions,
  renderTags,
  renderTop,
  renderTraces,
  renderTree,
  renderWaits,
  type Sample,
  type SampleSource,
  selectContexts,
} from "../../js/goroutines.ts";
import { type Snapshot, SnapshotError, type StackTable } from "../../js/index.ts";
import { contextRows } from "../../js/triage.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { openTogether } from "../inputs.ts";
import { openTableFilter } from "../table-filter.ts";
import { JSON_SCHEMA, printChanges } from "./changes.ts";
import { chooseForm } from "./forms.ts";
import type { ReportName } from "./option-specs.ts";
import { readFilter, readGroupOptions, readLinkRules, readNumber, readReportOptions } from "./options.ts";

/** The verb `goroutines`. */
export async function runGoroutines(call: Call): Promise<ExitStatus> {
  const { snapshots } = await openTogether(call, call.operands);
  const since = await openOther(call, "since");
  const earlier = since === undefined ? undefined : filtered(call, since);
  let printed = 0;
  let isEmpty = true;
  for (const snapshot of chooseForms(call, snapshots)) {
    call.out.issues(snapshot.issues);
    isEmpty &&= isUnreadable(snapshot);
    if (printed++ > 0 && !call.out.json) await call.out.line();
    if (earlier !== undefined) await printChanges(call, earlier, filtered(call, snapshot));
    else await printReport(call, snapshot);
  }
  return isEmpty ? EXIT.input : EXIT.ok;
}

/** A process may print its panic and no goroutine: that is a result. */
function isUnreadable({ stacks, issues }: Snapshot): boolean {
  return stacks.contexts.length === 0 && issues.some(({ severity }) => severity === "error");
}

/** Reports of counts prefer the profile, all others the form with ids; a log's dumps are all shown. */
function chooseForms(call: Call, snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const found = snapshots.filter(({ format }) => format === "goroutines");
  if (found.length === 0) {
    throw new SnapshotError("WrongFormat", "none of the files holds goroutines", {
      fields: { expected: "goroutines", actual: snapshots.map(({ format }) => format).join(", ") },
    });
  }
  const report = reportName(call);
  const countsAll = isProfileReport(report) || report === "labels" || report === "links";
  return chooseForm(call, found, countsAll ? "profile" : undefined);
}

function reportName({ options }: Call): ReportName {
  return (options.last("report") ?? "groups") as ReportName;
}

async function openOther(call: Call, option: string): Promise<Snapshot | undefined> {
  const file = call.options.last(option);
  if (file === undefined) return undefined;
  const { snapshots } = await openTogether(call, [file]);
  const [snapshot] = chooseForms(call, snapshots);
  if (snapshot !== undefined) call.out.issues(snapshot.issues, file);
  return snapshot;
}

/** The stacks that the filter options keep. */
function filtered(call: Call, { stacks }: Snapshot): StackTable {
  const found = selectContexts(stacks, compileFilter(stacks, readFilter(call.options)));
  const filter = openTableFilter(call, "goroutines");
  if (filter === undefined) return found;
  const rowOf = contextRows(found);
  const kept = selectContexts(found, (context) => filter.keeps(rowOf(context)));
  filter.report();
  return kept;
}

async function printReport(call: Call, snapshot: Snapshot): Promise<void> {
  const report = reportName(call);
  const shown = { ...snapshot, stacks: filtered(call, snapshot) };
  if (report === "raw" && !call.out.json) return printRaw(call, snapshot);
  if (isProfileReport(report)) return printProfile(call, shown, report);
  if (call.out.json) return call.out.jsonLine({ schema: JSON_SCHEMA, report, ...plainFindings(call, shown, report) });
  await call.out.text(textReport(call, shown, report));
}

function isProfileReport(report: ReportName): report is PlainReport {
  return ["top", "tree", "peek", "traces", "tags", "raw"].includes(report);
}

/** Rows shown: all but the first `--top`. */
function mostOf({ options }: Call): number {
  return readNumber(options, "top") ?? 20;
}

function textReport(call: Call, snapshot: Snapshot, report: ReportName): string {
  const { stacks } = snapshot;
  const most = mostOf(call);
  const rows = most === 0 ? Number.POSITIVE_INFINITY : most;
  switch (report) {
    case "list":
      return renderContextList(stacks, indices(stacks).slice(0, rows));
    case "states":
      return renderStates(snapshot);
    case "waits":
      return renderWaits(stacks, longestWaits(stacks, rows));
    case "convoys":
      return renderConvoys(stacks, findConvoys(stacks).slice(0, rows));
    case "creators":
      return renderCreation(stacks, buildCreationTree(stacks), creationSites(stacks), {
        most: most === 0 ? 100_000 : most * 25,
      });
    case "labels":
      return renderPivot(labelKey(call, stacks), pivotByLabel(stacks, labelKey(call, stacks)));
    case "links":
      return linkRules(call, stacks)
        .map((rule) => renderLinks(stacks, findLinks(stacks, rule)))
        .join("\n");
    case "suspicions":
      return renderSuspicions(stacks, findSuspicions(stacks));
    default:
      return summaryText(call, snapshot);
  }
}

/** Overview, what is suspicious, convoys, then the groups. */
function summaryText(call: Call, snapshot: Snapshot): string {
  const { stacks } = snapshot;
  const groups = groupContexts(stacks, readGroupOptions(call.options));
  const frames = readNumber(call.options, "frames") ?? 0;
  const sections = [
    renderOverview(snapshot),
    renderSuspicions(stacks, findSuspicions(stacks)),
    renderConvoys(stacks, findConvoys(stacks).slice(0, 3)),
    renderGroups(stacks, groups, { most: mostOf(call), frames }),
  ];
  return sections.filter((section) => section !== "").join("\n");
}

function plainFindings(call: Call, snapshot: Snapshot, report: ReportName): object {
  const { stacks } = snapshot;
  switch (report) {
    case "list":
      return { goroutines: indices(stacks).map((ix) => plainContext(stacks, ix)) };
    case "states":
      return countStates(stacks);
    case "waits":
      return plainWaits(stacks, longestWaits(stacks, Number.POSITIVE_INFINITY));
    case "convoys":
      return plainConvoys(stacks, findConvoys(stacks));
    case "creators":
      return plainCreation(buildCreationTree(stacks), creationSites(stacks));
    case "labels": {
      const key = labelKey(call, stacks);
      return plainPivot(labelKeys(stacks), key, pivotByLabel(stacks, key));
    }
    case "links":
      return plainLinks(
        stacks,
        linkRules(call, stacks).map((rule) => findLinks(stacks, rule)),
      );
    case "suspicions":
      return plainSuspicions(stacks, findSuspicions(stacks));
    default:
      return plainSummary(call, snapshot);
  }
}

function plainSummary(call: Call, { stacks, facts, issues }: Snapshot): object {
  const groups = groupContexts(stacks, readGroupOptions(call.options));
  return {
    facts,
    issues,
    processes: stacks.processes,
    ...plainSuspicions(stacks, findSuspicions(stacks)),
    groups: groups.map((group) => plainGroup(stacks, group)),
  };
}

/** The pairs of `--link`, or one rule: the same value of a label. */
function linkRules(call: Call, stacks: StackTable): readonly LinkRule[] {
  const declared = readLinkRules(call.options);
  return declared.length > 0 ? declared : [labelRule(labelKey(call, stacks))];
}

function indices({ contexts }: StackTable): number[] {
  return contexts.map((_, ix) => ix);
}

/** `--key`, or the label used most. @throws SnapshotError `UsageError` */
function labelKey({ options }: Call, stacks: StackTable): string {
  const keys = labelKeys(stacks).map(({ key }) => key);
  const key = options.last("key") ?? keys[0];
  if (key !== undefined) return key;
  throw new SnapshotError("UsageError", "there are no labels: debug=2 has them from Go 1.26 on, profiles always");
}

async function printRaw({ out }: Call, snapshot: Snapshot): Promise<void> {
  for (const dump of asGoroutines(snapshot).dumps) {
    const text = renderRaw(dump);
    if (text === undefined) throw new SnapshotError("UsageError", "--report raw needs a profile (debug=0 or debug=1)");
    await out.text(text);
  }
}

async function printProfile(call: Call, snapshot: Snapshot, report: PlainReport): Promise<void> {
  const sources: SampleSource[] = [{ stacks: snapshot.stacks }];
  const header = profileHeader(snapshot);
  const times = [header.timeNs];
  for (const role of ["base", "diff-base"] as const) {
    const base = await openOther(call, role);
    if (base === undefined) continue;
    sources.push({ stacks: base.stacks, role });
    times.push(profileHeader(base).timeNs);
  }
  const samples = mergeSamples(sources);
  const options = { ...readReportOptions(call.options), header: { ...header, timeNs: earliest(times) } };
  if (!call.out.json) return call.out.text(profileText(call, samples, options, report));
  const peek = report === "peek" ? call.options.required("peek") : undefined;
  await call.out.jsonLine({ schema: JSON_SCHEMA, ...plainReport(samples, report, options, peek) });
}

function profileText(call: Call, samples: readonly Sample[], options: ReportOptions, report: ReportName): string {
  switch (report) {
    case "tree":
      return renderTree(samples, options);
    case "peek":
      return renderPeek(samples, call.options.required("peek"), options);
    case "traces":
      return renderTraces(samples, options);
    case "tags":
      return renderTags(samples, options);
    default:
      return renderTop(samples, options);
  }
}

function earliest(times: readonly (bigint | undefined)[]): bigint | undefined {
  return times.reduce((first, time) => (first === undefined || (time !== undefined && time < first) ? time : first));
}
