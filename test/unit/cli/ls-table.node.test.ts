import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli } from "../../support/cli-host.ts";
import { captureOf, type RecordedObject } from "../../support/recorded-object.ts";

const cwd = mkdtempSync(join(tmpdir(), "coldframe-ls-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

beforeAll(async () => {
  for (const name of ["o08_sched", "o04_percpu"]) {
    const text = gunzipSync(readFileSync(`test/golden/btf/maps/${name}.json.gz`)).toString();
    writeFileSync(join(cwd, name), await captureOf(JSON.parse(text) as RecordedObject));
  }
});

const ls = (...args: string[]) => cli(["ls", ...args], { cwd });
interface Row {
  readonly path: string;
  readonly cells: Readonly<Record<string, unknown>>;
}
const rows = async (...args: string[]): Promise<Row[]> =>
  (await ls("--json", ...args)).stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Row]));
const STALL = resolve("test/golden/sched-ext/reports/layered_stall.json");
const THREADS = resolve("test/golden/pigweed/cases/everything_1.pb");

describe("ls of a map as a table", () => {
  it("sorts by a member, both ways, by its name alone as by its path", async () => {
    const up = await rows("--sort", "value.ctx.vtime", "--columns", "key,ctx.vtime", "o08_sched", "maps.scx_per_task");
    const runtimes = up.map(({ cells }) => Number(cells["value.ctx.vtime"]));
    expect(runtimes.length).toBeGreaterThan(3);
    expect(runtimes).toEqual([...runtimes].sort((a, b) => a - b));
    const down = await rows(
      "--sort",
      "ctx.vtime",
      "--descending",
      "--columns",
      "ctx.vtime",
      "o08_sched",
      "scx_per_task",
    );
    expect(down.map(({ cells }) => Number(cells["value.ctx.vtime"]))).toEqual([...runtimes].reverse());
    expect(new Set(runtimes).size).toBeGreaterThan(1);
  });

  it("gives paths that get takes, in captures and in failure dumps", async () => {
    for (const [file, map] of [
      ["o08_sched", "scx_per_task"],
      [STALL, "task_ctxs"],
      [STALL, "maps.task_ctxs"],
      [STALL, "dsq_states"],
    ] as const) {
      const [first] = await rows("--sort", "key", "--descending", file, map);
      const { status, stdout } = await cli(["get", "--json", file, `${first!.path}`], { cwd });
      expect(status).toBe(0);
      expect((JSON.parse(stdout) as { path: string }).path).not.toBe("");
      const key = (await cli(["get", file, `${first!.path}.key`], { cwd })).stdout.trim();
      if (map !== "dsq_states") expect(key).toBe(String(first!.cells["key"]));
    }
  });

  it("shows a page of them, and says how many there are", async () => {
    const whole = await rows("--sort", "key", "o08_sched", "scx_per_task");
    const page = await ls("--sort", "key", "--rows", "2", "--page", "2", "o08_sched", "scx_per_task");
    expect(page.stderr).toContain(`rows 3 to 4 of ${whole.length}`);
    expect(page.stdout.split("\n")[1]).toMatch(new RegExp(`^${whole[2]!.path.replace(/[[\]]/g, "\\$&")} `));
    expect((await rows("--sort", "key", "--rows", "2", "--page", "900", "o08_sched", "scx_per_task")).length).toBe(0);
  });

  it("filters by key and by members, also what is not sorted, a page of what is kept", async () => {
    const whole = await rows("--sort", "key", "o08_sched", "scx_per_task");
    const least = String(whole[1]!.cells["key"]);
    const kept = await rows("--filter", `key > ${least}`, "--sort", "key", "o08_sched", "scx_per_task");
    expect(kept).toEqual(whole.slice(2));
    const plain = (await ls("--json", "--filter", `key > ${least}`, "o08_sched", "maps.scx_per_task")).stdout;
    expect(plain.trim().split("\n")).toHaveLength(kept.length);
    const second = await ls(
      "--json",
      "--filter",
      `key > ${least}`,
      "--rows",
      "1",
      "--page",
      "2",
      "o08_sched",
      "maps.scx_per_task",
    );
    expect(second.stdout).toBe(`${plain.split("\n")[1]}\n`);
    expect((await ls("--rows", "2", "--json", "o08_sched", "maps")).stdout.trim().split("\n")).toHaveLength(2);
  });

  it("narrows per-CPU maps, and sorts values of other formats", async () => {
    const [zero, one] = await Promise.all(
      ["0", "1"].map((cpu) => rows("--cpu", cpu, "--sort", "key", "o04_percpu", "ph_stats")),
    );
    expect(zero!.length).toBeGreaterThan(0);
    expect(zero!.map(({ path }) => path)).toEqual(one!.map(({ path }) => path));
    expect(zero).not.toEqual(one);
    expect(zero!.every(({ cells }) => cells["key"] !== null)).toBe(true);
    const other = await ls("--cpu", "7", "--sort", "value", "o04_percpu", "ph_stats");
    expect(other.stderr).toContain("PerCpuSlot");
    const names = (await rows("--sort", "name", "--columns", "name", THREADS, "threads")).map(({ cells }) =>
      String(cells["value.name"]),
    );
    expect(names).toEqual([...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  it("refuses columns that no row has, with what is there, and pages without a length", async () => {
    const typo = await ls("--sort", "ctx.vtim", "o08_sched", "scx_per_task");
    expect(typo).toMatchObject({ status: 2, stdout: "" });
    expect(typo.stderr).toContain("vtime");
    expect(await ls("--page", "2", "o08_sched", "maps")).toMatchObject({ status: 2 });
    expect(await ls("--rows", "x", "o08_sched", "maps")).toMatchObject({ status: 2 });
    expect(await ls("--sort", "key", "o08_sched", "maps.nothing")).toMatchObject({ status: 2 });
    expect(await ls("--sort", "key", STALL, "dsq_states[0].nr")).toMatchObject({ status: 2 });
  });
});
