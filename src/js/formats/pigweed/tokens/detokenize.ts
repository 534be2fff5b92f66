import { SnapshotError } from "../../../base/errors.ts";
import type { Issue } from "../../../base/issue.ts";
import { DEFAULT_LIMITS } from "../../../base/limits.ts";
import { decodeBase64 } from "./base64.ts";
import { type DetokenizedMessage, Detokenizer, type DetokenizerOptions } from "./detokenizer.ts";
import { parseFormat } from "./format-plan.ts";
import { MessageFormatter } from "./message-format.ts";
import type { TokenDatabase } from "./token-database.ts";
import { isWhitespace } from "./unicode.ts";

/** How a single message is written. `auto`: base64 if it starts with the prefix, else hex if it is that, else base64. */
export type MessageEncoding = "base64" | "hex" | "auto";

export interface DetokenizeResult<Value> {
  readonly value: Value;
  readonly issues: readonly Issue[];
}

/** Longest piece that is expanded at once; longer texts are cut after a line end. */
const PIECE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

/** Collects issues besides handing them on. */
function collect(options: DetokenizerOptions): { options: DetokenizerOptions; issues: Issue[] } {
  const issues: Issue[] = [];
  const onIssue = (issue: Issue): void => {
    if (issues.length < DEFAULT_LIMITS.issues) issues.push(issue);
    options.onIssue?.(issue);
  };
  return { options: { ...options, onIssue }, issues };
}

/**
 * Replaces the known tokens in a text file: base64, octal, decimal and hex tokens, nested ones too. The text need not
 * be UTF-8; what is not a known token comes out as it went in.
 * @throws SnapshotError in strict mode: `UnknownTokenBase`, `StarArgumentFailed`, `UnencodableText`
 */
export function detokenizeText(
  text: Uint8Array,
  database: TokenDatabase,
  options: DetokenizerOptions = {},
): DetokenizeResult<readonly Uint8Array[]> {
  const collected = collect(options);
  const detokenizer = new Detokenizer(database, collected.options);
  const value: Uint8Array[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.length - start > PIECE_BYTES ? text.lastIndexOf(NEWLINE, start + PIECE_BYTES) : -1;
    const end = newline >= start ? newline + 1 : Math.min(start + PIECE_BYTES, text.length);
    value.push(detokenizer.expandBytes(text.subarray(start, end)));
    start = end;
  }
  return { value, issues: collected.issues };
}

/**
 * Decodes one binary message with everything it may mean.
 * @throws SnapshotError in strict mode, as `detokenizeText`
 */
export function detokenizeBytes(
  message: Uint8Array,
  database: TokenDatabase,
  options: DetokenizerOptions = {},
): DetokenizeResult<DetokenizedMessage> {
  const collected = collect(options);
  const value = new Detokenizer(database, collected.options).detokenize(message);
  return { value, issues: collected.issues };
}

/**
 * Bytes of a message written as text. White space is ignored, and so are a leading prefix (base64) or `0x` (hex).
 * @throws SnapshotError `UsageError` if the text is not of that encoding
 */
export function parseMessage(text: string, encoding: MessageEncoding = "auto", prefix = "$"): Uint8Array {
  const compact = [...text].filter((char) => !isWhitespace(char.codePointAt(0)!)).join("");
  const prefixed = compact.startsWith(prefix);
  if (encoding === "hex" || (encoding === "auto" && !prefixed)) {
    const bytes = parseHex(compact.replace(/^0x/i, ""));
    if (bytes !== undefined) return bytes;
    if (encoding === "hex") throw notEncoded(text, "pairs of hex digits");
  }
  const data = prefixed ? compact.slice(prefix.length) : compact;
  const out = new Uint8Array(data.length);
  const length = decodeBase64(data, 0, data.length, out);
  if (length < 0) throw notEncoded(text, encoding === "auto" ? "base64 or hex" : "base64");
  return out.slice(0, length);
}

function parseHex(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

function notEncoded(text: string, expected: string): SnapshotError {
  const found = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  return new SnapshotError("UsageError", `reading a message: found ${found}, expected ${expected}`);
}

/** A format string filled with encoded arguments. */
export interface FormattedText {
  readonly text: string;
  /** All arguments decoded and no byte left over. */
  readonly ok: boolean;
  /** One set of `ARGUMENT_STATUS` bits per specifier. */
  readonly statuses: readonly number[];
  /** Bytes left over after the last argument. */
  readonly remaining: number;
}

/**
 * Fills a printf format with the encoded arguments of a message (without its token).
 * @throws SnapshotError `StarArgumentFailed` in strict mode, where upstream's tools stop
 */
export function formatMessage(
  format: string,
  encoded: Uint8Array,
  options: { readonly showErrors?: boolean; readonly strict?: boolean } = {},
): FormattedText {
  const formatter = new MessageFormatter({
    showErrors: options.showErrors ?? false,
    maxLength: DEFAULT_LIMITS.textLength,
  });
  const text = formatter.format(parseFormat(format), encoded, 0, encoded.length);
  if (formatter.problem === "star" && options.strict === true) {
    throw new SnapshotError("StarArgumentFailed", `formatting ${JSON.stringify(format)}: a * argument cannot be used`, {
      format: "pigweed",
      fields: { format },
    });
  }
  const { failed, remaining, statuses } = formatter;
  return { text, ok: failed === 0 && remaining === 0, statuses, remaining };
}
