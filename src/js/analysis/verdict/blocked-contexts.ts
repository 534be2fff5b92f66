import { NONE } from "../../base/brand.ts";
import { findFact } from "../../model/facts.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Frame, StackTable } from "../../model/stacks.ts";
import { isWaitFunction, stateOf } from "../blocked-states.ts";
import { findConvoys } from "../convoys.ts";
import { type ContextGroup, groupContexts } from "../group-contexts.ts";
import { longestWaits } from "../waits.ts";
import { countOf, type SnapshotVerdict, shorten, VerdictBuilder } from "./verdict.ts";

/** Waits that are worth a word, in nanoseconds. */
const LONG_NS = 60_000_000_000n;

/** Many contexts of one or more processes: what ended them, or who waits for whom. */
export function contextsVerdict(snapshot: Snapshot): SnapshotVerdict {
  const { stacks, facts } = snapshot;
  const sentence = new VerdictBuilder();
  const total = stacks.contexts.reduce((sum, { count, kind }) => (kind === "thread" ? sum : sum + count), 0n);
  const reason = findFact(facts, "reason");
  const isFatal = findFact(facts, "fatal") === true;
  if (typeof reason === "string") sayReason(sentence, stacks, reason, isFatal);
  const processes = (stacks.processes ?? []).filter(({ error }) => error === undefined).length;
  sentence.say(countOf(total, "goroutine"));
  if (processes > 1) sentence.say(` in ${countOf(processes, "process", "processes")}`);
  const isBlocked = total > 0n && sayLargestWait(sentence, stacks, total);
  sentence.say(".");
  lackParts(sentence, snapshot);
  return sentence.build(isFatal ? "failure" : isBlocked ? "attention" : "normal");
}

function sayReason(sentence: VerdictBuilder, stacks: StackTable, reason: string, isFatal: boolean): void {
  sentence.say(`${isFatal ? "Crashed" : "Dumped"}: ${shorten(reason)}`);
  const active = stacks.contexts.findIndex((context) => context.active === true);
  const frame = active < 0 ? undefined : ownFrame(stacks, stacks.contexts[active]!.stack);
  if (frame !== undefined) sentence.say(" in ").say(placeOf(frame), { context: active });
  sentence.say("; ");
}

/** The largest convoy, else the largest group that waits. */
function sayLargestWait(sentence: VerdictBuilder, stacks: StackTable, total: bigint): boolean {
  const [convoy] = findConvoys(stacks);
  if (convoy !== undefined) {
    sentence.say(": ").say(`${countOf(convoy.count, "waits", "wait")} for one lock in ${placeOf(convoy.site)}`, {
      context: convoy.waiters[0]!,
    });
    sayLongest(sentence, convoy.longestWaitNs);
    const [holder] = convoy.possibleHolders;
    if (holder !== undefined) {
      sentence.say(", perhaps held by ").say(shorten(stacks.contexts[holder]!.name), { context: holder });
      sentence.infer("a dump does not say who holds a lock; the holder is guessed from the stacks");
    }
    return true;
  }
  const waiting = groupContexts(stacks, { level: "functions", states: "normal" }).find((group) => waits(stacks, group));
  if (waiting === undefined) return false;
  const frame = ownFrame(stacks, waiting.stack);
  const where = frame === undefined ? "" : ` in ${placeOf(frame)}`;
  const state = shorten(stateOf(stacks.contexts[waiting.members[0]!]!) || "state unknown", 60);
  if (total > waiting.count) sentence.say(`: ${waiting.count} of them`);
  sentence.say(` in \`${state}\`${where}`, { context: waiting.members[0]! });
  const [longest] = longestWaits(stacks, 1);
  sayLongest(sentence, waiting.longestWaitNs ?? longest?.atLeastNs);
  return (longest?.atLeastNs ?? 0n) >= LONG_NS;
}

function waits({ contexts }: StackTable, group: ContextGroup): boolean {
  return contexts[group.members[0]!]!.kind !== "thread";
}

function sayLongest(sentence: VerdictBuilder, ns: bigint | undefined): void {
  if (ns !== undefined && ns > 0n) sentence.say(` (longest ≥ ${minutes(ns)})`);
}

function minutes(ns: bigint): string {
  const whole = ns / 60_000_000_000n;
  return whole > 0n ? `${whole} min` : `${ns / 1_000_000_000n} s`;
}

/** The innermost frame that is neither of the runtime nor a builtin, whose names have no package. */
function ownFrame({ frame, caller, frames }: StackTable, stack: number): Frame | undefined {
  for (let node = stack; node !== NONE; node = caller[node]!) {
    const one = frames[frame[node]!]!;
    if (one.synthetic !== true && one.functionName.includes(".") && !isWaitFunction(one.functionName)) return one;
  }
  return undefined;
}

function placeOf({ functionName, file, line }: Frame): string {
  const name = file?.split(/[\\/]/).at(-1);
  const place = name === undefined ? "" : ` (${name}${line === undefined ? "" : `:${line}`})`;
  return `\`${shorten(functionName, 100)}\`${place}`;
}

function lackParts(sentence: VerdictBuilder, { stacks, facts }: Snapshot): void {
  for (const { name, error } of stacks.processes ?? [])
    if (error !== undefined) sentence.lack({ what: `goroutines of ${shorten(name, 60)}`, why: shorten(error) });
  if (findFact(facts, "goroutines.truncated") === true)
    sentence.lack({ what: "further goroutines", why: "the dump was cut off" });
}
