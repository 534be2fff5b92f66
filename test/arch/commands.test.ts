import { describe, expect, it } from "vitest";

const sources = import.meta.glob<string>("../../src/cli/commands/*.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** What a row of the command table may load at once; types are free. */
const EAGER = new Set(["args", "exit", "help", "option-specs", "shells"]);

describe("the command table", () => {
  for (const [file, text] of Object.entries(sources)) {
    it(`${file.replace(/^.*\//, "")} loads its work when it runs`, () => {
      const eager = [...text.matchAll(/^import (?!type\b)[^;]*?from "([^"]+)"/gm)]
        .map((match) => match[1]!.replace(/^.*\/|\.ts$/g, ""))
        .filter((name) => !EAGER.has(name) && !/(^|-)(options|kinds)$/.test(name));
      expect(eager).toEqual([]);
    });
  }
});
