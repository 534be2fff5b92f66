import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SnapshotDigest, SnapshotGrouper } from "../../../src/js/analysis/group-snapshots.ts";
import { GroupingComparison } from "../../../src/js/analysis/regrouping.ts";
import { compareVersions, parseFactFilter } from "../../../src/js/analysis/version-filter.ts";
import { encodeUtf8, toHexString } from "../../../src/js/base/bytes.ts";
import { isSnapshotError } from "../../../src/js/base/errors.ts";
import { sha256 } from "../../../src/js/base/sha256.ts";
import type { Fact } from "../../../src/js/model/facts.ts";

function digest(name: string, signature: string, more: Readonly<Record<string, string>> = {}): SnapshotDigest {
  const facts: Fact[] = Object.entries(more).map(([key, value]) => ({ key, value }));
  return {
    name,
    format: "pigweed",
    facts,
    signature: { id: signature, rules: "default/1", title: signature },
    contentHash: name,
  };
}

describe("SnapshotGrouper", () => {
  it("counts, remembers first and last, and counts copies once", () => {
    const grouper = new SnapshotGrouper();
    expect(grouper.add(digest("a", "S", { time: "2024-05-02", version: "1.0", device: "d1" }))).toBe(true);
    expect(grouper.add(digest("b", "S", { time: "2024-05-01", version: "1.1", device: "d2" }))).toBe(true);
    expect(grouper.add(digest("a", "S"))).toBe(false);
    expect(grouper.add(digest("c", "T", { uuid: "77" }))).toBe(true);
    expect(grouper.add(digest("d", "T", { uuid: "77" }))).toBe(false);
    expect(grouper.totals).toEqual({ snapshots: 3, duplicates: 2, groups: 2 });
    expect(grouper.result()).toEqual([
      {
        key: "S/pigweed/default/1",
        signature: "S",
        format: "pigweed",
        rules: "default/1",
        title: "S",
        count: 2,
        duplicates: 1,
        firstSeen: "2024-05-01",
        lastSeen: "2024-05-02",
        versions: {
          values: [
            { value: "1.0", count: 1 },
            { value: "1.1", count: 1 },
          ],
          others: 0,
        },
        devices: {
          values: [
            { value: "d1", count: 1 },
            { value: "d2", count: 1 },
          ],
          others: 0,
        },
        representative: "a",
      },
      expect.objectContaining({ signature: "T", count: 1, duplicates: 1 }),
    ]);
  });

  it("counts a copy with another signature where the first one is, and makes no group of it", () => {
    const grouper = new SnapshotGrouper();
    expect(grouper.add(digest("whole", "S", { uuid: "77" }))).toBe(true);
    expect(grouper.add(digest("cut short", "T", { uuid: "77" }))).toBe(false);
    expect(grouper.result()).toEqual([expect.objectContaining({ signature: "S", count: 1, duplicates: 1 })]);
    expect(grouper.totals).toEqual({ snapshots: 1, duplicates: 1, groups: 1 });
  });

  it("remembers a bounded number of values per group", () => {
    const grouper = new SnapshotGrouper();
    for (let i = 0; i < 1000; i++) grouper.add(digest(`n${i}`, "S", { device: `d${i}` }));
    const [group] = grouper.result();
    expect(group?.devices.values.length).toBeLessThanOrEqual(32);
    expect(group!.devices.values.length + group!.devices.others).toBe(1000);
  });

  it("partitions: every snapshot is in one group, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 30 }))), (rows) => {
        const count = (list: typeof rows) => {
          const grouper = new SnapshotGrouper();
          for (const [signature, name] of list) grouper.add(digest(`${signature}-${name}`, `S${signature}`));
          const groups = grouper.result();
          expect(groups.reduce((sum, group) => sum + group.count + group.duplicates, 0)).toBe(list.length);
          return new Map(groups.map((group) => [group.signature, group.count]));
        };
        expect([...count(rows)].sort()).toEqual([...count([...rows].reverse())].sort());
      }),
    );
  });

  it("says which groups another set of rules splits and merges", () => {
    const comparison = new GroupingComparison();
    for (const pair of ["AX", "AY", "AX", "BZ", "CZ", "DD"]) {
      const [before, after] = [...pair].map((key) => ({ key, title: key.toLowerCase() }));
      comparison.add(before!, after!);
    }
    const one = (key: string, count: number) => ({ key, title: key.toLowerCase(), count });
    expect(comparison.result()).toEqual({
      kept: 1,
      split: [{ key: "A", title: "a", shares: [one("X", 2), one("Y", 1)] }],
      merged: [{ key: "Z", title: "z", shares: [one("B", 1), one("C", 1)] }],
    });
  });

  it("orders times as numbers where they are numbers", () => {
    const grouper = new SnapshotGrouper();
    for (const time of ["999", "1700000000000000000", "1600000000000000000"]) grouper.add(digest(time, "S", { time }));
    expect(grouper.result()).toMatchObject([{ firstSeen: "999", lastSeen: "1700000000000000000" }]);
  });
});

describe("parseFactFilter", () => {
  const facts: Fact[] = [
    { key: "version", value: "fw 1.10.2" },
    { key: "device", value: "lab bench" },
    { key: "pigweed.logs", value: 12n },
    { key: "fatal", value: true },
  ];
  it.each([
    ["version >= 1.9.0", true],
    ["version < 1.10.2", false],
    ["version == 1.10.2+build7", true],
    ["version > 1.10.2-rc.1", true],
    ['device == "lab bench"', true],
    ["device =~ bench", true],
    ["pigweed.logs > 9", true],
    ["fatal == true && !(device == x)", true],
    ["missing == 1 || missing != 1", true],
    ["missing < 1", false],
  ])("%s is %s", (text, expected) => {
    expect(parseFactFilter(text).matches(facts)).toBe(expected);
  });

  it.each([
    "",
    "version",
    "version ==",
    "version == 1 &&",
    "(version == 1",
    "== 1",
    "a ? b",
    `${"!".repeat(200)}a == 1`,
  ])("refuses %j with an offset", (text) => {
    try {
      parseFactFilter(text);
      expect.unreachable();
    } catch (error) {
      expect(isSnapshotError(error) && error.code).toBe("MalformedFilter");
      expect(isSnapshotError(error) && error.offset).toBeTypeOf("number");
    }
  });

  it("orders versions as Semantic Versioning does", () => {
    const order = [
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
    ];
    for (let i = 1; i < order.length; i++) {
      expect(compareVersions(order[i - 1]!, order[i]!)).toBeLessThan(0);
      expect(compareVersions(order[i]!, order[i - 1]!)).toBeGreaterThan(0);
    }
    expect(compareVersions("v2.0", "2.0.0")).toBe(0);
    expect(compareVersions("99999999999999999999.1", "99999999999999999999.2")).toBeLessThan(0);
  });
});

describe("sha256", () => {
  it("agrees with the host's digest at every length around a block", async () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
      const bytes = new Uint8Array(length).map((_, i) => i * 7);
      const expected = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      expect(toHexString(sha256(bytes))).toBe(toHexString(expected));
    }
    expect(toHexString(sha256(encodeUtf8("abc")))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});
