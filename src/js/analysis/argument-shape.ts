import type { ByteColumn } from "../base/columns.ts";

/**
 * What of an argument text has to be equal: everything, everything but pointers, or only how many there are and how
 * they nest.
 */
export type ArgumentMatch = "text" | "pointers" | "shape";

/** Values between these are taken for addresses. The heap may be anywhere (Go 1.26 moves it), so size is all there is. */
export const POINTER_FLOOR = 0x8_0000;
const FLOOR = BigInt(POINTER_FLOOR);
const POINTER_CEILING = 0x7fff_ffff_ffff_ffffn;

const ZERO = 0x30;
const NINE = 0x39;
const SMALL_A = 0x61;
const SMALL_F = 0x66;
const SMALL_X = 0x78;
const QUESTION = 0x3f;
const STAR = 0x2a;

/**
 * Writes the canonical form of `bytes[from … to)` — arguments as a traceback prints them: `0x1, {0x2?, 0x3}, ...` —
 * so that texts which match are equal bytes.
 */
export function appendCanonical(
  out: ByteColumn,
  bytes: Uint8Array,
  from: number,
  to: number,
  match: ArgumentMatch,
): void {
  if (match === "text") {
    out.append(bytes, from, to);
    return;
  }
  for (let at = from; at < to; ) {
    const end = wordEnd(bytes, at, to);
    if (end === at) {
      out.append(bytes, at, at + 1);
      at++;
    } else {
      appendWord(out, bytes, at, end, match);
      at = end < to && bytes[end] === QUESTION ? end + 1 : end;
    }
  }
}

/** End of the hex word `0x…` at `at`, or `at`. */
function wordEnd(bytes: Uint8Array, at: number, to: number): number {
  if (bytes[at] !== ZERO || at + 2 >= to || bytes[at + 1] !== SMALL_X) return at;
  let end = at + 2;
  while (end < to && isHex(bytes[end]!)) end++;
  return end === at + 2 ? at : end;
}

function isHex(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || (byte >= SMALL_A && byte <= SMALL_F);
}

const STAR_BYTES = Uint8Array.of(STAR);

function appendWord(out: ByteColumn, bytes: Uint8Array, from: number, to: number, match: ArgumentMatch): void {
  if (match === "shape" || isPointer(bytes, from, to)) out.append(STAR_BYTES, 0, 1);
  else out.append(bytes, from, to);
}

/** Words of 6 … 15 digits need no arithmetic. */
function isPointer(bytes: Uint8Array, from: number, to: number): boolean {
  const digits = to - from - 2;
  if (digits < 5) return false;
  if (digits >= 6 && digits <= 15) return bytes[from + 2] !== ZERO || parseWord(bytes, from, to) > FLOOR;
  const value = parseWord(bytes, from, to);
  return value > FLOOR && value < POINTER_CEILING;
}

function parseWord(bytes: Uint8Array, from: number, to: number): bigint {
  return BigInt(String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 18))));
}

/** One argument list as a tree: what tables and queries show. */
export type Argument =
  | { readonly kind: "word"; readonly value: bigint; readonly isDoubtful: boolean }
  | { readonly kind: "aggregate"; readonly fields: readonly Argument[] }
  /** `...`: more arguments than are printed; `_`: a value whose place is not known. */
  | { readonly kind: "elided" | "unknown" };

const MAX_DEPTH = 16;

/** Reads an argument text. Nesting beyond what the runtime prints (five levels) is cut at sixteen. */
export function parseArguments(text: string): readonly Argument[] {
  const root: Argument[] = [];
  const stack: Argument[][] = [root];
  const tokens = /\{|\}|0x([0-9a-f]{1,16})(\?)?|\.\.\.|_\??/g;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const fields = stack.at(-1)!;
    if (match[0] === "{") {
      if (stack.length >= MAX_DEPTH) break;
      const inner: Argument[] = [];
      fields.push({ kind: "aggregate", fields: inner });
      stack.push(inner);
    } else if (match[0] === "}") {
      if (stack.length > 1) stack.pop();
    } else if (match[1] !== undefined) {
      fields.push({ kind: "word", value: BigInt(`0x${match[1]}`), isDoubtful: match[2] !== undefined });
    } else fields.push({ kind: match[0] === "..." ? "elided" : "unknown" });
  }
  return root;
}

/** True when a value is large enough to be an address. */
export function looksLikePointer(value: bigint): boolean {
  return value > FLOOR && value < POINTER_CEILING;
}
