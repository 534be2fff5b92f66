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
}

export const NEW_STATE: DetectState = { throttle: new Map(), heldSince: new Map(), judged: [] };

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
    throttle: readTimes(members, "throttle"),
    heldSince: readTimes(members, "heldSince"),
    judged: readNames(members.get("judged")),
  };
}

function readTimes(members: JsonObject, name: string): ReadonlyMap<string, bigint> {
  const value = members.get(name);
  if (!(value instanceof Map)) throw malformed(`"${name}" is not an object`);
  const times = new Map<string, bigint>();
  for (const [key, time] of value as JsonObject) {
    if (typeof time !== "bigint") throw malformed(`"${name}" has a time that is not an integer`);
    times.set(key, time);
  }
  return times;
}

function readNames(value: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(value)) throw malformed('"judged" is not a list');
  return value.filter((name): name is string => typeof name === "string");
}

function malformed(reason: string): SnapshotError {
  return new SnapshotError("MalformedState", `reading the detector's state: ${reason}`, { fields: { reason } });
}
