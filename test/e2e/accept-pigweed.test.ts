import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runAcceptance } from "../../scripts/accept.mjs";

const GOLDEN = "test/golden/pigweed";
let folder: string;
let cases: string;

type Json = Record<string, unknown>;

beforeAll(() => {
  execFileSync("npm", ["run", "-s", "build"], { stdio: "ignore" });
  folder = mkdtempSync(join(tmpdir(), "coldframe-accept-"));
  cases = join(folder, "cases");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A fresh copy of the cases, but for the snapshots of nine megabytes. */
function copyCases(): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(GOLDEN, folder, { recursive: true });
  edit<{ runs: unknown[] }>("huge", (huge) => {
    huge.runs = huge.runs.slice(0, 1);
  });
}

function edit<T>(table: string, change: (table: T) => void): void {
  const path = join(cases, `${table}.json`);
  const parsed = JSON.parse(readFileSync(path, "utf8")) as T;
  change(parsed);
  writeFileSync(path, JSON.stringify(parsed));
}

async function run(): Promise<{ passed: number; failed: number; lines: string[] }> {
  const lines: string[] = [];
  const { passed, failed } = await runAcceptance("pigweed", folder, { print: (line: string) => lines.push(line) });
  return { passed, failed, lines: lines.filter((line) => line.startsWith("FAIL")) };
}

/** One changed value of each kind, and the case that must notice it. */
const CORRUPTIONS: readonly (readonly [kind: string, label: string, corrupt: () => void])[] = [
  [
    "report",
    "report thread_two",
    () => {
      const path = join(cases, "thread_two.txt");
      writeFileSync(path, readFileSync(path, "utf8").replace("2 threads", "3 threads"));
    },
  ],
  [
    "error",
    "error truncated_1",
    () =>
      edit<{ cases: Json[] }>("manifest", (manifest) => {
        manifest.cases.find((one) => one["name"] === "truncated_1")!["pb"] = "empty.pb";
      }),
  ],
  ["cfsr", "cfsr 3 ", () => edit<Json[]>("cfsr", (records) => Object.assign(records[3]!, { nested: "perhaps" }))],
  [
    "log_timestamps",
    "log_timestamps 1500",
    () =>
      edit<string[][]>("log_timestamps", (rows) => {
        rows.find(([ticks]) => ticks === "1500")![1] = "00:00:00.000001";
      }),
  ],
  [
    "pw_system_report",
    "pw_system_report log_levels.pb null",
    () =>
      edit<Json[]>("pw_system_report", (records) => {
        const record = records.find((one) => one["pb"] === "log_levels.pb" && one["token_db"] === null)!;
        record["text"] = `${record["text"]}\n`;
      }),
  ],
  [
    "huge",
    "huge 15000 64 null",
    () =>
      edit<{ runs: { outputs: Json[] }[] }>("huge", ({ runs }) => {
        runs[0]!.outputs.find((one) => one["token_db"] === null)!["out_bytes"] = 1;
      }),
  ],
  [
    "tokenizer",
    "tokenizer 0 ",
    () => edit<Json[]>("tokenizer", (records) => Object.assign(records[0]!, { text: "x" })),
  ],
  [
    "log_stream",
    "log_stream 1",
    () => edit<Json[]>("log_stream", (records) => Object.assign(records[1]!, { out: [] })),
  ],
  ["metrics", "metrics 2", () => edit<Json[]>("metrics", (records) => Object.assign(records[2]!, { value: 77 }))],
  [
    "symbols",
    "symbols ",
    () =>
      edit<Record<string, unknown[][]>>("symbols", (images) => {
        Object.values(images)[0]![40]![1] = "nobody";
      }),
  ],
  [
    "build_ids",
    "build_ids ",
    () => edit<Json>("build_ids", (ids) => Object.assign(ids, { [Object.keys(ids)[0]!]: "00" })),
  ],
  [
    "symbol_format",
    "symbol_format ",
    () => edit<Json[]>("symbol_format", (records) => Object.assign(records[2]!, { str: "x" })),
  ],
  ["trace", "trace 0", () => edit<Json>("trace", (record) => Object.assign(record, { events: 1 }))],
];

describe("the acceptance runner on Pigweed cases", () => {
  let untouched: { passed: number; failed: number; lines: string[] };

  it("runs every case without a failure", async () => {
    copyCases();
    untouched = await run();
    expect(untouched.passed).toBeGreaterThan(2000);
    expect(untouched.lines).toEqual([]);
  });

  it.each(CORRUPTIONS)(
    "notices one changed value of kind %s, and blames that case alone",
    async (_kind, label, corrupt) => {
      copyCases();
      corrupt();
      const { failed, lines } = await run();
      expect(lines.filter((line) => !untouched.lines.includes(line))).toEqual([
        expect.stringContaining(`FAIL ${label}`),
      ]);
      expect(failed).toBe(untouched.failed + 1);
    },
  );

  it("fails on a kind of case that it does not know", async () => {
    copyCases();
    writeFileSync(join(cases, "surprise.json"), "[]");
    expect((await run()).lines).toContain("FAIL unknown kind of case: surprise.json");
  });

  it("takes a folder of cases as well as the folder around it", async () => {
    copyCases();
    const { passed, failed } = await runAcceptance("pigweed", cases, { print: () => {} });
    expect([passed, failed]).toEqual([untouched.passed, untouched.failed]);
  });

  it("looks into every folder of cases beside each other", async () => {
    copyCases();
    cpSync(cases, join(folder, "further"), { recursive: true });
    const { passed, failed } = await run();
    expect([passed, failed]).toEqual([2 * untouched.passed, 2 * untouched.failed]);
  });
});
