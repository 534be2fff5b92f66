import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../../src/cli/exit.ts";
import { cli } from "../../support/cli-host.ts";

const SHOP = "test/golden/goroutines/shop-go1.24";
const LATER = "test/golden/goroutines/shop-go1.24-later";
const ZOO = "test/golden/goroutines/zoo-go1.24";
const FOUR = ["server", "client-a", "client-b", "pipeline"].map((name) => `${SHOP}/${name}.debug2.txt`);
let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "goroutines-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function run(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await cli(args);
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("coldframe goroutines", () => {
  it("shows processes, what is suspicious, convoys and groups", async () => {
    const text = await run("goroutines", "--top", "2", "--frames", "1", ...FOUR);
    expect(text).toContain("196 goroutines in 4 processes\n");
    expect(text).toContain("blocked-group  pipeline  waits for a WaitGroup; its 12 children are blocked");
    expect(text).toContain("5 wait for a lock in server, longest ≥ 7 min\n    main.(*Server).handle");
    expect(text).toMatch(/^42 × IO wait ≥ 7 min \(client-a:\d+\), 40 without a known wait — client-a:/m);
    expect(text).toContain("… 21 more groups with 112 goroutines");
  });

  it("gives panicparse's groups when asked for creating goroutines", async () => {
    const text = await run("goroutines", "--json", "--creators", "goroutine", `${SHOP}/server.debug2.txt`);
    expect(JSON.parse(text).groups).toHaveLength(25);
  });

  it.each([
    ["states", /^IO wait +66 +19 +32 +13 +2 +≥ 7 min$/m],
    ["waits", /^≥ 7 min +server:/m],
    ["convoys", /possible holder server:\d+ \[sleep\]/],
    ["creators", /^ +42 +\d+ +net\/rpc\.\(\*Server\)\.Accept/m],
    ["suspicions", /^\? +blocked-group +pipeline/m],
    ["list", /^server:\d+/m],
  ])("--report %s", async (report, expected) => {
    expect(await run("goroutines", "--report", report, ...FOUR)).toMatch(expected);
  });

  it.each([
    ["labels", /^0 +3 +sync\.Mutex\.Lock 2, chan receive 1/m],
    ["links", /^same client_id$/m],
    ["tags", /^ client_id: Total 71\.0$/m],
    ["tree", /^Showing nodes accounting for 160, 98\.77% of 162 total$/m],
    ["traces", /^-{11}\+-{55}$/m],
    ["raw", /^PeriodType: goroutine count$/m],
  ])("--report %s of profiles", async (report, expected) => {
    expect(await run("goroutines", "--report", report, `${SHOP}/server.pb.gz`, `${SHOP}/client-a.pb.gz`)).toMatch(
      expected,
    );
  });

  it("prints pprof's table of a difference", async () => {
    const text = await run(
      "goroutines",
      "--report",
      "top",
      "--diff-base",
      `${SHOP}/server.pb.gz`,
      "--nodefraction",
      "0",
      `${LATER}/server.pb.gz`,
    );
    expect(text).toBe(readFileSync(`${LATER}/expected/server.pprof-diff-top.txt`, "utf8"));
  });

  it("filters", async () => {
    const text = await run(
      "goroutines",
      "--report",
      "list",
      "--state",
      "chan send",
      "--min-wait",
      "1",
      "--process",
      "pipeline",
      ...FOUR,
    );
    expect(text.trim().split("\n")).toHaveLength(21);
    expect((await run("goroutines", "--report", "list", "--not", "--state", "/./", ...FOUR)).split("\n")).toHaveLength(
      2,
    );
  });

  it("compares two snapshots", async () => {
    const text = await run("goroutines", "--since", `${SHOP}/server.debug2.txt`, `${LATER}/server.debug2.txt`);
    expect(text).toContain("16 gone, 42 new, 29 at the same place as before, 26 moved\n");
    expect(text).toContain("+26 (16 → 42) IO wait\n");
    const json = JSON.parse(
      await run("goroutines", "--json", "--since", `${SHOP}/server.debug2.txt`, `${LATER}/server.debug2.txt`),
    );
    expect([json.gone.length, json.new.length, json.stuck.length, json.moved.length]).toEqual([16, 42, 29, 26]);
  });

  it("says which form it shows when there are several", async () => {
    const { stdout, stderr } = await cli([
      "goroutines",
      "--report",
      "states",
      `${ZOO}/zoo.debug2.txt`,
      `${ZOO}/zoo.pb.gz`,
    ]);
    expect(stderr).toContain("showing the stacks form; also there, of other instants (--form): profile");
    expect(stdout).toContain("sync.Mutex.Lock");
  });

  it("shows the form that is asked for, or the one that knows the labels asked for", async () => {
    const files = [`${SHOP}/server.debug2.txt`, `${SHOP}/server.pb.gz`];
    // debug=2 of Go 1.24 has no labels.
    const labelled = await cli(["goroutines", "--label", "client_id=0", "--report", "states", ...files]);
    expect(labelled.stderr).toContain("showing the profile form");
    expect(labelled.stdout).toMatch(/\d+\n/);
    expect((await run("goroutines", "--label", "client_id=0", ...files)).split("\n")[0]).toBe(
      "2 of 97 goroutines in 1 process",
    );
    expect((await run("goroutines", "--form", "profile", ...files)).split("\n")[0]).toBe("97 goroutines in 1 process");
    expect((await run("goroutines", "--form", "stacks", ...files)).split("\n")[0]).toBe("71 goroutines in 1 process");
    const drawn = async (form: string): Promise<number> =>
      (await run("flame", "--form", form, ...files))
        .trimEnd()
        .split("\n")
        .reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)?.[1]), 0);
    expect([await drawn("profile"), await drawn("stacks")]).toEqual([97, 71]);
    const none = await cli(["goroutines", "--form", "counts", ...files]);
    expect([none.status, none.stderr]).toEqual([EXIT.usage, expect.stringContaining("the files hold stacks, profile")]);
    const base = await run("goroutines", "--report", "top", "--diff-base", `${SHOP}`, `${LATER}/server.pb.gz`);
    expect(base).toContain("Type: goroutine");
  });

  it("shows no escape sequence of a name on a terminal", async () => {
    const file = join(work, "hostile.txt");
    writeFileSync(file, "goroutine 1 [\x1b[31mrun\u202e]:\nmain.\x1b]0;x\x07f(0x1)\n\t/\x1b[2Jx.go:1 +0x1\n");
    const { stdout } = await cli(["goroutines", file], { tty: true });
    expect(stdout).not.toMatch(/\x1b(?!\[(?:\d+m|0m))|\u202e|\x07/);
  });

  it.each([
    [["--min-wait", "soon"]],
    [["--ids", "x"]],
    [["--user", "--system"]],
    [["--func", "/(/"]],
    [["--report", "peek"]],
    [["--report", "labels"]],
    [["--report", "top", "--focus", "("]],
  ])("refuses %j", async (args) => {
    expect((await cli(["goroutines", ...args, `${ZOO}/zoo.debug2.txt`])).status).toBe(2);
  });
});

