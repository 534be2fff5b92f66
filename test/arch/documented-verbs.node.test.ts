import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";

it.each(COMMANDS.map(({ name }) => name))("docs/cli.md documents %s", (name) => {
  const words = readFileSync("docs/cli.md", "utf8").matchAll(/`(?:coldframe )?([a-z]+)/g);
  expect(new Set(Array.from(words, (word) => word[1]))).toContain(name);
});
