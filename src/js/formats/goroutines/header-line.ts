import { NONE } from "../../base/brand.ts";
import { decodeUtf8Lossy } from "../../base/bytes.ts";
import {
  BACKSLASH,
  BRACE_OPEN,
  BRACKET_CLOSE,
  BRACKET_OPEN,
  COLON,
  Decimal,
  hasPrefix,
  QUOTE,
  SPACE,
} from "./ascii.ts";
import type { ThreadText } from "./dump-rows.ts";
import type { Vocabulary } from "./vocabulary.ts";

const GOROUTINE = "goroutine ";

/**
 * The header of one goroutine:
 * `goroutine <id>[ gp=0x… m=(N mp=0x…|nil)] [<status>][ {<labels>}]:`
 *
 * One instance is reused for all headers; `read` fills it.
 */
export class HeaderLine {
  readonly id: Decimal = new Decimal();
  status: number = NONE;
  labels: number = NONE;
  thread: ThreadText | undefined;

  /** @returns false when the line is not a header. */
  read(bytes: Uint8Array, from: number, end: number, vocabulary: Vocabulary): boolean {
    if (!hasPrefix(bytes, from, end, GOROUTINE)) return false;
    const digits = from + GOROUTINE.length;
    let at = this.id.read(bytes, digits, end);
    if (at === digits || bytes[at] !== SPACE) return false;
    const open = bytes[at + 1] === BRACKET_OPEN ? at + 1 : findThread(bytes, at + 1, end);
    if (open < 0 || open >= end) return false;
    this.thread = open === at + 1 ? undefined : parseThread(decodeUtf8Lossy(bytes.subarray(at + 1, open)));
    const close = findClose(bytes, open + 1, end);
    if (close < 0) return false;
    this.status = vocabulary.internStatus(bytes, open + 1, close);
    at = close + 1;
    let last = end;
    while (last > at && bytes[last - 1] === SPACE) last--;
    if (last <= at || bytes[last - 1] !== COLON) return false;
    return this.readLabels(bytes, bytes[at] === SPACE ? at + 1 : at, last - 1, vocabulary);
  }

  private readLabels(bytes: Uint8Array, from: number, end: number, vocabulary: Vocabulary): boolean {
    this.labels = NONE;
    if (from < end) {
      if (bytes[from] !== BRACE_OPEN) return false;
      this.labels = vocabulary.internLabels(bytes, from, end);
      return true;
    }
    const { labelText } = vocabulary.status(this.status);
    if (labelText === undefined) return true;
    const text = new TextEncoder().encode(labelText);
    this.labels = vocabulary.internLabels(text, 0, text.length);
    return true;
  }
}

/** Place of the `[` behind `gp=… m=…`, or -1. */
function findThread(bytes: Uint8Array, from: number, end: number): number {
  if (!hasPrefix(bytes, from, end, "gp=")) return -1;
  for (let at = from; at < end; at++) if (bytes[at] === BRACKET_OPEN) return at;
  return -1;
}

/** The `]` that ends the status: the first one that is not inside quotes (draft forms put labels in the brackets). */
function findClose(bytes: Uint8Array, from: number, end: number): number {
  let quoted = false;
  for (let at = from; at < end; at++) {
    const c = bytes[at]!;
    if (c === QUOTE) quoted = !quoted;
    else if (quoted && c === BACKSLASH) at++;
    else if (!quoted && c === BRACKET_CLOSE) return at;
  }
  return -1;
}

function parseThread(text: string): ThreadText {
  const field = (name: string): string => new RegExp(`(?:^| )${name}=(\\S+)`).exec(text)?.[1] ?? "";
  return { gp: field("gp"), m: field("m"), mp: field("mp") };
}
