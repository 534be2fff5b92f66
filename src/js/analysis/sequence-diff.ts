/** An edit script between two sequences: the shortest one (Myers, 1986), as far as the budget allows. */
export interface SequenceEdit {
  readonly kind: "same" | "removed" | "added";
  /** Index in the old and in the new sequence; -1 where there is none. */
  readonly before: number;
  readonly after: number;
}

/** Differences followed exactly; beyond, what is left counts as removed and added whole. */
const MAX_DIFFERENCES = 1000;

export function diffSequences(before: readonly string[], after: readonly string[]): SequenceEdit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let tail = 0;
  while (
    tail < before.length - start &&
    tail < after.length - start &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail++;
  }
  const edits: SequenceEdit[] = [];
  for (let i = 0; i < start; i++) edits.push({ kind: "same", before: i, after: i });
  const middle = myers(before.slice(start, before.length - tail), after.slice(start, after.length - tail));
  for (const { kind, before: x, after: y } of middle) {
    edits.push({ kind, before: x < 0 ? -1 : x + start, after: y < 0 ? -1 : y + start });
  }
  for (let i = tail; i > 0; i--) edits.push({ kind: "same", before: before.length - i, after: after.length - i });
  return edits;
}

/** Furthest reaching end points per difference, then the way back. */
function myers(a: readonly string[], b: readonly string[]): SequenceEdit[] {
  const most = Math.min(a.length + b.length, MAX_DIFFERENCES);
  const trace: Int32Array[] = [];
  /** Furthest x of diagonal k, at most + k + 1. */
  const reach = new Int32Array(2 * most + 3);
  for (let d = 0; d <= most; d++) {
    trace.push(reach.slice());
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && reach[most + k]! < reach[most + k + 2]!);
      let x = down ? reach[most + k + 2]! : reach[most + k]! + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      reach[most + k + 1] = x;
      if (x >= a.length && y >= b.length) return backtrack(trace, a.length, b.length, most);
    }
  }
  return [
    ...a.map((_, i): SequenceEdit => ({ kind: "removed", before: i, after: -1 })),
    ...b.map((_, i): SequenceEdit => ({ kind: "added", before: -1, after: i })),
  ];
}

function backtrack(trace: readonly Int32Array[], aLength: number, bLength: number, most: number): SequenceEdit[] {
  const edits: SequenceEdit[] = [];
  let [x, y] = [aLength, bLength];
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d]!;
    const k = x - y;
    const down = k === -d || (k !== d && reach[most + k]! < reach[most + k + 2]!);
    const previous = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : reach[most + previous + 1]!;
    const fromY = d === 0 ? 0 : fromX - previous;
    while (x > fromX && y > fromY) edits.push({ kind: "same", before: --x, after: --y });
    if (d === 0) break;
    if (down) edits.push({ kind: "added", before: -1, after: --y });
    else edits.push({ kind: "removed", before: --x, after: -1 });
  }
  return edits.reverse();
}
