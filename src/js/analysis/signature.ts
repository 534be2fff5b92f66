import { encodeUtf8, toHexString } from "../base/bytes.ts";
import { sha256 } from "../base/sha256.ts";
import { findFact } from "../model/facts.ts";
import type { SnapshotParts } from "../model/snapshot.ts";
import { type Frame, framesOf, type StackContext } from "../model/stacks.ts";
import { normaliseText } from "./normalise.ts";
import type { SignaturePart, SignatureRules } from "./signature-rules.ts";

/** What a signature is made from: the plain shapes of a snapshot, of any format. */
export type SignatureInput = Pick<SnapshotParts, "format" | "facts" | "stacks">;

/** One thing that was done to make a part. */
export interface SignatureStep {
  readonly action: "kept" | "dropped" | "normalised" | "missing";
  /** What it was done to. */
  readonly before: string;
  readonly after?: string;
  readonly why: string;
}

export interface ExplainedPart {
  readonly id: string;
  readonly why: string;
  /** Source that gave the value; absent if none did. */
  readonly from?: string;
  readonly values: readonly string[];
  readonly steps: readonly SignatureStep[];
}

export interface Signature {
  /** 32 hexadecimal digits: equal for equal causes. */
  readonly id: string;
  /** Name and version of the rules, e.g. `default/1`: signatures of different rules are not comparable. */
  readonly rules: string;
  /** What was hashed: one line per part that has a value. */
  readonly text: string;
  /** One line for people. */
  readonly title: string;
  readonly parts: readonly ExplainedPart[];
}

const ID_BYTES = 16;
const NOT_CAPTURED: readonly bigint[] = [0xffff_ffffn, 0xffff_ffff_ffff_ffffn];

/** Identity of what went wrong, with every step that led to it. A pure function of the plain shapes and the rules. */
export function signatureOf(input: SignatureInput, rules: SignatureRules): Signature {
  const parts: ExplainedPart[] = [];
  for (const rule of rules.parts) {
    if (rule.formats !== undefined && !rule.formats.includes(input.format)) continue;
    if (!isWanted(rule, input, parts)) continue;
    parts.push(explainPart(rule, input));
  }
  const name = `${rules.name}/${rules.version}`;
  const text = parts
    .filter((part) => part.values.length > 0)
    .map((part) => `${part.id}: ${part.values.map(quote).join(" | ")}`)
    .join("\n");
  const id = toHexString(sha256(encodeUtf8(`${name}\n${text}`)).subarray(0, ID_BYTES));
  return { id, rules: name, text, title: titleOf(parts), parts };
}

/** Values may hold the separators. */
function quote(value: string): string {
  return /[|\n\\]/.test(value) ? JSON.stringify(value) : value;
}

function titleOf(parts: readonly ExplainedPart[]): string {
  const value = (id: string): string | undefined => parts.find((part) => part.id === id)?.values[0];
  const what = value("reason") ?? value("cause") ?? value("exit-kind") ?? value("reason-token") ?? value("state");
  const where = value("fault-frames") ?? value("frames");
  return [what, where].filter((one) => one !== undefined && one !== "").join(" in ") || "(nothing captured)";
}

function isWanted({ when }: SignaturePart, input: SignatureInput, parts: readonly ExplainedPart[]): boolean {
  if (when === undefined) return true;
  const { missing, present } = when;
  if (missing !== undefined && (parts.find((part) => part.id === missing)?.values.length ?? 0) > 0) return false;
  return present === undefined || readSource(present, input) !== undefined;
}

function explainPart(rule: SignaturePart, input: SignatureInput): ExplainedPart {
  const steps: SignatureStep[] = [];
  for (const from of rule.from) {
    const values = from.startsWith("frames:")
      ? framesFor(rule, from.slice(7), input, steps)
      : valueFor(rule, from, input, steps);
    if (values.length > 0) return { id: rule.id, why: rule.why, from, values, steps };
  }
  return { id: rule.id, why: rule.why, values: [], steps };
}

// -- facts, registers, contexts ---------------------------------------------------------------------------------------

function valueFor(rule: SignaturePart, from: string, input: SignatureInput, steps: SignatureStep[]): string[] {
  const found = readSource(from, input);
  if (found === undefined || found === "") {
    steps.push({ action: "missing", before: from, why: "the snapshot does not have it" });
    return [];
  }
  if (typeof found === "bigint") return registerFor(rule, from, found, steps);
  if (rule.unless?.test(found) === true) {
    steps.push({ action: "dropped", before: found, why: "it matches what the rule takes for not readable" });
    return [];
  }
  const { text, steps: changes } = normaliseText(found, rule.normalise);
  for (const { before, after, why } of changes) steps.push({ action: "normalised", before, after, why });
  if (text === "") return [];
  steps.push({ action: "kept", before: text, why: rule.why });
  return [text];
}

