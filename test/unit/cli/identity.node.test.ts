import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli } from "../../support/cli-host.ts";
import { Fleet } from "../../support/fleet.ts";

const DEFAULT_RULES = "rules/signature/default.json";
const CASES = "test/golden/pigweed/cases";
const MAIN = `${CASES}/elf_main.pb`;
const STEP = `${CASES}/elf_step_through.pb`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "coldframe-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("coldframe signature", () => {
  it("prints an identifier, a title and, asked for, every step", async () => {
    const plain = await cli(["signature", MAIN]);
    expect(plain.status).toBe(0);
    expect(plain.stdout).toMatch(/^[0-9a-f]{32} .*elf_main\.pb: .+\n$/);
    const explained = await cli(["signature", "--explain", "--artifacts", "test/golden/pigweed/artifacts", MAIN]);
    expect(explained.stdout).toMatch(/fault-bits: 0x10000/);
    expect(explained.stdout).toMatch(/rules default\/2/);
    const json = JSON.parse((await cli(["signature", "--json", MAIN])).stdout) as { id: string };
    expect(plain.stdout.startsWith(json.id)).toBe(true);
  });

  it("refuses rules that are not well formed", async () => {
    const rules = join(folder, "bad.json");
    await writeFile(rules, '{"schema":1}');
    const { status, stderr } = await cli(["signature", "--rules", rules, MAIN]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/InvalidRules|parts/);
  });
});

describe("coldframe group", () => {
  it("counts copies once and compares rules", async () => {
    await copyFile(MAIN, join(folder, "a.pb"));
    await copyFile(MAIN, join(folder, "b.pb"));
    await copyFile(STEP, join(folder, "c.pb"));
    const rules = join(folder, "one.json");
    await writeFile(
      rules,
      '{"schema":1,"name":"one","version":1,"parts":[{"id":"f","why":"w","from":["fact:format"]}]}',
    );
    const files = ["a.pb", "b.pb", "c.pb"].map((name) => join(folder, name));
    const { status, stdout } = await cli(["group", "--json", "--against", rules, ...files]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(status).toBe(0);
    expect(lines.at(-1)).toMatchObject({
      totals: { files: 3, snapshots: 2, duplicates: 1, filtered: 0, groups: 2, leftOut: 0, failed: 0 },
      regrouped: { kept: 0, merged: [] },
    });
    const filtered = await cli(["group", "--version-filter", "device == nobody", ...files]);
    expect(filtered.stdout).toBe("0 snapshots in 0 groups, 0 copies, 3 filtered out\n");
    expect((await cli(["group", "--version-filter", "a ==", ...files])).status).toBe(2);
  });
});

describe("coldframe group over a directory", () => {
  const MEMBERS = 120;
  let crashes: string;
  let artifacts: string;
  const fleet = new Fleet({ seed: 4, causes: 24, builds: 3, devices: 9 });

  beforeAll(async () => {
    crashes = join(folder, "crashes");
    artifacts = join(folder, "artifacts");
    await mkdir(join(crashes, "later"), { recursive: true });
    await mkdir(artifacts);
    for (const { name, bytes } of fleet.artifacts) await writeFile(join(artifacts, name), bytes);
    for (let ix = 0; ix < MEMBERS; ix++) {
      const { name, bytes } = fleet.member(ix);
      await writeFile(join(crashes, ix % 3 === 0 ? "later" : "", name), bytes);
    }
    await writeFile(join(crashes, "README"), "nothing that anybody recognises");
  });

  const lastLine = (stdout: string): { totals: Record<string, number> } =>
    JSON.parse(stdout.trim().split("\n").at(-1)!);

  it("finds the causes of a mixed fleet and leaves out what is no snapshot", async () => {
    const copies = Array.from({ length: MEMBERS }, (_, ix) => fleet.member(ix)).filter(({ isCopy }) => isCopy).length;
    const { status, stdout, stderr } = await cli(["group", "--json", "--artifacts", artifacts, crashes]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/README: left out: no format recognises it/);
    expect(lastLine(stdout).totals).toEqual({
      files: MEMBERS + 1,
      snapshots: MEMBERS - copies,
      duplicates: copies,
      filtered: 0,
      groups: fleet.causes.length,
      leftOut: 1,
      failed: 0,
    });
  });

  it("keeps those for which an expression is true", async () => {
    const filter = (text: string) => cli(["group", "--json", "--filter", text, crashes]);
    const go = await filter("format == 'goroutines'");
    expect(go.status).toBe(0);
    const { snapshots, filtered } = lastLine(go.stdout).totals;
    expect(snapshots).toBeGreaterThan(0);
    expect(filtered).toBeGreaterThan(0);
    const none = await filter("nothing > 3");
    expect(lastLine(none.stdout).totals["snapshots"]).toBe(0);
    expect(none.stderr).toMatch(/--filter was no answer for \d+ snapshots.*No column 'nothing'/);
    expect((await filter("((")).status).toBe(2);
  });

  it("says what edited rules split and merge, with titles and counts", async () => {
    const rules = join(folder, "coarse.json");
    const part = { id: "format", why: "all of a system together", from: ["fact:format"] };
    await writeFile(rules, JSON.stringify({ schema: 1, name: "coarse", version: 1, parts: [part] }));
    const { stdout } = await cli([
      "group",
      "--artifacts",
      artifacts,
      "--rules",
      rules,
      "--against",
      DEFAULT_RULES,
      crashes,
    ]);
    expect(stdout).toMatch(/0 groups stay as they were, 0 are split, 3 are merged\n {2}merged into [0-9a-f]{32} /);
  });

  it("knows a copy that is packed, and does not enter links to directories", async () => {
    const place = join(folder, "packed");
    await mkdir(place);
    await copyFile(MAIN, join(place, "a.pb"));
    await writeFile(join(place, "b.pb.gz"), gzipSync(await readFile(MAIN)));
    await symlink(place, join(place, "loop"));
    const { stdout, stderr } = await cli(["group", place]);
    expect(stdout).toMatch(/1 snapshots in 1 groups, 1 copies\n$/);
    expect(stderr).toBe("");
  });

  it("fails where nothing can be read", async () => {
    const empty = join(folder, "junk");
    await mkdir(empty);
    await writeFile(join(empty, "a"), "nothing");
    expect((await cli(["group", empty])).status).toBe(3);
    expect((await cli(["signature", empty])).status).toBe(3);
    expect((await cli(["group", join(folder, "missing")])).status).toBe(2);
  });
});

describe("coldframe diff", () => {
  it("says by path what changed and exits with 1", async () => {
    const { status, stdout } = await cli(["diff", MAIN, STEP]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/Threads/);
    const json = JSON.parse((await cli(["diff", "--json", MAIN, STEP])).stdout);
    expect(json).toMatchObject({ schema: 1, isEqual: false });
  });

  it("finds no difference between a file and itself", async () => {
    const { status, stdout } = await cli(["diff", MAIN, MAIN]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/No differences\.\n$/);
  });

  it("writes a page", async () => {
    const page = join(folder, "diff.html");
    expect((await cli(["diff", "--html", page, MAIN, STEP])).status).toBe(1);
    expect(await readFile(page, "utf8")).toMatch(/^<!doctype html>/);
  });
});
