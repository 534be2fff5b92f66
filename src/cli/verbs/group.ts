import {
  GroupingComparison,
  type GroupName,
  type GroupShare,
  groupKey,
  type RegroupedSnapshots,
  type SignatureRules,
  type SnapshotDigest,
  type SnapshotGroup,
  SnapshotGrouper,
  signatureOf,
  type ValueCounts,
} from "../../js/identity.ts";
import { SnapshotError } from "../../js/index.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus, worseOf } from "../exit.ts";
import { type FleetCounts, type FleetInput, openFleet } from "../fleet.ts";
import { readIdentityOptions, readRules, snapshotName } from "../identity.ts";
import { readFilter, type SnapshotFilter } from "../snapshot-filter.ts";

export async function runGroup(call: Call): Promise<ExitStatus> {
  const against = call.options.last("against") === undefined ? undefined : await readRules(call, "against");
  const run: GroupRun = {
    call,
    rules: await readRules(call),
    grouper: new SnapshotGrouper(),
    against: against && { rules: against, comparison: new GroupingComparison() },
    counts: { files: 0, leftOut: 0, failed: 0, status: EXIT.ok },
    filter: readFilter(call),
    skipped: 0,
  };
  for await (const input of openFleet(call, await readIdentityOptions(call), run.counts)) addInput(run, input);
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
  readonly rules: SignatureRules;
  readonly grouper: SnapshotGrouper;
  /** Other rules, and how their groups relate; only with `--against`. */
  readonly against: { readonly rules: SignatureRules; readonly comparison: GroupingComparison } | undefined;
  readonly counts: FleetCounts;
  readonly filter: SnapshotFilter;
  skipped: number;
}

function addInput(run: GroupRun, { label, snapshots, contentHash }: FleetInput): void {
  for (const [ix, snapshot] of snapshots.entries()) {
    const signature = signatureOf(snapshot, run.rules);
    if (!run.filter.keeps(snapshot, signature)) {
      run.skipped++;
      continue;
    }
    const { format, facts } = snapshot;
    const digest: SnapshotDigest = {
      name: snapshotName(label, snapshots, ix),
      format,
      facts,
      signature,
      contentHash: `${contentHash.slice(0, 36)}#${ix}`,
    };
    if (!run.grouper.add(digest) || run.against === undefined) continue;
    const old = signatureOf(snapshot, run.against.rules);
    run.against.comparison.add(
      { key: groupKey({ format, signature: old }), title: old.title },
      { key: groupKey(digest), title: signature.title },
    );
  }
}

async function printResult({ call: { out }, grouper, against, counts, skipped }: GroupRun): Promise<void> {
  const groups = grouper.result();
  const { snapshots, duplicates } = grouper.totals;
  const regrouped = against?.comparison.result();
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
