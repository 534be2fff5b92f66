import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runAcceptance } from "../../scripts/accept.mjs";

const GOLDEN = "test/golden/goroutines";
const SETS = ["shop-go1.24", "shop-go1.24-later"];
let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "accept-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A folder of the same form in which one expectation is wrong. */
function corrupted(name: string, path: string, change: (text: string) => string): string {
  const dir = join(work, name);
  for (const set of SETS) cpSync(join(GOLDEN, set), join(dir, set), { recursive: true });
  const file = join(dir, path);
  const text = readFileSync(file, "utf8");
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
  return dir;
}

async function failures(dir: string): Promise<string[]> {
  const lines: string[] = [];
  await runAcceptance("goroutines", dir, { print: (line: string) => lines.push(line) });
  return lines.filter((line) => line.startsWith("FAIL")).map((line) => line.replace(/:.*$/s, ""));
}

const bump = (pattern: RegExp) => (text: string) => text.replace(pattern, (digits) => String(Number(digits) + 1));

describe("the acceptance runner on goroutines", () => {
  it.each([
    [
      "facts shop-go1.24/server debug2.goroutineHeaders",
      "server.facts.json",
      (t: string) => t.replace(/(goroutineHeaders": )71/, "$172"),
    ],
    ["facts shop-go1.24/server debug1.sum", "server.facts.json", (t: string) => t.replace(/("sum": )97/, "$198")],
    ["facts shop-go1.24/server debug0.gzBytes", "server.facts.json", bump(/3217/)],
    [
      "buckets shop-go1.24/server AnyPointer",
      "server.panicparse.json",
      (t: string) => t.replace(/"AnyPointer":\[\[(\d+)\],\[(\d+)\]/, '"AnyPointer":[[$1,$2]'),
    ],
    [
      "buckets shop-go1.24/server AnyValue",
      "server.panicparse.json",
      (t: string) => t.replace(/"IDs":\[(\d+)/, '"IDs":[1$1'),
    ],
    ["pprof-top shop-go1.24/server top", "server.pprof-top.txt", bump(/94/)],
    ["pprof-top shop-go1.24/server top-cum", "server.pprof-top-cum.txt", bump(/94/)],
    ["pprof-top shop-go1.24/all top-cum", "all.pprof-top-cum.txt", bump(/213/)],
    [
      "pprof-tree shop-go1.24/server tree",
      "server.pprof-tree.txt",
      (t: string) => t.replace("|   time.Sleep", "|   time.Slept"),
    ],
    ["pprof-traces shop-go1.24/server traces", "server.pprof-traces.txt", (t: string) => t.replace("(inline)", "")],
    ["pprof-tags shop-go1.24/server tags", "server.pprof-tags.txt", (t: string) => t.replace("4.88%", "4.87%")],
    [
      "pprof-raw shop-go1.24/server raw",
      "server.pprof-raw.txt",
      (t: string) => t.replace("s=457", "s=458").replace("M=1", "M=2"),
    ],
    ["pprof-raw shop-go1.24/server raw-debug1", "server.pprof-raw-debug1.txt", (t: string) => t.replace("M=1", "M=2")],
    ["pprof-peek shop-go1.24/server peek-Lock", "server.pprof-peek-Lock.txt", bump(/13(?= {3}100%)/)],
    ["pprof-focus shop-go1.24/server focus-handle", "server.pprof-focus-handle.txt", bump(/41/)],
    [
      "pprof-tagfocus shop-go1.24/server tagfocus-client_id-0",
      "server.pprof-tagfocus-client_id-0.txt",
      (t: string) => t.replace("runtime.gopark", "runtime.goready"),
    ],
    [
      "pprof-tagroot shop-go1.24/server tagroot-method",
      "server.pprof-tagroot-method.txt",
      (t: string) => t.replace("<unknown>", "unknown"),
    ],
  ])("fails exactly %s", async (name, file, change) => {
    const dir = corrupted(name.replace(/\W+/g, "_"), `shop-go1.24/expected/${file}`, change);
    expect(await failures(dir)).toEqual([`FAIL ${name}`]);
  });

  it("fails exactly the difference reports", async () => {
    for (const kind of ["base", "diff"]) {
      const path = `shop-go1.24-later/expected/server.pprof-${kind}-top.txt`;
      const dir = corrupted(kind, path, (text) => text.replace("time.Sleep", "time.Slept"));
      expect(await failures(dir)).toEqual([`FAIL pprof-${kind} shop-go1.24-later/server ${kind}-top`]);
    }
  });

  it("passes what is recorded, and names kinds it does not know", async () => {
    const dir = join(work, "unknown");
    for (const set of SETS) cpSync(join(GOLDEN, set), join(dir, set), { recursive: true });
    expect(await failures(dir)).toEqual([]);
    writeFileSync(join(dir, SETS[0]!, "expected", "server.gops.txt"), "x");
    expect(readdirSync(join(dir, SETS[0]!, "expected"))).toContain("server.gops.txt");
    expect(await failures(dir)).toEqual(["FAIL unknown kind of case"]);
  });
});
