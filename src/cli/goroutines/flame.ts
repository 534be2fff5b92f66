import { rename, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import {
  buildFlameTree,
  compileFilter,
  diffFlameTrees,
  encodeProfile,
  type FlameOptions,
  type FlameOrder,
  type FlameTree,
  functionTotals,
  invertDiff,
  mergeSamples,
  profileHeader,
  renderFlamePage,
  renderFlameSvg,
  renderFolded,
  renderSpeedscope,
  sandwichTree,
  selectContexts,
} from "../../js/goroutines.ts";
import { type Snapshot, SnapshotError, type StackTable, suggestNames } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { openTogether } from "../inputs.ts";
import { chooseForm } from "./forms.ts";
import { FLAME_KINDS, type FlameKind } from "./option-specs.ts";
import { readFilter } from "./options.ts";

/** FlameKind by the end of a file's name. */
const BY_NAME: readonly (readonly [RegExp, FlameKind])[] = [
  [/\.html?$/, "html"],
  [/\.svg$/, "svg"],
  [/\.(?:folded|txt)$/, "folded"],
  [/\.json$/, "speedscope"],
  [/\.(?:pb|pprof|pb\.gz|pprof\.gz)$/, "pprof"],
];

/** The verb `flame`. */
export async function runFlame(call: Call): Promise<ExitStatus> {
  const { snapshots, label } = await openTogether(call, call.operands);
  const snapshot = chooseSnapshot(call, snapshots);
  call.out.issues(snapshot.issues);
  const stacks = filtered(call, snapshot);
  const targets = call.options.list("out");
  const graph = new Graph(call, snapshot, stacks, label, await earlierTree(call));
  if (targets.length === 0) await printGraph(call, graph, (call.options.last("as") ?? "folded") as FlameKind);
  for (const target of targets) await writeGraph(call, graph, target);
  return EXIT.ok;
}

/** The first snapshot that has stacks, of goroutines of the form that is asked for. */
function chooseSnapshot(call: Call, snapshots: readonly Snapshot[]): Snapshot {
  const found = snapshots.filter(({ stacks }) => stacks.contexts.length > 0);
  const isGo = found.length > 0 && found.every(({ format }) => format === "goroutines");
  const chosen = isGo ? chooseForm(call, found) : found;
  const [first] = chosen;
  if (first === undefined) throw new SnapshotError("NoGoroutines", "there are no stacks to draw");
  if (chosen.length > 1) call.out.note(`drawing the first of ${chosen.length} snapshots`);
  return first;
}

function filtered({ options }: Call, { stacks }: Snapshot): StackTable {
  return selectContexts(stacks, compileFilter(stacks, readFilter(options)));
}

function treeOptions({ options }: Call): FlameOptions {
  return {
    by: options.last("by") as FlameOptions["by"],
    withStates: options.flag("with-states"),
    ...(options.flag("flat") && { byProcess: false }),
  };
}

async function earlierTree(call: Call): Promise<FlameTree | undefined> {
  const file = call.options.last("since");
  if (file === undefined) return undefined;
  const { snapshots } = await openTogether(call, [file]);
  return treeOf(call, filtered(call, chooseSnapshot(call, snapshots)));
}

/** The graph of all stacks, or of one function between its callers and callees. */
function treeOf(call: Call, stacks: StackTable): FlameTree {
  const tree = buildFlameTree(stacks, treeOptions(call));
  const around = call.options.last("around");
  if (around === undefined) return tree;
  const found = sandwichTree(tree, around);
  if (found !== undefined) return found;
  const functions = functionTotals(tree).map(({ name }) => name);
  throw new SnapshotError("PathNotFound", `--around ${around}: no function on these stacks has that name`, {
    fields: { component: around },
    available: [...suggestNames(around, functions), ...functions].slice(0, 20),
  });
}

/** One graph, rendered as each kind that is asked for. */
class Graph {
  private readonly call: Call;
  private readonly snapshot: Snapshot;
  private readonly stacks: StackTable;
  private readonly title: string;
  private readonly tree: FlameTree;

  constructor(call: Call, snapshot: Snapshot, stacks: StackTable, title: string, before: FlameTree | undefined) {
    this.call = call;
    this.snapshot = snapshot;
    this.stacks = stacks;
    this.title = title;
    const tree = treeOf(call, stacks);
    const diff = before === undefined ? tree : diffFlameTrees(before, tree);
    this.tree = call.options.flag("gone") ? invertDiff(diff) : diff;
  }

  render(kind: FlameKind): string | Uint8Array {
    const { tree, title } = this;
    switch (kind) {
      case "html":
        return renderFlamePage(tree, { title });
      case "svg":
        return renderFlameSvg(tree, { title, order: this.call.options.last("order") as FlameOrder | undefined });
      case "folded":
        return renderFolded(tree);
      case "speedscope":
        return renderSpeedscope(this.stacks, title);
      case "pprof":
        return encodeProfile(mergeSamples([{ stacks: this.stacks }]), this.header());
    }
  }

  private header(): ReturnType<typeof profileHeader> {
    return this.snapshot.format === "goroutines" ? profileHeader(this.snapshot) : { type: "stacks" };
  }
}

async function printGraph({ out }: Call, graph: Graph, kind: FlameKind): Promise<void> {
  const rendered = graph.render(kind);
  if (typeof rendered === "string") await out.text(rendered);
  else if (out.isTerminal) throw new SnapshotError("UsageError", "a pprof file is binary: give it a name with --out");
  else await out.bytes(rendered);
}

async function writeGraph(call: Call, graph: Graph, target: string): Promise<void> {
  const kind =
    (call.options.last("as") as FlameKind | undefined) ?? BY_NAME.find(([ending]) => ending.test(target))?.[1];
  if (kind === undefined) {
    throw new SnapshotError(
      "UsageError",
      `--out ${target}: the ending names no kind; add --as ${FLAME_KINDS.join("|")}`,
    );
  }
  if (target === "-") return printGraph(call, graph, kind);
  const path = resolve(call.host.cwd, target);
  const rendered = graph.render(kind);
  const content = kind === "pprof" && target.endsWith(".gz") ? gzipSync(rendered) : rendered;
  // Written beside and renamed, so that nobody sees half a file.
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  } catch (error) {
    throw fileNotReadable(path, error);
  }
  if (call.out.json) await call.out.jsonLine({ file: path, kind });
  else call.out.note(`wrote ${path}`);
}
