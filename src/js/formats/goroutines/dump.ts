import type { Issue } from "../../base/issue.ts";
import type { CapturedProcess } from "../../model/stacks.ts";
import { addRecords } from "./count-contexts.ts";
import { panicsOf, reasonOf } from "./crash-text.ts";
import type { DumpScanner } from "./dump-scanner.ts";
import { addGoroutines } from "./goroutine-contexts.ts";
import type { CountTables, CrashRecord, DumpForm, DumpRecord } from "./native.ts";
import { addSamples, isGoroutineProfile } from "./profile-contexts.ts";
import type { ProfileTables } from "./profile-tables.ts";
import { inferRuntime } from "./runtime-version.ts";
import type { CrashReport, Segment } from "./segments.ts";
import type { StackAssembly } from "./stack-assembly.ts";
import { countDump } from "./statistics.ts";

/** The runtime stops a debug=2 answer at exactly this size, in the middle of a line. */
export const RUNTIME_LIMIT_BYTES = 67_108_864;

/** One dump of one input, ready to be added to a snapshot. */
export interface Dump {
  readonly input: string;
  /** Name of the process unless a manifest knows better. */
  readonly process: string;
  readonly form: DumpForm;
  /** What is counted, where the dump says it: `goroutine`, `goroutineleak`, or another profile by mistake. */
  readonly profile?: string;
  readonly reason?: string;
  /** Goroutines the dump says there are, where it says so. */
  readonly total?: bigint;
  readonly isTruncated: boolean;
  readonly about: Partial<CapturedProcess>;
  readonly issues: readonly Issue[];
  add(assembly: StackAssembly, process: string): { record: DumpRecord; issues: readonly Issue[] };
}

/** A dump found in a text. */
export function textDump(scanner: DumpScanner, segment: Segment, input: string, process: string, cut: Cut): Dump {
  const form = segment.kind === "counts" ? "counts" : segment.kind === "race" ? "race" : "stacks";
  const reason = segment.kind === "race" ? "data race" : reasonOf(segment.crash);
  const runtime = form === "counts" ? undefined : inferRuntime(scanner, segment);
  return {
    input,
    process,
    form,
    isTruncated: cut.isTruncated,
    about: { ...(runtime !== undefined && { runtime }) },
    ...(reason !== undefined && { reason }),
    ...(segment.profile !== undefined && {
      profile: segment.profile.name,
      total: BigInt(segment.profile.total),
    }),
    issues: cut.isTruncated ? [truncatedIssue(input, cut, scanner, segment)] : [],
    add: (assembly, name) => addTextDump(assembly, scanner, segment, { input, process: name, form }),
  };
}

export interface Cut {
  readonly isTruncated: boolean;
  readonly byteLength: number;
}

function truncatedIssue(input: string, cut: Cut, scanner: DumpScanner, segment: Segment): Issue {
  const why =
    cut.byteLength === RUNTIME_LIMIT_BYTES
      ? "it has the 64 MiB at which the runtime stops writing"
      : "its last line has no end";
  const read = segment.toRow - segment.fromRow + segment.toRecord - segment.fromRecord;
  const what = segment.kind === "counts" ? "records" : "goroutines";
  return {
    code: "TruncatedDump",
    severity: "warning",
    message: `reading ${input}: the dump is cut, ${why}; there are at least ${read} ${what}`,
    offset: Math.max(0, cut.byteLength - 1),
    input,
    ...(scanner.unknownLines > 0 && { path: "goroutines" }),
  };
}

type Place = { readonly input: string; readonly process: string; readonly form: DumpForm };

