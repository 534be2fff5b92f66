import {
  asGoroutines,
  buildCreationTree,
  type ContextChange,
  compareContexts,
  compareGroups,
  compileFilter,
  countStates,
  creationSites,
  findConvoys,
  findLinks,
  findSuspicions,
  groupContexts,
  labelKeys,
  labelRule,
  longestWaits,
  matchProcesses,
  mergeSamples,
  pivotByLabel,
  plainChange,
  plainContext,
  plainGroup,
  profileHeader,
  type ReportOptions,
  renderChanges,
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
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { openTogether } from "../inputs.ts";
import type { ReportName } from "./option-specs.ts";
import { readFilter, readGroupOptions, readNumber, readReportOptions } from "./options.ts";

/** The verb `goroutines`. */
export async function runGoroutines(call: Call): Promise<ExitStatus> {
  const { snapshots } = await openTogether(call, call.operands);
  const since = await openOther(call, "since");
  const earlier = since === undefined ? undefined : filtered(call, since);
  let printed = 0;
  for (const snapshot of chooseForms(call, snapshots)) {
    call.out.issues(snapshot.issues);
    if (printed++ > 0 && !call.out.json) await call.out.line();
    if (earlier !== undefined) await printChanges(call, earlier, snapshot);
    else await printReport(call, snapshot);
  }
  return EXIT.ok;
}

/** Reports of counts prefer the profile, all others the form with ids; a log's dumps are all shown. */
function chooseForms(call: Call, snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const found = snapshots.filter(({ format }) => format === "goroutines");
  if (found.length === 0) {
    throw new SnapshotError("WrongFormat", "none of the files holds goroutines", {
      fields: { expected: "goroutines", actual: snapshots.map(({ format }) => format).join(", ") },
    });
  }
  const forms = found.map((snapshot) => asGoroutines(snapshot).form);
  if (new Set(forms).size === 1) return found;
  const report = reportName(call);
  const countsAll = isProfileReport(report) || report === "labels" || report === "links";
  const wanted = countsAll && forms.includes("profile") ? "profile" : forms[0];
  const others = new Set(forms.filter((form) => form !== wanted));
  call.out.note(`showing the ${wanted} form; also there, of other instants: ${[...others].join(", ")}`);
  return found.filter((_, ix) => forms[ix] === wanted);
}

function reportName({ options }: Call): ReportName {
  return (options.last("report") ?? "groups") as ReportName;
}

async function openOther(call: Call, option: string): Promise<Snapshot | undefined> {
  const file = call.options.last(option);
  if (file === undefined) return undefined;
  const { snapshots } = await openTogether(call, [file]);
  for (const { issues } of snapshots.slice(0, 1)) call.out.issues(issues, file);
  return snapshots[0];
}

async function printChanges(call: Call, before: StackTable, after: Snapshot): Promise<void> {
  const { out, options } = call;
  const later = filtered(call, after);
  const groups = compareGroups(before, later, readGroupOptions(options));
  const names = matchProcesses(before, later);
  const contexts = compareContexts(before, later, (name) => names.get(name) ?? name);
  if (!out.json) {
    const most = readNumber(options, "top") ?? 20;
    const frames = readNumber(options, "frames") ?? 0;
    return out.text(renderChanges(before, later, groups, contexts, { most, frames }));
  }
  const plain = (changes: readonly ContextChange[]): object[] =>
    changes.map((change) => {
      const { id, process } = (later.contexts[change.after] ?? before.contexts[change.before])!;
      return { process, id };
    });
  await out.jsonLine({
    groups: groups.map((change) => plainChange(before, later, change)),
    gone: plain(contexts.gone),
    new: plain(contexts.new),
    stuck: plain(contexts.stuck),
    moved: plain(contexts.moved),
    unknown: contexts.unknown,
  });
}

/** The stacks that the filter options keep. */
function filtered({ options }: Call, { stacks }: Snapshot): StackTable {
  return selectContexts(stacks, compileFilter(stacks, readFilter(options)));
}

async function printReport(call: Call, snapshot: Snapshot): Promise<void> {
  const report = reportName(call);
  const shown = { ...snapshot, stacks: filtered(call, snapshot) };
  if (report === "raw") return printRaw(call, snapshot);
  if (isProfileReport(report)) return printProfile(call, shown, report);
  if (call.out.json) return call.out.jsonLine(plainReport(call, shown, report));
  await call.out.text(textReport(call, shown, report));
}

function isProfileReport(report: ReportName): boolean {
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
      return renderLinks(stacks, findLinks(stacks, labelRule(labelKey(call, stacks))));
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

function plainReport(call: Call, snapshot: Snapshot, report: ReportName): object {
  const { stacks, facts, issues } = snapshot;
  switch (report) {
    case "list":
      return { goroutines: indices(stacks).map((ix) => plainContext(stacks, ix)) };
    case "states":
      return countStates(stacks);
    case "waits":
      return {
        waits: longestWaits(stacks, Number.POSITIVE_INFINITY).map(({ context, atLeastNs }) => ({
          atLeastNs,
          ...plainContext(stacks, context),
        })),
      };
    case "convoys":
      return { convoys: findConvoys(stacks).map((convoy) => plainMembers(stacks, convoy)) };
    case "creators":
      return { sites: creationSites(stacks), tree: buildCreationTree(stacks) };
    case "labels":
      return {
        keys: labelKeys(stacks),
        rows: pivotByLabel(stacks, labelKey(call, stacks)).map(({ members: _, ...row }) => ({
          ...row,
          processes: [...row.processes],
        })),
      };
    case "links":
      return { links: findLinks(stacks, labelRule(labelKey(call, stacks))) };
    case "suspicions":
      return { suspicions: findSuspicions(stacks).map((suspicion) => plainMembers(stacks, suspicion)) };
    default: {
      const groups = groupContexts(stacks, readGroupOptions(call.options));
      const suspicions = findSuspicions(stacks).map((suspicion) => plainMembers(stacks, suspicion));
      const plain = groups.map((group) => plainGroup(stacks, group));
      return { facts, issues, processes: stacks.processes, suspicions, groups: plain };
    }
  }
}

/** Indices of contexts as `process` and `id`. */
function plainMembers(stacks: StackTable, found: object): object {
  const name = (ix: number): object => ({ process: stacks.contexts[ix]!.process, id: stacks.contexts[ix]!.id });
  return Object.fromEntries(
    Object.entries(found).map(([key, value]) => [
      key,
      ["contexts", "waiters", "possibleHolders"].includes(key) ? (value as readonly number[]).map(name) : value,
    ]),
  );
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

async function printProfile(call: Call, snapshot: Snapshot, report: ReportName): Promise<void> {
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
  await call.out.text(profileText(call, samples, options, report));
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
