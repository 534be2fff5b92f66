import {
  compareGroupings,
  groupKey,
  type RegroupedSnapshots,
  type SignatureRules,
  type SnapshotDigest,
  type SnapshotGroup,
  SnapshotGrouper,
  signatureOf,
  type ValueCounts,
} from "../../js/identity.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { readFilter, readIdentityOptions, readRules, snapshotName } from "../identity.ts";
import { forEachInput, type OpenedInput } from "../inputs.ts";

export async function runGroup(call: Call): Promise<ExitStatus> {
  const run: GroupRun = {
    call,
    rules: await readRules(call),
    against: call.options.last("against") === undefined ? undefined : await readRules(call, "against"),
    grouper: new SnapshotGrouper(),
    pairs: [],
    skipped: 0,
  };
  const filter = readFilter(call);
  const open = await readIdentityOptions(call);
  const bar = call.progress("grouping");
  let files = 0;
  const status = await forEachInput(call, call.operands, { open, hash: true }, async (input) => {
    addInput(run, input, filter);
    bar.update(++files, 0, `grouped ${files} files into ${run.grouper.totals.groups} groups`);
    return undefined;
  });
  bar.end();
  await printResult(run);
  return status;
}

interface GroupRun {
  readonly call: Call;
  readonly rules: SignatureRules;
  readonly against: SignatureRules | undefined;
  readonly grouper: SnapshotGrouper;
  /** Group keys by the old and the new rules; only with `--against`. */
  readonly pairs: (readonly [string, string])[];
  skipped: number;
}

function addInput(
  run: GroupRun,
  { label, snapshots, digests }: OpenedInput,
  filter: ReturnType<typeof readFilter>,
): void {
  for (const [ix, snapshot] of snapshots.entries()) {
    if (filter?.matches(snapshot.facts) === false) {
      run.skipped++;
      continue;
    }
    const { format, facts } = snapshot;
    const digest: SnapshotDigest = {
      name: snapshotName(label, snapshots, ix),
      format,
      facts,
      signature: signatureOf(snapshot, run.rules),
      contentHash: `${digests
        .map(({ sha256 }) => sha256.slice(0, 32))
        .join("")
        .slice(0, 36)}#${ix}`,
    };
    if (!run.grouper.add(digest) || run.against === undefined) continue;
    run.pairs.push([groupKey({ format, signature: signatureOf(snapshot, run.against) }), groupKey(digest)]);
  }
}

async function printResult({ call: { out }, grouper, against, pairs, skipped }: GroupRun): Promise<void> {
  const groups = grouper.result();
  const { snapshots, duplicates } = grouper.totals;
  const regrouped = against === undefined ? undefined : compareGroupings(pairs);
  if (out.json) {
    for (const one of groups) await out.jsonLine(one);
    await out.jsonLine({
      totals: { snapshots, duplicates, filtered: skipped, groups: groups.length },
      ...(regrouped && { regrouped }),
    });
    return;
  }
  for (const one of groups) for (const line of groupLines(one)) await out.line(out.safe(line));
  const filtered = skipped === 0 ? "" : `, ${skipped} filtered out`;
  await out.line(`${snapshots} snapshots in ${groups.length} groups, ${duplicates} copies${filtered}`);
  if (regrouped !== undefined) for (const line of regroupedLines(regrouped)) await out.line(out.safe(line));
}

function groupLines(one: SnapshotGroup): string[] {
  const { count, signature, title, firstSeen, lastSeen, versions, devices, representative, duplicates } = one;
  const lines = [`${String(count).padStart(7)}  ${signature}  ${title}`];
  const add = (name: string, text: string): void => {
    if (text !== "") lines.push(`         ${name}: ${text}`);
  };
  add("seen", firstSeen === undefined ? "" : `${firstSeen} to ${lastSeen}`);
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

function regroupedLines({ kept, split, merged }: RegroupedSnapshots): string[] {
  return [
    `${kept} groups stay as they were, ${split.length} are split, ${merged.length} are merged`,
    ...split.map(({ before, after }) => `  split ${before} into ${after.join(", ")}`),
    ...merged.map(({ after, before }) => `  merged ${before.join(", ")} into ${after}`),
  ];
}
