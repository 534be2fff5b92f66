import { NONE } from "../base/brand.ts";
import { ByteInterner } from "../base/byte-interner.ts";
import { ByteColumn } from "../base/columns.ts";
import { packageOf } from "../base/go-symbol.ts";
import { compareText } from "../base/text.ts";
import { TupleIndex } from "../base/tuple-index.ts";
import type { CallTable } from "../model/calls.ts";
import type { Frame, StackContext, StackIx, StackTable } from "../model/stacks.ts";
import { type ArgumentMatch, appendCanonical } from "./argument-shape.ts";

/**
 * How alike two contexts must be to fall into one group; each level allows more than the one before it.
 *
 * - `exact`: arguments and marks (locked to a thread) too
 * - `lines`: arguments too
 * - `pointers`: arguments, but any pointer equals any other
 * - `values`: functions, files, lines, and the shape of the arguments
 * - `functions`: functions only
 * - `prefix`: the innermost `frames` functions only
 * - `package`: the packages on the stack, repeats left out
 */
export type GroupLevel = "exact" | "lines" | "pointers" | "values" | "functions" | "prefix" | "package";

export interface GroupOptions {
  /** Default `values`. */
  readonly level?: GroupLevel | undefined;
  /** Functions that count at level `prefix`, from the innermost; default 3. */
  readonly frames?: number | undefined;
  /** `verbatim` (default), `normal` (words of the newest producer), or `ignore`. */
  readonly states?: "verbatim" | "normal" | "ignore" | undefined;
  /** What of the creator must be equal: its `context` (default up to `values`), its `frame` (default above), nothing. */
  readonly creators?: "context" | "frame" | "ignore" | undefined;
  /** Keep processes apart; default false. */
  readonly byProcess?: boolean | undefined;
  /** `count` (default): largest first; `wait`: longest first; `source`: by first appearance. */
  readonly order?: "count" | "wait" | "source" | undefined;
  /** Only these contexts. */
  readonly where?: ((context: StackContext, ix: number) => boolean) | undefined;
}

export interface ContextGroup {
  /** Indices into `contexts`, ascending. */
  readonly members: readonly number[];
  /** Sum of their counts. */
  readonly count: bigint;
  readonly state: string | undefined;
  /** Stack of the first member. */
  readonly stack: StackIx;
  /** Member that has waited longest, where waits are known. */
  readonly longest: number | undefined;
  readonly longestWaitNs: bigint | undefined;
  /** Members whose wait is known; the others may be fresh or may have no collection since. */
  readonly waiting: number;
  readonly processes: readonly string[];
}

/** Puts contexts into groups. Every context of `where` is in exactly one. */
export function groupContexts(table: StackTable, options: GroupOptions = {}): readonly ContextGroup[] {
  const level = options.level ?? "values";
  const keys = new GroupKeys(table, level, options);
  const groups = new Map<number, number[]>();
  table.contexts.forEach((context, ix) => {
    if (options.where !== undefined && !options.where(context, ix)) return;
    const key = keys.of(context, ix);
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [ix]);
    else members.push(ix);
  });
  const summed = [...groups.values()].map((members) => describeGroup(table, members, options));
  return orderGroups(summed, options.order ?? "count");
}

function describeGroup(table: StackTable, members: readonly number[], { states }: GroupOptions): ContextGroup {
  let count = 0n;
  let longest: number | undefined;
  let waiting = 0;
  const processes = new Set<string>();
  for (const ix of members) {
    const { count: own, waitAtLeastNs, process } = table.contexts[ix]!;
    count += own;
    if (process !== undefined) processes.add(process);
    if (waitAtLeastNs === undefined) continue;
    waiting++;
    if (longest === undefined || waitAtLeastNs > table.contexts[longest]!.waitAtLeastNs!) longest = ix;
  }
  const first = table.contexts[members[0]!]!;
  return {
    members,
    count,
    state: states === "ignore" ? undefined : stateKey(first, states ?? "verbatim"),
    stack: first.stack,
    longest,
    longestWaitNs: longest === undefined ? undefined : table.contexts[longest]!.waitAtLeastNs,
    waiting,
    processes: [...processes].sort(compareText),
  };
}

function stateKey(context: StackContext, states: "verbatim" | "normal"): string | undefined {
  return states === "normal" ? (context.normalState ?? context.state) : context.state;
}

function orderGroups(groups: ContextGroup[], order: NonNullable<GroupOptions["order"]>): ContextGroup[] {
  const first = (group: ContextGroup): number => group.members[0]!;
  if (order === "source") return groups.sort((a, b) => first(a) - first(b));
  const wait = (group: ContextGroup): bigint => group.longestWaitNs ?? -1n;
  return groups.sort((a, b) => {
    if (order === "wait" && wait(a) !== wait(b)) return wait(a) > wait(b) ? -1 : 1;
    if (a.count !== b.count) return a.count > b.count ? -1 : 1;
    return first(a) - first(b);
  });
}

const ARGUMENTS: Readonly<Record<GroupLevel, ArgumentMatch | undefined>> = {
  exact: "text",
  lines: "text",
  pointers: "pointers",
  values: "shape",
  functions: undefined,
  prefix: undefined,
  package: undefined,
};

