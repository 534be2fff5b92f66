import { NONE } from "../../base/brand.ts";
import type { ContextAncestor, ContextCreator, ContextTrait, StackContext } from "../../model/stacks.ts";
import {
  type AncestorRow,
  ELIDED_UNKNOWN,
  type GoroutineRows,
  ROW_BROKEN,
  ROW_CREATOR_ID,
  ROW_THREAD,
  ROW_UNAVAILABLE,
} from "./dump-rows.ts";
import type { DumpScanner } from "./dump-scanner.ts";
import type { Segment } from "./segments.ts";
import type { StackAssembly } from "./stack-assembly.ts";
import type { Status } from "./status-text.ts";
import { functionNames, VocabularyMap } from "./vocabulary-map.ts";
import { normaliseState } from "./wait-states.ts";

const NS_PER_MINUTE = 60_000_000_000n;
/** Go up to 1.20 stops after 100 physical frames; hidden runtime frames count, so 97 may be all that shows. */
const CUT_FRAMES = 97;
const ENTRY_FUNCTIONS = new Set(["main.main", "runtime.main", "runtime.goexit", "testing.tRunner", "runtime.mstart"]);

/** Which rows of a segment are goroutines, and what was noticed on the way. */
export interface AddedDump {
  /** Goroutines printed more than once; the longest stack is kept. */
  readonly repeated: number;
  readonly cutStacks: number;
  readonly unavailable: number;
}

/** Adds the goroutines of a traceback or race report. */
export function addGoroutines(
  assembly: StackAssembly,
  scanner: DumpScanner,
  segment: Segment,
  process: string,
  isCrash: boolean,
): AddedDump {
  const map = new VocabularyMap(scanner.vocabulary, assembly.builder);
  const reader = new RowReader(scanner, map, process, isOldDump(scanner, segment));
  const superseded = repeatedRows(scanner, segment);
  const rows: number[] = [];
  for (let row = segment.fromRow; row < segment.toRow; row++) if (!superseded.has(row)) rows.push(row);
  const contexts = rows.map((row, ix) => reader.context(row, isCrash && ix === 0));
  const firstCall = (row: number): number => scanner.goroutines.firstCall.values[row]!;
  if (superseded.size === 0) {
    const end = segment.toRow === segment.fromRow ? 0 : endOfCalls(scanner, segment.toRow - 1);
    assembly.addRun(contexts, scanner.calls, (ix) => firstCall(rows[ix]!), end);
  } else {
    rows.forEach((row, ix) => {
      assembly.addRun([contexts[ix]!], scanner.calls, () => firstCall(row), endOfCalls(scanner, row));
    });
  }
  return { repeated: superseded.size, cutStacks: reader.cutStacks, unavailable: reader.unavailable };
}

function endOfCalls(scanner: DumpScanner, row: number): number {
  const { firstCall, length } = scanner.goroutines;
  return row + 1 < length ? firstCall.values[row + 1]! : scanner.calls.length;
}

/** With GOTRACEBACK=crash every thread prints a dump, so one goroutine may come twice: all but the longest stack. */
function repeatedRows(scanner: DumpScanner, segment: Segment): ReadonlySet<number> {
  const superseded = new Set<number>();
  if (!segment.crash.hasThreads) return superseded;
  const { goroutines } = scanner;
  const best = new Map<number, number>();
  const frames = (row: number): number => endOfCalls(scanner, row) - goroutines.firstCall.values[row]!;
  for (let row = segment.fromRow; row < segment.toRow; row++) {
    if (goroutines.has(row, ROW_THREAD)) continue;
    const id = goroutines.idOf(row);
    const other = best.get(id);
    if (other === undefined) best.set(id, row);
    else if (frames(row) > frames(other)) {
      superseded.add(other);
      best.set(id, row);
    } else superseded.add(row);
  }
  return superseded;
}

/** Go up to 1.20: creators are named without `in goroutine`. */
function isOldDump(scanner: DumpScanner, segment: Segment): boolean {
  const { goroutines } = scanner;
  let creators = 0;
  for (let row = segment.fromRow; row < segment.toRow; row++) {
    if (goroutines.has(row, ROW_CREATOR_ID)) return false;
    if (goroutines.creator.values[row] !== NONE) creators++;
  }
  return creators > 0;
}

/** Turns rows into contexts, sharing what repeats. */
class RowReader {
  cutStacks = 0;
  unavailable = 0;
  private readonly scanner: DumpScanner;
  private readonly rows: GoroutineRows;
  private readonly map: VocabularyMap;
  private readonly process: string;
  private readonly isOld: boolean;
  private readonly creators = new Map<number, ContextCreator>();
  private readonly waits = new Map<number, bigint>();
  private readonly traitSets = new Map<string, readonly ContextTrait[]>();
  private readonly normal = new Map<number, string | undefined>();

  constructor(scanner: DumpScanner, map: VocabularyMap, process: string, isOld: boolean) {
    this.scanner = scanner;
    this.rows = scanner.goroutines;
    this.map = map;
    this.process = process;
    this.isOld = isOld;
  }

