import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../src/js/base/bytes.ts";
import { toHtml } from "../../../src/js/render/html.ts";
import { STYLE, STYLE_HASH } from "../../../src/js/render/html-style.ts";
import { everyShape } from "../../support/snapshots.ts";
import { arrayOf, leaf, sourceOf, struct } from "../../support/value-tree.ts";

const page = toHtml(everyShape(), { report: "upstream <b>report</b>" });

describe("toHtml", () => {
  it("lets in its own style by hash and nothing else", async () => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", encodeUtf8(STYLE)));
    expect(STYLE_HASH).toBe(btoa(String.fromCharCode(...digest)));
    expect(page).toContain(`style-src &#39;sha256-${STYLE_HASH}&#39;`);
    expect(page).toContain("default-src &#39;none&#39;");
  });

  it("needs no script, no style attribute and no other file", () => {
    const outside = page.replace(STYLE, "");
    expect(outside).not.toMatch(/<script|<link|<img|<iframe|\bon\w+="|style="|src="|href="(?!#)/i);
  });

  it("escapes markup wherever text of the snapshot stands", () => {
    expect(page).not.toContain("<img");
    expect(page).not.toContain("<b>report");
    expect(page.match(/&lt;img src=x onerror=alert\(1\)&gt;&quot;&#39;&amp;/g)?.length).toBeGreaterThanOrEqual(9);
  });

  it("shows controls that would hide or turn text", () => {
    expect(page).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f\u202e]/);
    expect(page).toContain("\\u001b[31m\\u202e");
  });

  it("has a section for each shape that is filled, in the order of the reader's questions", () => {
    expect([...page.matchAll(/<section id="(\w+)"/g)].map((match) => match[1])).toEqual([
      "issues",
      "facts",
      "analysis",
      "stacks",
      "logs",
      "timelines",
      "values",
      "report",
    ]);
    const bare = toHtml({ ...everyShape(), issues: [], values: sourceOf(struct([])) });
    expect([...bare.matchAll(/<section id="(\w+)"/g)].map((match) => match[1])).toEqual([
      "facts",
      "analysis",
      "stacks",
      "logs",
      "timelines",
    ]);
  });

  it("shows registers, frames, times and 64-bit values exactly", () => {
    for (const text of ["0x08001234", "Poll() [inlined] (sensor.cc:88)", "-0.001500000", "18446744073709551615"]) {
      expect(page).toContain(text);
    }
  });

  it("opens the active thread and closes the others", () => {
    expect(page.match(/<details class="top" open>/g)).toHaveLength(1);
    expect(page).toMatch(/<details class="top" open><summary><b class="error">active<\/b> thread/);
  });

  it("counts what it leaves out of a large tree and of long logs", () => {
    const values = sourceOf(struct([["big", arrayOf(Array.from({ length: 3000 }, (_, i) => leaf(BigInt(i))))]]));
    const logs = { length: 50, at: (ix: number) => ({ text: `record ${ix}.` }) };
    const short = toHtml({ ...everyShape(), values, logs }, { valueNodes: 1001, logRecords: 10 });
    expect(short).toContain("… 2000 more");
    expect(short.match(/<li>/g)).toHaveLength(1001);
    expect(short).toContain("The first 40 of 50 records are not shown");
    expect(short).not.toContain("record 39.");
    expect(short).toContain("record 40.");
  });

  it("closes what it opens", () => {
    for (const tag of ["section", "details", "table", "tbody", "ul", "li", "summary", "main"]) {
      expect(page.split(`<${tag}`).length).toBeGreaterThanOrEqual(page.split(`</${tag}>`).length);
      expect(page.match(new RegExp(`<${tag}[ >]`, "g"))?.length).toBe(page.match(new RegExp(`</${tag}>`, "g"))?.length);
    }
  });
});
