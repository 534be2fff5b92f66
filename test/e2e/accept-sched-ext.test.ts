import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const GOLDEN = "test/golden/sched-ext";
const KINDS = ["accessor", "json_stats", "parse", "temporal", "series", "wire", "bridge"] as const;
const FIXTURES = process.env["COLDFRAME_FIXTURES"];

interface Run {
  readonly failures: readonly string[];
  readonly last: string;
}

function accept(dir: string): Run {
  let output: string;
  try {
    output = execFileSync("node", ["scripts/accept.mjs", "sched-ext", dir], { encoding: "utf8" });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const lines = output.trim().split("\n");
  return { failures: lines.filter((line) => line.startsWith("FAIL")), last: lines.at(-1) ?? "" };
}

/** Numbers of 64 bits are rewritten as text, so that nothing but the one value changes. */
function corrupt(text: string, kind: (typeof KINDS)[number]): { text: string; id: string } {
  const id = /"id": "([^"]+)"/.exec(text)![1]!;
  const rest = text.indexOf(`"${id}"`);
  const [pattern, replacement] = CORRUPTIONS[kind];
  const head = text.slice(0, rest);
  const tail = text.slice(rest).replace(pattern, replacement);
  if (head + tail === text) throw new Error(`nothing to corrupt in ${kind}`);
  return { text: head + tail, id };
}

const CORRUPTIONS: Readonly<Record<(typeof KINDS)[number], readonly [RegExp, string]>> = {
  accessor: [/"value": (?:true|false|"[^"]*")/, '"value": "corrupted"'],
  json_stats: [/"value": 0\.5/, '"value": 0.25'],
  parse: [/"expected": null/, '"expected": "Single"'],
  temporal: [/"verdict": "Pass"/, '"verdict": "Fail"'],
  series: [/"ok": "10"/, '"ok": "11"'],
  wire: [/"crc_ok": true/, '"crc_ok": false'],
  bridge: [/"b",\s*"c",\s*"a"/, '"c", "b", "a"'],
};

describe("the acceptance cases of sched-ext", () => {
  const dir = mkdtempSync(join(tmpdir(), "coldframe-accept-"));
  let cases = "";

  beforeAll(() => {
    execFileSync("node", ["scripts/build.mjs"]);
    const { failures, last } = accept(GOLDEN);
    expect(failures).toEqual([]);
    cases = last;
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it("all pass", () => {
    expect(cases).toMatch(/^292 passed, 0 failed$/);
  });

  it.each(KINDS)("notice one corrupted value of kind %s", (kind) => {
    const copy = join(dir, kind);
    cpSync(GOLDEN, copy, { recursive: true });
    const file = join(copy, `${kind}_cases.json`);
    const { text, id } = corrupt(readFileSync(file, "utf8"), kind);
    writeFileSync(file, text);
    const { failures, last } = accept(copy);
    expect(failures.map((line) => line.split(/[ :]/)[2])).toEqual([id]);
    expect(last).toBe("291 passed, 1 failed");
  });

  it("notice a kind of case that is not known, and a folder without cases", () => {
    const copy = join(dir, "unknown");
    cpSync(GOLDEN, copy, { recursive: true });
    writeFileSync(join(copy, "colour_cases.json"), "{}");
    expect(accept(copy).failures).toEqual(["FAIL unknown kind of case: colour_cases.json"]);
  });

  const upstream = FIXTURES === undefined ? "" : join(FIXTURES, "sched-ext-upstream");
  it.runIf(existsSync(upstream))(
    "all pass on the cases of the original tests (need COLDFRAME_FIXTURES: they are another project's; issue 6)",
    () => {
      expect(accept(upstream)).toEqual({ failures: [], last: "31 passed, 0 failed" });
    },
  );
});
