import { type Frame, framesOf, type StackContext } from "../model/stacks.ts";
import { normaliseText } from "./normalise.ts";
import type { SignaturePart } from "./signature-rules.ts";
import { activeContext, largestContext, type SignatureInput } from "./signature-sources.ts";
import { hex, isNotCaptured, NOT_CAPTURED_WHY, type SignatureStep } from "./signature-steps.ts";

/** A place on a stack, innermost first: named, or an address. */
interface Place {
  readonly name: string;
  readonly address?: bigint | undefined;
}

export function isFrameSource(from: string): boolean {
  return from.startsWith("frames:") || from.startsWith("corrected:");
}

/** The functions of a source of frames, as a rule wants them. */
export function framesFor(rule: SignaturePart, from: string, input: SignatureInput, steps: SignatureStep[]): string[] {
  const which = from.slice(from.indexOf(":") + 1);
  const context = contextFor(which, input);
  if (context === undefined) {
    steps.push({ action: "missing", before: from, why: MISSING[which] ?? "it was not captured" });
    return [];
  }
  if (from.startsWith("corrected:")) return correctedFrames(rule, from, input, context, steps);
  const places = framesOf(input.stacks, context.stack).map(toPlace);
  const captured = places.filter((place) => wasCaptured(place, steps));
  const named = captured.some(({ name }) => name !== "");
  return named ? namedFrames(rule, captured, steps) : distances(rule, captured, steps);
}

const MISSING: Readonly<Record<string, string>> = {
  active: "no context is the one the snapshot is about",
  exception: "no exception was captured",
  largest: "no context waits",
};

function contextFor(which: string, { stacks }: SignatureInput): StackContext | undefined {
  if (which === "largest") return largestContext(stacks);
  if (which === "active") return activeContext(stacks.contexts);
  return stacks.contexts.find(({ kind, process }) => kind === "exception" && process === undefined);
}

function toPlace({ functionName, address }: Frame): Place {
  return { name: functionName, address };
}

/** Inlined calls count as functions: whether a compiler inlines differs from build to build. */
function correctedFrames(
  rule: SignaturePart,
  from: string,
  { stacks, analysis = [] }: SignatureInput,
  context: StackContext,
  steps: SignatureStep[],
): string[] {
  const ix = stacks.contexts.indexOf(context);
  const found = analysis.flatMap(({ corrected }) => corrected).find((stack) => stack.context === ix);
  const addresses = found?.addresses ?? [];
  if (!addresses.some(({ frames }) => frames.length > 0)) {
    steps.push({ action: "missing", before: from, why: "no image knows its addresses" });
    return [];
  }
  const places: Place[] = [];
  for (const { address, frames, special } of addresses) {
    if (special === undefined) {
      if (frames.length === 0) places.push({ name: "", address });
      for (const { name } of frames) places.push({ name, address });
    } else {
      const why =
        special === "not-captured" ? NOT_CAPTURED_WHY : "it marks a return from an exception and is no address";
      steps.push({ action: "dropped", before: hex(address), why });
    }
  }
  return namedFrames(rule, places, steps);
}

function wasCaptured({ name, address }: Place, steps: SignatureStep[]): boolean {
  if (name !== "" || address === undefined || !isNotCaptured(address)) return true;
  steps.push({ action: "dropped", before: hex(address), why: NOT_CAPTURED_WHY });
  return false;
}

function namedFrames(rule: SignaturePart, places: readonly Place[], steps: SignatureStep[]): string[] {
  const kept: string[] = [];
  for (const { name, address } of places) {
    if (kept.length >= rule.take) {
      steps.push({ action: "dropped", before: shown(name, address), why: `only ${rule.take} frames count` });
    } else if (name === "") {
      steps.push({
        action: "dropped",
        before: shown(name, address),
        why: "it has no name, and an address is of one build",
      });
    } else if (kept.length === 0 && rule.skip.some((pattern) => pattern.test(bare(name)))) {
      steps.push({ action: "dropped", before: name, why: "it reports failures and does not cause them" });
    } else keepFrame(rule, name, kept, steps);
  }
  return kept;
}

function keepFrame(rule: SignaturePart, name: string, kept: string[], steps: SignatureStep[]): void {
  const { text, steps: changes } = normaliseText(name, rule.normalise);
  for (const { before, after, why } of changes) steps.push({ action: "normalised", before, after, why });
  if (rule.collapse && kept.at(-1) === text) {
    steps.push({ action: "dropped", before: text, why: "a function that calls itself counts once" });
    return;
  }
  steps.push({ action: "kept", before: text, why: rule.why });
  kept.push(text);
}

function shown(name: string, address: bigint | undefined): string {
  return name !== "" ? name : address === undefined ? "(no name)" : hex(address);
}

function bare(name: string): string {
  return normaliseText(name, ["clones", "parameters"]).text;
}

/**
 * Without symbols the distances between the frames are what is left: the same after an address slide, though not for
 * another build.
 */
function distances(rule: SignaturePart, places: readonly Place[], steps: SignatureStep[]): string[] {
  const addresses = places.flatMap(({ address }) => (address === undefined ? [] : [address])).slice(0, rule.take);
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
