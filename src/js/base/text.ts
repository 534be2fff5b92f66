/** Escapes for every place where text out of a snapshot is shown. All such text is hostile. */

/**
 * Shows C0, C1, DEL and bidirectional controls as `\x1b` or `\u202e`; `keepLines` leaves `\n` and `\t` alone.
 * For terminals: no escape sequence of a snapshot may reach one.
 */
export function escapeTerminal(text: string, keepLines = true): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => {
    if (keepLines && (c === "\n" || c === "\t")) return c;
    const code = c.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** For element content and quoted attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => HTML[c]!);
}

/** One CSV cell (RFC 4180); a leading `=`, `+`, `-`, `@`, tab or CR is defused with an apostrophe. */
export function escapeCsv(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Inline Markdown text: no markup, no link, no table break, no HTML. */
export function escapeMarkdown(text: string): string {
  return escapeTerminal(text, false).replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, (c) => `\\${c}`);
}

/** Number of code points: what upstream tools written in Python call the length of a text. */
export function codePointLength(text: string): number {
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 0xd800 && c < 0xdc00 && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
    n++;
  }
  return n;
}

/** Order by UTF-16 code units: the same on every host, no locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Order by code points, which is the order of the UTF-8 bytes: what tools written in Go and C sort by. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return orderOfUnit(x) - orderOfUnit(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for the highest code points, but their values do not come last. */
function orderOfUnit(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** The nearest of `names` to a misspelt one, nearest first; at most `most`. */
export function suggestNames(wanted: string, names: readonly string[], most = 3): string[] {
  const scored: { name: string; score: number }[] = [];
  for (const name of names) {
    const score = editDistance(wanted.toLowerCase(), name.toLowerCase());
    if (score <= Math.max(2, Math.floor(wanted.length / 3))) scored.push({ name, score });
  }
  scored.sort((a, b) => a.score - b.score || compareText(a.name, b.name));
  return scored.slice(0, most).map((s) => s.name);
}

function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return a === b ? 0 : 99;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