function registerFor(rule: SignaturePart, from: string, value: bigint, steps: SignatureStep[]): string[] {
  const shown = hex(value);
  if (NOT_CAPTURED.includes(value)) {
    steps.push({ action: "dropped", before: shown, why: "all ones mean that it was not captured" });
    return [];
  }
  const kept = rule.mask === undefined ? value : value & rule.mask;
  if (kept !== value) {
    const why = `of ${from} only the bits of ${hex(rule.mask!)} count`;
    steps.push({ action: "normalised", before: shown, after: hex(kept), why });
  }
  if (kept === 0n) {
    steps.push({ action: "dropped", before: hex(kept), why: "no bit is set" });
    return [];
  }
  steps.push({ action: "kept", before: hex(kept), why: rule.why });
  return [hex(kept)];
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

function readSource(from: string, { facts, stacks }: SignatureInput): string | bigint | undefined {
  const colon = from.indexOf(":");
  const [kind, key] = [from.slice(0, colon), from.slice(colon + 1)];
  if (kind === "fact") {
    const value = findFact(facts, key);
    return value === undefined ? undefined : String(value);
  }
  if (kind === "register") return registerValue(stacks.contexts, key);
  if (kind !== "context") return undefined;
  const active = activeContext(stacks.contexts);
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

function activeContext(contexts: readonly StackContext[]): StackContext | undefined {
  return contexts.find((context) => context.active === true && context.kind !== "exception");
}

// -- frames -----------------------------------------------------------------------------------------------------------

function framesFor(rule: SignaturePart, which: string, input: SignatureInput, steps: SignatureStep[]): string[] {
  const { contexts } = input.stacks;
  const isException = which === "exception";
  const context = isException
    ? contexts.find(({ kind, process }) => kind === "exception" && process === undefined)
    : activeContext(contexts);
  if (context === undefined) {
    const why = isException ? "no exception was captured" : "no context is the one the snapshot is about";
    steps.push({ action: "missing", before: `frames:${which}`, why });
    return [];
  }
  const frames = framesOf(input.stacks, context.stack);
  const captured = frames.filter((frame) => wasCaptured(frame, steps));
  const named = captured.filter((frame) => frame.functionName !== "");
  return named.length > 0 ? namedFrames(rule, captured, steps) : distances(rule, captured, steps);
}

function wasCaptured({ address, functionName }: Frame, steps: SignatureStep[]): boolean {
  if (functionName !== "" || address === undefined || !NOT_CAPTURED.includes(address)) return true;
  steps.push({ action: "dropped", before: hex(address), why: "all ones mean that it was not captured" });
  return false;
}

function namedFrames(rule: SignaturePart, frames: readonly Frame[], steps: SignatureStep[]): string[] {
  const kept: string[] = [];
  for (const { functionName, address } of frames) {
    if (kept.length >= rule.take) {
      steps.push({ action: "dropped", before: functionName, why: `only ${rule.take} frames count` });
    } else if (functionName === "") {
      const before = address === undefined ? "(no name)" : hex(address);
      steps.push({ action: "dropped", before, why: "it has no name, and an address is of one build" });
    } else if (kept.length === 0 && rule.skip.some((pattern) => pattern.test(bare(functionName)))) {
      steps.push({ action: "dropped", before: functionName, why: "it reports failures and does not cause them" });
    } else kept.push(nameFor(rule, functionName, steps));
  }
  return kept;
}

function bare(functionName: string): string {
  return normaliseText(functionName, ["clones", "parameters"]).text;
}

function nameFor(rule: SignaturePart, functionName: string, steps: SignatureStep[]): string {
  const { text, steps: changes } = normaliseText(functionName, rule.normalise);
  for (const { before, after, why } of changes) steps.push({ action: "normalised", before, after, why });
  steps.push({ action: "kept", before: text, why: rule.why });
  return text;
}

/**
 * Without symbols the distances between the frames are what is left: the same after an address slide, though not for
 * another build.
 */
function distances(rule: SignaturePart, frames: readonly Frame[], steps: SignatureStep[]): string[] {
  const addresses = frames.flatMap(({ address }) => (address === undefined ? [] : [address])).slice(0, rule.take);
  const kept = addresses.slice(1).map((address, ix) => signedHex(address - addresses[ix]!));
  for (const [ix, distance] of kept.entries()) {
    const before = `${hex(addresses[ix]!)} ${hex(addresses[ix + 1]!)}`;
    const why = "without symbols only the distance between frames survives an address slide";
    steps.push({ action: "normalised", before, after: distance, why });
  }
  return kept;
}

function signedHex(value: bigint): string {
  return value < 0n ? `-${hex(-value)}` : `+${hex(value)}`;
}
