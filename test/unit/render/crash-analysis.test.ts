import { describe, expect, it } from "vitest";
import { dump } from "../../../src/js/dump.ts";
import { renderAnalysis } from "../../../src/js/render/crash-analysis.ts";
import { toHtml } from "../../../src/js/render/html.ts";
import { openPigweedCase } from "../../support/pigweed-symbols.ts";
import { everyShape } from "../../support/snapshots.ts";

describe("the analysis of a snapshot", () => {
  it("shows corrected frames beside those of the report", async () => {
    const snapshot = await openPigweedCase("elf_step_through");
    const text = renderAnalysis(snapshot);
    expect(text).toMatch(/^Analysis\n/);
    expect(text).toMatch(/Corrected frames of "exception" \(innermost first\)/);
    expect(text).toMatch(/\[inlined\]/);
    expect(text).toMatch(/\(report: /);
  });

  it("is added to the report only when asked for", async () => {
    const snapshot = await openPigweedCase("elf_step_through");
    const plain = await dump(snapshot);
    const both = await dump(snapshot, { analysis: true });
    expect(plain).not.toContain("Corrected frames");
    expect(both.startsWith(plain.trimEnd())).toBe(true);
    expect(both.endsWith(renderAnalysis(snapshot))).toBe(true);
  });

  it("escapes hostile names for terminals and pages", () => {
    const text = renderAnalysis(everyShape());
    expect(text).toContain("not-captured");
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
    const page = toHtml(everyShape());
    expect(page).toContain('id="analysis"');
    expect(page).not.toContain("<img");
    expect(page).not.toMatch(/\u202e/);
  });
});
