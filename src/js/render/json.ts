import { renderJson } from "../base/json.ts";
import type { CrashAnalysis } from "../model/crash-analysis.ts";
import type { LogSource } from "../model/logs.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Timeline } from "../model/timelines.ts";
import type { Scalar, ValueNode, ValueSource } from "../model/values.ts";
import { pick } from "./json-members.ts";
import { stacksDocument } from "./stacks-json.ts";

const PAGE = 1000;

const INPUT = ["name", "byteLength"] as const;
const ISSUE = ["code", "severity", "message", "offset", "path", "input"] as const;
const FINDING = ["about", "severity", "text"] as const;
const ADDRESS = ["address", "lookedUp", "role", "special"] as const;
const SYMBOL = ["name", "file", "line"] as const;
const CODE_FRAME = [...SYMBOL, "column", "inlined"] as const;
const CANDIDATE = ["offset", "value", "address", "confirmed"] as const;
const EVENT = ["phase", "name", "lane", "id", "arguments"] as const;
const RECORD = ["time", "level", "text", "module", "file", "line", "thread", "flags", "dropped", "tags"] as const;

/**
 * The snapshot as one JSON document (docs/json-schema/snapshot.schema.json): the five shapes, nothing left out, integers
 * exact, floats marked (`2.0`), bytes as hex. Pointers are written as addresses and not followed. The format's own
 * `native` part is not in it.
 */
export function toJson(snapshot: Snapshot): string {
  return [...jsonChunks(snapshot)].join("");
}

/** `toJson` piece by piece, for documents larger than one string can be. */
export function* jsonChunks(snapshot: Snapshot): Generator<string> {
  const { schema, format, inputs, facts, issues } = snapshot;
  const head = write({
    schema: BigInt(schema),
    format,
    inputs: inputs.map((input) => pick(input, INPUT)),
    facts: facts.map(({ key, value, unit, origin }) => ({ key, value, unit, origin })),
    issues: issues.map((issue) => pick(issue, ISSUE)),
  });
  yield head.slice(0, -1);
  if (snapshot.analysis !== undefined) yield `,"analysis":${write(snapshot.analysis.map(analysisDocument))}`;
  yield `,"stacks":${write(stacksDocument(snapshot.stacks))}`;
  yield* logChunks(snapshot.logs);
  if (snapshot.timelines !== undefined) yield* timelineChunks(snapshot.timelines);
  yield ',"values":';
  yield* valueChunks(snapshot.values, snapshot.values.root);
  yield "}";
}

/** The document of one value and everything inside it. */
export function* valueChunks(values: ValueSource, root: ValueNode): Generator<string> {
  const open: { node: ValueNode; total: number; next: number; page: readonly ValueNode[]; from: number }[] = [];
  const enter = (node: ValueNode): string => {
    const members = valueMembers(values, node);
    const total = node.kind === "pointer" ? 0 : values.count(node);
    if (total === 0) return `${members}}`;
    open.push({ node, total, next: 0, page: [], from: 0 });
    return `${members},"children":[`;
  };
  yield enter(root);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    if (top.next >= top.from + top.page.length) {
      top.from = top.next;
      top.page = top.next < top.total ? values.page(top.node, top.next, PAGE) : [];
    }
    const child = top.page[top.next - top.from];
    if (child === undefined) {
      open.pop();
      yield "]}";
    } else {
      const comma = top.next++ === 0 ? "" : ",";
      yield comma + enter(child);
    }
  }
}

/** The members of one value but for its children. Written by hand: there are millions of them. */
function valueMembers(values: ValueSource, node: ValueNode): string {
  const { kind, name, typeName, address, origin, note, problem } = node;
  const scalar = values.scalar(node);
  const raw = values.rawInteger?.(node);
  const place = origin === undefined ? "" : `,"origin":[${origin.input},${origin.offset},${origin.length}]`;
  return (
    `{"kind":"${kind}"${member("name", name)}${member("type", typeName)}${member("address", address)}${place}` +
    `${member("note", note)}${member("problem", problem)}${scalarMember(scalar)}${member("raw", raw === scalar ? undefined : raw)}`
  );
}

function scalarMember(scalar: Scalar): string {
  return scalar === null ? "" : member(scalar instanceof Uint8Array ? "bytes" : "value", scalar);
}

function member(key: string, value: unknown): string {
  return value === undefined ? "" : `,"${key}":${write(value)}`;
}

function analysisDocument({ path, findings, corrected, stacks }: CrashAnalysis): Record<string, unknown> {
  return {
    path,
    findings: findings.map((finding) => pick(finding, FINDING)),
    corrected: corrected.map(({ context, name, addresses }) => ({
      context: BigInt(context),
      name,
      addresses: addresses.map(({ frames, ...rest }) => ({
        ...pick(rest, ADDRESS),
        frames: frames.map((frame) => pick(frame, CODE_FRAME)),
      })),
    })),
    stacks: stacks.map(({ thread, words, candidates }) => ({
      thread,
      words: BigInt(words),
      candidates: candidates.map(({ symbol, ...rest }) => ({
        ...pick(rest, CANDIDATE),
        symbol: symbol && pick(symbol, SYMBOL),
      })),
    })),
  };
}

function* logChunks(logs: LogSource): Generator<string> {
  const { length, timeUnit, epoch } = logs;
  yield `,"logs":${write({ timeUnit, epoch }).slice(0, -1)}${timeUnit === undefined && epoch === undefined ? "" : ","}"records":[`;
  for (let ix = 0; ix < length; ix++) yield (ix === 0 ? "" : ",") + write(pick(logs.at(ix), RECORD));
  yield "]}";
}

function* timelineChunks(timelines: readonly Timeline[]): Generator<string> {
  yield ',"timelines":[';
  for (const [ix, { path, events }] of timelines.entries()) {
    yield `${ix === 0 ? "" : ","}{"path":${write(path)},"events":[`;
    for (const [at, event] of events.entries()) {
      yield (at === 0 ? "" : ",") + write({ timeUs: event.timeUs, ...pick(event, EVENT) });
    }
    yield "]}";
  }
  yield "]";
}

function write(value: unknown): string {
  return renderJson(value, { markFloats: true });
}
