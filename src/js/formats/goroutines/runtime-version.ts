import { NONE } from "../../base/brand.ts";
import { ROW_CREATOR_ID } from "./dump-rows.ts";
import type { DumpScanner } from "./dump-scanner.ts";
import type { Segment } from "./segments.ts";

/**
 * The oldest Go that writes what a traceback holds, e.g. `≥ 1.24`; undefined when nothing tells. Source: specification
 * 4.2 and 4.3, the "since" columns.
 */
export function inferRuntime(scanner: DumpScanner, segment: Segment): string | undefined {
  const { goroutines: rows, vocabulary } = scanner;
  let oldest = 0;
  const seen = new Set<number>();
  for (let row = segment.fromRow; row < segment.toRow; row++) {
    if (rows.has(row, ROW_CREATOR_ID)) oldest = Math.max(oldest, 21);
    if (rows.threads.has(row)) oldest = Math.max(oldest, 22);
    if (rows.labels.values[row] !== NONE) oldest = Math.max(oldest, 26);
    const status = rows.status.values[row]!;
    if (seen.has(status)) continue;
    seen.add(status);
    const { state, leaked, durable, bubble } = vocabulary.status(status);
    oldest = Math.max(oldest, sinceState(state, leaked));
    if (durable || bubble?.startsWith("bubble") === true) oldest = Math.max(oldest, 25);
    else if (bubble !== undefined) oldest = Math.max(oldest, 24);
  }
  return oldest === 0 ? undefined : `≥ 1.${oldest}`;
}

function sinceState(state: string, leaked: boolean): number {
  if (leaked) return 26;
  if (state === "GOMAXPROCS updater (idle)") return 25;
  if (state === "sync.WaitGroup.Wait") return 24;
  return state === "sync.Mutex.Lock" || state.startsWith("sync.RWMutex.") ? 20 : 0;
}