describe("coldframe diff of goroutines", () => {
  it("compares by group and by goroutine, whatever the files are called, and exits with 1", async () => {
    const before = join(work, "before.txt");
    writeFileSync(before, readFileSync(`${SHOP}/pipeline.debug2.txt`));
    const { status, stdout } = await cli(["diff", "--json", before, `${LATER}/pipeline.debug2.txt`]);
    const { gone, new: added, stuck, moved } = JSON.parse(stdout);
    // The pipeline is deadlocked: only the goroutines that serve the capture itself differ.
    expect([status, stuck.length, moved.length]).toEqual([1, 29, 0]);
    expect([gone.length, added.length]).toEqual([2, 2]);
    expect((await cli(["diff", before, before])).status).toBe(0);
  });

  it("compares whole captures in the first form that both have", async () => {
    const { status, stdout } = await cli(["diff", SHOP, LATER]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^22 gone, 48 new, 148 at the same place as before, 26 moved\n {4}gone: client-a:74 /);
    const other = await cli(["diff", `${SHOP}/server.pb.gz`, `${LATER}/server.debug2.txt`]);
    expect([other.status, other.stderr]).toEqual([2, expect.stringContaining("no form in common")]);
  });

  it("draws the change with --html", async () => {
    const page = join(work, "change.html");
    const { status } = await cli(["diff", "--html", page, `${SHOP}/server.debug2.txt`, `${LATER}/server.debug2.txt`]);
    expect(status).toBe(1);
    expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>/i);
  });
});

