import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { EXIT } from "../../../src/cli/exit.ts";
import { cli } from "../../support/cli-host.ts";
import { goldenText } from "../../support/sched-ext-cases.ts";

const cwd = mkdtempSync(join(tmpdir(), "coldframe-check-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const file = (...assertions: readonly object[]): string => JSON.stringify({ version: 1, name: "steady", assertions });
put("stall.json", goldenText("reports/layered_stall.json"));
put("series.json", goldenText("series/steady_stats.json"));
put("good.json", file({ name: "grows", series: { liveVar: "nr_dispatched" }, pattern: "strictlyIncreasing" }));
put("bad.json", file({ name: "no stall", value: "scx_sched_state.exit_kind", below: 1024 }));
put("unsure.json", file({ name: "stats", value: { stats: "util" }, when: "last", above: 0 }));
put("typo.json", file({ value: "x", equal: 1 }));

const check = (...args: string[]) => cli(["check", ...args], { cwd });

describe("check", () => {
  it("passes with status 0 and a line per assertion", async () => {
    expect(await check("--assert", "good.json", "series.json")).toMatchObject({
      status: EXIT.ok,
      stdout: "pass          grows\n1 passed, 0 inconclusive, 0 failed\n",
    });
  });

  it("fails with status 1 and says why", async () => {
    const { status, stdout } = await check("--assert", "good.json", "--assert", "bad.json", "stall.json");
    expect(status).toBe(EXIT.findings);
    expect(stdout).toContain("FAIL          no stall\n    stall.json: found 1026, expected below 1024\n");
  });

  it("writes JSON lines and JUnit", async () => {
    const { status, stdout } = await check("--json", "--assert", "bad.json", "--junit", "out.xml", "stall.json");
    expect(status).toBe(EXIT.findings);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, verdict: "Fail", failed: 1 });
    expect(readFileSync(join(cwd, "out.xml"), "utf8")).toContain('<failure message="stall.json: found 1026');
    expect((await check("--assert", "bad.json", "--junit", "-", "stall.json")).stdout).toMatch(/^<\?xml/);
  });

  it("lets the caller decide what cannot be judged", async () => {
    expect((await check("--assert", "unsure.json", "series.json")).status).toBe(EXIT.ok);
    expect((await check("--assert", "unsure.json", "--inconclusive", "fail", "series.json")).status).toBe(
      EXIT.findings,
    );
  });

  it("refuses mistakes in the assertions with status 2", async () => {
    const { status, stderr } = await check("--assert", "typo.json", "stall.json");
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain("typo.json: reading assertions: assertions[0]");
    expect(stderr).toContain('did you mean "equals"');
    expect((await check("stall.json")).status).toBe(EXIT.usage);
    expect((await check("--assert", "nowhere.json", "stall.json")).status).not.toBe(EXIT.ok);
  });
});
