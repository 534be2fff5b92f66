import { SnapshotError } from "../../base/errors.ts";
import { type JsonObject, type JsonValue, parseJson, renderJson } from "../../base/json.ts";

/** What a detector knows from one run to the next. Plain. */
export interface DetectState {
  /** When each signature was last sent, nanoseconds. */
  readonly throttle: ReadonlyMap<string, bigint>;
  /** Since when triggers with `for` have been true, nanoseconds. */
  readonly heldSince: ReadonlyMap<string, bigint>;
  /** Snapshots that have been judged, by the names their source gives them. */
  readonly judged: readonly string[];
  /** Snapshots that have not been judged to the end, by the ids of the reports accepted for them. */
  readonly accepted: ReadonlyMap<string, string>;
}

export const NEW_STATE: DetectState = { throttle: new Map(), heldSince: new Map(), judged: [], accepted: new Map() };

const SCHEMA = 1n;

export function renderDetectState(state: DetectState): string {
  return renderJson({ schema: SCHEMA, ...state });
}

/** @throws SnapshotError `MalformedState`, `NewerSchema` */
export function parseDetectState(text: string): DetectState {
  const root = parseJson(text);
  if (!(root instanceof Map)) throw malformed("it is not an object");
  const members: JsonObject = root as JsonObject;
  const schema = members.get("schema");
  if (typeof schema === "bigint" && schema > SCHEMA) {
    throw new SnapshotError("NewerSchema", `reading the detector's state: schema ${schema}, expected ${SCHEMA}`, {
      fields: { found: Number(schema), supported: Number(SCHEMA) },
    });
  }
  if (schema !== SCHEMA) throw malformed("it has no schema number");
  return {
    throttle: readMembers(members, "throttle", isTime),
    heldSince: readMembers(members, "heldSince", isTime),
    judged: readNames(members, "judged"),
    accepted: readMembers(members, "accepted", isText),
  };
}

const isTime = (value: JsonValue): value is bigint => typeof value === "bigint";
const isText = (value: JsonValue): value is string => typeof value === "string";

function readMembers<Member extends JsonValue>(
  members: JsonObject,
  name: string,
  isMember: (value: JsonValue) => value is Member,
): ReadonlyMap<string, Member> {
  const value = members.get(name);
  if (!(value instanceof Map)) throw malformed(`"${name}" is not an object`);
  const read = new Map<string, Member>();
  for (const [key, member] of value as JsonObject) {
    if (!isMember(member)) throw malformed(`the member "${key}" of "${name}" is of another kind`);
    read.set(key, member);
  }
  return read;
}

function readNames(members: JsonObject, name: string): readonly string[] {
  const value = members.get(name);
  if (!Array.isArray(value) || !value.every(isText)) throw malformed(`"${name}" is not a list of texts`);
  return value;
}

function malformed(reason: string): SnapshotError {
  return new SnapshotError("MalformedState", `reading the detector's state: ${reason}`, { fields: { reason } });
}
