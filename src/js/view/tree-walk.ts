import { targetOf } from "../model/nodes.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { pointee, renderSteps, type Step } from "./path.ts";

/** One value of a tree, on the way through all of them. */
export interface Visit {
  readonly node: ValueNode;
  /** 0 for the root's own children. */
  readonly depth: number;
  /** A path that leads here and nowhere else; found when asked for. */
  path(): string;
}

export interface WalkOptions {
  /** Levels below the start that are entered; default 200. */
  readonly depth?: number | undefined;
  /** False for a value whose inside is to be left out. */
  readonly enter?: ((visit: Visit) => boolean) | undefined;
}

const DEPTH = 200;
const PAGE = 256;
/** Pointers to pointers that are followed. */
const HOPS = 64;

/** A container on the way, and how far it was read. */
interface Level {
  readonly container: ValueNode;
  readonly total: number;
  readonly above: VisitedNode | undefined;
  readonly depth: number;
  /** Names of the children so far: of equal ones only the first is found by name. */
  readonly names: Set<string>;
  page: readonly ValueNode[];
  from: number;
  next: number;
}

/**
 * Every value below `root`, in source order, parents first. Containers are read a page at a time and nothing is kept
 * but the way down, so that a caller may stop at any time. What several pointers lead to is entered once.
 */
export function* walkTree(values: ValueSource, root: ValueNode, options: WalkOptions = {}): Generator<Visit> {
  const most = options.depth ?? DEPTH;
  const followed = new Set<string>();
  const levels: Level[] = [];
  open(values, levels, root, undefined, 0);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const node = nextOf(values, level);
    if (node === undefined) {
      levels.pop();
      continue;
    }
    const visit = new VisitedNode(values, node, stepOf(level, node), level.above, level.depth);
    yield visit;
    yield* targetsOf(values, visit);
    if (level.depth + 1 >= most || options.enter?.(visit) === false || isSeen(values, node, followed)) continue;
    open(values, levels, pointee(values, node), visit, level.depth + 1);
  }
}

/** What a pointer leads to has the pointer's path. */
function* targetsOf(values: ValueSource, visit: Visit): Generator<Visit> {
  const { depth } = visit;
  let node = targetOf(values, visit.node);
  for (let hops = 0; node !== undefined && hops < HOPS; hops++) {
    yield { node, depth, path: () => visit.path() };
    node = targetOf(values, node);
  }
}

function open(
  values: ValueSource,
  levels: Level[],
  container: ValueNode,
  above: VisitedNode | undefined,
  depth: number,
): void {
  const total = values.count(container);
  if (total > 0) levels.push({ container, total, above, depth, names: new Set(), page: [], from: 0, next: 0 });
}

function nextOf(values: ValueSource, level: Level): ValueNode | undefined {
  if (level.next >= level.page.length) {
    level.from += level.page.length;
    level.next = 0;
    level.page = level.from < level.total ? values.page(level.container, level.from, PAGE) : [];
  }
  return level.page[level.next++];
}

/** Notes where a pointer leads; true if another one of the same type led there. */
function isSeen(values: ValueSource, node: ValueNode, followed: Set<string>): boolean {
  if (node.kind !== "pointer" || values.count(node) === 0) return false;
  const key = `${values.rawInteger?.(node) ?? ""} ${node.typeName ?? ""}`;
  if (followed.has(key) && node.typeName !== undefined) return true;
  followed.add(key);
  return false;
}

/** How the child that was just taken is written in a path. */
function stepOf({ container, names, from, next }: Level, node: ValueNode): Step {
  const ix = from + next - 1;
  if (container.kind === "array") return { container, node, segment: { kind: "key", name: String(ix) } };
  if (names.has(node.name)) return { container, node, segment: { kind: "ordinal", ix } };
  names.add(node.name);
  return { container, node, segment: { kind: container.kind === "map" ? "key" : "name", name: node.name } };
}

class VisitedNode implements Visit {
  readonly node: ValueNode;
  readonly depth: number;
  private readonly values: ValueSource;
  private readonly step: Step;
  private readonly above: VisitedNode | undefined;

  constructor(values: ValueSource, node: ValueNode, step: Step, above: VisitedNode | undefined, depth: number) {
    this.values = values;
    this.node = node;
    this.step = step;
    this.above = above;
    this.depth = depth;
  }

  path(): string {
    const steps: Step[] = [];
    for (let at: VisitedNode | undefined = this; at !== undefined; at = at.above) steps.push(at.step);
    return renderSteps(this.values, steps.reverse());
  }
}
