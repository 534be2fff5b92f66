import { decodeUtf8Lossy, toHexString } from "../../base/bytes.ts";
import { parseStructFormat, unpackStruct } from "./struct-format.ts";
import { renderPythonJson } from "./tokens/python-json.ts";
import type { TraceEvent, TraceEventType } from "./trace.ts";

/** Values of a line, in the order in which they are written. */
export type Members = Map<string, unknown>;

const STRUCT_FORMAT = "@pw_py_struct_fmt:";
const MAP_FORMAT = "@pw_py_map_fmt:";
const ORDER = /^[@=<>!]/;

/** Phase of the Chrome trace format, and which of label and group is the lane. */
const PHASES: Readonly<Record<TraceEventType, { readonly ph: string; readonly tid?: "label" | "group" }>> = {
  INSTANT: { ph: "I" },
  INSTANT_GROUP: { ph: "I", tid: "group" },
  ASYNC_START: { ph: "b", tid: "group" },
  ASYNC_STEP: { ph: "n", tid: "group" },
  ASYNC_END: { ph: "e", tid: "group" },
  DURATION_START: { ph: "B", tid: "label" },
  DURATION_END: { ph: "E", tid: "label" },
  DURATION_GROUP_START: { ph: "B", tid: "group" },
  DURATION_GROUP_END: { ph: "E", tid: "group" },
};

/** JSON lines of the events, as upstream writes them; events of unknown type have none. */
export function renderChromeTraceLines(events: readonly TraceEvent[]): string[] {
  const lines: string[] = [];
  for (const event of events)
    if (event.type !== undefined) lines.push(renderPythonJson(traceMembers(event, event.type)));
  return lines;
}

/** A Chrome trace file (`chrome://tracing`, Perfetto) of the events. Source: specification section 18. */
export function renderChromeTrace(events: readonly TraceEvent[]): string {
  return `[${renderChromeTraceLines(events)
    .map((line) => `${line},\n`)
    .join("")}{}]`;
}

/** Members of an event's line, in their order. */
export function traceMembers(event: TraceEvent, type: TraceEventType): Members {
  const { ph, tid } = PHASES[type];
  const members: Members = new Map<string, unknown>([
    ["pid", event.module],
    ["name", event.label],
    ["ts", event.timestampUs],
    ["ph", ph],
  ]);
  if (type === "INSTANT") members.set("s", "p");
  if (type === "INSTANT_GROUP") members.set("s", "t");
  const isAsync = type.startsWith("ASYNC_");
  if (isAsync) members.set("scope", event.group);
  if (tid !== undefined) members.set("tid", event[tid]);
  if (isAsync) {
    const id = event.traceId === undefined ? null : BigInt(event.traceId);
    members
      .set("cat", event.module)
      .set("id", id)
      .set("args", new Map([["id", id]]));
  }
  if (event.dataFormat !== undefined && event.data !== undefined) addData(members, event.dataFormat, event.data);
  return members;
}

function addData(members: Members, format: string, data: Uint8Array): void {
  if (format === "@pw_arg_label") members.set("name", decodeUtf8Lossy(data));
  else if (format === "@pw_arg_group") members.set("tid", decodeUtf8Lossy(data));
  else if (format === "@pw_arg_counter") {
    members.set("ph", "C").set("args", new Map([[String(members.get("name")), readCounter(data)]]));
  } else if (format.startsWith(STRUCT_FORMAT)) members.set("args", unpackArguments(format, data));
  else if (format.startsWith(MAP_FORMAT)) members.set("args", unpackMap(format, data));
  else members.set("args", new Map([["data", toHexString(data)]]));
}

/** A little-endian integer of any length. */
function readCounter(data: Uint8Array): bigint {
  const hex = toHexString(data.slice().reverse());
  return hex === "" ? 0n : BigInt(`0x${hex}`);
}

function unpackArguments(dataFormat: string, data: Uint8Array): Members {
  const text = dataFormat.slice(STRUCT_FORMAT.length);
  return unpack(text, data, "struct", dataFormat, (i) => `data_${i}`);
}

/** `{name:code,…}` with an optional order character before it. */
function unpackMap(dataFormat: string, data: Uint8Array): Members {
  const text = dataFormat.slice(MAP_FORMAT.length);
  const invalid: Members = new Map([["error", `Invalid map format ${dataFormat}`]]);
  const [head = "", list, ...more] = text.split("{");
  if (list === undefined || more.length > 0) return invalid;
  const names: string[] = [];
  let codes = ORDER.test(head) ? head : `<${head}`;
  for (const pair of list.replace(/^\}+|\}+$/g, "").split(",")) {
    const parts = pair.split(":").map((part) => part.trim());
    if (parts.length !== 2) return invalid;
    names.push(parts[0]!);
    codes += parts[1]!;
  }
  return unpack(codes, data, "map", dataFormat, (i) => names[i] ?? `data_${i}`);
}

function unpack(
  codes: string,
  data: Uint8Array,
  kind: "struct" | "map",
  dataFormat: string,
  nameOf: (i: number) => string,
): Members {
  const format = parseStructFormat(codes);
  if (format === undefined) return new Map([["error", `Invalid ${kind} format ${dataFormat}`]]);
  if (format.size !== data.length) {
    const found = `data ${toHexString(data)} data len ${data.length}`;
    const error = `Mismatched ${kind}/data format ${dataFormat} expected data len ${format.size} ${found}`;
    return new Map([["error", error]]);
  }
  const members: Members = new Map();
  unpackStruct(format, data).forEach((item, i) => {
    members.set(nameOf(i), item);
  });
  return members;
}
