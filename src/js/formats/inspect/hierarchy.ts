import type { JsonObject, JsonValue } from "../../base/json.ts";
import { parseBase64 } from "./base64.ts";
import { parseHistogram } from "./histogram.ts";
import { fitsI64, fitsU64, narrowNumber } from "./numbers.ts";
import type { InspectMember, InspectNode, InspectProperty } from "./tree.ts";

/**
 * The tree under a payload, or undefined if any part of it is not Inspect: one bad value makes the whole tree
 * unreadable. Nesting is bounded by the JSON reader. Source: specs/triage.md section 1.3.
 */
export function decodeHierarchy(payload: JsonValue): InspectNode | undefined {
  if (!(payload instanceof Map) || payload.size !== 1) return undefined;
  const [name, value] = [...(payload as JsonObject)][0]!;
  const root = decodeMember(name, value);
  return root?.kind === "node" ? root : undefined;
}

function decodeMember(name: string, value: JsonValue): InspectMember | undefined {
  if (value === null) return undefined;
  if (typeof value === "string") return decodeString(name, value);
  if (typeof value === "boolean") return { kind: "bool", name, value };
  if (typeof value === "bigint" || typeof value === "number") return decodeNumber(name, value);
  if (value instanceof Map) return decodeObject(name, value as JsonObject);
  return decodeArray(name, value as readonly JsonValue[]);
}

function decodeObject(name: string, object: JsonObject): InspectMember | undefined {
  const histogram = parseHistogram(object);
  if (histogram !== undefined) return { kind: "histogram", name, value: histogram };
  const members: InspectMember[] = [];
  for (const [key, value] of object) {
    const member = decodeMember(key, value);
    if (member === undefined) return undefined;
    members.push(member);
  }
  return { kind: "node", name, members };
}

function decodeString(name: string, value: string): InspectProperty | undefined {
  if (!value.startsWith("b64:")) return { kind: "string", name, value };
  const bytes = parseBase64(value.replaceAll("b64:", ""));
  return bytes && { kind: "bytes", name, value: bytes };
}

function decodeNumber(name: string, written: bigint | number): InspectProperty {
  const value = narrowNumber(written);
  if (typeof value === "number") return { kind: "double", name, value };
  return { kind: fitsI64(value) ? "int" : "uint", name, value };
}

function decodeArray(name: string, items: readonly JsonValue[]): InspectProperty | undefined {
  if (items.every((item) => typeof item === "string")) return { kind: "string[]", name, value: items };
  const numbers: (bigint | number)[] = [];
  for (const item of items) {
    if (typeof item !== "bigint" && typeof item !== "number") return undefined;
    numbers.push(narrowNumber(item));
  }
  if (numbers.every((n) => typeof n === "number")) return { kind: "double[]", name, value: numbers };
  if (!numbers.every((n) => typeof n === "bigint")) return undefined;
  if (numbers.every(fitsI64)) return { kind: "int[]", name, value: numbers };
  return numbers.every(fitsU64) ? { kind: "uint[]", name, value: numbers } : undefined;
}
