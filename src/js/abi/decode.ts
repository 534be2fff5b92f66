import type { ErrorCode } from "../base/error-codes.ts";
import { SnapshotError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import { DEFAULT_LIMITS, type Limits } from "../base/limits.ts";
import type { Core, ScanLimits, ScanResult } from "./core.ts";
import * as L from "./layout.ts";
import { Message, type RowWindow } from "./rows.ts";
import { type CompiledSchema, type FieldLayout, getMessageLayout, type MessageLayout } from "./schema.ts";

export interface DecodeOptions {
  /** Note what is damaged and go on; otherwise the first fault throws. */
  readonly lenient?: boolean;
  readonly limits?: Partial<Limits>;
  /** The input is a run of length-prefixed messages, each an element of field 1 of the root type. */
  readonly delimited?: boolean;
  /** Bytes handed to the core at a time; a record that does not fit gets a larger window. */
  readonly windowBytes?: number;
  /** Read everything in one window, whatever its size. */
  readonly oneWindow?: boolean;
  /** Called after each window. */
  readonly progress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

export interface DecodeResult {
  readonly root: Message;
  readonly windows: readonly RowWindow[];
  readonly issues: readonly Issue[];
  /** Fields read: the work done, the same on every host. */
  readonly steps: number;
  /** The bytes after this one could not be read; equals the input's length when all was. */
  readonly consumed: number;
}

/** Small windows and their rows stay in the second-level cache; measured in bench/. */
const WINDOW_BYTES = 262_144;
/** A window whose rows outgrow this ends at the next field of the root, so that hostile input stays in small pieces. */
const SOFT_TAPE_BYTES = 8_388_608;
const MAX_STEPS = 0xffffffff;

/**
 * Decodes `bytes` as message `name`: every window's rows are copied out, so the result outlives the core.
 *
 * Never throws for bad bytes when `lenient`: what was readable comes with issues, each with code, byte offset and path.
 * @throws SnapshotError the code of the first fault when not lenient; `LimitExceeded` when not lenient;
 * `MessageNotFound`, `InternalError`.
 */
export function decodeMessage(
  core: Core,
  schema: CompiledSchema,
  name: string,
  bytes: Uint8Array,
  options: DecodeOptions = {},
): DecodeResult {
  const layout = getMessageLayout(schema, name);
  const windows: RowWindow[] = [];
  const issues: Issue[] = [];
  let steps = 0;
  let consumed = 0;
  for (const { base, result } of scanWindows(core, schema, layout, bytes, options)) {
    if (result.issueCount > 0) collectIssues(issues, result, base, layout, windows, options);
    windows.push({ base, tape: core.rowMemory.copy(result.tape) });
    steps += result.steps;
    consumed = base + result.consumed;
    options.progress?.(consumed, bytes.length);
  }
  core.release();
  return { root: rootOf(layout, bytes, windows), windows, issues, steps, consumed };
}

/**
 * Gives the memory of a result back for the next one: fresh pages cost more than decoding into them. For callers that
 * are through with a file and go on to the next. Nothing of the result may be read afterwards.
 */
export function releaseRows(core: Core, result: Pick<DecodeResult, "windows">): void {
  for (const { tape } of result.windows) core.rowMemory.giveBack(tape);
}

/** The root message over windows that were kept or posted elsewhere. */
export function rootOf(layout: MessageLayout, bytes: Uint8Array, windows: readonly RowWindow[]): Message {
  return new Message(
    layout,
    bytes,
    windows.map((window) => ({ window, at: 0 })),
  );
}

/**
 * Runs the core over `bytes`, window by window, without copying rows out: `result.tape` is a view that the next step
 * overwrites. For readers that keep aggregates only.
 */
export function* scanWindows(
  core: Core,
  schema: CompiledSchema,
  layout: MessageLayout,
  bytes: Uint8Array,
  options: DecodeOptions = {},
): Generator<{ readonly base: number; readonly result: ScanResult }> {
  const limits = scanLimits(options);
  const fixedFlags = decodeFlags(options);
  const normal = options.oneWindow === true ? Math.max(1, bytes.length) : (options.windowBytes ?? WINDOW_BYTES);
  let size = normal;
  let base = 0;
  do {
    const window = bytes.subarray(base, base + size);
    const more = base + window.length < bytes.length;
    const result = core.scan(schema, layout.ix, window, fixedFlags | (more ? L.FLAG_MORE : 0), limits);
    const stopped = isStopped(result.status);
    if (more && !stopped && result.consumed === 0) {
      // Not even one record fits: try again with more.
      size *= 2;
      continue;
    }
    yield { base, result };
    if (stopped) return;
    base += result.consumed;
    size = normal;
  } while (base < bytes.length);
}

export function decodeFlags(options: DecodeOptions): number {
  return (options.lenient === true ? L.FLAG_LENIENT : 0) | (options.delimited === true ? L.FLAG_DELIMITED : 0);
}

/** After such a window nothing further can be read. */
export function isStopped(status: number): boolean {
  return status === L.STATUS_MALFORMED || status === L.STATUS_LIMIT;
}

export function scanLimits(options: DecodeOptions): ScanLimits {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  return {
    depth: limits.depth,
    steps: MAX_STEPS,
    tapeBytes: limits.tableBytes,
    softTapeBytes: options.oneWindow === true ? limits.tableBytes : Math.min(limits.tableBytes, SOFT_TAPE_BYTES),
  };
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  [L.REASON_TRUNCATED]: "TruncatedMessage",
  [L.REASON_LENGTH]: "LengthBeyondEnd",
  [L.REASON_VARINT]: "VarintTooLong",
  [L.REASON_FIELD_NUMBER]: "FieldNumberZero",
  [L.REASON_WIRE_TYPE]: "InvalidWireType",
  [L.REASON_STRAY_END_GROUP]: "StrayEndGroup",
  [L.REASON_UNTERMINATED_GROUP]: "UnterminatedGroup",
  [L.REASON_UTF8]: "InvalidUtf8",
  [L.REASON_PACKED_LENGTH]: "PackedLengthMismatch",
  [L.REASON_LIMIT_DEPTH]: "LimitExceeded",
  [L.REASON_LIMIT_TABLE]: "LimitExceeded",
  [L.REASON_LIMIT_STEPS]: "LimitExceeded",
  [L.REASON_LIMIT_MEMORY]: "LimitExceeded",
};

const WHAT: Readonly<Record<number, string>> = {
  [L.REASON_TRUNCATED]: "the message ends in the middle of a field",
  [L.REASON_LENGTH]: "a length runs past the end of what holds it",
  [L.REASON_VARINT]: "a varint has more bytes than it may",
  [L.REASON_FIELD_NUMBER]: "a key has field number 0 or one above 2^29-1",
  [L.REASON_WIRE_TYPE]: "a key has wire type 6 or 7",
  [L.REASON_STRAY_END_GROUP]: "an end-group tag matches no open group",
  [L.REASON_UNTERMINATED_GROUP]: "a group has no end-group tag",
  [L.REASON_UTF8]: "a string is not valid UTF-8",
  [L.REASON_PACKED_LENGTH]: "a packed field is not a whole number of elements",
  [L.REASON_LIMIT_DEPTH]: "messages or groups nest deeper than the limit",
  [L.REASON_LIMIT_TABLE]: "the tables of one window grow beyond the limit",
  [L.REASON_LIMIT_STEPS]: "the step limit is reached",
  [L.REASON_LIMIT_MEMORY]: "the host refused memory",
};

/** Turns a window's issue records into issues. @throws SnapshotError the first of them unless lenient. */
export function collectIssues(
  issues: Issue[],
  result: ScanResult,
  base: number,
  layout: MessageLayout,
  earlier: readonly RowWindow[],
  options: DecodeOptions,
): void {
  const max = options.limits?.issues ?? DEFAULT_LIMITS.issues;
  const words = result.issues;
  for (let at = 0; at < words.length && issues.length < max; at += L.ISSUE_WORDS + 2 * words[at + L.ISSUE_DEPTH]!) {
    const reason = words[at + L.ISSUE_REASON]!;
    const path = pathOf(words, at, layout, earlier);
    const offset = base + words[at + L.ISSUE_KEY_OFF]!;
    const where = path === "" ? "" : ` in ${path}`;
    const message = `reading ${layout.name}: ${WHAT[reason] ?? `reason ${reason}`}${where}, at byte ${offset}`;
    const code = CODES[reason] ?? "InternalError";
    if (options.lenient !== true) {
      throw new SnapshotError(code, message, {
        offset,
        path,
        fields: { at: base + words[at + L.ISSUE_AT_OFF]!, ...faultFields(reason, words[at + L.ISSUE_DETAIL]!) },
        limit: limitOf(reason, options),
      });
    }
    issues.push({ code, severity: "error", message, offset, ...(path !== "" && { path }) });
  }
}

function faultFields(reason: number, detail: number): Readonly<Record<string, unknown>> {
  if (reason === L.REASON_LENGTH) return { length: detail };
  if (reason === L.REASON_WIRE_TYPE) return { wireType: detail };
  return {};
}

function limitOf(reason: number, options: DecodeOptions): SnapshotError["limit"] {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  if (reason === L.REASON_LIMIT_DEPTH) return { name: "depth", max: limits.depth, actual: limits.depth + 1 };
  if (reason === L.REASON_LIMIT_TABLE) return { name: "tableBytes", max: limits.tableBytes, actual: limits.tableBytes };
  return undefined;
}

/** Elements of a repeated field of the root in the windows before: the core counts those of its window only. */
function elementsBefore(earlier: readonly RowWindow[], field: FieldLayout): number {
  return field.field.repeated === true
    ? earlier.reduce((sum, { tape }) => sum + (tape[field.slot + L.LIST_COUNT] ?? 0), 0)
    : 0;
}

/** `threads[3].name`: the fields that lead to the fault, then the field at fault. */
function pathOf(words: Uint32Array, at: number, root: MessageLayout, earlier: readonly RowWindow[]): string {
  const depth = words[at + L.ISSUE_DEPTH]!;
  const names: string[] = [];
  let layout: MessageLayout | undefined = root;
  for (let i = 0; i < depth; i++) {
    const field: FieldLayout | undefined = layout?.byNumber.get(words[at + L.ISSUE_WORDS + 2 * i]!);
    const element = words[at + L.ISSUE_WORDS + 2 * i + 1]!;
    const ix = i === 0 && field !== undefined ? element + elementsBefore(earlier, field) : element;
    names.push(`${field?.field.name ?? "?"}${element === 0xffffffff ? "" : `[${ix}]`}`);
    layout = field?.child;
  }
  const number = words[at + L.ISSUE_FIELD]!;
  if (number !== 0) names.push(layout?.byNumber.get(number)?.field.name ?? String(number));
  return names.join(".");
}
