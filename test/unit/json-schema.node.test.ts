import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { ERROR_CODES } from "../../src/js/base/error-codes.ts";
import { open, openAll, toJson } from "../../src/js/index.ts";
import type { Snapshot } from "../../src/js/model/snapshot.ts";
import { cli } from "../support/cli-host.ts";
import { inspectTree } from "../support/inspect.ts";
import { openDumps, reportNames } from "../support/sched-ext-cases.ts";
import { everyShape } from "../support/snapshots.ts";

const FOLDER = "docs/json-schema";
const read = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const ajv = new Ajv2020({ strict: true, allErrors: false, strictTypes: false, formats: { regex: true } });
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".schema.json"));
for (const name of names) ajv.addSchema(read(join(FOLDER, name)) as object, name);

function schema(name: string): ValidateFunction {
  return ajv.getSchema(`${name}.schema.json`)!;
}

/** What is wrong with a document; empty if nothing is. */
function faults(name: string, document: unknown): readonly unknown[] {
  const validate = schema(name);
  return validate(document) === true ? [] : validate.errors!;
}

const documentOf = (snapshot: Snapshot): unknown => JSON.parse(toJson(snapshot));
const GOROUTINES = "test/golden/goroutines";
const PIGWEED = "test/golden/pigweed/cases";

describe("every schema", () => {
  it.each(names)("%s is one", (name) => {
    expect(ajv.getSchema(name)).toBeTypeOf("function");
  });
});

describe("toJson writes what snapshot.schema.json says of", () => {
  it.each(readdirSync(PIGWEED).filter((name) => name.endsWith(".pb")))("%s", async (name) => {
    const snapshot = await open(readFileSync(join(PIGWEED, name)), { format: "pigweed" });
    expect(faults("snapshot", documentOf(snapshot))).toEqual([]);
  });

  it.each(reportNames())("the failure dump %s", (name) => {
    const text = readFileSync(`test/golden/sched-ext/reports/${name}.json`, "utf8");
    for (const snapshot of openDumps(name, text)) expect(faults("snapshot", documentOf(snapshot))).toEqual([]);
  });

  it.each(
    readdirSync(GOROUTINES, { recursive: true, encoding: "utf8" }).filter((name) => /\.(?:txt|pb\.gz)$/.test(name)),
  )("the goroutines of %s", async (name) => {
    const bytes = readFileSync(join(GOROUTINES, name));
    if (bytes.length > 1 << 20) return expect(bytes.length).toBeGreaterThan(1 << 20);
    const snapshots = await openAll(bytes, { format: "goroutines" });
    for (const snapshot of snapshots) expect(faults("snapshot", documentOf(snapshot))).toEqual([]);
  });

  it("an Inspect tree, and a snapshot with every member filled", () => {
    expect(faults("snapshot", documentOf(inspectTree('{"a":[1,2.5,"x"],"b":{"c":true}}')))).toEqual([]);
    expect(faults("snapshot", documentOf(everyShape()))).toEqual([]);
  });
});

/** Objects whose keys are the snapshot's own. */
const OPEN = new Set(["labels", "attributes", "arguments"]);

/** Every object and array of a document with a way to get at the same place in a copy. */
function* placesOf(
  document: unknown,
  path: readonly (string | number)[] = [],
): Generator<readonly (string | number)[]> {
  if (typeof document !== "object" || document === null) return;
  if (!OPEN.has(String(path.at(-1)))) yield path;
  for (const [key, value] of Object.entries(document)) {
    yield* placesOf(value, [...path, Array.isArray(document) ? Number(key) : key]);
  }
}

function changed(document: unknown, path: readonly (string | number)[], change: (at: never) => void): unknown {
  const copy: unknown = structuredClone(document);
  change(path.reduce((at, key) => (at as Record<string | number, unknown>)[key], copy) as never);
  return copy;
}

