import { describe, expect, it } from "vitest";
import { REPORTS } from "../../../src/cli/goroutines/option-specs.ts";
import { cli } from "../../support/cli-host.ts";
import { publishedSchema } from "../../support/json-schema.ts";

const schema = publishedSchema("goroutines.schema.json");
const SHOP = "test/golden/goroutines/shop-go1.24";
const LATER = "test/golden/goroutines/shop-go1.24-later";
const ZOO = "test/golden/goroutines/zoo-go1.27";
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  "dumps of four processes": [
    `${SHOP}/server.debug2.txt`,
    `${SHOP}/client-a.debug2.txt`,
    `${SHOP}/pipeline.debug2.txt`,
  ],
  "profiles of two": [`${SHOP}/server.pb.gz`, `${SHOP}/client-a.pb.gz`],
  "a dump with labels and leaks": [`${ZOO}/goroutineleak.debug2.txt`],
  "ancestors and elided frames": ["test/golden/goroutines/zoo-go1.24/ancestors.debug2.txt"],
  "a crash": ["test/golden/goroutines/tracebacks/crash-all-go1.24.txt"],
};

async function documentsOf(...args: readonly string[]): Promise<readonly unknown[]> {
  const { stdout } = await cli(["goroutines", "--json", ...args]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** A long list says no more about its form than its first items. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 2).map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shortened(member)]));
}

describe("docs/json-schema/goroutines.schema.json", () => {
  describe.each(Object.entries(INPUTS))("%s", (_, files) => {
    it.each(REPORTS)("fits --report %s, and notices any change of a type", async (report) => {
      const isProfile = files[0]!.endsWith(".gz");
      const documents = await documentsOf("--report", report, "--peek", "main", ...files);
      for (const document of documents) {
        // Dumps without labels have nothing to pivot by.
        if (!isProfile && /labels|links/.test(report) && "error" in (document as object)) continue;
        expect(schema.errors(document)).toEqual([]);
        expect(schema.blindTo(shortened(document))).toEqual([]);
      }
    });
  });

  it("fits changes and declared links, and notices any change of a type", async () => {
    const [changes] = await documentsOf("--since", `${SHOP}/server.debug2.txt`, `${LATER}/server.debug2.txt`);
    const pair = "main.(*Server).handle@arg0 <-> main.(*Server).backgroundProcessor@arg0";
    const [links] = await documentsOf("--report", "links", "--link", pair, `${SHOP}/server.debug2.txt`);
    for (const document of [changes, links]) {
      expect(schema.errors(document)).toEqual([]);
      expect(schema.blindTo(shortened(document))).toEqual([]);
    }
  });

  it.each([
    ["nothing", {}],
    ["a report nobody makes", { schema: 1, report: "bananas" }],
    ["a newer version", { schema: 2, report: "list", goroutines: [] }],
    ["a list without its list", { schema: 1, report: "list" }],
    ["a member of another report", { schema: 1, report: "list", goroutines: [], groups: [] }],
  ])("refuses %s", (_, document) => {
    expect(schema.errors(document)).not.toEqual([]);
  });
});
