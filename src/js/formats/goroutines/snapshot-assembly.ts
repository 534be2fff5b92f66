import { append } from "../../base/append.ts";
import type { Issue } from "../../base/issue.ts";
import { compareText } from "../../base/text.ts";
import { SNAPSHOT_SCHEMA, type SnapshotParts } from "../../model/snapshot.ts";
import { type CapturedProcess, NO_STACKS } from "../../model/stacks.ts";
import type { DecodeContext, Input } from "../plugin.ts";
import type { CaptureManifest } from "./capture-manifest.ts";
import type { Dump } from "./dump.ts";
import { goroutineFacts } from "./facts.ts";
import type { DumpForm, DumpRecord, GoroutinesNative } from "./native.ts";
import { type InputOrigin, originOf, ProcessNames, processNameOf } from "./process-names.ts";
import { StackAssembly } from "./stack-assembly.ts";

/** Snapshots with ids come first: they say most. */
const FORM_ORDER: readonly DumpForm[] = ["stacks", "profile", "counts", "race"];

/** What one input held. */
export interface ReadInput {
  readonly input: Input;
  readonly dumps: readonly Dump[];
  readonly issues: readonly Issue[];
}

/** Joins single dumps by form; keeps the dumps of a log apart. */
export function assembleSnapshots(
  read: readonly ReadInput[],
  inputs: readonly Input[],
  manifest: CaptureManifest | undefined,
  issues: readonly Issue[],
  context: DecodeContext,
): readonly SnapshotParts[] {
  const joined = new Map<string, { dump: Dump; input: Input }[]>();
  const groups: { dumps: { dump: Dump; input: Input }[]; isJoined: boolean }[] = [];
  for (const { input, dumps } of read) {
    for (const dump of dumps) {
      const entry = { dump, input };
      // The leak profile is the same processes once more, at another instant; other profiles count other things.
      const profile = profileOf(dump, input, manifest);
      const key = `${FORM_ORDER.indexOf(dump.form)} ${profile === "goroutine" ? "" : profile}`;
      const group = joined.get(key);
      if (dumps.length > 1) groups.push({ dumps: [entry], isJoined: false });
      else if (group !== undefined) group.push(entry);
      else joined.set(key, [entry]);
    }
  }
  const ordered = [...joined].sort(([a], [b]) => compareText(a, b));
  const single = groups.splice(0);
  append(
    groups,
    ordered.map(([, dumps]) => ({ dumps, isJoined: true })),
  );
  append(groups, single);
  const common = [...issues, ...read.flatMap((one) => one.issues)];
  if (groups.length === 0) return [emptyParts(inputs, common)];
  joinStrangers(common);
  const totals = statedTotals(read, manifest);
  return groups.map(({ dumps, isJoined }) => {
    const names = new Set(dumps.map(({ input }) => input.name));
    const own = common.filter((issue) => issue.input === undefined || names.has(issue.input) || isJoined);
    const differ = isJoined && ordered.length > 1 ? [instantsIssue(ordered.map(([key]) => key))] : [];
    return buildParts(dumps, manifest, totals, [...own, ...differ], context);
  });
}

function profileOf(dump: Dump, input: Input, manifest: CaptureManifest | undefined): string {
  return dump.profile ?? originOf(input.name, manifest).profile;
}

/** @param keys number of the form, and the profile unless it is that of goroutines */
function instantsIssue(keys: readonly string[]): Issue {
  const names = keys.map((key) => {
    const form = FORM_ORDER[Number(key.slice(0, 1))]!;
    return key.length > 2 ? `${form} of ${key.slice(2)}` : form;
  });
  const message = `captured ${keys.length} times, one after another (${names.join(", ")}): each is a snapshot of its own`;
  return { code: "DifferentInstants", severity: "info", message };
}

/** Totals that counting forms state, by process: what a cut dump is compared with. */
function statedTotals(read: readonly ReadInput[], manifest: CaptureManifest | undefined): ReadonlyMap<string, bigint> {
  const totals = new Map<string, bigint>();
  for (const { input, dumps } of read) {
    for (const { total, profile } of dumps) {
      if (total !== undefined && profile === "goroutine" && dumps.length === 1)
        totals.set(originOf(input.name, manifest).process, total);
    }
  }
  return totals;
}

