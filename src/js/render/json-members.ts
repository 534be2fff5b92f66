/**
 * The members of `keys` in that order, so that equal snapshots give equal documents. Counts and lines become integers,
 * so that only true floats are marked as such.
 */
export function pick<T extends object>(record: T, keys: readonly (keyof T & string)[]): Record<string, unknown> {
  const document: Record<string, unknown> = {};
  for (const key of keys) {
    const value = record[key];
    document[key] = Number.isSafeInteger(value) ? BigInt(value as number) : value;
  }
  return document;
}
