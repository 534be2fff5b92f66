import { decodeUtf8Lossy } from "../base/bytes.ts";
import { toU64 } from "../base/int64.ts";

/** `codeOffset` of a call that has none. */
export const NO_CODE_OFFSET = 0xffff_ffff;

/**
 * One row per frame of every context, innermost first: what interned frames cannot hold. Columns over bytes, so that a
 * million calls cost megabytes and not objects. Plain and cloneable.
 */
export interface CallTable {
  /** First row of each context, and the number of rows at the end: `contexts.length + 1` entries. */
  readonly first: Uint32Array;
  /** UTF-8 of all argument texts, one after the other. */
  readonly argumentBytes: Uint8Array;
  /** Row r has the bytes `argumentEnd[r - 1] … argumentEnd[r]`. */
  readonly argumentEnd: Uint32Array;
  /** Distance of the return address from the start of its function; `NO_CODE_OFFSET` when unknown. */
  readonly codeOffset?: Uint32Array;
  /** fp, sp, pc as (low, high) words, six per row; zero when unknown. */
  readonly registers?: Uint32Array;
}

export type CallRegister = "fp" | "sp" | "pc";
const REGISTER_SLOT: Readonly<Record<CallRegister, number>> = { fp: 0, sp: 2, pc: 4 };

/** Argument text of a row as printed, without the parentheses. */
export function argumentTextOf(calls: CallTable, row: number): string {
  const from = row === 0 ? 0 : calls.argumentEnd[row - 1]!;
  return decodeUtf8Lossy(calls.argumentBytes.subarray(from, calls.argumentEnd[row]!));
}

/** Number of rows of a context. */
export function callCount(calls: CallTable, contextIx: number): number {
  return calls.first[contextIx + 1]! - calls.first[contextIx]!;
}

export function codeOffsetOf(calls: CallTable, row: number): number | undefined {
  const offset = calls.codeOffset?.[row];
  return offset === undefined || offset === NO_CODE_OFFSET ? undefined : offset;
}

export function registerOf(calls: CallTable, row: number, register: CallRegister): bigint | undefined {
  const { registers } = calls;
  if (registers === undefined) return undefined;
  const at = row * 6 + REGISTER_SLOT[register];
  const value = toU64(registers[at]!, registers[at + 1]!);
  return value === 0n ? undefined : value;
}
