import { encodeUtf8 } from "../../src/js/base/bytes.ts";
import { withLimits } from "../../src/js/base/limits.ts";
import { attachDump, decodeDump } from "../../src/js/formats/sched-ext/plugin.ts";
import type { Snapshot } from "../../src/js/model/snapshot.ts";

/** The golden folder of failure dumps, in Node and in the browser alike. */
const FILES = import.meta.glob<string>("../golden/sched-ext/{*.json,reports/*.json,series/*.json,context/*.txt}", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Text of a file of test/golden/sched-ext. */
export function goldenText(path: string): string {
  const text = FILES[`../golden/sched-ext/${path}`];
  if (text === undefined) throw new Error(`no golden ${path}`);
  return text;
}

/** Names of the reports without their suffix. */
export function reportNames(): string[] {
  return Object.keys(FILES)
    .flatMap((path) => /reports\/(\w+)\.json$/.exec(path)?.[1] ?? [])
    .filter((name) => name !== "PROVENANCE");
}

/** The snapshots of a text, as `openAll` gives them. */
export function openDumps(name: string, text: string): Snapshot[] {
  const parts = decodeDump({ name, bytes: encodeUtf8(text) }, { options: {}, limits: withLimits() });
  return parts.map((part) => ({ ...part, ...attachDump(part) }));
}
