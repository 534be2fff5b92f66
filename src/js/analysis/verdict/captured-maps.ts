import { findFact } from "../../model/facts.ts";
import type { CapturedMap } from "../../model/maps.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { slowConsumers } from "../scheduler/standstill.ts";
import { countOf, type SnapshotVerdict, shorten, VerdictBuilder } from "./verdict.ts";

/** Map types that refuse an insertion when they are full: hash, percpu_hash, hash_of_maps, lpm_trie, devmap_hash, sockhash. */
const BOUNDED: ReadonlySet<number> = new Set([1, 5, 11, 13, 18, 25]);
const NEAR_PERCENT = 90;
const NAMED = 3;

/** A capture of maps: how many, how many with types, which are near their capacity. */
export function mapsVerdict({ maps: capture, facts }: Snapshot): SnapshotVerdict {
  const sentence = new VerdictBuilder();
  const maps = capture?.maps ?? [];
  if (maps.length === 0) {
    const count = findFact(facts, "bpf.maps");
    sentence.say(typeof count === "bigint" && count > 0n ? `${countOf(count, "map")}.` : "No maps were captured.");
    return sentence.build("unknown");
  }
  const filled = maps.filter(({ stores }) => stores.length > 0);
  const typed = filled.filter(isTyped);
  const empty = maps.length - filled.length;
  sentence.say(countOf(maps.length, "map"), { path: "maps" });
  if (empty > 0) sentence.say(`, ${empty} empty`);
  sentence.say(`, ${typed.length} with types`);
  const near = maps.filter(isNearCapacity);
  sayNear(sentence, near);
  const stalled = slowConsumers(capture!).filter(({ isStalled }) => isStalled);
  if (stalled.length > 0) sentence.say(`; nobody reads ${countOf(stalled.length, "ring buffer")}`);
  const failed = maps.filter(({ error }) => error !== undefined);
  if (failed.length > 0) sentence.say(`; ${countOf(failed.length, "map")} could not be read whole`);
  sentence.say(".");
  for (const { name, error } of failed.slice(0, NAMED))
    sentence.lack({ what: `contents of ${shorten(name)}`, why: shorten(error ?? "") });
  if (typed.length < filled.length)
    sentence.lack({
      what: `types of ${countOf(filled.length - typed.length, "map")}`,
      why: "the capture has no BTF for them",
      supply: "btf",
    });
  return sentence.build(near.length + stalled.length + failed.length > 0 ? "attention" : "normal");
}

function sayNear(sentence: VerdictBuilder, near: readonly CapturedMap[]): void {
  if (near.length === 0) return;
  sentence.say(`; ${near.length} near capacity: `);
  near.slice(0, NAMED).forEach((map, ix) => {
    sentence
      .say(ix === 0 ? "" : ", ")
      .say(`\`${shorten(map.name, 60)}\``, { path: `maps[${JSON.stringify(map.name)}]` });
    sentence.say(` (${entriesOf(map)} of ${map.maxEntries})`);
  });
  if (near.length > NAMED) sentence.say(` and ${near.length - NAMED} more`);
}

function isTyped(map: CapturedMap): boolean {
  const entry = map.stores[0]?.entry(0);
  return (
    entry !== undefined && (entry.value !== undefined || entry.perCpu?.some((slot) => slot !== undefined) === true)
  );
}

function entriesOf({ stores }: CapturedMap): number {
  return stores.reduce((sum, { length }) => sum + length, 0);
}

/** Full least-recently-used maps are as they should be; arrays always are. */
function isNearCapacity(map: CapturedMap): boolean {
  if (!BOUNDED.has(map.mapType) || map.maxEntries === 0) return false;
  return entriesOf(map) * 100 >= map.maxEntries * NEAR_PERCENT;
}