  context(row: number, isActive: boolean): StackContext {
    const { rows, scanner } = this;
    const status = scanner.vocabulary.status(rows.status.values[row]!);
    const isThread = rows.has(row, ROW_THREAD);
    const id = (BigInt(rows.idHi.values[row]!) << 32n) | BigInt(rows.idLo.values[row]!);
    const labels = rows.labels.values[row]!;
    const traits = this.traits(row, status);
    const normalState = this.normalState(row, status.state);
    const creator = this.creator(row);
    const attributes = this.attributes(row, status);
    const ancestors = rows.ancestors.get(row);
    const elided = rows.elided.values[row]!;
    return {
      kind: isThread ? "thread" : "goroutine",
      name: isThread ? "thread" : `goroutine ${id}`,
      ...(!isThread && { id }),
      state: status.state,
      stack: this.map.node(rows.stack.values[row]!),
      count: 1n,
      process: this.process,
      offset: rows.offset.values[row]!,
      ...(isActive && { active: true }),
      ...(normalState !== undefined && { normalState }),
      ...(labels !== NONE && { labels: scanner.vocabulary.labels(labels) }),
      ...(status.minutes > 0 && { waitAtLeastNs: this.wait(status.minutes) }),
      ...(traits.length > 0 && { traits }),
      ...(elided > 0 && { elidedFrames: elided === ELIDED_UNKNOWN ? Number.NaN : elided }),
      ...(creator !== undefined && { creator }),
      ...(ancestors !== undefined && { ancestors: ancestors.map((ancestor) => this.ancestor(ancestor)) }),
      ...(attributes !== undefined && { attributes }),
    };
  }

  private wait(minutes: number): bigint {
    let ns = this.waits.get(minutes);
    if (ns === undefined) {
      ns = BigInt(minutes) * NS_PER_MINUTE;
      this.waits.set(minutes, ns);
    }
    return ns;
  }

  private normalState(row: number, state: string): string | undefined {
    if (state !== "semacquire") return undefined;
    const stack = this.rows.stack.values[row]!;
    if (!this.normal.has(stack))
      this.normal.set(
        stack,
        normaliseState(state, () => this.functionsOf(stack)),
      );
    return this.normal.get(stack);
  }

  private functionsOf(stack: number): string[] {
    return functionNames(this.scanner.vocabulary, stack);
  }

  private creator(row: number): ContextCreator | undefined {
    const frame = this.rows.creator.values[row]!;
    if (frame === NONE) return undefined;
    if (this.rows.has(row, ROW_CREATOR_ID)) {
      const id = (BigInt(this.rows.creatorHi.values[row]!) << 32n) | BigInt(this.rows.creatorLo.values[row]!);
      return { frame: this.map.frame(frame), id };
    }
    let creator = this.creators.get(frame);
    if (creator === undefined) {
      creator = { frame: this.map.frame(frame) };
      this.creators.set(frame, creator);
    }
    return creator;
  }

  private ancestor(row: AncestorRow): ContextAncestor {
    return {
      id: row.id,
      stack: this.map.node(row.stack),
      ...(row.creator !== NONE && { creator: this.map.frame(row.creator) }),
    };
  }

  private attributes(row: number, status: Status): Readonly<Record<string, string>> | undefined {
    const thread = this.rows.threads.get(row);
    if (thread === undefined && status.bubble === undefined) return undefined;
    return {
      ...(thread !== undefined && { gp: thread.gp, m: thread.m, ...(thread.mp !== "" && { mp: thread.mp }) }),
      ...(status.bubble !== undefined && { bubble: status.bubble }),
    };
  }

  private traits(row: number, status: Status): readonly ContextTrait[] {
    const isCut = this.isOld && this.isCut(row);
    const isUnavailable = this.rows.has(row, ROW_UNAVAILABLE);
    if (isCut) this.cutStacks++;
    if (isUnavailable) this.unavailable++;
    const list: ContextTrait[] = [];
    if (status.locked) list.push("locked");
    if (status.leaked) list.push("leaked");
    if (status.scan) list.push("scan");
    if (status.durable) list.push("durable");
    if (isUnavailable) list.push("stack-unavailable");
    if (isCut) list.push("stack-cut");
    if (this.rows.has(row, ROW_BROKEN)) list.push("incomplete");
    const key = list.join();
    const shared = this.traitSets.get(key) ?? list;
    this.traitSets.set(key, shared);
    return shared;
  }

  /** A stack of Go up to 1.20 that shows 97 frames or more and no function that goroutines start in. */
  private isCut(row: number): boolean {
    const calls = endOfCalls(this.scanner, row) - this.rows.firstCall.values[row]!;
    if (calls < CUT_FRAMES || this.rows.elided.values[row] !== 0) return false;
    const names = this.functionsOf(this.rows.stack.values[row]!);
    return !ENTRY_FUNCTIONS.has(names.at(-1)!);
  }
}
