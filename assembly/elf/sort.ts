/** Bottom-up merge sort of u32 handles by a key that `isBefore` compares; stable, n log n, no recursion. */
import { scratch } from "./arena";

/**
 * Sorts `count` handles at `ptr`.
 * @returns false when there is no memory for the second array.
 */
export function sortHandles(ptr: u32, count: u32, isBefore: (a: u32, b: u32) => bool): bool {
  const other = scratch(count * 4);
  if (other == 0) return false;
  let from = ptr;
  let to = other;
  for (let width: u64 = 1; width < u64(count); width *= 2) {
    for (let low: u64 = 0; low < u64(count); low += width * 2) {
      const middle = min(low + width, u64(count));
      const high = min(low + width * 2, u64(count));
      mergeRuns(from, to, u32(low), u32(middle), u32(high), isBefore);
    }
    const swap = from;
    from = to;
    to = swap;
  }
  if (from != ptr) memory.copy(ptr, from, count * 4);
  return true;
}

function mergeRuns(from: u32, to: u32, low: u32, middle: u32, high: u32, isBefore: (a: u32, b: u32) => bool): void {
  let a = low;
  let b = middle;
  for (let out = low; out < high; out++) {
    const takeRight = b < high && (a >= middle || isBefore(load<u32>(from + b * 4), load<u32>(from + a * 4)));
    store<u32>(to + out * 4, load<u32>(from + (takeRight ? b++ : a++) * 4));
  }
}
