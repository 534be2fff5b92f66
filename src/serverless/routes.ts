import { defaultSignatureRules, groupKey, type Signature, signatureOf } from "../js/identity.ts";
import {
  canonicalPath,
  dump,
  escapeHtml,
  getPath,
  jsonChunks,
  renderFacts,
  renderIssues,
  renderJson,
  renderMembers,
  renderValue,
  type Snapshot,
  SnapshotError,
  toHtmlChunks,
  valueChunks,
} from "../js/index.ts";
import { type SnapshotVerdict, verdict, verdictText } from "../js/verdict.ts";
import type { Answer } from "./answer.ts";
import { judge } from "./judging.ts";
import type { MediaType } from "./media-type.ts";
import type { PartName, Uploads } from "./request-body.ts";

/** One request to a route, its snapshot opened. */
export interface RouteCall {
  readonly snapshot: Snapshot;
  /** Of how many in the input. */
  readonly count: number;
  readonly uploads: Uploads;
  readonly query: URLSearchParams;
  /** What the answer has to be written as; one of the route's `offers`. */
  readonly type: MediaType;
}

export interface QueryParameter {
  readonly summary: string;
  readonly required?: boolean;
  readonly repeats?: boolean;
}

export interface Route {
  /** Last component of the path: `/v1/<name>`. */
  readonly name: string;
  readonly summary: string;
  /** The first is the default. */
  readonly offers: readonly MediaType[];
  readonly parts: readonly PartName[];
  readonly query: Readonly<Record<string, QueryParameter>>;
  answer(call: RouteCall): Answer | Promise<Answer>;
}

const OPENING: Readonly<Record<string, QueryParameter>> = {
  format: { summary: "read as this format instead of detecting it" },
  strict: { summary: "1: refuse what the format's own tools refuse" },
  snapshot: { summary: "which snapshot of the input, counted from 0" },
};
const OPENING_PARTS = ["file", "tokens", "artifact", "btf"] as const;
const EVERYTHING = { valueLines: 100_000, valueDepth: 64 };
const DOCUMENTS = ["application/json", "text/plain", "text/html"] as const;

const dumpRoute: Route = {
  name: "dump",
  summary: "the whole snapshot: as text the report for people, as JSON everything, as HTML one self-contained page",
  offers: ["text/plain", "application/json", "text/html"],
  parts: OPENING_PARTS,
  query: OPENING,
  async answer({ snapshot, query, type }) {
    const strict = query.has("strict") && query.get("strict") !== "0";
    if (type === "text/html") return { type, body: await toHtmlChunks(snapshot) };
    if (type === "application/json") return { type, body: jsonChunks(snapshot) };
    return { type, body: await dump(snapshot, { strict }) };
  },
};

const infoRoute: Route = {
  name: "info",
  summary: "what happened in one sentence; format, size, SHA-256, facts, signature and issues",
  offers: DOCUMENTS,
  parts: OPENING_PARTS,
  query: OPENING,
  async answer({ snapshot, count, uploads, type }) {
    const { format, facts, issues, inputs, stacks, logs, values } = snapshot;
    const counts = { stacks: stacks.contexts.length, logs: logs.length, values: values.count(values.root) };
    const files = await Promise.all(
      uploads.file.map(async ({ name, bytes }) => ({ name, byteLength: bytes.length, sha256: await sha256(bytes) })),
    );
    const { id, title } = signatureOf(snapshot, defaultSignatureRules());
    const judged = verdict(snapshot);
    const document = {
      schema: 1,
      format,
      snapshots: count,
      verdict: verdictDocument(judged),
      files,
      inputs,
      counts,
      facts,
      signature: { id, title },
      issues,
    };
    const text = () => `${verdictText(judged)}\n\n${renderFacts({ facts })}${renderIssues({ issues })}`;
    return written(type, document, text);
  },
};

