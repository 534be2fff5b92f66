import type { Snapshot } from "../../../model/snapshot.ts";
import { UPSTREAM } from "../dialect.ts";
import { parseInspectSelector } from "../selectors/inspect-selector.ts";
import { InspectTrees } from "../selectors/select-inspect.ts";

const DIGEST = "core/memory_monitor:root:current_digest";
const LEFT_OUT: ReadonlySet<string> = new Set(["Free", "timestamp"]);
const UNITS: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9 };

/** Memory by its uses as the memory monitor writes them, the largest first. */
export function summarizeMemory(snapshot: Snapshot): { errors: string[]; gauges: string[] } {
  const context = { dialect: UPSTREAM, spend: () => {} };
  const digest = new InspectTrees(snapshot).select(parseInspectSelector(DIGEST), DIGEST, context)[0]?.value;
  const errors: string[] = [];
  const uses: { readonly line: string; readonly size: number }[] = [];
  for (const line of digest?.kind === "String" ? digest.value.split("\n") : []) {
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const name = line.slice(0, colon).trim();
    const written = line.slice(colon + 1).trim();
    if (written === "" || LEFT_OUT.has(name)) continue;
    const size = parseSize(written);
    if (size !== undefined) uses.push({ line: `${name}: ${written}`, size });
    else {
      const what = "as a valid size. Something is wrong with the output of memory_monitor.";
      errors.push(`[DEBUG: BAD DATA] Could not parse '${written}' ${what}`);
    }
  }
  uses.sort((a, b) => b.size - a.size);
  return { errors, gauges: uses.map((use) => use.line) };
}

/** Bytes of `10.3k`, `7M`, `9999`. */
function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?|\.\d+)([kMG]?)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (UNITS[match[2]!] ?? 1);
}