function buildParts(
  entries: readonly { readonly dump: Dump; readonly input: Input }[],
  manifest: CaptureManifest | undefined,
  totals: ReadonlyMap<string, bigint>,
  common: readonly Issue[],
  context: DecodeContext,
): SnapshotParts {
  const assembly = new StackAssembly();
  const names = new ProcessNames();
  const issues: Issue[] = [...common];
  const records: DumpRecord[] = [];
  const processes: CapturedProcess[] = [];
  for (const { dump, input } of entries) {
    const origin = originOf(input.name, manifest);
    const isNamed = dump.process === processNameOf(input.name);
    const name = names.take(isNamed ? origin.process : dump.process, input.path);
    const { record, issues: found } = dump.add(assembly, name);
    const total = dump.total ?? (dump.isTruncated ? totals.get(origin.process) : undefined);
    const process = describeProcess(name, dump, input, origin, total);
    processes.push(process);
    assembly.addProcess(process);
    records.push(record);
    append(issues, dump.issues);
    append(issues, found);
  }
  const missing = missingProcesses(manifest, processes);
  for (const process of missing) assembly.addProcess(process);
  const form = entries[0]!.dump.form;
  const profile = profileOf(entries[0]!.dump, entries[0]!.input, manifest);
  const stacks = assembly.build();
  const reason = entries.find(({ dump }) => dump.reason !== undefined)?.dump.reason;
  return {
    schema: SNAPSHOT_SCHEMA,
    format: "goroutines",
    inputs: entries.map(({ input }) => ({ name: input.name, byteLength: input.bytes.length })),
    facts: goroutineFacts({ form, profile, stacks, reason, manifest }),
    stacks,
    issues: issues.slice(0, context.limits.issues),
    native: { form, dumps: records, ...(manifest !== undefined && { capture: manifest }) } satisfies GoroutinesNative,
  };
}

function describeProcess(
  name: string,
  dump: Dump,
  input: Input,
  { request, batchStartNs }: InputOrigin,
  total: bigint | undefined,
): CapturedProcess {
  return {
    name,
    input: input.name,
    ...dump.about,
    ...(request?.pid !== undefined && { pid: request.pid }),
    ...(request?.labels !== undefined && { labels: request.labels }),
    ...(request?.sentUs !== undefined && { sentUs: request.sentUs }),
    ...(request?.firstByteUs !== undefined && { firstByteUs: request.firstByteUs }),
    ...(batchStartNs !== undefined && { batchStartNs }),
    ...(total !== undefined && { total }),
    ...(dump.isTruncated && { isTruncated: true }),
  };
}

/** Processes that a manifest names and that could not be captured. */
function missingProcesses(
  manifest: CaptureManifest | undefined,
  present: readonly CapturedProcess[],
): readonly CapturedProcess[] {
  const names = new Set(present.map(({ name }) => name));
  const missing: CapturedProcess[] = [];
  for (const { name, error, labels } of manifest?.batches.flatMap(({ targets }) => targets) ?? []) {
    if (error === undefined || names.has(name)) continue;
    names.add(name);
    const reason = `${error.kind}: ${error.message}`;
    missing.push({ name, input: "", error: reason, ...(labels !== undefined && { labels }) });
  }
  return missing;
}

function emptyParts(inputs: readonly Input[], issues: readonly Issue[]): SnapshotParts {
  return {
    schema: SNAPSHOT_SCHEMA,
    format: "goroutines",
    inputs: inputs.map(({ name, bytes }) => ({ name, byteLength: bytes.length })),
    facts: [{ key: "format", value: "goroutines" }],
    stacks: NO_STACKS,
    issues,
    native: { form: "stacks", dumps: [] } satisfies GoroutinesNative,
  };
}

/** Files beside the dumps that hold none: one note instead of one error each. */
function joinStrangers(issues: Issue[]): void {
  const names: string[] = [];
  for (let ix = issues.length - 1; ix >= 0; ix--) {
    if (issues[ix]!.code !== "NoGoroutines") continue;
    names.unshift(issues[ix]!.input ?? "");
    issues.splice(ix, 1);
  }
  if (names.length === 0) return;
  const shown = names.slice(0, 3).join(", ");
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  issues.push({
    code: "NoGoroutines",
    severity: "info",
    message: `${names.length} ${names.length === 1 ? "file holds" : "files hold"} no goroutines: ${shown}${more}`,
  });
}
