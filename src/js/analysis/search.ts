import { encodeUtf8 } from "../base/bytes.ts";
import { printableText, scalarText } from "../model/node-text.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { type Visit, walkTree } from "../view/tree-walk.ts";

export type SearchTarget = Pick<Snapshot, "values" | "facts" | "logs" | "stacks" | "issues">;

/** One place where the text, or the number it stands for, was found. */
export interface SearchMatch {
  readonly where: "value" | "fact" | "log" | "stack" | "issue";
  /** What of it matched. */
  readonly matched: "name" | "type" | "value" | "address" | "bytes" | "note";
  /** Path into the value tree, or of what an issue is about. */
  readonly path?: string;
  /** Key of the fact, index of the log record, the context or the issue. */
  readonly at?: string | number;
  /** Byte inside the value where the bytes were found. */
  readonly offset?: number;
  /** What is there, on one line; not escaped. */
  readonly text: string;
}

export interface SearchOptions {
  /** At most so many matches; default 1000. */
  readonly limit?: number | undefined;
  /** Values looked at before the search gives up; default 2,000,000. */
  readonly visits?: number | undefined;
  /** Look into captured memory and bytes too; default true. */
  readonly bytes?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SearchResult {
  readonly matches: readonly SearchMatch[];
  /** Everything was looked at. */
  readonly isComplete: boolean;
  readonly visited: number;
}

const LIMIT = 1000;
const VISITS = 2_000_000;
const SHOWN = 160;
/** A shorter text or a smaller number would be found in bytes by accident. */
const FEWEST_BYTES = 3;

/**
 * Finds a name, a pid, an address or any text in everything a snapshot holds. Text is found anywhere in names, types,
 * strings, enums and notes, whatever its case; a number (decimal, or hex with `0x`) also finds equal integers, pointers
 * and the bytes that hold it.
 */
export function search(snapshot: SearchTarget, text: string, options: SearchOptions = {}): SearchResult {
  const limit = options.limit ?? LIMIT;
  const matches: SearchMatch[] = [];
  const walk = new ValueSearch(snapshot.values, new Query(text), options);
  const found = text === "" ? [] : everywhere(snapshot, walk);
  let isComplete = true;
  for (const match of found) {
    if (matches.length >= limit) {
      isComplete = false;
      break;
    }
    matches.push(match);
  }
  return { matches, isComplete: isComplete && !walk.gaveUp, visited: walk.visited };
}

function* everywhere(snapshot: SearchTarget, walk: ValueSearch): Generator<SearchMatch> {
  yield* searchFacts(snapshot, walk.query);
  yield* searchStacks(snapshot, walk.query);
  yield* walk.matches();
  yield* searchLogs(snapshot, walk.query);
  for (const [at, { message, path }] of snapshot.issues.entries()) {
    if (!walk.query.isIn(message)) continue;
    yield { where: "issue", matched: "note", at, text: clip(message), ...(path !== undefined && { path }) };
  }
}

/** What is looked for, in every form it may have. */
class Query {
  readonly integer: bigint | undefined;
  private readonly lower: string;
  private readonly patterns: readonly Uint8Array[];

  constructor(text: string) {
    this.lower = text.toLowerCase();
    this.integer = integerOf(text.trim());
    this.patterns = [encodeUtf8(text), ...(this.integer === undefined ? [] : littleEndian(this.integer))].filter(
      (bytes) => bytes.length >= FEWEST_BYTES,
    );
  }

  isIn(text: string): boolean {
    return text.toLowerCase().includes(this.lower);
  }

  /** Integers are compared as 64 bits, whatever their sign. */
  equals(value: bigint): boolean {
    return this.integer !== undefined && BigInt.asUintN(64, value) === BigInt.asUintN(64, this.integer);
  }

  /** First byte of the first pattern in `bytes`, or -1. */
  indexIn(bytes: Uint8Array): number {
    for (const pattern of this.patterns) {
      const at = indexOfBytes(bytes, pattern);
      if (at >= 0) return at;
    }
    return -1;
  }
}

function integerOf(text: string): bigint | undefined {
  return /^(?:-?\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text) ? BigInt(text) : undefined;
}

/** How memory holds a number that is too large to be there by accident. */
function littleEndian(value: bigint): Uint8Array[] {
  const unsigned = BigInt.asUintN(64, value);
  if (unsigned < 0x1_0000n) return [];
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, unsigned, true);
  return [unsigned < 0x1_0000_0000n ? bytes.subarray(0, 4) : bytes];
}

function indexOfBytes(bytes: Uint8Array, pattern: Uint8Array): number {
  const first = pattern[0]!;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let i = 1;
    while (i < pattern.length && bytes[at + i] === pattern[i]) i++;
    if (i === pattern.length) return at;
  }
  return -1;
}

/** Goes through the value tree. */
class ValueSearch {
  readonly query: Query;
  visited = 0;
  gaveUp = false;
  private readonly values: ValueSource;
  private readonly options: SearchOptions;

