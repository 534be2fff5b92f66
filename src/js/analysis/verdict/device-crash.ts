import { NONE } from "../../base/brand.ts";
import { findFact } from "../../model/facts.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Frame, StackContext } from "../../model/stacks.ts";
import { framesOf } from "../../model/stacks.ts";
import { type SnapshotVerdict, shorten, VerdictBuilder } from "./verdict.ts";

/** Messages of the tokenizer that no database could put into words. */
const TOKEN = /^\$[A-Za-z0-9+/]+=*$/;
/** From so much of a thread's stack on it is worth a word. */
const FULL_PERCENT = 80;

/** A device that stopped: what it says of itself, where it was, how full the stack was. */
export function crashVerdict(snapshot: Snapshot): SnapshotVerdict {
  const { facts } = snapshot;
  const sentence = new VerdictBuilder();
  const fatal = findFact(facts, "fatal");
  sayWhat(sentence, snapshot, fatal);
  sayWhere(sentence, snapshot);
  sayStack(sentence, snapshot);
  sentence.say(".");
  sayVersion(sentence, facts);
  lackNames(sentence, snapshot);
  return sentence.build(fatal === true ? "failure" : fatal === false ? "attention" : "unknown");
}

function sayWhat(sentence: VerdictBuilder, { facts }: Snapshot, fatal: unknown): void {
  const thread = findFact(facts, "pigweed.active-thread");
  const who = typeof thread === "string" && !TOKEN.test(thread) ? `\`${shorten(thread, 60)}\`` : undefined;
  const device = findFact(facts, "device");
  const subject = who ?? (typeof device === "string" ? shorten(device, 60) : "The device");
  const origin = findFact(facts, "pigweed.active-thread") === undefined || who === undefined ? undefined : "threads";
  sentence.say(subject, { path: origin });
  const cause = findFact(facts, "pigweed.cause");
  const reason = findFact(facts, "reason");
  sentence.say(fatal === true ? " crashed" : fatal === false ? " was captured" : " left a snapshot");
  if (typeof cause === "string") sentence.say(": ").say(shorten(cause), { path: "armv7m_cpu_state" });
  if (typeof reason !== "string") return;
  sentence.say(typeof cause === "string" ? ", " : ": ").say(shorten(reason), { path: "metadata.reason" });
  if (TOKEN.test(reason))
    sentence.lack({
      what: "the reason in words",
      why: `the message ${shorten(reason, 40)} is a token`,
      supply: "tokens",
      path: "metadata.reason",
    });
}

/** The exception's frame where there is one, else the active thread's. */
function sayWhere(sentence: VerdictBuilder, { stacks }: Snapshot): void {
  const ix = placeIx(stacks.contexts);
  if (ix < 0) return;
  const context = stacks.contexts[ix]!;
  const frames = context.stack === NONE ? [] : framesOf(stacks, context.stack);
  const frame = frames.find((one) => one.functionName !== "") ?? frames[0];
  if (frame === undefined) return;
  sentence.say(" in ").say(placeOf(frame), { context: ix });
}

function placeIx(contexts: readonly StackContext[]): number {
  const exception = contexts.findIndex(({ kind, stack }) => kind === "exception" && stack !== NONE);
  if (exception >= 0) return exception;
  return contexts.findIndex(({ active, stack }) => active === true && stack !== NONE);
}

function placeOf({ functionName, file, line, address }: Frame): string {
  if (functionName === "") return address === undefined ? "an unknown function" : `0x${address.toString(16)}`;
  const name = file?.split(/[\\/]/).at(-1);
  return `\`${shorten(functionName, 100)}\`${name === undefined ? "" : ` (${name}${line === undefined ? "" : `:${line}`})`}`;
}

/** How full the active thread's stack was, from its three pointers. */
function sayStack(sentence: VerdictBuilder, { values, stacks, facts }: Snapshot): void {
  const threads = values.child(values.root, "threads");
  const name = findFact(facts, "pigweed.active-thread");
  if (threads === undefined || name === undefined) return;
  const ix = stacks.contexts.filter(({ kind }) => kind === "thread").findIndex(({ active }) => active === true);
  const thread = ix < 0 ? undefined : values.page(threads, ix, 1)[0];
  if (thread === undefined) return;
  const read = (field: string): bigint | undefined => {
    const node = values.child(thread, field);
    const value = node && (values.rawInteger?.(node) ?? values.scalar(node));
    return typeof value === "bigint" ? value : undefined;
  };
  const [start, end] = [read("stack_start_pointer"), read("stack_end_pointer")];
  const deepest = read("stack_pointer_est_peak") ?? read("stack_pointer");
  if (start === undefined || end === undefined || deepest === undefined || start === end) return;
  const percent = Number((distance(start, deepest) * 100n) / distance(start, end));
  if (percent >= FULL_PERCENT) sentence.say(`, thread stack ${percent} % full`, { path: `threads[${ix}]` });
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}

function sayVersion(sentence: VerdictBuilder, facts: Snapshot["facts"]): void {
  const version = findFact(facts, "version");
  const build = findFact(facts, "build-id");
  const words = [
    typeof version === "string" ? shorten(version, 60) : undefined,
    typeof build === "string" ? `build ${shorten(build).slice(0, 12)}` : undefined,
  ].filter((word) => word !== undefined);
  if (words.length > 0) sentence.say(` ${words.join(", ")}.`, { path: "metadata" });
}

function lackNames(sentence: VerdictBuilder, { stacks, facts }: Snapshot): void {
  const ix = placeIx(stacks.contexts);
  const frames = ix < 0 ? [] : framesOf(stacks, stacks.contexts[ix]!.stack);
  const unnamed = frames.filter(({ functionName, address }) => functionName === "" && address !== undefined).length;
  if (unnamed === 0) return;
  const build = findFact(facts, "build-id");
  sentence.lack({
    what: "names of functions",
    why: `${unnamed} of ${frames.length} frames are addresses only`,
    supply: "symbols",
    ...(typeof build === "string" && { buildId: build }),
  });
}
