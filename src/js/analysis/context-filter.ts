import { SnapshotError } from "../base/errors.ts";
import { packageOf } from "../base/go-symbol.ts";
import type { Frame, StackContext, StackIx, StackTable } from "../model/stacks.ts";
import { stateOf } from "./blocked-states.ts";
import { labelReader } from "./context-labels.ts";
import { isUserFrame, leafFrame, perStack, rootFrame, walkStack } from "./stack-walk.ts";

/**
 * Which contexts to keep. Every entry of one object must hold; a list in an entry means any of them. Texts are compared
 * whole, `/…/` is a regular expression.
 */
export interface ContextFilter {
  readonly state?: Texts;
  /** Known to have waited at least so many minutes. */
  readonly minutes?: number;
  /** First and last id, both included. */
  readonly ids?: readonly [bigint, bigint];
  readonly process?: Texts;
  /** `key` or `key=value`; also labels that the process was given at capture. */
  readonly label?: Texts;
  /** On the stack. */
  readonly function?: Texts;
  readonly package?: Texts;
  readonly file?: Texts;
  /** Innermost and outermost function. */
  readonly leaf?: Texts;
  readonly root?: Texts;
  /** Function that created it. */
  readonly createdBy?: Texts;
  readonly locked?: boolean;
  readonly leaked?: boolean;
  /** `system`: every function on its stack belongs to the runtime or the standard library. */
  readonly code?: "user" | "system";
  /** Anywhere in state, names, files and labels. */
  readonly text?: Texts;
  /** Frames on the stack, at least. */
  readonly depth?: number;
  readonly all?: readonly ContextFilter[];
  readonly any?: readonly ContextFilter[];
  readonly not?: ContextFilter;
}

export type Texts = string | readonly string[];
export type ContextPredicate = (context: StackContext, ix: number) => boolean;

const MAX_DEPTH = 32;
const NS_PER_MINUTE = 60_000_000_000n;

/**
 * Turns a filter into a predicate over the contexts of one table; what depends on a stack is worked out once per stack.
 * @throws SnapshotError `UsageError` for a bad expression or nesting beyond 32.
 */
export function compileFilter(table: StackTable, filter: ContextFilter, depth = 0): ContextPredicate {
  if (depth > MAX_DEPTH) throw new SnapshotError("UsageError", `a filter nests deeper than ${MAX_DEPTH}`);
  const tests: ContextPredicate[] = [...contextTests(table, filter), ...stackTests(table, filter)];
  const nested = (inner: ContextFilter): ContextPredicate => compileFilter(table, inner, depth + 1);
  const all = filter.all?.map(nested);
  const any = filter.any?.map(nested);
  const not = filter.not === undefined ? undefined : nested(filter.not);
  if (all !== undefined) tests.push((context, ix) => all.every((test) => test(context, ix)));
  if (any !== undefined) tests.push((context, ix) => any.some((test) => test(context, ix)));
  if (not !== undefined) tests.push((context, ix) => !not(context, ix));
  return (context, ix) => tests.every((test) => test(context, ix));
}

function contextTests(table: StackTable, filter: ContextFilter): ContextPredicate[] {
  const { state, minutes, ids, process, label, locked, leaked } = filter;
  const tests: ContextPredicate[] = [];
  const on = (texts: Texts | undefined, read: (context: StackContext) => string): void => {
    if (texts === undefined) return;
    const matches = textTest(texts);
    tests.push((context) => matches(read(context)));
  };
  on(state, stateOf);
  on(process, (context) => context.process ?? "");
  if (minutes !== undefined) {
    const least = BigInt(Math.ceil(minutes)) * NS_PER_MINUTE;
    tests.push(({ waitAtLeastNs }) => waitAtLeastNs !== undefined && waitAtLeastNs >= least);
  }
  if (ids !== undefined) tests.push(({ id }) => id !== undefined && id >= ids[0] && id <= ids[1]);
  if (label !== undefined) tests.push(labelTest(table, label));
  if (locked !== undefined) tests.push(({ traits }) => (traits?.includes("locked") === true) === locked);
  if (leaked !== undefined) tests.push(({ traits }) => (traits?.includes("leaked") === true) === leaked);
  return tests;
}

