import type { StackCandidate, StackFinding } from "../../model/crash-analysis.ts";
import type { CodeSymbol, Symbolizer } from "../../model/symbols.ts";
import type { ThreadReport } from "./threads.ts";

const WORD = 4;
/** Words of one stack that are looked at: 256 KiB. */
const MAX_WORDS = 65_536;
const MAX_CANDIDATES = 256;

/**
 * Scans a raw stack for words that point into code: those that the thread's backtrace has, and those whose name is a
 * function's with a line. 32-bit little-endian words, as all targets of the format that capture stacks are.
 * @returns undefined for a thread without a raw stack, or when nothing was found.
 */
export function analyseStack(thread: ThreadReport, symbols?: Symbolizer): StackFinding | undefined {
  const { rawStack, backtrace, stack } = thread;
  if (rawStack.length < WORD) return undefined;
  const known = new Set(backtrace.map(({ address }) => Number(address & ~1n)));
  const view = new DataView(rawStack.buffer, rawStack.byteOffset, rawStack.length);
  const words = Math.min(Math.floor(rawStack.length / WORD), MAX_WORDS);
  const candidates: StackCandidate[] = [];
  for (let ix = 0; ix < words && candidates.length < MAX_CANDIDATES; ix++) {
    const word = view.getUint32(ix * WORD, true);
    const confirmed = known.has(word - (word & 1));
    if (!confirmed && symbols === undefined) continue;
    const value = BigInt(word);
    const symbol = symbols === undefined ? undefined : codeSymbol(symbols, value);
    if (!confirmed && symbol === undefined) continue;
    candidates.push({
      offset: ix * WORD,
      value,
      ...(stack.pointer !== undefined && { address: stack.pointer + BigInt(ix * WORD) }),
      confirmed,
      ...(symbol !== undefined && { symbol }),
    });
  }
  return candidates.length === 0 ? undefined : { thread: thread.name, words, candidates };
}

/** A word is code if a source line made the instruction before it; data has no lines. */
function codeSymbol(symbols: Symbolizer, value: bigint): CodeSymbol | undefined {
  const even = value & ~1n;
  if (even < 2n) return undefined;
  const symbol = symbols.lookup(even - 1n);
  return symbol?.line !== undefined && symbol.line > 0 && symbol.name !== "" ? symbol : undefined;
}
