import { SnapshotError } from "../base/errors.ts";
import { type JsonObject, type JsonValue, parseJson } from "../base/json.ts";
import { Regex } from "../base/regex/regex.ts";

/** How a text loses what differs from one occurrence to the next. */
export const NORMALISATIONS = [
  "addresses",
  "clones",
  "first-line",
  "lambdas",
  "numbers",
  "parameters",
  "spaces",
  "uuids",
] as const;
export type Normalisation = (typeof NORMALISATIONS)[number];

/** One part of a signature: where it comes from and what is dropped from it. See docs/signatures.md. */
export interface SignaturePart {
  readonly id: string;
  readonly why: string;
  /**
   * Tried in order: `fact:KEY`, `register:NAME`, `context:name`, `context:state`, `context:process`, `log:first-error`,
   * `log:last-error`, and lists of functions: `frames:active`, `frames:exception`, `frames:largest`,
   * `corrected:active`, `corrected:exception`.
   */
  readonly from: readonly string[];
  /** Only for snapshots of these formats; absent: all. */
  readonly formats?: readonly string[];
  /** Only if another part is missing, and a source present. */
  readonly when?: { readonly missing?: string; readonly present?: string };
  /** A value that matches counts as not captured. */
  readonly unless?: Regex;
  readonly normalise: readonly Normalisation[];
  /** Bits kept of a register. */
  readonly mask?: bigint;
  /** Frames passed over at the top. */
  readonly skip: readonly Regex[];
  /** Frames kept; default 5. */
  readonly take: number;
  /** False: it is part of the title and of the explanation, but two crashes may differ in it. */
  readonly counts: boolean;
  /** A function that calls itself counts once, however deep. */
  readonly collapse: boolean;
}

export interface SignatureRules {
  readonly name: string;
  readonly version: number;
  readonly why: string;
  readonly parts: readonly SignaturePart[];
}

const SCHEMA = 1;
const DEFAULT_FRAMES = 5;
const MAX_FRAMES = 64;
const SOURCE =
  /^(fact:.+|register:\w+|context:(name|state|process|largest-state)|log:(first|last)-error|frames:(active|exception|largest)|corrected:(active|exception))$/;
const PART_KEYS = [
  "id",
  "why",
  "from",
  "formats",
  "when",
  "unless",
  "normalise",
  "mask",
  "skip",
  "take",
  "collapse",
  "counts",
];

/**
 * Reads a rule file.
 * @throws SnapshotError `InvalidRules` naming the path inside the file; `MalformedJson`; `NewerSchema`.
 */
export function parseSignatureRules(text: string): SignatureRules {
  const root = parseJson(text);
  if (!isObject(root)) throw wrong("", "an object");
  const schema = integerOf(root.get("schema"));
  if (schema !== undefined && schema > SCHEMA) {
    throw new SnapshotError("NewerSchema", `reading signature rules: schema ${schema} is newer than ${SCHEMA}`, {
      fields: { found: schema, supported: SCHEMA },
    });
  }
  if (schema !== SCHEMA) throw wrong("schema", `${SCHEMA}`);
  const parts = root.get("parts");
  if (!Array.isArray(parts) || parts.length === 0) throw wrong("parts", "a list that is not empty");
  const read = parts.map((part: JsonValue, ix) => readPart(part, `parts[${ix}]`));
  const twice = read.find((part, ix) => read.findIndex(({ id }) => id === part.id) !== ix);
  if (twice !== undefined) throw wrong("parts", `a list in which ${twice.id} occurs once`);
  return {
    name: readText(root.get("name"), "name"),
    version: readCount(root.get("version"), "version", Number.MAX_SAFE_INTEGER),
    why: root.get("why") === undefined ? "" : readText(root.get("why"), "why"),
    parts: read,
  };
}

