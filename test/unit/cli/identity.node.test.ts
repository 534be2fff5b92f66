import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli } from "../../support/cli-host.ts";

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
      totals: { snapshots: 2, duplicates: 1, filtered: 0, groups: 2 },
      regrouped: { kept: 0, merged: [] },
    });
    const filtered = await cli(["group", "--version-filter", "device == nobody", ...files]);
    expect(filtered.stdout).toBe("0 snapshots in 0 groups, 0 copies, 3 filtered out\n");
    expect((await cli(["group", "--version-filter", "a ==", ...files])).status).toBe(2);
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
