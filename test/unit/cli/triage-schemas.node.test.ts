import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cli } from "../../support/cli-host.ts";
import { publishedSchema } from "../../support/json-schema.ts";
import { goldenText } from "../../support/sched-ext-cases.ts";

const cwd = mkdtempSync(join(tmpdir(), "coldframe-schemas-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

put("stall.json", goldenText("reports/layered_stall.json"));
mkdirSync(join(cwd, "in"));
put(
  "in/a.json",
  '[{"moniker":"core/app","metadata":{},"payload":{"root":{"n":[1,1.5]}}},{"moniker":"core/b","metadata":{},"payload":{"root":{"n":3}}}]',
);
put(
  "all.triage",
  `{ extended: true, select: { n: "INSPECT:core/b:root:n", none: "INSPECT:core/c:root:n" },
  act: {
    a: { type: "Alert", severity: "Error", file_bug: "X", trigger: "n > 2", print: "{n}", tag: "t", for: "Nanos(0)" },
    b: { type: "Gauge", value: "n // 0" }, c: { type: "Warning", trigger: "none > 1", print: "" },
    d: { type: "Snapshot", trigger: "n > 2", repeat: "Hours(2)", signature: "n-{n}", for: "Nanos(0)" },
  } }`,
);

describe("published schemas", () => {
  it("fit every triage report, explanations included, and notice every wrong type in one", async () => {
    const schema = publishedSchema("triage-report.schema.json");
    const built = await cli(["triage", "--json", "--explain", "stall.json"], { cwd });
    const own = await cli(
      ["triage", "--json", "--explain", "--now", "Hours(1)", "--rules", "all.triage", "in/a.json"],
      { cwd },
    );
    const goroutines = await cli(["triage", "--json", resolve("test/golden/goroutines/shop-go1.24/server.debug2.txt")]);
    for (const { stdout } of [built, own, goroutines]) {
      const report = JSON.parse(stdout);
      expect(schema.errors(report)).toEqual([]);
      expect(report.actions.length).toBeGreaterThan(3);
    }
    expect(schema.blindTo(JSON.parse(own.stdout))).toEqual([]);
    expect(schema.errors({ ...JSON.parse(own.stdout), more: 1 })).not.toEqual([]);
  });

  it("fit what trials come to, and notice every wrong type in it", async () => {
    const schema = publishedSchema("triage-trials.schema.json");
    put(
      "tried.triage",
      `{ extended: true, eval: { n: "1" }, act: { g: { type: "Gauge", value: "n" }, w: { type: "Warning", trigger: "n > 1", print: "" } },
      test: { t: { yes: ["w"], gauges: { g: "1" } }, broken: { values: {} } } }`,
    );
    const [own, packs] = [
      await cli(["triage", "--test", "--json", "--rules", "tried.triage"], { cwd }),
      await cli(["triage", "--test", "--json"], { cwd }),
    ];
    for (const { stdout } of [own, packs]) {
      const report = JSON.parse(stdout);
      expect(schema.errors(report)).toEqual([]);
      expect(report.checks.length).toBeGreaterThan(1);
    }
    const report = JSON.parse(own.stdout);
    expect([report.passed, report.failed, report.errors.length]).toEqual([1, 1, 1]);
    expect(report.coverage[1]).toEqual({
      namespace: "tried",
      action: "w",
      type: "Alert",
      fires: 1,
      quiet: 0,
      texts: 0,
    });
    expect(schema.blindTo(report)).toEqual([]);
    expect(schema.errors({ ...report, more: 1 })).not.toEqual([]);
  });

  it("fit a detector's state and reports, and notice every wrong type in them", async () => {
    await cli(["detect", "--once", "--settle", "0s", "--rules", "all.triage", "--file-to", "reports", "in"], { cwd });
    const state = JSON.parse(readFileSync(join(cwd, ".coldframe-detect/state.json"), "utf8"));
    expect(Object.keys(state.throttle)).toEqual(["coldframe-detect-n--"]);
    const full = { ...state, accepted: { "a-1": "in/a.json" } };
    for (const document of [state, full])
      expect(publishedSchema("detect-state.schema.json").errors(document)).toEqual([]);
    expect(publishedSchema("detect-state.schema.json").blindTo(full)).toEqual([]);
    const [name] = readdirSync(join(cwd, "reports")).filter((one) => one.endsWith(".json"));
    const report = JSON.parse(readFileSync(join(cwd, "reports", name!), "utf8"));
    expect(publishedSchema("detect-report.schema.json").errors(report)).toEqual([]);
    expect(publishedSchema("detect-report.schema.json").blindTo(report)).toEqual([]);
  });
});