function readPart(part: JsonValue, path: string): SignaturePart {
  if (!isObject(part)) throw wrong(path, "an object");
  const stranger = [...part.keys()].find((key) => !PART_KEYS.includes(key));
  if (stranger !== undefined) throw wrong(`${path}.${stranger}`, `absent; known are ${PART_KEYS.join(", ")}`);
  const [mask, unless, formats, when, take] = ["mask", "unless", "formats", "when", "take"].map((key) => part.get(key));
  return {
    id: readText(part.get("id"), `${path}.id`),
    why: readText(part.get("why"), `${path}.why`),
    from: readTexts(part.get("from"), `${path}.from`, (text) => SOURCE.test(text)),
    ...(formats !== undefined && { formats: readTexts(formats, `${path}.formats`, isFormat) }),
    ...(when !== undefined && { when: readCondition(when, `${path}.when`) }),
    ...(unless !== undefined && { unless: readPattern(unless, `${path}.unless`) }),
    normalise: readTexts(part.get("normalise") ?? [], `${path}.normalise`, isNormalisation) as Normalisation[],
    ...(mask !== undefined && { mask: readMask(mask, `${path}.mask`) }),
    skip: readList(part.get("skip") ?? [], `${path}.skip`).map((one, ix) => readPattern(one, `${path}.skip[${ix}]`)),
    take: take === undefined ? DEFAULT_FRAMES : readCount(take, `${path}.take`, MAX_FRAMES),
    counts: readFlag(part.get("counts") ?? true, `${path}.counts`),
    collapse: readFlag(part.get("collapse") ?? false, `${path}.collapse`),
  };
}

function readFlag(value: JsonValue, path: string): boolean {
  if (typeof value !== "boolean") throw wrong(path, "true or false");
  return value;
}

function isFormat(text: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(text);
}

function isNormalisation(text: string): boolean {
  return (NORMALISATIONS as readonly string[]).includes(text);
}

function readCondition(value: JsonValue, path: string): { missing?: string; present?: string } {
  if (!isObject(value)) throw wrong(path, "an object");
  const [missing, present] = [value.get("missing"), value.get("present")];
  return {
    ...(missing !== undefined && { missing: readText(missing, `${path}.missing`) }),
    ...(present !== undefined && { present: readText(present, `${path}.present`) }),
  };
}

/** Texts of snapshots are hostile: a pattern is searched in time linear in the text, whatever it is. */
function readPattern(value: JsonValue, path: string): Regex {
  const pattern = readText(value, path);
  try {
    return new Regex(pattern);
  } catch {
    throw wrong(path, "a regular expression");
  }
}

function readMask(value: JsonValue, path: string): bigint {
  const text = readText(value, path);
  if (!/^0x[0-9a-fA-F]{1,16}$/.test(text)) throw wrong(path, "a hexadecimal number as text");
  return BigInt(text);
}

function readCount(value: JsonValue | undefined, path: string, most: number): number {
  const count = integerOf(value);
  if (count === undefined || count < 1 || count > most) throw wrong(path, `an integer from 1 to ${most}`);
  return count;
}

function integerOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "bigint" ? Number(value) : undefined;
}

function readTexts(value: JsonValue | undefined, path: string, isGood: (text: string) => boolean): string[] {
  return readList(value, path).map((one, ix) => {
    const text = readText(one, `${path}[${ix}]`);
    if (!isGood(text)) throw wrong(`${path}[${ix}]`, "a word that is known there");
    return text;
  });
}

function readList(value: JsonValue | undefined, path: string): readonly JsonValue[] {
  if (!Array.isArray(value)) throw wrong(path, "a list");
  return value;
}

function readText(value: JsonValue | undefined, path: string): string {
  if (typeof value !== "string" || value === "") throw wrong(path, "a text that is not empty");
  return value;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

function wrong(path: string, expected: string): SnapshotError {
  return new SnapshotError("InvalidRules", `reading signature rules: ${path || "the file"} should be ${expected}`, {
    path,
    fields: { expected },
  });
}
