import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parseSignatureRules } from "../../../src/js/analysis/signature-rules.ts";
import { cli } from "../../support/cli-host.ts";
import { publishedSchema, type SchemaCheck } from "../../support/json-schema.ts";

const CASES = "test/golden/pigweed/cases";
const FILES = [
  `${CASES}/elf_main.pb`,
  `${CASES}/elf_step_through.pb`,
  "test/golden/sched-ext/reports/layered_stall.json",
];
const RULES = "rules/signature/default.json";

async function linesOf(words: readonly string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await cli(words);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

type Change = (document: Record<string, unknown>) => unknown;

/** The schema takes the document, and refuses it with any value corrupted and after each change. */
function expectTaken(schema: SchemaCheck, document: unknown, changes: readonly Change[]): void {
  expect(schema.errors(document)).toEqual([]);
  expect(schema.blindTo(document)).toEqual([]);
  for (const change of changes) {
    const broken = structuredClone(document);
    change(broken as Record<string, unknown>);
    expect(schema.errors(broken), String(change)).not.toEqual([]);
  }
}

const set =
  (name: string, value: unknown): Change =>
  (document) =>
    Object.assign(document, { [name]: value });
const drop =
  (name: string): Change =>
  (document) =>
    Reflect.deleteProperty(document, name);

describe("the JSON schemas of identity", () => {
  it("take the built-in rules and refuse what the reader refuses", async () => {
    const rules = await readFile(RULES, "utf8");
    const schema = publishedSchema("signature-rules.schema.json");
    const inPart =
      (name: string, value: unknown): Change =>
      (document) =>
        Object.assign((document["parts"] as object[])[2]!, { [name]: value });
    const changes = [
      set("schema", 2),
      set("parts", []),
      set("version", 0),
      drop("name"),
      inPart("from", ["nothing"]),
      inPart("normalise", ["all"]),
      inPart("take", 65),
      inPart("mask", "12"),
      inPart("collapse", "yes"),
      inPart("stranger", 1),
    ];
    expectTaken(schema, JSON.parse(rules), changes);
    for (const change of changes) {
      const broken = JSON.parse(rules) as Record<string, unknown>;
      change(broken);
      expect(() => parseSignatureRules(JSON.stringify(broken)), String(change)).toThrow();
    }
  });

  it("take what signature prints", async () => {
    const schema = publishedSchema("signature.schema.json");
    for (const line of await linesOf(["signature", "--json", "--explain", ...FILES])) {
      expectTaken(schema, line, [set("id", "0"), drop("rules"), set("more", 1), set("parts", [{}])]);
    }
  });

  it("take what group prints, totals and changed rules included", async () => {
    const schema = publishedSchema("group.schema.json");
    const lines = await linesOf(["group", "--json", "--against", RULES, ...FILES]);
    expect(lines).toHaveLength(4);
    for (const line of lines.slice(0, -1))
      expectTaken(schema, line, [set("count", 0), drop("versions"), set("totals", 1)]);
    expectTaken(schema, lines.at(-1), [drop("totals"), set("regrouped", { kept: 1 }), set("schema", 2)]);
  });

  it("take what diff prints", async () => {
    const schema = publishedSchema("snapshot-diff.schema.json");
    const [line] = await linesOf(["diff", "--json", FILES[0]!, FILES[1]!]);
    expectTaken(schema, line, [set("isEqual", "no"), set("sections", []), drop("before")]);
  });
});