describe("links between processes", () => {
  it("join declared keys of functions and labels", async () => {
    const files = ["server", "client-a"].map((name) => `${SHOP}/${name}.pb.gz`);
    const pair = "main.(*Server).GetInfo@label:client_id <-> main.runClient@label:client_id";
    const { rules } = JSON.parse(await run("goroutines", "--json", "--report", "links", "--link", pair, ...files));
    expect(rules).toHaveLength(1);
    expect(rules[0].links.length).toBeGreaterThan(10);
    for (const { from, to } of rules[0].links) expect([from.process, to.process]).toEqual(["server", "client-a"]);
    expect(new Set(rules[0].links.map(({ to }: { to: { context: number } }) => to.context)).size).toBe(30);
    expect(rules[0].unmatchedTo).toEqual([]);
  });

  it.each(["x", "a@id", "@arg0 <-> @arg0", "@label:a,id <-> @id", "f@bananas <-> g@id"])("refuse %j", async (pair) => {
    const args = ["goroutines", "--report", "links", "--link", pair, `${SHOP}/server.pb.gz`];
    expect((await cli(args)).status).toBe(2);
  });
});

describe("coldframe flame", () => {
  it("folds to stdout", async () => {
    const text = await run("flame", `${ZOO}/zoo.pb.gz`);
    expect(text).toContain(
      "main.main.func9;sync.(*Mutex).Lock;internal/sync.(*Mutex).Lock;internal/sync.(*Mutex).lockSlow;",
    );
    expect(
      text
        .trim()
        .split("\n")
        .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0),
    ).toBe(65);
  });

  it("writes every kind by the ending of the name", async () => {
    const names = ["f.html", "f.svg", "f.folded", "f.json", "f.pb.gz"].map((name) => join(work, name));
    await run("flame", ...names.flatMap((name) => ["--out", name]), ...FOUR);
    const [html, svg, folded, json, pb] = names.map((name) => readFileSync(name));
    expect(html!.toString()).toContain("<!doctype html>");
    expect(svg!.toString()).toContain("<title>server: 71 (36.2 %)</title>");
    expect(folded!.toString()).toMatch(/^server;/m);
    expect(JSON.parse(json!.toString()).profiles).toHaveLength(4);
    expect(pb!.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    expect(await run("goroutines", "--report", "top", "--nodecount", "1", names[4]!)).toContain("of 196 total");
  });

  it("colours a difference, and shows what is gone", async () => {
    const out = join(work, "diff.svg");
    await run("flame", "--since", `${SHOP}/server.debug2.txt`, "--out", out, `${LATER}/server.debug2.txt`);
    expect(readFileSync(out, "utf8")).toContain("<title>all: 97 (100 %), before 71 (+26)</title>");
    await run("flame", "--gone", "--since", `${SHOP}/server.debug2.txt`, "--out", out, `${LATER}/server.debug2.txt`);
    expect(readFileSync(out, "utf8")).toContain("<title>all: 71 (100 %), before 97 (-26)</title>");
  });

  it("shows one function between its callers and its callees", async () => {
    const handle = "main.(*Server).handle";
    const lines = (await run("flame", "--flat", "--around", handle, `${SHOP}/server.debug2.txt`)).trim().split("\n");
    const count = (side: string): number =>
      lines
        .filter((line) => line.startsWith(`${side};${handle}`))
        .reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)![1]), 0);
    const whole = (await run("flame", "--flat", `${SHOP}/server.debug2.txt`)).trim().split("\n");
    const through = whole.filter((line) => line.includes(handle)).map((line) => Number(/ (\d+)$/.exec(line)![1]));
    expect(count("called by")).toBe(through.reduce((a, b) => a + b));
    expect(count("calls")).toBe(count("called by"));
    expect(lines.some((line) => line.startsWith(`called by;${handle};main.(*Server).GetInfo.func1;`))).toBe(true);
    expect(lines).toContainEqual(expect.stringMatching(/^calls;main\.\(\*Server\)\.handle;time\.Sleep \d+$/));
    const page = join(work, "around.html");
    await run("flame", "--around", handle, "--as", "html", `${SHOP}/server.debug2.txt`);
    expect((await cli(["flame", "--around", handle, "--out", page, `${SHOP}/server.debug2.txt`])).status).toBe(0);
    expect((await cli(["flame", "--around", "main.handel", `${SHOP}/server.debug2.txt`])).status).toBe(2);
  });

  it("refuses names that say no kind and leaves no half file", async () => {
    const out = join(work, "f.xyz");
    expect((await cli(["flame", "--out", out, `${ZOO}/zoo.pb.gz`])).status).toBe(2);
    expect(existsSync(out)).toBe(false);
  });
});

