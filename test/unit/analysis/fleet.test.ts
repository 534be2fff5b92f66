import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupKey, SnapshotGrouper } from "../../../src/js/analysis/group-snapshots.ts";
import { signatureOf } from "../../../src/js/analysis/signature.ts";
import { toHexString } from "../../../src/js/base/bytes.ts";
import { sha256 } from "../../../src/js/base/sha256.ts";
import { defaultSignatureRules } from "../../../src/js/identity.ts";
import { embeddedCore, loadCore, open } from "../../../src/js/index.ts";
import { loadArtifacts } from "../../../src/js/symbols.ts";
import { Fleet } from "../../support/fleet.ts";

/** Smaller in the browser. */
const SIZE =
  typeof document === "undefined" ? { members: 1000, causes: 60, runs: 12 } : { members: 300, causes: 24, runs: 3 };

describe("a generated fleet", () => {
  it("is grouped by exactly the causes it was made of, each copy counted once", async () => {
    const fleet = new Fleet({ seed: 20, causes: SIZE.causes, builds: 5, devices: 40 });
    const { set, issues } = await loadArtifacts(fleet.artifacts);
    expect([...issues, ...set.issues]).toEqual([]);
    const core = await loadCore(await embeddedCore());
    const rules = defaultSignatureRules();
    const grouper = new SnapshotGrouper();
    const keysOf = new Map<string, Map<string, string>>();
    const originals = new Map<string, number>();
    let copies = 0;
    for (let ix = 0; ix < SIZE.members; ix++) {
      const { name, bytes, cause, isCopy } = fleet.member(ix);
      const snapshot = await open({ name, content: bytes }, { core, symbols: set, analysis: "frames" });
      const signature = signatureOf(snapshot, rules);
      const { format, facts } = snapshot;
      const digest = { name, format, facts, signature, contentHash: toHexString(sha256(bytes)) };
      expect(grouper.add(digest), `${name} ${cause}`).toBe(!isCopy);
      const keys = keysOf.get(cause) ?? new Map<string, string>();
      keysOf.set(cause, keys.set(groupKey(digest), signature.text));
      if (isCopy) copies++;
      else originals.set(cause, (originals.get(cause) ?? 0) + 1);
    }
    expect([...keysOf.keys()].sort()).toEqual([...fleet.causes].sort());
    expect([...keysOf].filter(([, keys]) => keys.size > 1).map(([cause, keys]) => [cause, [...keys.values()]])).toEqual(
      [],
    );
    const groups = new Map(grouper.result().map((group) => [group.key, group.count]));
    expect(groups.size).toBe(fleet.causes.length);
    for (const [cause, keys] of keysOf) expect(groups.get([...keys.keys()][0]!), cause).toBe(originals.get(cause));
    expect(grouper.totals).toEqual({
      snapshots: SIZE.members - copies,
      duplicates: copies,
      groups: fleet.causes.length,
    });
    expect(copies).toBeGreaterThan(SIZE.members / 100);
  }, 60_000);
});

describe("the default signature of generated crashes", async () => {
  const core = await loadCore(await embeddedCore());
  const rules = defaultSignatureRules();

  it("is the same for one cause whatever the build, slide, tasks and noise, and differs between causes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
        const fleet = new Fleet({ seed, causes: 12, builds: 2, devices: 3 });
        const { set } = await loadArtifacts(fleet.artifacts);
        const idsOf = new Map<string, Set<string>>();
        for (let ix = 0; ix < 36; ix++) {
          const { name, bytes, cause } = fleet.member(ix);
          const snapshot = await open({ name, content: bytes }, { core, symbols: set, analysis: "frames" });
          idsOf.set(cause, (idsOf.get(cause) ?? new Set()).add(signatureOf(snapshot, rules).id));
        }
        expect([...idsOf.values()].every((ids) => ids.size === 1)).toBe(true);
        expect(new Set([...idsOf.values()].map((ids) => [...ids][0])).size).toBe(idsOf.size);
      }),
      { numRuns: SIZE.runs },
    );
  }, 60_000);
});