  constructor(values: ValueSource, query: Query, options: SearchOptions) {
    this.values = values;
    this.query = query;
    this.options = options;
  }

  *matches(): Generator<SearchMatch> {
    const most = this.options.visits ?? VISITS;
    for (const visit of walkTree(this.values, this.values.root)) {
      if (this.visited++ >= most || this.options.signal?.aborted === true) {
        this.gaveUp = true;
        return;
      }
      const match = this.matchOf(visit);
      if (match !== undefined) yield match;
    }
  }

  private matchOf(visit: Visit): SearchMatch | undefined {
    const { node } = visit;
    const matched = this.reason(node);
    if (matched === undefined) return undefined;
    const { kind, offset } = matched;
    const text = clip(`${node.name}${describe(this.values, node)}`);
    return { where: "value", matched: kind, path: visit.path(), text, ...(offset !== undefined && { offset }) };
  }

  private reason(node: ValueNode): { kind: SearchMatch["matched"]; offset?: number } | undefined {
    const { query, values } = this;
    // Numbers of array elements are no names.
    if (query.isIn(node.name) && !isOrdinal(node)) return { kind: "name" };
    const raw = values.rawInteger?.(node);
    if (raw !== undefined && query.equals(raw)) return { kind: node.kind === "pointer" ? "address" : "value" };
    if (node.address !== undefined && query.equals(node.address)) return { kind: "address" };
    const value = values.scalar(node);
    if (typeof value === "bigint" && query.equals(value)) return { kind: "value" };
    if (typeof value === "string" && query.isIn(value)) return { kind: "value" };
    if (value instanceof Uint8Array) return this.bytesReason(value);
    if (node.kind === "array" && query.isIn(printableText(values, node) ?? "")) return { kind: "value" };
    if (node.typeName !== undefined && query.isIn(node.typeName)) return { kind: "type" };
    const note = `${node.note ?? ""} ${node.problem?.message ?? ""}`;
    return note !== " " && query.isIn(note) ? { kind: "note" } : undefined;
  }

  private bytesReason(bytes: Uint8Array): { kind: SearchMatch["matched"]; offset: number } | undefined {
    const offset = this.options.bytes === false ? -1 : this.query.indexIn(bytes);
    return offset < 0 ? undefined : { kind: "bytes", offset };
  }
}

/** An element of an array: its name is only where it stands. */
function isOrdinal({ name, kind }: ValueNode): boolean {
  return kind !== "entry" && /^\d+$/.test(name);
}

function describe(values: ValueSource, node: ValueNode): string {
  const text = (node.kind === "array" ? printableText(values, node) : undefined) ?? scalarText(values, node);
  if (text !== undefined) return ` = ${text.slice(0, SHOWN)}`;
  const count = values.count(node);
  return ` (${node.typeName ?? node.kind}, ${count} inside)`;
}

function* searchFacts({ facts }: SearchTarget, query: Query): Generator<SearchMatch> {
  for (const { key, value } of facts) {
    const text = String(value);
    const inKey = query.isIn(key);
    const isEqual = typeof value === "bigint" && query.equals(value);
    if (!inKey && !isEqual && !query.isIn(text)) continue;
    yield { where: "fact", matched: inKey ? "name" : "value", at: key, text: clip(`${key} = ${text}`) };
  }
}

function* searchLogs({ logs }: SearchTarget, query: Query): Generator<SearchMatch> {
  for (let at = 0; at < logs.length; at++) {
    const { text, module = "", thread = "" } = logs.at(at);
    if (query.isIn(text) || query.isIn(module) || query.isIn(thread))
      yield { where: "log", matched: "value", at, text: clip(text) };
  }
}

/** Contexts by name, id and registers, and by the functions and addresses of their stacks. */
function* searchStacks({ stacks }: SearchTarget, query: Query): Generator<SearchMatch> {
  const frameHit = stacks.frames.map(
    ({ functionName, file, address }) =>
      query.isIn(functionName) || query.isIn(file ?? "") || (address !== undefined && query.equals(address)),
  );
  // Whether any node from here outwards has such a frame: callers come before what they call.
  const nodeHit = new Uint8Array(stacks.frame.length);
  for (let node = 0; node < nodeHit.length; node++) {
    const caller = stacks.caller[node]!;
    if (frameHit[stacks.frame[node]!] === true || (caller >= 0 && nodeHit[caller] === 1)) nodeHit[node] = 1;
  }
  for (const [at, { name, id, state, stack, registers }] of stacks.contexts.entries()) {
    const named = query.isIn(name) || query.isIn(state ?? "") || (id !== undefined && query.equals(id));
    const register = registers?.find(({ value }) => query.equals(value));
    if (!named && register === undefined && (stack < 0 || nodeHit[stack] !== 1)) continue;
    const matched = named ? "name" : register !== undefined ? "address" : "value";
    const what = register === undefined ? "" : ` ${register.name} = 0x${register.value.toString(16)}`;
    yield { where: "stack", matched, at, text: clip(`${name}${what}`) };
  }
}

function clip(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
