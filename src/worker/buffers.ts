/** Objects looked at in search of buffers to hand over without a copy. */
const WALKED = 10_000;

/** Buffers of at least so many bytes inside a plain value. Those not found are copied, which costs time only. */
export function buffersOf(root: unknown, leastBytes = 0): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const seen = new Set<object>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0 && seen.size < WALKED) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
    } else if (value instanceof ArrayBuffer) found.add(value);
    else {
      const members = value instanceof Map || value instanceof Set ? value.values() : Object.values(value);
      for (const member of members) {
        if (typeof member === "object" && member !== null) waiting.push(member);
      }
    }
  }
  return [...found].filter((buffer) => buffer.byteLength >= leastBytes);
}
