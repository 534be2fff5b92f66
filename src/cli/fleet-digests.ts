import { availableParallelism } from "node:os";
import { type GroupName, groupKey, type SignatureRules, type SnapshotDigest, signatureOf } from "../js/identity.ts";
import { fromErrorReport, SnapshotError } from "../js/index.ts";
import type { Call } from "./command.ts";
import { type FleetCounts, type FleetInput, leaveOut, openFleet } from "./fleet.ts";
import { countFiles, entriesOf, type FleetEntry } from "./fleet-entries.ts";
import { type FleetAnswer, FleetWorkers } from "./fleet-workers.ts";
import { readIdentityOptions, readRules, snapshotName } from "./identity.ts";

/** What grouping needs of one snapshot: plain data, so that workers can post it. */
export interface FleetDigest extends SnapshotDigest {
  /** Its group by the rules of `--against`. */
  readonly old?: GroupName;
}

/** By what snapshots are told apart. */
export interface DigestRules {
  readonly rules: SignatureRules;
  readonly against: SignatureRules | undefined;
}

/** Below this a worker takes longer to start than the files take. */
const FEW_FILES = 400;
const MAX_WORKERS = 8;
/** Files of one message. */
const BATCH = 32;
/** Messages under way for each worker: one that it works on, one that waits. */
const AHEAD = 2;

/**
 * What tells the snapshots of all files apart, in the order of the files, whether one worker reads them or several:
 * `--workers`, by default one per processor once there are some hundred files.
 */
export async function* digestFleet(call: Call, counts: FleetCounts): AsyncGenerator<readonly FleetDigest[]> {
  const total = await countFiles(call);
  const workers = readWorkers(call, total);
  if (workers > 1) {
    yield* digestInWorkers(call, counts, workers, total);
    return;
  }
  const rules = await readDigestRules(call);
  for await (const input of openFleet(call, await readIdentityOptions(call), counts)) yield digestsOf(input, rules);
}

/** @throws SnapshotError as `readRules` */
export async function readDigestRules(call: Call): Promise<DigestRules> {
  const rules = await readRules(call);
  return { rules, against: call.options.last("against") === undefined ? undefined : await readRules(call, "against") };
}

export function digestsOf(
  { label, snapshots, contentHash }: FleetInput,
  { rules, against }: DigestRules,
): FleetDigest[] {
  return snapshots.map((snapshot, ix) => {
    const { format, facts } = snapshot;
    const { id, rules: ruleName, title } = signatureOf(snapshot, rules);
    const old = against && signatureOf(snapshot, against);
    return {
      name: snapshotName(label, snapshots, ix),
      format,
      facts,
      signature: { id, rules: ruleName, title },
      contentHash: `${contentHash.slice(0, 36)}#${ix}`,
      ...(old && { old: { key: groupKey({ format, signature: old }), title: old.title } }),
    };
  });
}

/** @throws SnapshotError `UsageError` */
function readWorkers({ options, operands }: Call, files: number): number {
  const given = options.last("workers");
  if (given !== undefined && !/^[1-9]\d?$/.test(given)) {
    throw new SnapshotError("UsageError", `--workers ${given}: a number from 1 to 99 expected`);
  }
  // Standard input is read here.
  if (operands.includes("-")) return 1;
  if (given !== undefined) return Number(given);
  return files < FEW_FILES ? 1 : Math.min(MAX_WORKERS, availableParallelism());
}

async function* digestInWorkers(
  call: Call,
  counts: FleetCounts,
  count: number,
  total: number,
): AsyncGenerator<readonly FleetDigest[]> {
  const bar = call.progress("reading snapshots");
  const pool = await FleetWorkers.start(call, count);
  const underWay: { entries: readonly FleetEntry[]; answers: Promise<readonly FleetAnswer[]> }[] = [];
  const next = async function* (): AsyncGenerator<readonly FleetDigest[]> {
    const { entries, answers } = underWay.shift()!;
    for (const [ix, answer] of (await answers).entries()) {
      const entry = entries[ix]!;
      counts.files += entry.paths.length;
      if (answer.ok) yield answer.digests;
      else await leaveOut(call, entry, fromErrorReport(answer.error), counts);
    }
    bar.count(counts.files, total, "files");
  };
  try {
    for await (const entries of batchesOf(entriesOf(call))) {
      if (call.signal.aborted) return;
      underWay.push({ entries, answers: pool.ask(entries) });
      if (underWay.length >= count * AHEAD) yield* next();
    }
    while (underWay.length > 0 && !call.signal.aborted) yield* next();
  } finally {
    bar.end();
    pool.close();
  }
}

async function* batchesOf(entries: AsyncIterable<FleetEntry>): AsyncGenerator<readonly FleetEntry[]> {
  let batch: FleetEntry[] = [];
  for await (const entry of entries) {
    batch.push(entry);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
