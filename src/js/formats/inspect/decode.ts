import { decodeUtf8, decodeUtf8Lossy, encodeUtf8 } from "../../base/bytes.ts";
import { isSnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { type JsonObject, type JsonValue, parseJson } from "../../base/json.ts";
import type { Limits } from "../../base/limits.ts";
import { splitElements } from "./elements.ts";
import { decodeHierarchy } from "./hierarchy.ts";
import type { InspectTree } from "./tree.ts";

export interface InspectReadOptions {
  /** Also reads what engines of 2020 wrote: elements without `metadata`, and `path` for `moniker`. */
  readonly legacy?: boolean;
  readonly limits: Limits;
}

export interface InspectFile {
  readonly trees: readonly InspectTree[];
  readonly issues: readonly Issue[];
}

const NOT_JSON = "Parsing inspect.json: Couldn't parse Inspect text as JSON.";
const NOT_ARRAY = "Parsing inspect.json: Bad json inspect data needs to be array.";

/**
 * Reads inspect.json: an array with one element per tree. An element that cannot be read is dropped with an
 * `UnreadableTree` issue whose message is what Fuchsia's engine says about it; `MalformedInspect` means that the
 * text as a whole is not what that engine accepts (elements that could be read are kept all the same).
 */
export function decodeInspectFile(bytes: Uint8Array, options: InspectReadOptions): InspectFile {
  const trees: InspectTree[] = [];
  const issues: Issue[] = [];
  const { spans, brokenAt } = splitElements(bytes);
  for (const { start, end } of spans) {
    const element = readJson(bytes, start, end, options.limits, issues);
    if (element === undefined) continue;
    const tree = decodeTree(element, options.legacy === true);
    if (typeof tree === "string") issues.push({ ...issueOf("UnreadableTree", tree, start) });
    else trees.push(tree);
  }
  if (brokenAt !== undefined) issues.push(describeBreak(bytes, brokenAt, spans.length, options.limits));
  return { trees, issues };
}

function describeBreak(bytes: Uint8Array, offset: number, elements: number, limits: Limits): Issue {
  const isOtherJson = elements === 0 && bytes[offset] !== undefined && isJson(bytes, limits);
  return issueOf("MalformedInspect", isOtherJson ? NOT_ARRAY : NOT_JSON, offset);
}

function isJson(bytes: Uint8Array, limits: Limits): boolean {
  return readJson(bytes, 0, bytes.length, limits, []) !== undefined;
}

function readJson(
  bytes: Uint8Array,
  start: number,
  end: number,
  limits: Limits,
  issues: Issue[],
): JsonValue | undefined {
  const slice = bytes.subarray(start, end);
  const exact = decodeUtf8(slice);
  const text = exact ?? decodeUtf8Lossy(slice);
  if (exact === undefined) issues.push(issueOf("MalformedText", "an element of inspect.json is not UTF-8", start));
  try {
    return parseJson(text, { depth: limits.depth });
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    const at = start + encodeUtf8(text.slice(0, error.offset ?? 0)).length;
    const isLimit = error.code === "LimitExceeded";
    issues.push(issueOf(isLimit ? "LimitExceeded" : "MalformedInspect", isLimit ? error.message : NOT_JSON, at));
    return undefined;
  }
}

/** The tree, or why there is none. The order of the checks is part of the format: specs/triage.md section 1.2. */
function decodeTree(element: JsonValue, legacy: boolean): InspectTree | string {
  const members: JsonObject = element instanceof Map ? (element as JsonObject) : new Map();
  const moniker = members.get("moniker") ?? (legacy ? members.get("path") : undefined);
  if (moniker === undefined) return "'moniker' not found in Inspect component";
  if (typeof moniker !== "string") return "Inspect component path wasn't a valid string";
  const metadata = members.get("metadata");
  if (metadata === undefined && !legacy) return "'metadata' not found in Inspect component";
  const payload = members.has("payload") ? members.get("payload") : members.get("contents");
  if (payload === undefined) return "Neither 'payload' nor 'contents' found in Inspect component";
  const described: JsonObject = metadata instanceof Map ? (metadata as JsonObject) : new Map();
  const named = described.get("name");
  const tree = { moniker, treeName: typeof named === "string" ? named : "root", metadata: described };
  if (payload === null) return tree;
  const root = decodeHierarchy(payload);
  return root ? { ...tree, root } : `Unable to deserialize Inspect contents for ${moniker} to node hierarchy`;
}

/** Reads annotations.json: an object of what is known about the device. */
export function decodeAnnotations(bytes: Uint8Array, limits: Limits): { annotations?: JsonObject; issues: Issue[] } {
  const issues: Issue[] = [];
  const value = readJson(bytes, 0, bytes.length, limits, issues);
  if (value instanceof Map) return { annotations: value as JsonObject, issues };
  const found = value === undefined ? "Couldn't parse KeyValue text as JSON." : NOT_OBJECT;
  return { issues: [issueOf("MalformedInspect", `Parsing annotations: ${found}`, issues[0]?.offset ?? 0)] };
}

const NOT_OBJECT = "Bad json KeyValue data needs to be Object (map).";

function issueOf(
  code: "UnreadableTree" | "MalformedInspect" | "MalformedText" | "LimitExceeded",
  message: string,
  offset: number,
): Issue {
  return { code, severity: "error", message, offset };
}
