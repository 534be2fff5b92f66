const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};
const NUMERIC = /(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/y;

/**
 * Reads one string in Go's `%q` form (or the runtime's traceback form, a subset) that starts at `text[from] === '"'`.
 * @returns the value and the place after the closing quote, or undefined when it does not end.
 */
export function readGoQuoted(text: string, from: number): { value: string; end: number } | undefined {
  let value = "";
  for (let at = from + 1; at < text.length; ) {
    const c = text[at]!;
    if (c === '"') return { value, end: at + 1 };
    if (c !== "\\") {
      value += c;
      at++;
      continue;
    }
    const read = readEscape(text, at + 1);
    value += read.value;
    at = read.end;
  }
  return undefined;
}

function readEscape(text: string, at: number): { value: string; end: number } {
  const c = text[at] ?? "";
  if (Object.hasOwn(ESCAPES, c)) return { value: ESCAPES[c]!, end: at + 1 };
  NUMERIC.lastIndex = at;
  const match = NUMERIC.exec(text);
  if (match === null) return { value: `\\${c}`, end: at + 1 };
  const hex = match[1] ?? match[2] ?? match[3];
  const code = hex === undefined ? Number.parseInt(match[4]!, 8) : Number.parseInt(hex, 16);
  return { value: code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd", end: NUMERIC.lastIndex };
}

export type Labels = Readonly<Record<string, string>>;

/**
 * Reads `{k: v, k2: "v 2"}`: the labels of a traceback header (bare words, or quoted), of debug=1 (`"k":"v"`) and of the
 * drafts seen in the wild. `end` is the place after the closing brace.
 *
 * The runtime prints a bare word only for characters of `[A-Za-z0-9./_]`; the empty string prints as nothing.
 */
export function parseLabels(text: string, from = 0): { labels: Labels; end: number } | undefined {
  if (text[from] !== "{") return undefined;
  const labels: Record<string, string> = Object.create(null);
  let at = from + 1;
  if (text[at] === "}") return { labels, end: at + 1 };
  for (;;) {
    const key = readWord(text, at, ":");
    if (key === undefined || text[key.end] !== ":") return undefined;
    at = key.end + 1;
    if (text[at] === " ") at++;
    const value = readWord(text, at, ",}");
    if (value === undefined) return undefined;
    labels[key.value] = value.value;
    at = value.end;
    if (text[at] === "}") return { labels, end: at + 1 };
    if (text[at] !== ",") return undefined;
    at += text[at + 1] === " " ? 2 : 1;
  }
}

function readWord(text: string, from: number, stops: string): { value: string; end: number } | undefined {
  if (text[from] === '"') return readGoQuoted(text, from);
  let end = from;
  while (end < text.length && !stops.includes(text[end]!)) end++;
  return { value: text.slice(from, end), end };
}
