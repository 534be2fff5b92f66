import { type ExplainedPart, type Signature, signatureOf } from "../../js/identity.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT, worseOf } from "../exit.ts";
import { type FleetCounts, openFleet } from "../fleet.ts";
import { readIdentityOptions, readRules, snapshotName } from "../identity.ts";
import { readFilter } from "../snapshot-filter.ts";

export async function runSignature(call: Call): Promise<ExitStatus> {
  const rules = await readRules(call);
  const filter = readFilter(call);
  const counts: FleetCounts = { files: 0, leftOut: 0, failed: 0, status: EXIT.ok };
  for await (const { label, snapshots } of openFleet(call, await readIdentityOptions(call), counts)) {
    for (const [ix, snapshot] of snapshots.entries()) {
      const found = signatureOf(snapshot, rules);
      if (!filter.keeps(snapshot, found)) continue;
      call.out.issues(snapshot.issues, label);
      await print(call, snapshotName(label, snapshots, ix), found);
    }
  }
  filter.report();
  return leftNothing(counts) ? worseOf(counts.status, EXIT.input) : counts.status;
}

function leftNothing({ files, leftOut, failed }: FleetCounts): boolean {
  return files > 0 && leftOut + failed === files;
}

async function print({ out, options }: Call, name: string, found: Signature): Promise<void> {
  const { id, rules, text, title, parts } = found;
  if (out.json) {
    await out.jsonLine({ schema: 1, file: name, id, rules, title, text, ...(options.flag("explain") && { parts }) });
    return;
  }
  await out.line(out.safe(`${id} ${name}: ${title}`));
  if (!options.flag("explain")) return;
  for (const part of parts) for (const line of partLines(part)) await out.line(out.safe(`  ${line}`));
  await out.line(out.safe(`  rules ${rules}`));
}

function partLines({ id, why, values, steps }: ExplainedPart): string[] {
  const head = `${id}: ${values.length === 0 ? "(nothing)" : values.join(" | ")}`;
  return [
    `${head}  [${why}]`,
    ...steps.map(({ action, before, after, why: because }) =>
      after === undefined ? `  ${action} ${before}: ${because}` : `  ${action} ${before} → ${after}: ${because}`,
    ),
  ];
}
