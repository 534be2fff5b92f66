import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { EXIT } from "../../../src/cli/exit.ts";
import { cli } from "../../support/cli-host.ts";
import { goldenText } from "../../support/sched-ext-cases.ts";

const cwd = mkdtempSync(join(tmpdir(), "coldframe-triage-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(cwd, name), content);
const inspect = (used: number, name = "disk"): string =>
  `[{"moniker":"core/${name}","metadata":{},"payload":{"root":{"used":${used},"total":100}}}]`;
const RULES = `{
  select: { used: "INSPECT:core/disk:root:used", total: "INSPECT:core/disk:root:total" },
  eval: { part: "used / total" },
  act: {
    full: { type: "Alert", severity: "Error", file_bug: "storage", trigger: "part > 0.9", print: "the disk is full" },
    busy: { type: "Warning", trigger: "part > 0.5", print: "the disk fills", tag: "disk" },
    hint: { type: "Alert", severity: "Info", trigger: "part > 0.1", print: "something is there" },
    part: { type: "Gauge", value: "part", format: "percentage" },
    lost: { type: "Warning", trigger: "INSPECT_not_there > 1", print: "never" },
    report: { type: "Snapshot", trigger: "part > 0.9", repeat: "Hours(1)", signature: "disk-full" },
  },
  test: { fills: { yes: ["busy"], no: ["full"], values: { used: 60, total: 100 } } },
}`;
put("disk.triage", RULES);
put(
  "typo.triage",
  '{ eval: { a: "Maxx(1)", b: "Coun(c)" }, act: { x: { type: "Warning", trigger: "a >", print: "" } } }',
);
put(
  "wrong.triage",
  '{ extended: true, act: { x: { type: "Gauge", value: "1 + 1" } }, test: { t: { yes: [], gauges: { x: "3" } } } }',
);
put(
  "real.triage",
  '{ extended: true, select: { a: "INSPECT:core/app:root:a" }, act: { x: { type: "Gauge", value: "a * 2" } }, test: { t: { yes: [], gauges: { x: "Float(10)" }, inspect: [{ moniker: "core/app", metadata: {}, payload: { root: { a: 5.0 } } }] } } }',
);
mkdirSync(join(cwd, "importing/lib"), { recursive: true });
put(
  "importing/user.triage",
  '{ extended: true, imports: { d: "lib/disk-rules.triage" }, act: { full: { type: "Warning", trigger: "d::part > 0.9", print: "{d::used} of {d::total} used" } } }',
);
put(
  "importing/lib/disk-rules.triage",
  '{ extended: true, imports: ["sums", "../user"], select: { used: "INSPECT:core/disk:root:used", total: "INSPECT:core/disk:root:total" }, eval: { part: "Apply(sums::quotient, [used, total])" }, act: { own: { type: "Warning", trigger: "1 > 0", print: "never by import" } } }',
);
put("importing/lib/sums.triage", '{ eval: { quotient: "Fn([a, b], a / b)" } }');
put("importing/lost.triage", '{ extended: true, imports: ["nowhere"] }');
put("full.json", inspect(95));
put("calm.json", inspect(20));
put("evil.json", '[{"moniker":"core/\\u001b[31m","metadata":{},"payload":{"root":{"x":[1,1.5]}}}]');
put("stall.json", goldenText("reports/layered_stall.json"));
mkdirSync(join(cwd, "snapshot"));
put("snapshot/inspect.json", inspect(95));
put("snapshot/annotations.json", '{"device.uptime":"0d1h0m0s"}');
put("snapshot/log.kernel.txt", "[00012.034] 1234 ERROR CRASH: my_program\n");
put("snapshot.zip", zipSync({ "s/inspect.json": new TextEncoder().encode(inspect(95)) }));
mkdirSync(join(cwd, "two"));
put("two/disk.triage", RULES);
put("two/other.triage", '{ act: { always: { type: "Warning", trigger: "True()", print: "always" } } }');

const triage = (...args: string[]) => cli(["triage", ...args], { cwd });
const rules = (...args: string[]) =>
  triage(
    "--rules",
    "disk.triage",
    "--action",
    "full",
    "--action",
    "busy",
    "--action",
    "hint",
    "--action",
    "report",
    ...args,
  );

describe("triage", () => {
  it("prints what fired and ends with status 1", async () => {
    const { status, stdout } = await rules("full.json");
    expect(status).toBe(EXIT.findings);
    expect(stdout).toBe(
      "==> full.json (inspect) <==\nErrors\n------\n[BUG:storage] the disk is full.\n\n" +
        "Warnings\n--------\n[WARNING] the disk fills.\n\nReports asked for\n-----------------\ndisk-full (disk::report)\n\n",
    );
  });

  it("ends with status 0 where only an Info alert fired, and says so with --verbose-text", async () => {
    expect(await rules("calm.json")).toMatchObject({ status: EXIT.ok });
    expect((await rules("--output-format", "verbose-text", "calm.json")).stdout).toContain(
      "Info\n----\n[INFO] something is there.",
    );
    expect((await rules("--fail-on", "info", "calm.json")).status).toBe(EXIT.findings);
    expect((await rules("--fail-on", "never", "full.json")).status).toBe(EXIT.ok);
  });

  it("judges by the built-in rules of the format when none are named", async () => {
    const { status, stdout } = await triage("stall.json");
    expect(status).toBe(EXIT.findings);
    expect(stdout).toContain("sched-ext-error-stall (sched_ext_stalls::report)");
    const named = await triage("--rules", "sched-ext-stalls", "stall.json");
    expect(named.stdout).toBe(stdout);
  });

  it("judges every snapshot of a directory of them and gives each its outcomes as JSON lines", async () => {
    const { status, stdout } = await triage("--json", "--rules", "disk.triage", "full.json", "calm.json");
    const [full, calm] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(status).toBe(EXIT.findings);
    expect(full).toMatchObject({ schema: 1, name: "full.json", format: "inspect", verdict: "error" });
    expect(calm).toMatchObject({ name: "calm.json", verdict: "error" });
    const statuses = (report: { actions: { rule: string; status: string }[] }) =>
      Object.fromEntries(report.actions.map(({ rule, status: one }) => [rule, one]));
    expect(statuses(full)).toEqual({
      "disk::full": "fired",
      "disk::busy": "fired",
      "disk::hint": "fired",
      "disk::part": "measured",
      "disk::lost": "failed",
      "disk::report": "fired",
    });
    expect(full.actions[0].place).toEqual({ file: "disk.triage", line: 5, column: 5 });
    expect(full.actions[5].interval).toBe(3600000000000);
  });

  it("takes directories, patterns and bundles of rules", async () => {
    const { stdout } = await triage("--rules", "two", "full.json");
    expect(stdout).toContain("[WARNING] always.");
    expect((await triage("--rules", "two/*.triage", "full.json")).stdout).toBe(stdout);
    put(
      "bundle.json",
      JSON.stringify({
        files: { disk: RULES, other: "{act:{always:{type:'Warning',trigger:'True()',print:'always'}}}" },
      }),
    );
    expect((await triage("--rules", "bundle.json", "full.json")).stdout).toBe(stdout);
  });

  it("refuses two files of one namespace", async () => {
    const { status, stderr } = await triage("--rules", "disk.triage", "--rules", "two/disk.triage", "full.json");
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain("the namespace disk is that of disk.triage already");
  });

  it("says which packs there are when a name is wrong", async () => {
    const { status, stderr } = await triage("--rules", "pigweed-fault", "full.json");
    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain("did you mean pigweed-faults?");
    expect((await triage("--packs")).stdout).toContain("goroutine-leaks  goroutines\n");
  });

  it("filters actions by tag and by name", async () => {
    expect((await triage("--rules", "disk.triage", "--tag", "disk", "full.json")).stdout).not.toContain("storage");
    expect((await triage("--rules", "disk.triage", "--exclude-tag", "disk", "full.json")).stdout).not.toContain(
      "fills",
    );
    const { status, stderr } = await triage("--rules", "disk.triage", "--action", "ful", "full.json");
    expect([status, stderr.includes("there is no action ful; there are disk::full,")]).toEqual([EXIT.usage, true]);
  });

  it("explains an action with the values and where they came from", async () => {
    const { stdout } = await triage("--rules", "disk.triage", "--explain", "--action", "disk::busy", "full.json");
    expect(stdout).toContain("disk::busy: Bool(true)");
    expect(stdout).toMatch(/Int\(95\) from .*core\/disk/);
  });

  it("looks back along a series", async () => {
    put(
      "grow.triage",
      '{ extended: true, select: { used: "INSPECT:core/disk:root:used" }, act: { grows: { type: "Warning", trigger: "used > Prev(used)", print: "from {Prev(used)} to {used}" } } }',
    );
    const { stdout } = await triage("--series", "--rules", "grow.triage", "calm.json", "full.json");
    expect(stdout).toContain("==> 2: full.json (inspect) <==\nWarnings\n--------\n[WARNING] from 20 to 95.");
    expect(stdout).toContain(
      "None of 1 actions has anything to say, 1 of them because what they need is not in the snapshot.",
    );
  });

  it("writes SARIF, JUnit and Markdown for code scanning, CI and people", async () => {
    const sarif = JSON.parse((await rules("--output-format", "sarif", "full.json")).stdout);
    expect(sarif.version).toBe("2.1.0");
    expect(sarif.runs[0].results.map((one: { ruleId: string; level: string }) => [one.ruleId, one.level])).toEqual([
      ["disk::full", "error"],
      ["disk::busy", "warning"],
      ["disk::hint", "note"],
      ["disk::report", "warning"],
    ]);
    expect(sarif.runs[0].results[0].relatedLocations[0].physicalLocation.region).toEqual({
      startLine: 5,
      startColumn: 5,
    });
    const junit = (await rules("--output-format", "junit", "full.json")).stdout;
    expect(junit).toContain('<testsuite name="full.json" tests="8" failures="3" errors="0" skipped="0">');
    const markdown = (await rules("--output-format", "markdown", "full.json")).stdout;
    expect(markdown).toContain("| error | disk::full | the disk is full |");
  });

  it("keeps control characters of a snapshot from the terminal", async () => {
    const { stdout } = await cli(["triage", "--rules", "disk.triage", "evil.json"], { cwd, tty: true });
    expect(stdout).not.toContain("\x1b[31m");
    expect(stdout).toContain("Unable to deserialize Inspect contents for core/\\x1b[31m");
  });

  it("reports every error of a rule file at once", async () => {
    const { status, stderr } = await triage("--rules", "typo.triage", "full.json");
    expect(status).toBe(EXIT.usage);
    expect(stderr.match(/typo\.triage:1:/g)!.length).toBeGreaterThanOrEqual(2);
  });
});

describe("triage --check and --test", () => {
  it("prints every finding with its place and ends with 1 for errors", async () => {
    const { status, stdout } = await triage("--check", "--rules", "disk.triage");
    expect(status).toBe(EXIT.findings);
    expect(stdout).toContain('disk.triage:9:40: error: there is no metric "INSPECT_not_there" in disk');
    expect((await triage("--check")).stdout).toBe("4 rule files: 0 errors, 0 warnings, 0 notes\n");
    const sarif = JSON.parse((await triage("--check", "--output-format", "sarif", "--rules", "typo.triage")).stdout);
    expect(sarif.runs[0].results.length).toBeGreaterThan(1);
  });

  it("runs the trials of rules and of the packs", async () => {
    expect(await triage("--test", "--rules", "disk.triage")).toMatchObject({
      status: EXIT.ok,
      stdout: "no trial for 4 of 6 actions: disk::hint, disk::part, disk::lost, disk::report\n2 passed, 0 failed\n",
    });
    expect(await triage("--test", "--rules", "wrong.triage")).toMatchObject({
      status: EXIT.findings,
      stdout: "FAIL wrong::t x: expected 3, found 2\n0 passed, 1 failed\n",
    });
    expect((await triage("--test")).status).toBe(EXIT.ok);
    const junit = await triage("--test", "--output-format", "junit", "--rules", "wrong.triage");
    expect(junit.stdout).toContain("expected 3, found 2");
  });

  it("finds imported files beside the importing one, for their metrics only", async () => {
    const { status, stdout, stderr } = await triage("--rules", "importing/user.triage", "full.json");
    expect([status, stderr]).toEqual([EXIT.findings, ""]);
    expect(stdout).toContain("[WARNING] 95 of 100 used.");
    expect(stdout).not.toContain("never by import");
    expect((await triage("--check", "--rules", "importing/user.triage")).stdout).toContain("3 rule files: 0 errors");
    const lost = await triage("--rules", "importing/lost.triage", "full.json");
    expect(lost.status).toBe(EXIT.usage);
    expect(lost.stderr).toContain('importing/lost.triage:1:29: error: there is no rule file "nowhere" to import');
  });

  it("reads the Inspect of a trial with its kinds of numbers", async () => {
    const { stdout } = await triage("--test", "--rules", "real.triage");
    expect(stdout).toBe("FAIL real::t x: expected Float(10), found 10\n0 passed, 1 failed\n");
  });

  it("takes no snapshots", async () => {
    expect((await triage("--check", "full.json")).status).toBe(EXIT.usage);
    expect((await triage()).status).toBe(EXIT.usage);
  });
});

describe("triage --compat", () => {
  const compat = (...args: string[]) => triage("--compat", ...args);

  it("prints and ends as Fuchsia's tool does", async () => {
    const { status, stdout } = await compat("--config", "two/other.triage", "--data", "snapshot");
    expect(status).toBe(1);
    expect(stdout).toBe(
      "Warnings\n--------\n[WARNING] always.\n\nPlugin 'Process Crashes'\nWarnings\n--------\n" +
        "[WARNING]: my_program crashed at 0h0m12.34s [12.34]\n\nPlugin 'Sandbox Errors' - nothing to show\n\n" +
        "Plugin 'Routing Errors' - nothing to show\n\nPlugin 'Memory Summary' - nothing to show\n\n",
    );
  });

  it("reads a zip as it reads a directory", async () => {
    const zip = await compat("--config", "two/other.triage", "--data", "snapshot.zip", "--output-format", "structured");
    expect(zip.status).toBe(1);
    expect(JSON.parse(zip.stdout).actions.other.always.trigger.cached_value).toEqual({ Bool: true });
  });

  it("says on stdout why it failed", async () => {
    expect(await compat("--data", "snapshot")).toMatchObject({
      status: 1,
      stdout: "Triage failed: Need at least one config file; use --config\n",
    });
    expect(await compat("--config", "no.triage", "--data", "snapshot")).toMatchObject({
      status: 1,
      stdout:
        "Triage failed: Couldn't read config file 'no.triage' to string, No such file or directory (os error 2)\n",
    });
    expect(await compat("--config", "two/other.triage", "--data", "nowhere")).toMatchObject({
      status: 1,
      stdout: "Triage failed: Couldn't read file 'nowhere/inspect.json' to string\n",
    });
  });

  it("keeps to upstream's options", async () => {
    expect((await compat("--rules", "disk.triage", "--data", "snapshot")).status).toBe(EXIT.usage);
    expect((await triage("--config", "disk.triage", "full.json")).status).toBe(EXIT.usage);
  });
});