/** Turns what must be equal into one number per context. */
class GroupKeys {
  private readonly level: GroupLevel;
  private readonly options: GroupOptions;
  private readonly stacks: StackClasses;
  private readonly texts = new Map<string, number>();
  private readonly argumentKeys: ArgumentKeys | undefined;
  private readonly pairs = new TupleIndex();
  private readonly creators: "context" | "frame" | "ignore";

  constructor(table: StackTable, level: GroupLevel, options: GroupOptions) {
    this.level = level;
    this.options = options;
    this.stacks = new StackClasses(table, level, options.frames ?? 3);
    const match = ARGUMENTS[level];
    if (match !== undefined && table.calls !== undefined) this.argumentKeys = new ArgumentKeys(table.calls, match);
    this.creators = options.creators ?? (match === undefined ? "frame" : "context");
  }

  of(context: StackContext, ix: number): number {
    const stack = this.stacks.classOf(context.stack);
    const args = this.argumentKeys?.of(ix) ?? NONE;
    return this.pairs.intern(numberOf(this.texts, this.textKey(context)), stack, args);
  }

  private textKey(context: StackContext): string {
    const { states = "verbatim", byProcess } = this.options;
    const parts = [states === "ignore" ? "" : (stateKey(context, states) ?? "")];
    if (context.kind !== "goroutine") parts.push(context.kind);
    if (byProcess === true) parts.push(`process ${context.process}`);
    if (this.level === "exact" && context.traits?.includes("locked") === true) parts.push("locked");
    if (context.creator !== undefined && this.creators !== "ignore") {
      const frame = this.stacks.frameClass(context.creator.frame);
      parts.push(`creator ${frame}`, this.creators === "context" ? String(context.creator.id) : "");
    }
    return parts.join("\0");
  }
}

function numberOf(numbers: Map<string, number>, key: string): number {
  let number = numbers.get(key);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(key, number);
  }
  return number;
}

/** Equal stacks get one number, where equal means what the level says. */
class StackClasses {
  private readonly table: StackTable;
  private readonly level: GroupLevel;
  private readonly depth: number;
  private readonly names = new Map<string, number>();
  private readonly frameClasses: Int32Array;
  private readonly nodes = new TupleIndex();
  private readonly classes = new Map<number, number>();

  constructor(table: StackTable, level: GroupLevel, depth: number) {
    this.table = table;
    this.level = level;
    this.depth = depth;
    this.frameClasses = Int32Array.from(table.frames, (frame) => numberOf(this.names, this.frameKey(frame)));
  }

  frameClass(frame: number): number {
    return this.frameClasses[frame]!;
  }

  classOf(stack: number): number {
    if (stack === NONE) return NONE;
    let known = this.classes.get(stack);
    if (known === undefined) {
      known = this.level === "prefix" ? this.prefixClass(stack) : this.wholeClass(stack);
      this.classes.set(stack, known);
    }
    return known;
  }

  /** From the root inwards; equal outer parts share their numbers. */
  private wholeClass(stack: number): number {
    const path: number[] = [];
    for (let node = stack; node !== NONE; node = this.table.caller[node]!) {
      path.push(this.frameClasses[this.table.frame[node]!]!);
    }
    let node: number = NONE;
    let previous: number = NONE;
    for (let i = path.length - 1; i >= 0; i--) {
      if (this.level === "package" && path[i] === previous) continue;
      previous = path[i]!;
      node = this.nodes.intern(node, previous);
    }
    return node;
  }

  private prefixClass(stack: number): number {
    let key: number = NONE;
    let left = this.depth;
    for (let node = stack; node !== NONE && left > 0; node = this.table.caller[node]!, left--) {
      key = this.nodes.intern(key, this.frameClasses[this.table.frame[node]!]!);
    }
    return key;
  }

  private frameKey({ functionName, file, line, inlined, synthetic, address }: Frame): string {
    if (this.level === "package") return packageOf(functionName);
    const name = functionName === "" && address !== undefined ? String(address) : functionName;
    if (this.level === "functions" || this.level === "prefix") return name;
    return `${name}\0${file ?? ""}\0${line ?? ""}\0${inlined === true}\0${synthetic === true}`;
  }
}

/** Equal argument lists of whole stacks get one number. */
class ArgumentKeys {
  private readonly calls: CallTable;
  private readonly match: ArgumentMatch;
  private readonly interner = new ByteInterner();
  private readonly scratch = new ByteColumn(1024);

  constructor(calls: CallTable, match: ArgumentMatch) {
    this.calls = calls;
    this.match = match;
  }

  of(context: number): number {
    const { first, argumentBytes, argumentEnd } = this.calls;
    const { scratch } = this;
    scratch.length = 0;
    for (let row = first[context]!; row < first[context + 1]!; row++) {
      const from = row === 0 ? 0 : argumentEnd[row - 1]!;
      appendCanonical(scratch, argumentBytes, from, argumentEnd[row]!, this.match);
      scratch.append(SEPARATOR, 0, 1);
    }
    return this.interner.intern(scratch.bytes, 0, scratch.length);
  }
}

const SEPARATOR = Uint8Array.of(0);
