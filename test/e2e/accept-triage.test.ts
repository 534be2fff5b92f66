import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseJson, renderJson } from "../../src/js/base/json.ts";

const CASES = "test/golden/triage/cases";
let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "accept-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

type Plain = Record<string, unknown>;

/** The value with one leaf changed: the first one that says something. */
function corrupt(value: unknown): unknown {
  if (typeof value === "string") return `${value}?`;
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (value === null) return "?";
  if (Array.isArray(value)) return value.length === 0 ? ["?"] : [corrupt(value[0]), ...value.slice(1)];
  const [[key, first], ...rest] = Object.entries(value as Plain) as [[string, unknown], ...[string, unknown][]];
  return Object.fromEntries([[key, corrupt(first)], ...rest]);
}

function corruptCase(one: Plain): Plain {
  if (one["steps"] !== undefined) {
    const [first, ...rest] = one["steps"] as Plain[];
    return { ...one, steps: [{ ...first, send: first!["send"] !== true }, ...rest] };
  }
  const key = one["expectReportsPerCycle"] === undefined ? "expect" : "expectReportsPerCycle";
  return { ...one, [key]: corrupt(one[key]) };
}

function run(dir: string): { failures: string[]; passed: number } {
  const { stdout } = spawnSync(process.execPath, ["scripts/accept.mjs", "triage", dir], { encoding: "utf8" });
  const lines = stdout.trimEnd().split("\n");
  const failures = lines.filter((line) => line.startsWith("FAIL")).map((line) => line.replace(/:.*$/s, ""));
  return { failures, passed: Number(/^(\d+) passed, \d+ failed$/.exec(lines.at(-1)!)?.[1]) };
}

/** The first case of each kind of the goldens with where it is; without those that need files kept elsewhere. */
function firstOfEachKind(): Map<string, { file: string; ix: number; id: string }> {
  const found = new Map<string, { file: string; ix: number; id: string }>();
  for (const file of readdirSync(CASES)) {
    const cases = JSON.parse(readFileSync(join(CASES, file), "utf8")) as Plain[];
    cases.forEach((one, ix) => {
      const kind = String(one["kind"]);
      const isElsewhere = kind === "cli" || typeof one["inspectFile"] === "string";
      // "Any error" has nothing that could be wrong.
      const saysNothing = (one["expect"] as Plain | undefined)?.["error"] === true;
      if (!found.has(kind) && !isElsewhere && !saysNothing) found.set(kind, { file, ix, id: String(one["id"]) });
    });
  }
  return found;
}

describe("the acceptance runner on triage", () => {
  it("passes every case of the goldens", () => {
    const { failures, passed } = run("test/golden/triage");
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThan(400);
  });

  it("fails exactly the one case of each kind whose expectation is changed", () => {
    for (const [kind, { file, ix, id }] of firstOfEachKind()) {
      const dir = join(work, kind);
      mkdirSync(join(dir, "cases"), { recursive: true });
      const cases = JSON.parse(readFileSync(join(CASES, file), "utf8")) as Plain[];
      cases[ix] = corruptCase(cases[ix]!);
      writeFileSync(join(dir, "cases", file), JSON.stringify(cases));
      expect(run(dir).failures, kind).toEqual([`FAIL ${kind} ${id}`]);
    }
  });

  it("fails cases of the command line and of rule files' trials that are changed", () => {
    const dir = join(work, "files");
    for (const folder of ["cases", "configs", "inspect"]) mkdirSync(join(dir, folder), { recursive: true });
    writeFileSync(
      join(dir, "inspect", "snapshot.inspect.json"),
      '[{"moniker":"a","metadata":{},"payload":{"root":{"n":5}}}]',
    );
    const rule =
      '{select:{n:"INSPECT:a:root:n"},act:{g:{type:"Gauge",value:"n"},w:{type:"Warning",trigger:"n>5",print:"x"}},test:{';
    writeFileSync(join(dir, "configs", "own.triage"), `${rule}t:{yes:["w"],values:{n:6}},f:{no:["w"],values:{n:5}}}}`);
    const cli = {
      id: "own",
      kind: "cli",
      data: "snapshot",
      configs: ["own.triage"],
      tags: [],
      excludeTags: [],
      format: "text",
    };
    const write = (expected: Plain): void =>
      writeFileSync(join(dir, "cases", "cli.json"), JSON.stringify([{ ...cli, expect: expected }]));
    write({ exit: 0, stdoutContains: "g: 5" });
    expect(run(dir)).toEqual({ failures: [], passed: 3 });
    write({ exit: 0, stdoutContains: "g: 6" });
    expect(run(dir).failures).toEqual(["FAIL cli own"]);
    write({ exit: 0, stdoutNotContains: "g: 5" });
    expect(run(dir).failures).toEqual(["FAIL cli own"]);
    writeFileSync(join(dir, "configs", "own.triage"), `${rule}t:{yes:["w"],values:{n:5}}}}`);
    write({ exit: 1, stdoutContains: "Config validation test failed" });
    expect(run(dir).failures).toEqual(["FAIL ruleTrial own t w"]);
  });

  it("fails an unknown kind of case and keeps long integers of inputs", () => {
    const dir = join(work, "exact");
    cpSync(CASES, join(dir, "other"), { recursive: true });
    mkdirSync(join(dir, "cases"));
    const inspect = parseJson('[{"moniker":"a","metadata":{},"payload":{"root":{"n":9007199254740993}}}]');
    const one = {
      id: "long",
      kind: "expr",
      expr: "n == 9007199254740993",
      namespace: "f",
      metrics: { f: { n: { select: ["INSPECT:a:root:n"] } } },
    };
    const exact = renderJson({ ...one, inspect, expect: { value: { Bool: true }, display: "Bool(true)" } });
    writeFileSync(join(dir, "cases", "a.json"), `[${exact},{"id":"x","kind":"nothing"}]`);
    expect(run(dir)).toEqual({ failures: ["FAIL unknown kind of case"], passed: 1 });
  });
});