function stackTests(table: StackTable, filter: ContextFilter): ContextPredicate[] {
  const tests: ContextPredicate[] = [];
  const onStack = (texts: Texts | undefined, read: (frame: Frame) => string): void => {
    if (texts === undefined) return;
    const matches = textTest(texts);
    const holds = perStack((stack) => someFrame(table, stack, (frame) => matches(read(frame))));
    tests.push(({ stack }) => holds(stack));
  };
  const onEnd = (texts: Texts | undefined, end: (table: StackTable, stack: StackIx) => Frame | undefined): void => {
    if (texts === undefined) return;
    const matches = textTest(texts);
    const holds = perStack((stack) => matches(end(table, stack)?.functionName ?? ""));
    tests.push(({ stack }) => holds(stack));
  };
  onStack(filter.function, ({ functionName }) => functionName);
  onStack(filter.package, ({ functionName }) => packageOf(functionName));
  onStack(filter.file, ({ file }) => file ?? "");
  onEnd(filter.leaf, leafFrame);
  onEnd(filter.root, rootFrame);
  const { createdBy, code, depth, text } = filter;
  if (createdBy !== undefined) {
    const matches = textTest(createdBy);
    tests.push(({ creator }) => creator !== undefined && matches(table.frames[creator.frame]!.functionName));
  }
  if (code !== undefined) {
    const isUser = perStack((stack) => someFrame(table, stack, isUserFrame));
    tests.push(({ stack }) => isUser(stack) === (code === "user"));
  }
  if (depth !== undefined) {
    const size = perStack((stack) => [...walkStack(table, stack)].length);
    tests.push(({ stack }) => size(stack) >= depth);
  }
  if (text !== undefined) tests.push(anywhere(table, text));
  return tests;
}

function someFrame(table: StackTable, stack: StackIx, holds: (frame: Frame) => boolean): boolean {
  for (const frame of walkStack(table, stack)) if (holds(frame)) return true;
  return false;
}

function anywhere(table: StackTable, text: Texts): ContextPredicate {
  const matches = textTest(text, true);
  const inStack = perStack((stack) =>
    someFrame(table, stack, ({ functionName, file }) => matches(functionName) || (file !== undefined && matches(file))),
  );
  const labelsOf = labelReader(table);
  return (context) =>
    matches(stateOf(context)) ||
    inStack(context.stack) ||
    Object.entries(labelsOf(context) ?? {}).some(([key, value]) => matches(`${key}=${value}`));
}

function labelTest(table: StackTable, texts: Texts): ContextPredicate {
  const wanted = listOf(texts).map((text) => {
    const at = text.indexOf("=");
    return at < 0
      ? { key: text, matches: undefined }
      : { key: text.slice(0, at), matches: textTest(text.slice(at + 1)) };
  });
  const labelsOf = labelReader(table);
  return (context) => {
    const labels = labelsOf(context);
    if (labels === undefined) return false;
    return wanted.some(
      ({ key, matches }) => Object.hasOwn(labels, key) && (matches === undefined || matches(labels[key]!)),
    );
  };
}

function listOf(texts: Texts): readonly string[] {
  return typeof texts === "string" ? [texts] : texts;
}

/** @param isPart a plain text may be anywhere in the value */
function textTest(texts: Texts, isPart = false): (value: string) => boolean {
  const tests = listOf(texts).map((text) => {
    const expression = /^\/(.*)\/([iu]*)$/s.exec(text);
    if (expression === null)
      return isPart ? (value: string) => value.includes(text) : (value: string) => value === text;
    const pattern = compilePattern(expression[1]!, expression[2]!);
    return (value: string) => pattern.test(value);
  });
  return (value) => tests.some((test) => test(value));
}

function compilePattern(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw new SnapshotError("UsageError", `a filter: /${source}/ is not a regular expression`, { cause });
  }
}
