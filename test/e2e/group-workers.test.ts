import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Fleet } from "../support/fleet.ts";

const CLI = resolve("dist/cli.js");
const MEMBERS = 600;
let folder: string;

/** A fleet as a collector would keep it, with what goes wrong in one: copies, packed files, rubbish, empty files. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "coldframe-workers-"));
  const fleet = new Fleet({ seed: 7, causes: 24, builds: 5, devices: 60 });
  const artifacts = join(folder, "artifacts");
  mkdirSync(artifacts);
  for (const { name, bytes } of fleet.artifacts) writeFileSync(join(artifacts, name), bytes);
  for (let ix = 0; ix < MEMBERS; ix++) {
    const place = join(folder, "crashes", String(ix % 7));
    mkdirSync(place, { recursive: true });
    const { name, bytes } = fleet.member(ix);
    if (ix % 40 === 3) writeFileSync(join(place, `${name}.gz`), gzipSync(bytes));
    else writeFileSync(join(place, name), bytes);
    if (ix % 90 === 5) writeFileSync(join(place, `rubbish-${ix}`), "nothing that a format knows");
  }
  writeFileSync(join(folder, "crashes", "0", "empty"), "");
  writeFileSync(
    join(folder, "reason.json"),
    '{"schema":1,"name":"reason","version":1,"parts":[{"id":"r","why":"w","from":["fact:reason"]}]}',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function group(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, "group", ...args], {
    encoding: "utf8",
    cwd: folder,
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

describe("coldframe group with several workers", () => {
  const everything = ["--artifacts", "artifacts", "--against", "reason.json", "crashes"];

  it("gives byte for byte what one gives, however many there are", () => {
    const one = group("--json", "--workers", "1", ...everything);
    expect(one.status).toBe(0);
    const totals = JSON.parse(one.stdout.trim().split("\n").at(-1)!).totals;
    expect(totals.snapshots + totals.duplicates).toBe(MEMBERS);
    expect(totals.leftOut).toBeGreaterThan(5);
    expect(group("--json", "--workers", "2", ...everything)).toEqual(one);
    expect(group("--json", "--workers", "5", ...everything)).toEqual(one);
    expect(group("--json", ...everything)).toEqual(one);
  });

  it("filters and writes text as one does", () => {
    const args = ["--filter", "device != 'device-1'", "--version-filter", "version >= 1.2", "crashes"];
    const one = group("--workers", "1", ...args);
    expect(one.stdout).toContain("filtered out");
    expect(group("--workers", "3", ...args)).toEqual(one);
  });

  it("says what is wrong with its options as one does", () => {
    for (const wrong of [
      ["--artifacts", "nowhere"],
      ["--rules", "crashes"],
      ["--tokens", "nothing.csv"],
    ]) {
      const one = group("--workers", "1", ...wrong, "crashes");
      expect(one.status).not.toBe(0);
      expect(group("--workers", "2", ...wrong, "crashes")).toEqual(one);
    }
    expect(group("--workers", "0", "crashes").status).toBe(2);
  });

  it("reports a named file that cannot be read and goes on", () => {
    const args = ["--json", "crashes/0/empty", "crashes/1", "crashes/2"];
    const one = group("--workers", "1", ...args);
    expect(one.stdout).toContain('"error"');
    expect(group("--workers", "2", ...args)).toEqual(one);
  });
});
