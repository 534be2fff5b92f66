import { NONE } from "../base/brand.ts";
import { compareText } from "../base/text.ts";
import { findFact } from "../model/facts.ts";
import type { LogLevel, LogSource } from "../model/logs.ts";
import type { SnapshotParts } from "../model/snapshot.ts";
import { framesOf, type StackContext, type StackIx, type StackTable } from "../model/stacks.ts";

/** What a signature is made from: the plain shapes of a snapshot, of any format, and its logs where they are at hand. */
export interface SignatureInput extends Pick<SnapshotParts, "format" | "facts" | "stacks" | "analysis"> {
  readonly logs?: LogSource;
}

/** Records that are looked at for an error. */
const MAX_LOGS = 100_000;
const ERRORS: readonly (LogLevel | undefined)[] = ["error", "critical", "fatal"];

/** A source that is one value; undefined if the snapshot does not have it. */
export function readSource(from: string, input: SignatureInput): string | bigint | undefined {
  const colon = from.indexOf(":");
  const [kind, key] = [from.slice(0, colon), from.slice(colon + 1)];
  const { contexts } = input.stacks;
  switch (kind) {
    case "fact": {
      const value = findFact(input.facts, key);
      return value === undefined ? undefined : String(value);
    }
    case "register":
      return registerValue(contexts, key);
    case "context":
      return contextText(input.stacks, key);
    case "log":
      return input.logs === undefined ? undefined : errorText(input.logs, key === "first-error");
    default:
      return undefined;
  }
}

function contextText(table: StackTable, key: string): string | undefined {
  if (key === "largest-state") return largestContext(table)?.state;
  const active = activeContext(table.contexts);
  return key === "name" ? active?.name : key === "state" ? active?.state : active?.process;
}

/** Of the snapshot itself, not of one inside it. */
function registerValue(contexts: readonly StackContext[], name: string): bigint | undefined {
  for (const context of contexts) {
    if (context.process !== undefined) continue;
    const register = context.registers?.find((one) => one.name === name);
    if (register !== undefined) return register.value;
  }
  return undefined;
}

export function activeContext(contexts: readonly StackContext[]): StackContext | undefined {
  return contexts.find((context) => context.active === true && context.kind !== "exception");
}

function errorText(logs: LogSource, isFirst: boolean): string | undefined {
  const count = Math.min(logs.length, MAX_LOGS);
  for (let i = 0; i < count; i++) {
    const { level, module, text } = logs.at(isFirst ? i : logs.length - 1 - i);
    if (ERRORS.includes(level)) return module === undefined || module === "" ? text : `${module}: ${text}`;
  }
  return undefined;
}

/**
 * One of the contexts with the stack that most share, running ones left out: where a crowd waits. Of equal crowds the
 * one whose functions come first in the alphabet.
 */
export function largestContext(table: StackTable): StackContext | undefined {
  const crowds = new Map<StackIx, { count: bigint; one: StackContext }>();
  for (const context of table.contexts) {
    if (context.stack === NONE || context.kind === "exception" || context.state === "running") continue;
    const crowd = crowds.get(context.stack);
    if (crowd === undefined) crowds.set(context.stack, { count: context.count, one: context });
    else crowd.count += context.count;
  }
  let best: { count: bigint; one: StackContext } | undefined;
  for (const crowd of crowds.values()) {
    if (best === undefined || crowd.count > best.count) best = crowd;
    else if (crowd.count === best.count && compareText(namesOf(table, crowd.one), namesOf(table, best.one)) < 0)
      best = crowd;
  }
  return best?.one;
}

function namesOf(table: StackTable, { stack }: StackContext): string {
  return framesOf(table, stack)
    .map(({ functionName }) => functionName)
    .join("\n");
}
