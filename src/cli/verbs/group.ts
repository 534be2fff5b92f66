import {
  GroupingComparison,
  type GroupName,
  type GroupShare,
  groupKey,
  type RegroupedSnapshots,
  type SnapshotGroup,
  SnapshotGrouper,
  type ValueCounts,
} from "../../js/identity.ts";
import { SnapshotError } from "../../js/index.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus, worseOf } from "../exit.ts";
import type { FleetCounts } from "../fleet.ts";
import { digestFleet, type FleetDigest } from "../fleet-digests.ts";
import { readFilter, type SnapshotFilter } from "../snapshot-filter.ts";

export async function runGroup(call: Call): Promise<ExitStatus> {
  const run: GroupRun = {
    call,
    grouper: new SnapshotGrouper(),
    comparison: call.options.last("against") === undefined ? undefined : new GroupingComparison(),
    counts: { files: 0, leftOut: 0, failed: 0, status: EXIT.ok },
    filter: readFilter(call),
    skipped: 0,
  };
  for await (const digests of digestFleet(call, run.counts)) for (const digest of digests) addDigest(run, digest);
  if (call.signal.aborted) throw new SnapshotError("Cancelled", "grouping was stopped by a signal");
  const { counts, grouper, filter } = run;
  if (counts.leftOut > 0 && counts.leftOut === counts.files) {
    throw new SnapshotError("UnknownFormat", `no format recognises any of ${counts.files} files`, {
      fields: { candidates: [] },
    });
  }
  await printResult(run);
  filter.report();
  return grouper.totals.snapshots === 0 && counts.failed > 0 ? worseOf(counts.status, EXIT.input) : counts.status;
}

interface GroupRun {
  readonly call: Call;
  readonly grouper: SnapshotGrouper;
  /** How the groups of other rules relate; only with `--against`. */
  readonly comparison: GroupingComparison | undefined;
  readonly counts: FleetCounts;
  readonly filter: SnapshotFilter;
  skipped: number;
}

function addDigest(run: GroupRun, digest: FleetDigest): void {
  const { old, signature } = digest;
  if (!run.filter.keeps(digest, signature)) run.skipped++;
  else if (run.grouper.add(digest) && old !== undefined) {
    run.comparison?.add(old, { key: groupKey(digest), title: signature.title });
  }
}

async function printResult({ call: { out }, grouper, comparison, counts, skipped }: GroupRun): Promise<void> {
  const groups = grouper.result();
  const { snapshots, duplicates } = grouper.totals;
  const regrouped = comparison?.result();
  const { files, leftOut, failed } = counts;
  if (out.json) {
    for (const one of groups) await out.jsonLine({ schema: 1, ...one });
    await out.jsonLine({
      schema: 1,
      totals: { files, snapshots, duplicates, filtered: skipped, groups: groups.length, leftOut, failed },
      ...(regrouped && { regrouped }),
    });
    return;
  }
  for (const one of groups) for (const line of groupLines(one)) await out.line(out.safe(line));
  const rest = [
    ...(skipped > 0 ? [`${skipped} filtered out`] : []),
    ...(leftOut > 0 ? [`${leftOut} files left out that no format recognises`] : []),
    ...(failed > 0 ? [`${failed} files that could not be read`] : []),
  ];
  await out.line([`${snapshots} snapshots in ${groups.length} groups, ${duplicates} copies`, ...rest].join(", "));
  if (regrouped !== undefined) for (const line of regroupedLines(regrouped)) await out.line(out.safe(line));
}

function groupLines(one: SnapshotGroup): string[] {
  const { count, signature, title, firstSeen, lastSeen, versions, devices, representative, duplicates } = one;
  const lines = [`${String(count).padStart(7)}  ${signature}  ${title}`];
  const add = (name: string, text: string): void => {
    if (text !== "") lines.push(`         ${name}: ${text}`);
  };
  add("seen", firstSeen === undefined ? "" : `${timeText(firstSeen)} to ${timeText(lastSeen)}`);
  add("versions", countsText(versions));
  add("devices", countsText(devices));
  add("copies", duplicates === 0 ? "" : String(duplicates));
  add("example", representative);
  return lines;
}

const SHOWN = 5;

function countsText({ values, others }: ValueCounts): string {
  const shown = values.slice(0, SHOWN).map(({ value, count }) => `${value} (${count})`);
  const rest = values.slice(SHOWN).reduce((sum, { count }) => sum + count, others);
  return [...shown, ...(rest > 0 ? [`others (${rest})`] : [])].join(", ");
}

/** Nanoseconds since 1970 as a date; other times as they are. */
function timeText(time = ""): string {
  return /^1\d{18}$/.test(time) ? new Date(Number(BigInt(time) / 1_000_000n)).toISOString() : time;
}

function regroupedLines({ kept, split, merged }: RegroupedSnapshots): string[] {
  return [
    `${kept} groups stay as they were, ${split.length} are split, ${merged.length} are merged`,
    ...split.flatMap((group) => [`  split ${nameOf(group)} into`, ...group.shares.map(shareLine)]),
    ...merged.flatMap((group) => [`  merged into ${nameOf(group)}`, ...group.shares.map(shareLine)]),
  ];
}

function nameOf({ key, title }: GroupName): string {
  return `${key.slice(0, 32)}  ${title}`;
}

function shareLine(share: GroupShare): string {
  return `${String(share.count).padStart(11)}  ${nameOf(share)}`;
}
