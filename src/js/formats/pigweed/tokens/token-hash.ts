/** Multiplier of the token hash (upstream `TOKENIZER_HASH_CONSTANT`; specification section 13.1). */
const HASH_CONSTANT = 65599;

/** How many characters C code hashes unless configured otherwise; it still adds the full length. */
export const DEFAULT_C_HASH_LENGTH = 128;

function hashValues(values: ArrayLike<number>, limit: number): number {
  let hash = values.length >>> 0;
  let coefficient = HASH_CONSTANT;
  const count = Math.min(values.length, limit);
  for (let i = 0; i < count; i++) {
    hash = (hash + Math.imul(coefficient, values[i]!)) >>> 0;
    coefficient = Math.imul(coefficient, HASH_CONSTANT);
  }
  return hash;
}

/**
 * Token of a string's bytes, as devices compute it: C++ with no limit, C over the first `limit` bytes.
 * @returns an unsigned 32-bit integer
 */
export function hashTokenBytes(bytes: Uint8Array, limit: number = bytes.length): number {
  return hashValues(bytes, limit);
}

/**
 * Token that upstream's Python tools compute for text: over code points, so text beyond ASCII gets another token than
 * on the device.
 * @returns an unsigned 32-bit integer
 */
export function hashTokenText(text: string, limit: number = Number.POSITIVE_INFINITY): number {
  return hashValues(
    Array.from(text, (char) => char.codePointAt(0)!),
    limit,
  );
}