describe("coldframe query", () => {
  it("answers SQL over all processes", async () => {
    const sql =
      "SELECT p.name, count(*) AS n FROM goroutines g JOIN processes p USING (process_snapshot_id) GROUP BY 1 ORDER BY 2 DESC";
    expect(await run("query", sql, ...FOUR)).toBe(
      "name       n\nserver    71\nclient-a  65\npipeline  31\nclient-b  29\n",
    );
    expect(await run("query", "--as", "csv", sql, ...FOUR)).toBe(
      "name,n\r\nserver,71\r\nclient-a,65\r\npipeline,31\r\nclient-b,29\r\n",
    );
    expect(await run("query", "--json", sql, ...FOUR)).toContain('{"name":"server","n":71}\n');
  });

  it("lists tables, functions too when asked", async () => {
    const text = await run("query", "--tables", `${ZOO}/zoo.debug2.txt`);
    expect(text).toMatch(/^goroutines \(65\): context_id, process_snapshot_id, /m);
    expect(text).not.toContain("main.lockA");
    expect(await run("query", "--tables", "--functions", `${ZOO}/zoo.debug2.txt`)).toMatch(/^main\.lockA \(2\): /m);
  });

  it("applies a report spec, and notes what does not fit", async () => {
    const spec = join(work, "spec.json");
    writeFileSync(
      spec,
      JSON.stringify({
        schema: 1,
        columns: [{ table: "goroutines", name: "minutes", sql: "wait_for / 60000000000", type: "INTEGER" }],
        tables: [
          { name: "stuck", sql: "SELECT * FROM goroutines WHERE minutes > 5" },
          { name: "no", sql: "SELECT * FROM nowhere" },
        ],
      }),
    );
    const { stdout, stderr } = await cli([
      "query",
      "--spec",
      spec,
      "SELECT count(*) AS n FROM stuck",
      `${ZOO}/zoo.debug2.txt`,
    ]);
    expect(stdout).toBe(" n\n60\n");
    expect(stderr).toContain("there is no table nowhere");
  });

  it("writes an SQLite file that SQLite reads", async () => {
    const out = join(work, "zoo.sqlite");
    await run("query", "--sqlite", out, "--with-table", "main.lockA", `${ZOO}/zoo.debug2.txt`);
    expect(readFileSync(out).subarray(0, 15).toString()).toBe("SQLite format 3");
    expect(
      python(
        `import sqlite3; print(sqlite3.connect("${out}").execute("select count(*) from goroutines").fetchone()[0])`,
      ) ?? "65",
    ).toBe("65");
  });

  it("says what is wrong with a query", async () => {
    const { status, stderr } = await cli(["query", "SELECT * FROM gorutine", `${ZOO}/zoo.debug2.txt`]);
    expect(status).toBe(2);
    expect(stderr).toContain("did you mean goroutines?");
    expect((await cli(["query", "SELECT 1"])).status).toBe(2);
  });

  it("stops at --rows and says so", async () => {
    const { stdout, stderr } = await cli([
      "query",
      "--rows",
      "2",
      "SELECT context_id FROM goroutines",
      `${ZOO}/zoo.debug2.txt`,
    ]);
    expect(stdout).toBe("context_id\n         0\n         1\n");
    expect(stderr).toContain("more than 2 rows");
  });
});

/** Output of a Python program, or undefined where there is no Python. */
function python(program: string): string | undefined {
  try {
    return execFileSync("python3", ["-c", program], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}
