import { resolve } from "node:path";
import { type Issue, SnapshotError } from "../../js/index.ts";
import {
  type DetokenizedMessage,
  Detokenizer,
  detokenizeBytes,
  loadTokens,
  parseMessage,
  type TokenDatabase,
} from "../../js/pigweed.ts";
import { fileContent } from "../../js/platform/node.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT } from "../exit.ts";
import { readOptionFile, readTokens } from "../option-files.ts";

const NEWLINE = 0x0a;
/** A line longer than this is expanded in pieces. */
const LONGEST_LINE = 16 * 1024 * 1024;

export async function runDetokenize(call: Call): Promise<ExitStatus> {
  call.options.required("tokens");
  const database = loadTokens((await readTokens(call))!, { strict: call.options.flag("strict") });
  call.out.issues(database.issues);
  const messages = call.options.list("message");
  if (messages.length > 0) return decodeTexts(call, database, messages);
  const files = call.operands.length === 0 ? ["-"] : call.operands;
  if (call.options.flag("binary")) return decodeFiles(call, database, files);
  for (const file of files) await expandFile(call, database, file);
  return EXIT.ok;
}

async function decodeTexts(call: Call, database: TokenDatabase, texts: readonly string[]): Promise<ExitStatus> {
  for (const text of texts) {
    await printMessage(call, database, parseMessage(text, "auto", call.options.last("prefix") ?? "$"), text);
  }
  return EXIT.ok;
}

async function decodeFiles(call: Call, database: TokenDatabase, files: readonly string[]): Promise<ExitStatus> {
  for (const file of files) {
    const bytes = file === "-" ? await readAll(call) : (await readOptionFile(call, file)).bytes;
    await printMessage(call, database, bytes, file);
  }
  return EXIT.ok;
}

async function readAll({ host }: Call): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of host.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

async function printMessage(call: Call, database: TokenDatabase, bytes: Uint8Array, source: string): Promise<void> {
  const { value, issues } = detokenizeBytes(bytes, database, optionsOf(call));
  call.out.issues(issues, source);
  if (call.out.json) await call.out.jsonLine({ message: source, ...describe(value), issues });
  else {
    await call.out.text(value.text);
    if (!call.out.isTerminal) await call.out.line();
    if (!value.ok && value.error !== "") call.out.warn(`${source}: ${value.error}`);
  }
}

function describe({ token, ok, text, error, matches }: DetokenizedMessage): Record<string, unknown> {
  return {
    token: token === undefined ? undefined : token.toString(16).padStart(8, "0"),
    ok,
    text,
    error: error === "" ? undefined : error,
    matches: matches.map(({ entry, text: shown, ok: fits, remaining }) => ({
      text: shown,
      ok: fits,
      remaining,
      format: entry.string,
      domain: entry.domain,
    })),
  };
}

/** Whole lines at a time: a token never goes over a line end. */
async function expandFile(call: Call, database: TokenDatabase, file: string): Promise<void> {
  const issues: Issue[] = [];
  const detokenizer = new Detokenizer(database, { ...optionsOf(call), onIssue: (issue) => issues.push(issue) });
  let pending: Uint8Array = new Uint8Array(0);
  const emit = async (bytes: Uint8Array): Promise<void> => {
    if (bytes.length > 0) await print(call, detokenizer.expandBytes(bytes));
    call.out.issues(issues.splice(0), file);
  };
  for await (const chunk of await chunksOf(call, file)) {
    if (call.signal.aborted) return;
    const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    const cut = end === 0 && bytes.length > LONGEST_LINE ? bytes.length : end;
    await emit(bytes.subarray(0, cut));
    pending = bytes.subarray(cut);
  }
  await emit(pending);
}

async function print({ out, options }: Call, bytes: Uint8Array): Promise<void> {
  if (out.json) {
    for (const line of Buffer.from(bytes)
      .toString("utf8")
      .split(/(?<=\n)/))
      await out.jsonLine({ text: line.replace(/\n$/, "") });
  } else if (out.isTerminal && !options.flag("raw")) await out.fragment(Buffer.from(bytes).toString("utf8"));
  else await out.bytes(bytes);
}

async function chunksOf(call: Call, file: string): Promise<AsyncIterable<Uint8Array>> {
  if (file === "-") return call.host.stdin as AsyncIterable<Uint8Array>;
  const { content } = await fileContent(resolve(call.host.cwd, file));
  return content as unknown as AsyncIterable<Uint8Array>;
}

function optionsOf({ options, limits }: Call) {
  const prefix = options.last("prefix");
  if (prefix !== undefined && !/^[!-~]$/.test(prefix)) {
    throw new SnapshotError("UsageError", `--prefix is one printable ASCII character, not ${JSON.stringify(prefix)}`);
  }
  return {
    prefix,
    showErrors: options.flag("show-errors"),
    strict: options.flag("strict"),
    maxTextLength: limits.textLength,
  };
}