describe("snapshot.schema.json refuses", () => {
  const document = documentOf(everyShape());
  const places = [...placesOf(document)];

  it("a further member anywhere, and a list in place of a record", () => {
    expect(places.length).toBeGreaterThan(100);
    const accepted = places.filter((path) => {
      const strange = changed(document, path, (at: Record<string, unknown> | unknown[]) => {
        if (Array.isArray(at)) at.push([[]]);
        else at["zzz"] = 1;
      });
      return faults("snapshot", strange).length === 0;
    });
    expect(accepted).toEqual([]);
  });

  it("another schema, a number for a name, a name for a number", () => {
    for (const [member, value] of [
      ["schema", 2],
      ["format", "pigwead"],
      ["facts", {}],
      ["values", null],
    ] as const) {
      const strange = changed(document, [], (at: Record<string, unknown>) => {
        at[member] = value;
      });
      expect(faults("snapshot", strange), member).not.toEqual([]);
    }
    const strange = changed(document, ["stacks", "contexts", 0], (at: Record<string, unknown>) => {
      at["count"] = "1";
    });
    expect(faults("snapshot", strange)).not.toEqual([]);
  });

  it("a document without one of its parts", () => {
    for (const member of ["schema", "format", "inputs", "facts", "issues", "stacks", "logs", "values"]) {
      const strange = changed(document, [], (at: Record<string, unknown>) => {
        delete at[member];
      });
      expect(faults("snapshot", strange), member).not.toEqual([]);
    }
  });
});

describe("the command line prints", () => {
  it("what info.schema.json says", async () => {
    const { stdout } = await cli(["info", "--json", join(PIGWEED, "everything_1.pb")]);
    const line = JSON.parse(stdout) as Record<string, unknown>;
    expect(faults("info", line)).toEqual([]);
    expect(faults("info", { ...line, signature: undefined })).not.toEqual([]);
    expect(faults("info", { ...line, more: 1 })).not.toEqual([]);
  });

  it.each([
    ["get", join(PIGWEED, "everything_1.pb"), "metadata.nothing"],
    ["info", "no such file"],
    ["dump", "--strict", join(PIGWEED, "truncated_263.pb")],
    ["dump", "--limit", "inputBytes=10", join(PIGWEED, "everything_1.pb")],
    ["nothing"],
  ])("an error as error.schema.json says: %s", async (...args) => {
    const { stdout } = await cli([...args, "--json"]);
    const line = JSON.parse(stdout.trim().split("\n").at(-1)!) as { error: { code: string } };
    expect(faults("error", line)).toEqual([]);
    expect(Object.keys(ERROR_CODES)).toContain(line.error.code);
    expect(faults("error", { error: { ...line.error, code: "not a code" } })).not.toEqual([]);
  });
});

describe("docs/facts.md", () => {
  const page = readFileSync("docs/facts.md", "utf8");
  const listed = new Set([...page.matchAll(/^\| `([^`]+)` \|/gm)].map((row) => row[1]!));
  const isListed = (key: string): boolean =>
    listed.has(key) || [...listed].some((row) => row.endsWith("*") && key.startsWith(row.slice(0, -1)));

  it("lists every key that the samples have", async () => {
    const pigweed = readdirSync(PIGWEED).filter((name) => name.endsWith(".pb"));
    const snapshots: Snapshot[] = reportNames().flatMap((name) =>
      openDumps(name, readFileSync(`test/golden/sched-ext/reports/${name}.json`, "utf8")),
    );
    for (const name of pigweed) {
      snapshots.push(await open(readFileSync(join(PIGWEED, name)), { format: "pigweed", analysis: "none" }));
    }
    const keys = new Set(snapshots.flatMap(({ facts }) => facts.map(({ key }) => key)));
    expect([...keys].filter((key) => !isListed(key))).toEqual([]);
  });

  it("lists every key that the sources name", () => {
    const folder = "src/js/formats";
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /facts\.ts$/.test(name));
    const keys = files.flatMap((name) =>
      [
        ...readFileSync(join(folder, name), "utf8").matchAll(
          /(?:add|push|factOf)\(\s*"([a-z][\w.-]*)"|key: "([\w.-]+)"/g,
        ),
      ].map((match) => match[1] ?? match[2]!),
    );
    expect(keys.length).toBeGreaterThan(40);
    expect([...new Set(keys)].filter((key) => !isListed(key))).toEqual([]);
  });
});
