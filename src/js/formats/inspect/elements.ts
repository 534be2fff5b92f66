const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Byte range of one element. */
export interface ElementSpan {
  readonly start: number;
  readonly end: number;
}

export interface ElementList {
  readonly spans: readonly ElementSpan[];
  /** Where the array stops being one: the spans before it are whole. */
  readonly brokenAt?: number;
}

/**
 * Finds the elements of a JSON array without reading them, so that one bad or half element costs nothing but itself.
 * Strings and brackets are followed, nothing else is checked. One pass over the bytes, no recursion.
 */
export function splitElements(bytes: Uint8Array): ElementList {
  const spans: ElementSpan[] = [];
  let at = skipBlanks(bytes, 0);
  if (bytes[at] !== OPEN) return { spans, brokenAt: at };
  at = skipBlanks(bytes, at + 1);
  if (bytes[at] === CLOSE) return endOfList(bytes, spans, at);
  for (;;) {
    const start = skipBlanks(bytes, at);
    const end = findElementEnd(bytes, start);
    if (end === undefined || end === start) return { spans, brokenAt: start };
    spans.push({ start, end });
    if (bytes[end] === CLOSE) return endOfList(bytes, spans, end);
    at = end + 1;
  }
}

function endOfList(bytes: Uint8Array, spans: readonly ElementSpan[], at: number): ElementList {
  const rest = skipBlanks(bytes, at + 1);
  return rest < bytes.length ? { spans, brokenAt: rest } : { spans };
}

/** Offset of the `,` or `]` that ends the element, or undefined at the end of the bytes. */
function findElementEnd(bytes: Uint8Array, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const c = bytes[at]!;
    if (c === QUOTE) {
      at = findStringEnd(bytes, at);
    } else if (c === OPEN || c === OPEN_BRACE) {
      depth++;
    } else if (c === CLOSE || c === CLOSE_BRACE) {
      if (depth === 0) return at;
      depth--;
    } else if (c === COMMA && depth === 0) {
      return at;
    }
  }
  return undefined;
}

function findStringEnd(bytes: Uint8Array, open: number): number {
  let at = open + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === SPACE || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}
