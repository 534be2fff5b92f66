import { encodeUtf8, toHexString } from "../base/bytes.ts";
import { sha256 } from "../base/sha256.ts";
import { normaliseText } from "./normalise.ts";
import { framesFor, isFrameSource } from "./signature-frames.ts";
import type { SignaturePart, SignatureRules } from "./signature-rules.ts";
import { readSource, type SignatureInput } from "./signature-sources.ts";
import { hex, isNotCaptured, NOT_CAPTURED_WHY, type SignatureStep } from "./signature-steps.ts";

export interface ExplainedPart {
  readonly id: string;
  readonly why: string;
  /** False: shown, but not part of the signature. */
  readonly counts: boolean;
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
/** Parts that a title is made of, the first that has a value each. */
const TITLE_WHAT = ["reason", "trigger", "cause", "exit-kind", "reason-token", "error-log", "state", "crowd-state"];
const TITLE_WHERE = ["fault-frame", "frames", "crowd", "programs"];

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
    .filter((part) => part.counts && part.values.length > 0)
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
  const first = (ids: readonly string[]): string | undefined => ids.map(value).find((one) => one !== undefined);
  const what = first(TITLE_WHAT);
  const where = first(TITLE_WHERE);
  return [what, where].filter((one) => one !== undefined && one !== "").join(" in ") || "(nothing captured)";
}

function isWanted({ when }: SignaturePart, input: SignatureInput, parts: readonly ExplainedPart[]): boolean {
  if (when === undefined) return true;
  const { missing, present } = when;
  if (missing !== undefined && (parts.find((part) => part.id === missing)?.values.length ?? 0) > 0) return false;
  return present === undefined || readSource(present, input) !== undefined;
}

function explainPart(rule: SignaturePart, input: SignatureInput): ExplainedPart {
  const { id, why, counts } = rule;
  const steps: SignatureStep[] = [];
  for (const from of rule.from) {
    const values = isFrameSource(from) ? framesFor(rule, from, input, steps) : valueFor(rule, from, input, steps);
    if (values.length > 0) return { id, why, counts, from, values, steps };
  }
  return { id, why, counts, values: [], steps };
}

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
  if (isNotCaptured(value)) {
    steps.push({ action: "dropped", before: shown, why: NOT_CAPTURED_WHY });
    return [];
  }
  const kept = rule.mask === undefined ? value : value & rule.mask;
  if (kept !== value) {
    const why = `of ${from} only the bits of ${hex(rule.mask!)} count`;
    steps.push({ action: "normalised", before: shown, after: hex(kept), why });
  }
  if (kept === 0n && rule.mask !== undefined) {
    steps.push({ action: "dropped", before: hex(kept), why: "no bit is set" });
    return [];
  }
  steps.push({ action: "kept", before: hex(kept), why: rule.why });
  return [hex(kept)];
}
