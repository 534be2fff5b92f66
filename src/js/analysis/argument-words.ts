import type { CallTable } from "../model/calls.ts";

const ZERO = 0x30;
const NINE = 0x39;
const SMALL_A = 0x61;
const SMALL_F = 0x66;
const SMALL_X = 0x78;
const QUESTION = 0x3f;

/** Below this nothing is an address. */
const SMALLEST_POINTER = 0x1_0000;

/**
 * Calls `visit` for every word among the arguments of rows `from … to`, in print order, whatever its nesting. A doubtful
 * word was passed in a register and may be stale. Values from 2^53 on lose digits: no address of a user process is one.
 */
export function forEachWord(
  calls: CallTable,
  from: number,
  to: number,
  visit: (value: number, isDoubtful: boolean, row: number) => void,
): void {
  const { argumentBytes: bytes, argumentEnd } = calls;
  let at = from === 0 ? 0 : argumentEnd[from - 1]!;
  for (let row = from; row < to; row++) {
    const end = argumentEnd[row]!;
    while (at < end) {
      if (bytes[at] !== ZERO || bytes[at + 1] !== SMALL_X || at + 2 >= end) {
        at++;
        continue;
      }
      let value = 0;
      at += 2;
      for (let digit = hexDigit(bytes[at]!); digit >= 0 && at < end; digit = hexDigit(bytes[++at]!))
        value = value * 16 + digit;
      visit(value, at < end && bytes[at] === QUESTION, row);
    }
  }
}

function hexDigit(byte: number): number {
  if (byte >= ZERO && byte <= NINE) return byte - ZERO;
  return byte >= SMALL_A && byte <= SMALL_F ? byte - SMALL_A + 10 : -1;
}

/** True for a value that can be an address of an object: large, aligned, and exact. */
export function canBeObject(value: number): boolean {
  return value >= SMALLEST_POINTER && value % 8 === 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** First word of one call, unless it is doubtful. */
export function firstSureWord(calls: CallTable, row: number): number | undefined {
  let first: number | undefined;
  let isFirst = true;
  forEachWord(calls, row, row + 1, (value, isDoubtful) => {
    if (isFirst && !isDoubtful) first = value;
    isFirst = false;
  });
  return first;
}
