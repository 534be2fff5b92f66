import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { diffSnapshots, renderDiffHtml, renderDiffText, type SnapshotDiff } from "../../js/identity.ts";
import type { OpenOptions, Snapshot } from "../../js/index.ts";
import { SnapshotError } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT } from "../exit.ts";
import { readIdentityOptions } from "../identity.ts";
import { openTogether } from "../inputs.ts";

export async function runDiff(call: Call): Promise<ExitStatus> {
  const open = await readIdentityOptions(call);
  const [first, second] = [await openSide(call, 0, open), await openSide(call, 1, open)];
  if ([...first, ...second].every(({ format }) => format === "goroutines")) {
    const { diffGoroutines } = await import("../goroutines/changes.ts");
    return diffGoroutines(call, first, second);
  }
  const before = onlyOne(call, call.operands[0]!, first);
  const after = onlyOne(call, call.operands[1]!, second);
  const found = diffSnapshots(before, after, {
    maxEntries: readMost(call),
    ...(call.options.flag("addresses") && { addresses: "compare" as const }),
  });
  await print(call, found);
  return found.isEqual ? EXIT.ok : EXIT.findings;
}

async function openSide(call: Call, side: number, open: OpenOptions): Promise<readonly Snapshot[]> {
  return (await openTogether(call, [call.operands[side]!], { open })).snapshots;
}

function onlyOne(call: Call, operand: string, snapshots: readonly Snapshot[]): Snapshot {
  const [first, ...more] = snapshots;
  if (first === undefined || more.length > 0) {
    throw new SnapshotError("UsageError", `${operand} holds ${snapshots.length} snapshots; diff compares one with one`);
  }
  call.out.issues(first.issues, operand);
  return first;
}

function readMost({ options }: Call): number {
  const text = options.last("most") ?? "1000";
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new SnapshotError("UsageError", `--most ${text} is not a positive number`);
  return Number(text);
}

async function print({ out, options, host }: Call, found: SnapshotDiff): Promise<void> {
  const page = options.last("html");
  if (page === "-") return out.text(renderDiffHtml(found));
  if (page !== undefined) {
    await writeFile(resolve(host.cwd, page), renderDiffHtml(found)).catch((error: unknown) => {
      throw fileNotReadable(page, error);
    });
    out.note(`wrote ${page}`);
    return;
  }
  if (out.json) await out.jsonLine({ schema: 1, ...found });
  else await out.text(renderDiffText(found));
}