const getRoute: Route = {
  name: "get",
  summary: "the value at a path",
  offers: DOCUMENTS,
  parts: OPENING_PARTS,
  query: { ...OPENING, path: { summary: "as `coldframe ls` prints them, e.g. threads[0].name", required: true } },
  answer({ snapshot, query, type }) {
    const given = query.get("path");
    if (given === null) throw new SnapshotError("UsageError", "the query parameter `path` is missing");
    const node = getPath(snapshot, given);
    const { values } = snapshot;
    if (type !== "application/json") {
      const isLeaf = values.count(node) === 0 || values.scalar(node) !== null;
      const text = isLeaf ? `${renderValue(values, node)}\n` : renderMembers(values, node, EVERYTHING);
      return { type, body: type === "text/html" ? page(given, text) : text };
    }
    return { type, body: getChunks(canonicalPath(snapshot, given), valueChunks(values, node)) };
  },
};

const signatureRoute: Route = {
  name: "signature",
  summary: "what makes this crash the same as another, with every step that led to it",
  offers: DOCUMENTS,
  parts: OPENING_PARTS,
  query: OPENING,
  answer({ snapshot, type }) {
    const found = signatureOf(snapshot, defaultSignatureRules());
    return written(type, { schema: 1, ...found }, () => signatureText(found));
  },
};

const groupKeyRoute: Route = {
  name: "group-key",
  summary: "the key that a fleet groups by: signature, format and version of the rules",
  offers: DOCUMENTS,
  parts: OPENING_PARTS,
  query: OPENING,
  async answer({ snapshot, uploads, type }) {
    const signature = signatureOf(snapshot, defaultSignatureRules());
    const { format } = snapshot;
    const key = groupKey({ format, signature });
    const contentHash = await sha256(uploads.file[0]!.bytes);
    const document = { schema: 1, key, format, signature: signature.id, rules: signature.rules, contentHash };
    return written(type, document, () => `${key}\n`);
  },
};

const triageRoute: Route = {
  name: "triage",
  summary: "what rules say of the snapshot; without rules in the request, the built-in ones of its format",
  offers: DOCUMENTS,
  parts: [...OPENING_PARTS, "rules"],
  query: OPENING,
  answer({ snapshot, uploads, type }) {
    const { document, text } = judge(snapshot, uploads.rules);
    return written(type, document, () => text);
  },
};

export const ROUTES: readonly Route[] = [dumpRoute, infoRoute, getRoute, signatureRoute, triageRoute, groupKeyRoute];

/** A document as JSON, or its text, or the text on a page. */
function written(type: MediaType, document: object, text: () => string): Answer {
  if (type === "application/json") return { type, body: `${renderJson(document)}\n` };
  return { type, body: type === "text/html" ? page("coldframe", text()) : text() };
}

function page(title: string, text: string): string {
  const head = `<meta charset="utf-8"><title>${escapeHtml(title)}</title>`;
  return `<!doctype html>\n<html lang="en"><head>${head}</head><body><pre>${escapeHtml(text)}</pre></body></html>\n`;
}

function verdictDocument(found: SnapshotVerdict): object {
  const { severity, inferred, reasons, missing } = found;
  return { text: verdictText(found), severity, inferred, reasons, missing };
}

function* getChunks(path: string, value: Iterable<string>): Generator<string> {
  yield `{"schema":1,"path":${JSON.stringify(path)},"value":`;
  yield* value;
  yield "}\n";
}

function signatureText({ id, title, parts }: Signature): string {
  const lines = parts.flatMap(({ id: part, why, values, steps }) => [
    `  ${part}: ${values.length === 0 ? "(nothing)" : values.join(" | ")}  [${why}]`,
    ...steps.map(({ action, before, after, why: because }) =>
      after === undefined ? `    ${action} ${before}: ${because}` : `    ${action} ${before} → ${after}: ${because}`,
    ),
  ]);
  return [`${id} ${title}`, ...lines, ""].join("\n");
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
