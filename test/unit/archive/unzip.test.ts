import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { unzip } from "../../../src/js/archive/unzip.ts";
import { isZip } from "../../../src/js/archive/zip-directory.ts";
import { concatBytes, decodeUtf8, encodeUtf8 } from "../../../src/js/base/bytes.ts";
import { withLimits } from "../../../src/js/base/limits.ts";

const limits = withLimits();
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;

function contents(archive: Uint8Array, used = limits): Record<string, string | undefined> {
  return Object.fromEntries(unzip(archive, used).entries.map(({ path, bytes }) => [path, decodeUtf8(bytes)]));
}

function offsetsOf(archive: Uint8Array, magic: number): number[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const found: number[] = [];
  for (let at = 0; at + 4 <= archive.length; at++) if (view.getUint32(at, true) === magic) found.push(at);
  return found;
}

const sample = (): Uint8Array<ArrayBuffer> =>
  zipSync({ "a.txt": encodeUtf8("alpha".repeat(100)), "dir/b.txt": [encodeUtf8("beta"), { level: 0 }] });

describe("unzip", () => {
  it("reads packed and stored entries with their paths", () => {
    expect(isZip(sample())).toBe(true);
    expect(contents(sample())).toEqual({ "a.txt": "alpha".repeat(100), "dir/b.txt": "beta" });
    expect(unzip(sample(), limits).issues).toEqual([]);
  });

  it.each([
    ["../../etc/passwd", "etc/passwd"],
    ["/abs/olute", "abs/olute"],
    ["C:\\windows\\x", "windows/x"],
    ["a/./b//../c", "a/b/c"],
    ["nul\0byte\x1b[2J", "nul_byte_[2J"],
    ["\u202egnp.exe", "_gnp.exe"],
  ])("makes the name %j harmless: %j", (written, path) => {
    const { entries } = unzip(zipSync({ [written]: encodeUtf8("1") }), limits);
    expect(entries.map((entry) => entry.path)).toEqual([path]);
  });

  it("leaves out an entry whose name is only dots", () => {
    const { entries, issues } = unzip(zipSync({ "../..": encodeUtf8("1") }), limits);
    expect(entries).toEqual([]);
    expect(issues).toMatchObject([{ code: "SkippedEntry", path: "../..", message: expect.stringContaining("name") }]);
  });

  it("leaves out links and encrypted entries, with an issue each", () => {
    const archive = sample();
    const view = new DataView(archive.buffer);
    const [first, second] = offsetsOf(archive, CENTRAL) as [number, number];
    view.setUint8(first + 5, 3);
    view.setUint32(first + 38, (0o120777 << 16) >>> 0, true);
    view.setUint16(second + 8, 1, true);
    const { entries, issues } = unzip(archive, limits);
    expect(entries).toEqual([]);
    expect(issues.map((issue) => [issue.code, issue.path, issue.message])).toEqual([
      ["SkippedEntry", "a.txt", "left out: it is a link"],
      ["SkippedEntry", "dir/b.txt", "left out: it is encrypted"],
    ]);
  });

  it("refuses entries that share bytes", () => {
    const archive = sample();
    const [first, second] = offsetsOf(archive, CENTRAL) as [number, number];
    const view = new DataView(archive.buffer);
    view.setUint32(second + 42, view.getUint32(first + 42, true), true);
    const { entries, issues } = unzip(archive, limits);
    expect(entries.map((entry) => entry.path)).toEqual(["a.txt"]);
    expect(issues).toMatchObject([{ code: "SkippedEntry", message: "left out: it overlaps another entry" }]);
  });

  it("keeps the last of equal names and says so", () => {
    const archive = zipSync({ "one.txt": encodeUtf8("first"), "two.txt": encodeUtf8("second") });
    for (const magic of [LOCAL, CENTRAL]) {
      const at = offsetsOf(archive, magic)[0]! + (magic === LOCAL ? 30 : 46);
      archive.set(encodeUtf8("two"), at);
    }
    const { entries, issues } = unzip(archive, limits);
    expect(entries.map(({ path, bytes }) => [path, decodeUtf8(bytes)])).toEqual([["two.txt", "second"]]);
    expect(issues).toMatchObject([{ code: "SkippedEntry", path: "two.txt" }]);
  });

  it("notices a wrong check sum and a wrong size, keeping the content", () => {
    const archive = sample();
    const [first, second] = offsetsOf(archive, CENTRAL) as [number, number];
    const view = new DataView(archive.buffer);
    view.setUint32(first + 16, 1, true);
    view.setUint32(second + 24, 99, true);
    expect(contents(archive)["dir/b.txt"]).toBe("beta");
    expect(unzip(archive, limits).issues.map((issue) => issue.message)).toEqual([
      "unpacking a zip: the check sum differs",
      "unpacking a zip: 4 bytes instead of 99",
    ]);
  });

  it("refuses ZIP64 by name", () => {
    const archive = sample();
    const end = archive.length - 22;
    new DataView(archive.buffer).setUint32(end + 16, 0xffffffff, true);
    expect(() => unzip(archive, limits)).toThrow(expect.objectContaining({ code: "Unsupported" }));
  });

  it("holds all files together to the byte limit and keeps those before it", () => {
    const archive = zipSync({ a: new Uint8Array(600_000), b: new Uint8Array(600_000), c: new Uint8Array(600_000) });
    const { entries, issues } = unzip(archive, withLimits({ inputBytes: 1_000_000 }));
    expect(entries.map(({ bytes }) => bytes.length)).toEqual([600_000, 400_000]);
    expect(issues[0]).toMatchObject({ code: "LimitExceeded", path: "b" });
  });

  it("takes no more entries than allowed", () => {
    const archive = zipSync(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, Uint8Array.of(i)])));
    const { entries, issues } = unzip(archive, withLimits({ archiveEntries: 5 }));
    expect(entries).toHaveLength(5);
    expect(issues).toMatchObject([{ code: "LimitExceeded", message: expect.stringContaining("archiveEntries=5") }]);
  });

  it("recovers the entries of a cut-off archive from their local headers", () => {
    const archive = sample();
    const directory = offsetsOf(archive, CENTRAL)[0]!;
    const { entries, issues } = unzip(archive.subarray(0, directory + 10), limits);
    expect(entries.map((entry) => entry.path)).toEqual(["a.txt", "dir/b.txt"]);
    expect(issues.map((issue) => issue.code)).toEqual(["CorruptZip"]);
  });

  it("recovers streamed entries, whose sizes follow their content", () => {
    const archive = sample();
    const [first, second] = offsetsOf(archive, LOCAL) as [number, number];
    const view = new DataView(archive.buffer);
    view.setUint16(first + 6, 8, true);
    const descriptor = new Uint8Array(16);
    descriptor.set([0x50, 0x4b, 7, 8]);
    descriptor.set(archive.subarray(first + 14, first + 26), 4);
    archive.fill(0, first + 14, first + 26);
    const streamed = concatBytes([archive.subarray(0, second), descriptor, archive.subarray(second, second + 40)]);
    expect(contents(streamed)).toEqual({ "a.txt": "alpha".repeat(100), "dir/b.txt": "b" });
  });

  it("survives truncation at every length and damage at every byte", () => {
    const archive = sample();
    for (let length = 0; length < archive.length; length++) {
      expectCoded(() => unzip(archive.subarray(0, length), limits));
    }
    for (let at = 0; at < archive.length; at++) {
      const damaged = archive.slice();
      damaged[at]! ^= 0xff;
      expectCoded(() => unzip(damaged, limits));
    }
  });
});

function expectCoded(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error).toMatchObject({ name: "SnapshotError", code: expect.stringMatching(/^(CorruptZip|Unsupported)$/) });
  }
}
