import { fromHexString } from "../base/bytes.ts";
import { SnapshotError } from "../base/errors.ts";
import type { FormatId } from "../base/format-id.ts";
import type { Issue } from "../base/issue.ts";
import { type JsonObject, parseJson } from "../base/json.ts";
import type { CrashAnalysis, CrashFinding, StackCandidate } from "./crash-analysis.ts";
import { plainNumbers, Reader } from "./document-reader.ts";
import { readStacks } from "./document-stacks.ts";
import type { Fact, FactValue } from "./facts.ts";
import type { LogRecord, LogSource } from "./logs.ts";
import { type InputSummary, SNAPSHOT_SCHEMA, type Snapshot } from "./snapshot.ts";
import type { SymbolizedAddress } from "./symbolized-address.ts";
import type { CodeFrame, CodeSymbol } from "./symbols.ts";
import type { Timeline, TimelineEvent } from "./timelines.ts";
import type { Scalar, ValueKind, ValueNode, ValueSource } from "./values.ts";

/** Two levels of JSON per level of the value tree. */
const DEPTH = 2048;

/**
 * Reads the document that `toJson` writes: the five shapes come back as they were; `native` is undefined.
 * @throws SnapshotError `MalformedJson`, `NewerSchema`, `ValueOutOfRange` for a document of another shape.
 */
export function fromJson(text: string): Snapshot {
  const document = new Reader(parseJson(text, { depth: DEPTH }), "");
  const schema = document.member("schema").integer();
  if (schema > SNAPSHOT_SCHEMA) {
    throw new SnapshotError(
      "NewerSchema",
      `reading a snapshot document: schema ${schema} is newer than ${SNAPSHOT_SCHEMA}`,
      {
        fields: { found: schema, supported: SNAPSHOT_SCHEMA },
      },
    );
  }
  return {
    schema: SNAPSHOT_SCHEMA,
    format: document.member("format").text() as FormatId,
    inputs: document.member("inputs").list((input) => input.plain<InputSummary>()),
    facts: document.member("facts").list(readFact),
    issues: document.member("issues").list((issue) => issue.plain<Issue>()),
    ...(document.has("analysis") && { analysis: document.member("analysis").list(readAnalysis) }),
    stacks: readStacks(document.member("stacks")),
    logs: readLogs(document.member("logs")),
    ...(document.has("timelines") && { timelines: document.member("timelines").list(readTimeline) }),
    values: documentValues(document.member("values").object()),
    native: undefined,
  };
}

function readFact(fact: Reader): Fact {
  const value = fact.member("value").value;
  if (value === null || typeof value === "object") throw fact.wrong("a scalar");
  return { ...fact.plain<Omit<Fact, "value">>(), value: value satisfies FactValue };
}

function readAnalysis(analysis: Reader): CrashAnalysis {
  return {
    path: analysis.member("path").text(),
    findings: analysis.member("findings").list((finding) => finding.plain<CrashFinding>()),
    corrected: analysis.member("corrected").list((stack) => ({
      context: stack.member("context").integer(),
      name: stack.member("name").text(),
      addresses: stack.member("addresses").list((address) => ({
        ...(Object.fromEntries(address.object()) as unknown as SymbolizedAddress),
        frames: address.member("frames").list((frame) => frame.plain<CodeFrame>()),
      })),
    })),
    stacks: analysis.member("stacks").list((stack) => ({
      thread: stack.member("thread").text(),
      words: stack.member("words").integer(),
      candidates: stack.member("candidates").list(readCandidate),
    })),
  };
}

function readCandidate(candidate: Reader): StackCandidate {
  return {
    ...(Object.fromEntries(candidate.object()) as unknown as StackCandidate),
    offset: candidate.member("offset").integer(),
    ...(candidate.has("symbol") && { symbol: candidate.member("symbol").plain<CodeSymbol>() }),
  };
}

function readLogs(logs: Reader): LogSource {
  const { timeUnit, epoch } = Object.fromEntries(logs.object()) as Pick<LogSource, "timeUnit" | "epoch">;
  const records = logs.member("records").list((record) => {
    const { time, ...rest } = Object.fromEntries(record.object());
    return { ...(plainNumbers(rest) as unknown as LogRecord), ...(typeof time === "bigint" && { time }) };
  });
  return {
    length: records.length,
    ...(timeUnit !== undefined && { timeUnit }),
    ...(epoch !== undefined && { epoch }),
    at: (ix) => records[ix]!,
  };
}

function readTimeline(timeline: Reader): Timeline {
  return {
    path: timeline.member("path").text(),
    events: timeline.member("events").list((event) => {
      const { arguments: args, ...rest } = Object.fromEntries(event.object());
      return {
        ...(rest as unknown as TimelineEvent),
        ...(args instanceof Map && { arguments: Object.fromEntries(args) as TimelineEvent["arguments"] }),
      } as TimelineEvent;
    }),
  };
}

// -- values ----------------------------------------------------------------------------------------------------------

/** The lazy tree over a parsed document; every handle is the node's own object. */
function documentValues(root: JsonObject): ValueSource {
  const childrenOf = (node: ValueNode): readonly JsonObject[] =>
    ((node.handle as JsonObject).get("children") ?? []) as readonly JsonObject[];
  return {
    root: toNode(root),
    count: (node) => childrenOf(node).length,
    page: (node, from, count) =>
      childrenOf(node)
        .slice(from, from + count)
        .map(toNode),
    child(node, name) {
      const found = childrenOf(node).find((child) => child.get("name") === name);
      return found === undefined ? undefined : toNode(found);
    },
    scalar: (node) => scalarOf(node.handle as JsonObject),
    rawInteger(node) {
      const own = node.handle as JsonObject;
      const raw = own.get("raw") ?? own.get("value");
      return typeof raw === "bigint" ? raw : undefined;
    },
  };
}

function toNode(document: JsonObject): ValueNode {
  const origin = document.get("origin") as readonly [bigint, bigint, bigint] | undefined;
  const problem = document.get("problem") as JsonObject | undefined;
  const [typeName, address, note] = ["type", "address", "note"].map((key) => document.get(key));
  return {
    kind: document.get("kind") as ValueKind,
    name: document.get("name") as string,
    ...(typeof typeName === "string" && { typeName }),
    ...(typeof address === "bigint" && { address }),
    ...(origin !== undefined && {
      origin: { input: Number(origin[0]), offset: Number(origin[1]), length: Number(origin[2]) },
    }),
    ...(typeof note === "string" && { note }),
    ...(problem !== undefined && { problem: Object.fromEntries(problem) as { code: string; message: string } }),
    handle: document,
  };
}

function scalarOf(document: JsonObject): Scalar {
  const bytes = document.get("bytes");
  if (typeof bytes === "string") return fromHexString(bytes) ?? new Uint8Array(0);
  const value = document.get("value");
  if (value === undefined) return null;
  // NaN and the infinities are strings in JSON.
  return document.get("kind") === "float" && typeof value === "string" ? Number(value) : (value as Scalar);
}
