import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ERROR_CODES } from "../../src/js/base/error-codes.ts";
import { DEFAULT_LIMITS } from "../../src/js/base/limits.ts";
import { VERSION } from "../../src/js/base/version.ts";

const read = (path: string): string => readFileSync(path, "utf8");

describe("documents", () => {
  it("list every error code with its family, sentence and fields", () => {
    const rows = [...read("docs/errors.md").matchAll(/^\| `(\w+)` \| (\w+) \| (.*) \| (.*) \|$/gm)].map((row) =>
      row.slice(1),
    );
    const expected = Object.entries(ERROR_CODES).map(([code, { family, when, fields }]) => [
      code,
      family,
      when,
      fields.map((field) => `\`${field}\``).join(", "),
    ]);
    expect(rows).toEqual(expected);
  });

  it("list every limit with its default", () => {
    const rows = [...read("docs/limits.md").matchAll(/^\| `(\w+)` \| (\d+) \| (.+) \|$/gm)].map(([, name, value]) => [
      name,
      Number(value),
    ]);
    expect(Object.fromEntries(rows)).toEqual(DEFAULT_LIMITS);
  });

  it("agree with package.json about the version", () => {
    expect(JSON.parse(read("package.json")).version).toBe(VERSION);
  });
});

describe("the exports map", () => {
  const { exports } = JSON.parse(read("package.json")) as { exports: Record<string, string | Record<string, string>> };
  it.each(Object.entries(exports).filter(([, target]) => typeof target === "object"))(
    "names types first and default last for %s",
    (_subpath, target) => {
      const conditions = Object.keys(target);
      expect(conditions[0]).toBe("types");
      expect(conditions.at(-1)).toBe("default");
    },
  );

  it("offers the edge file before the browser's", () => {
    const conditions = Object.keys(exports["."]!);
    expect(conditions.indexOf("workerd")).toBeLessThan(conditions.indexOf("browser"));
  });
});