function addTextDump(
  assembly: StackAssembly,
  scanner: DumpScanner,
  segment: Segment,
  place: Place,
): { record: DumpRecord; issues: readonly Issue[] } {
  const { input, process, form } = place;
  const crash = crashRecord(segment.crash);
  const common = { process, input, offset: segment.offset, ...(crash !== undefined && { crash }) };
  if (form === "counts") {
    addRecords(assembly, scanner, segment, process);
    const counts = countTables(scanner, segment);
    return { record: { ...common, counts }, issues: countIssues(counts, place, segment.offset) };
  }
  const isCrash = crash !== undefined && form === "stacks" && !/^SIGQUIT/.test(crash.lines[0] ?? "");
  const added = addGoroutines(assembly, scanner, segment, process, isCrash);
  const statistics = countDump(scanner, segment);
  const issues: Issue[] = [];
  const note = (code: Issue["code"], severity: Issue["severity"], count: number, text: string): void => {
    if (count > 0) {
      issues.push({ code, severity, message: `reading ${input}: ${count} ${text}`, offset: segment.offset, input });
    }
  };
  note("RepeatedGoroutine", "info", added.repeated, "goroutines were printed again by another thread");
  note("StackCut", "warning", added.cutStacks, "stacks end at 100 physical frames without a mark (Go up to 1.20)");
  note("StackUnavailable", "warning", added.unavailable, "goroutines were running on other threads: no stack");
  return { record: { ...common, statistics }, issues };
}

function crashRecord(report: CrashReport): CrashRecord | undefined {
  const { lines, registers, exitStatus } = report;
  if (lines.length === 0 && registers.size === 0 && exitStatus === undefined) return undefined;
  return {
    lines,
    panics: panicsOf(lines),
    registers: Object.fromEntries(registers),
    ...(exitStatus !== undefined && { exitStatus }),
  };
}

function countTables(scanner: DumpScanner, segment: Segment): CountTables {
  const { counts } = scanner;
  const { fromRecord: from, toRecord: to } = segment;
  const firstPc = from === 0 ? 0 : counts.pcEnd.values[from - 1]!;
  const endPc = to === 0 ? 0 : counts.pcEnd.values[to - 1]!;
  return {
    profileName: segment.profile?.name ?? "goroutine",
    total: segment.profile?.total ?? 0,
    count: counts.count.take(from, to),
    hasLabels: Uint8Array.from(counts.labels.take(from, to), (row) => (row < 0 ? 0 : 1)),
    pcs: counts.pcs.take(firstPc * 2, Math.max(firstPc, endPc) * 2),
    pcEnd: counts.pcEnd.take(from, to).map((end) => end - firstPc),
  };
}

function countIssues(counts: CountTables, { input }: Place, offset: number): readonly Issue[] {
  const issues: Issue[] = [];
  const sum = counts.count.reduce((total, count) => total + count, 0);
  if (sum !== counts.total) {
    const message = `reading ${input}: the header says ${counts.total}, the records add up to ${sum}`;
    issues.push({ code: "CountMismatch", severity: "warning", message, offset, input });
  }
  if (!counts.profileName.startsWith("goroutine")) issues.push(otherProfile(input, counts.profileName));
  return issues;
}

function otherProfile(input: string, kind: string): Issue {
  const message = `reading ${input}: a profile of type ${kind}: what it counts is not goroutines`;
  return { code: "OtherProfile", severity: "warning", message, input };
}

/** A binary profile. */
export function profileDump(
  tables: ProfileTables,
  input: string,
  process: string,
  issues: readonly Issue[],
  isTruncated: boolean,
): Dump {
  const main = tables.mappings[0];
  const isOurs = isGoroutineProfile(tables);
  const kind = tables.sampleTypes[tables.shownType]?.type ?? "nameless";
  return {
    input,
    process,
    form: "profile",
    profile: kind,
    isTruncated,
    about: {
      ...(main !== undefined && main.filename !== "" && { program: main.filename }),
      ...(main !== undefined && main.buildId !== "" && { buildId: main.buildId }),
      ...(tables.timeNanos !== 0n && { timeNs: tables.timeNanos }),
    },
    ...(isOurs && { total: sumOf(tables) }),
    issues: isOurs ? issues : [...issues, otherProfile(input, kind)],
    add: (assembly, name) => {
      addSamples(assembly, tables, name);
      return { record: { process: name, input, offset: 0, profile: tables }, issues: [] };
    },
  };
}

function sumOf({ samples, sampleTypes, shownType }: ProfileTables): bigint {
  let sum = 0n;
  for (let at = shownType; at < samples.values.length; at += sampleTypes.length) sum += samples.values[at]!;
  return sum;
}
