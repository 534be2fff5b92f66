import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderFunctionsPage, renderRulePacksPage } from "../../../scripts/gen-docs.mjs";
import { detect } from "../../../src/cli/commands/detect.ts";
import { triage } from "../../../src/cli/commands/triage.ts";
import { isSnapshotError } from "../../../src/js/base/errors.ts";
import { checkRules, EXTENDED, loadRules, parseSelector, runTrials } from "../../../src/js/triage.ts";

const read = (path: string): string => readFileSync(path, "utf8");

describe("the pages about rules", () => {
  it("list every function and every action of the packs as their tables have them", async () => {
    expect(read("docs/functions.md")).toBe(await renderFunctionsPage());
    expect(read("docs/rule-packs.md")).toBe(renderRulePacksPage());
  });

  it("show a rule file that loads, passes the checker and its trials", () => {
    const [, text] = /```json5\n(\{\n {2}select[\s\S]*?)```/.exec(read("docs/rules.md"))!;
    const sources = [{ namespace: "disk", text: text! }];
    expect(checkRules(sources)).toEqual([]);
    expect(runTrials(loadRules(sources))).toMatchObject({ passed: 3, failed: 0 });
  });

  it("show selectors that can be read", () => {
    const selectors = [...read("docs/rules.md").matchAll(/^\| `(SNAPSHOT:[^`]+)` \|/gm)].map((match) => match[1]!);
    expect(selectors.length).toBe(5);
    for (const text of selectors) expect(parseSelector({ text, start: 0 }, EXTENDED).type).toBe("SNAPSHOT");
  });

  it("name every word of the checker", () => {
    const table = read("src/js/analysis/triage/diagnostics.ts")
      .split("export type DiagnosticRule =")[1]!
      .split(";")[0]!;
    for (const [, word] of table.matchAll(/"([\w-]+)"/g)) expect(read("docs/rules.md")).toContain(`\`${word}\``);
  });

  it("name every option of detect that is its own", () => {
    const page = read("docs/detect.md");
    for (const name of [
      "check-every",
      "file-to",
      "state",
      "capture",
      "listen",
      "once",
      "test-only",
      "settle",
      "prefix",
      "product",
      "compat",
    ]) {
      expect(Object.keys(detect.options)).toContain(name);
      expect(page).toContain(`--${name}`);
    }
    for (const name of ["rules", "test", "check", "explain", "series", "output-format", "fail-on"]) {
      expect(Object.keys(triage.options)).toContain(name);
      expect(read("docs/cli.md") + read("docs/rules.md")).toContain(`--${name}`);
    }
  });

  it("end an unknown selector in a coded error", () => {
    let code = "";
    try {
      parseSelector({ text: "SNAPSHOT:*:nothing", start: 0 }, EXTENDED);
    } catch (error) {
      code = isSnapshotError(error) ? error.code : "";
    }
    expect(code).toBe("SelectorSyntax");
  });
});
