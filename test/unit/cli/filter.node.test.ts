import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { EXIT } from "../../../src/cli/exit.ts";
import { cli } from "../../support/cli-host.ts";

const cwd = mkdtempSync(join(tmpdir(), "coldframe-filter-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const CHILDREN = {
  anna: { age: 30, tags: ["a", "b"], home: { city: "Ulm" } },
  ben: { age: 7, tags: ["b"], home: { city: "Bonn" } },
  "cleo.x": { age: "old" },
  count: 5,
};
writeFileSync(
  join(cwd, "people.json"),
  JSON.stringify([{ moniker: "core/app", metadata: {}, payload: { root: CHILDREN } }]),
);
const GOROUTINES = resolve("test/golden/goroutines/shop-go1.24/server.debug2.txt");
const list = (filter: string, ...more: string[]) =>
  cli(["ls", "--json", "--filter", filter, ...more, "people.json", "core/app.root"], { cwd });
const namesIn = (stdout: string): string[] =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).name);

describe("--filter", () => {
  it("keeps the rows of ls for which the expression is true; names are columns, then members", async () => {
    expect(namesIn((await list("age > 10")).stdout)).toEqual(["anna"]);
    expect(namesIn((await list("name == 'count'")).stdout)).toEqual(["count"]);
    expect(namesIn((await list("inside == 0")).stdout)).toEqual(["count"]);
    expect(namesIn((await list("Field('home.city') == 'Bonn'")).stdout)).toEqual(["ben"]);
    expect(namesIn((await list("Contains(tags, 'a')")).stdout)).toEqual(["anna"]);
    expect(namesIn((await list("StringMatches(path, 'cleo')")).stdout)).toEqual(["cleo.x"]);
  });

  it("leaves out rows for which it has no answer, and counts them on stderr", async () => {
    const { stdout, stderr, status } = await cli(["ls", "--filter", "age > 10", "people.json", "core/app.root"], {
      cwd,
    });
    expect(status).toBe(EXIT.ok);
    expect(stdout).toContain('["core/app"].root.anna');
    expect(stdout).not.toContain("ben");
    expect(stderr).toContain("--filter left out 2 rows for which it has no answer; the first: ");
  });

  it("prints what get finds inside a value, each kept row by itself", async () => {
    const { stdout } = await cli(["get", "--filter", "age == 7", "people.json", "core/app.root"], { cwd });
    expect(stdout).toContain('["core/app"].root.ben\n');
    expect(stdout).not.toContain("anna");
    const json = await cli(["get", "--json", "--filter", "age == 7", "people.json", "core/app.root"], { cwd });
    expect(JSON.parse(json.stdout).path).toBe('["core/app"].root.ben');
    expect((await cli(["get", "--filter", "True()", "people.json", "core/app.root.count"], { cwd })).status).toBe(
      EXIT.usage,
    );
  });

  it("says where an expression is wrong", async () => {
    const { status, stderr } = await list("age >");
    expect(status).toBe(EXIT.usage);
    expect(stderr + (await list("age >")).stdout).toContain("ExpressionSyntax");
  });

  it("ends rows that cost too much, not the verb", async () => {
    const { status, stderr } = await cli(
      ["ls", "--filter", "Apply(Fn([f], Apply(f, [f])), [Fn([f], Apply(f, [f]))])", "people.json", "core/app.root"],
      { cwd },
    );
    expect([status, stderr.includes("--filter left out 4 rows")]).toEqual([EXIT.ok, true]);
  });

  it("chooses goroutines by what they are", async () => {
    const all = await cli(["goroutines", "--report", "states", GOROUTINES]);
    const some = await cli([
      "goroutines",
      "--report",
      "list",
      "--top",
      "0",
      "--filter",
      "state == 'chan receive'",
      GOROUTINES,
    ]);
    expect(all.stdout).toContain("chan receive");
    expect(some.stdout).toContain("chan receive");
    expect(all.stdout).toContain("IO wait");
    expect(some.stdout).not.toContain("IO wait");
    const json = await cli([
      "goroutines",
      "--json",
      "--report",
      "states",
      "--filter",
      "Any(Fn([f], StringMatches(f, 'net/http')), functions)",
      GOROUTINES,
    ]);
    expect(json.stdout).not.toBe((await cli(["goroutines", "--json", "--report", "states", GOROUTINES])).stdout);
  });

  it("chooses rows of a query", async () => {
    const { stdout } = await cli([
      "query",
      "--as",
      "csv",
      "--filter",
      "n > 20",
      "SELECT status, count(*) AS n FROM goroutines GROUP BY 1",
      GOROUTINES,
    ]);
    const counts = stdout
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",").at(-1)));
    expect(counts.length).toBeGreaterThan(0);
    expect(Math.min(...counts)).toBeGreaterThan(20);
  });
});
