import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  asGoroutines,
  buildFlameTree,
  compareContexts,
  compareGroups,
  diffFlameTrees,
  matchProcesses,
  plainChanges,
  renderChanges,
  renderFlamePage,
} from "../../js/goroutines.ts";
import { type Snapshot, SnapshotError, type StackTable } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { readGroupOptions, readNumber } from "./options.ts";

/** Version of docs/json-schema/goroutines.schema.json. */
export const JSON_SCHEMA = 1;

/** What changed between two snapshots, by group and by goroutine. @returns whether anything did */
export async function printChanges(call: Call, before: StackTable, after: StackTable): Promise<boolean> {
  const { out, options } = call;
  const groups = compareGroups(before, after, readGroupOptions(options));
  const names = matchProcesses(before, after);
  const contexts = compareContexts(before, after, (name) => names.get(name) ?? name);
  const isChanged = groups.length + contexts.gone.length + contexts.new.length + contexts.moved.length > 0;
  if (out.json) {
    await out.jsonLine({ schema: JSON_SCHEMA, report: "changes", ...plainChanges(before, after, groups, contexts) });
    return isChanged;
  }
  const most = readNumber(options, "top") ?? readNumber(options, "most") ?? 20;
  const frames = readNumber(options, "frames") ?? 0;
  await out.text(renderChanges(before, after, groups, contexts, { most, frames }));
  return isChanged;
}

/** `diff` of goroutines: the first form that both captures have. With `--html` a flame graph in colours of change. */
export async function diffGoroutines(
  call: Call,
  before: readonly Snapshot[],
  after: readonly Snapshot[],
): Promise<ExitStatus> {
  const [a, b] = samePair(before, after);
  call.out.issues(a.issues, call.operands[0]);
  call.out.issues(b.issues, call.operands[1]);
  const page = call.options.last("html");
  if (page !== undefined) await writePage(call, a, b, page);
  const isChanged = page === undefined ? await printChanges(call, a.stacks, b.stacks) : isDifferent(a.stacks, b.stacks);
  return isChanged ? EXIT.findings : EXIT.ok;
}

function samePair(before: readonly Snapshot[], after: readonly Snapshot[]): readonly [Snapshot, Snapshot] {
  for (const a of before) {
    const b = after.find((one) => asGoroutines(one).form === asGoroutines(a).form);
    if (b !== undefined) return [a, b];
  }
  throw new SnapshotError("UsageError", "diff: the two captures have no form in common; take the same --debug of both");
}

function isDifferent(before: StackTable, after: StackTable): boolean {
  return compareGroups(before, after).length > 0;
}

async function writePage(
  { out, host, operands }: Call,
  before: Snapshot,
  after: Snapshot,
  page: string,
): Promise<void> {
  const tree = diffFlameTrees(buildFlameTree(before.stacks), buildFlameTree(after.stacks));
  const html = renderFlamePage(tree, { title: `${operands[0]} → ${operands[1]}` });
  if (page === "-") return out.text(html);
  await writeFile(resolve(host.cwd, page), html).catch((error: unknown) => {
    throw fileNotReadable(page, error);
  });
  out.note(`wrote ${page}`);
}
