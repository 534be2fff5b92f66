import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const SKIPPED = /^(?:node_modules|dist|build|bench\/(?:out|rivals\/node_modules))\/|\/node_modules\/|ORIGIN\.md$/;

const pages = readdirSync(".", { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".md") && !SKIPPED.test(file));

/** As GitHub and its like make them: lower case, punctuation left out, blanks as hyphens. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ +(.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );
}

function* linksOf(markdown: string): Generator<string> {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) if (!/^[a-z]+:/.test(target!)) yield target!;
}

describe("documents", () => {
  it("are found", () => {
    expect(pages.length).toBeGreaterThan(20);
  });

  it.each(pages)("%s links to what exists", (page) => {
    const broken = [...linksOf(readFileSync(page, "utf8"))].filter((link) => {
      const [path = "", anchor] = link.split("#");
      const file = path === "" ? page : normalize(join(dirname(page), path));
      if (!existsSync(file)) return true;
      return anchor !== undefined && file.endsWith(".md") && !anchorsOf(readFileSync(file, "utf8")).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});
