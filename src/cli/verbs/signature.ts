import { type ExplainedPart, type Signature, signatureOf } from "../../js/identity.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT } from "../exit.ts";
import { readFilter, readIdentityOptions, readRules, snapshotName } from "../identity.ts";
import { forEachInput } from "../inputs.ts";

export async function runSignature(call: Call): Promise<ExitStatus> {
  const rules = await readRules(call);
  const filter = readFilter(call);
  const open = await readIdentityOptions(call);
  return forEachInput(call, call.operands, { open }, async ({ label, snapshots }) => {
    for (const [ix, snapshot] of snapshots.entries()) {
      if (filter?.matches(snapshot.facts) === false) continue;
      call.out.issues(snapshot.issues, label);
      await print(call, snapshotName(label, snapshots, ix), signatureOf(snapshot, rules));
    }
    return EXIT.ok;
  });
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
