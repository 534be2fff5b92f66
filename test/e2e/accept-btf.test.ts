import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const GOLDEN = "test/golden/btf";
const KERNEL = "vmlinux-6.18.btf.gz";

interface Corruption {
  readonly file: string;
  /** Further files that its cases read. */
  readonly needs?: readonly string[];
  readonly pattern: RegExp;
  readonly replacement: string;
}

/** One value of each kind of case, and what it is changed to. */
const CORRUPTIONS: Readonly<Record<string, Corruption>> = {
  fact: { file: "vmlinux-facts.json", needs: [KERNEL], pattern: /"types": 126572/, replacement: '"types": 126571' },
  type: {
    file: "vmlinux-types.json.gz",
    needs: [KERNEL],
    pattern: /"kind": ?"PTR", ?"name": ?"\(anon\)", ?"type_id": ?(\d)/,
    replacement: '"kind":"PTR","name":"(anon)","type_id":9$1',
  },
  lookup: { file: "vmlinux-lookups.json.gz", needs: [KERNEL], pattern: /"id": ?(\d)/, replacement: '"id":9$1' },
  layout: {
    file: "vmlinux-layouts.json.gz",
    needs: [KERNEL],
    pattern: /"saved_state", ?224/,
    replacement: '"saved_state",225',
  },
  pahole: { file: "vmlinux-pahole.json.gz", needs: [KERNEL], pattern: /size: 3264/, replacement: "size: 3265" },
  c: { file: "vmlinux-cdump.json.gz", needs: [KERNEL], pattern: /__u8 type;/, replacement: "__u9 type;" },
  "cdump raw": { file: "cdump-synth.json", pattern: /\[1\] INT 'int' size=4/, replacement: "[1] INT 'int' size=5" },
  parse: { file: "malformed.json", pattern: /"parse": ?"accept"/, replacement: '"parse":"reject"' },
  verify: { file: "malformed.json", pattern: /"verify": ?"accept"/, replacement: '"verify":"reject"' },
  split: { file: "split-btf.json", pattern: /"name": ?"base_u"/, replacement: '"name":"base_v"' },
  ext: {
    file: "btf-ext-o10.json",
    needs: ["maps/o10_funcs.json.gz"],
    pattern: /"line_num": ?10/,
    replacement: '"line_num":11',
  },
  memory: { file: "memimg.json.gz", needs: [KERNEL], pattern: /"28268"/, replacement: '"28269"' },
  "map-value": {
    file: "maps/o02_bitfields.json.gz",
    pattern: /\\"st\\":\\"S_IDLE\\"|\\"a\\":\\"0x1\\"/,
    replacement: '\\"a\\":\\"0x2\\"',
  },
  "map-typed": {
    file: "maps/o01_scalars.json.gz",
    pattern: /"emit_zeroes": ?\{"ret": ?8, ?"out": ?"\(__u64\)0"/,
    replacement: '"emit_zeroes":{"ret":8,"out":"(__u64)1"',
  },
  "big-map-entry": { file: "maps/o09_big.json.gz", pattern: /"prio": ?-355501588/, replacement: '"prio":-355501589' },
};

function accept(dir: string): { failures: readonly string[]; last: string } {
  let output: string;
  try {
    output = execFileSync("node", ["scripts/accept.mjs", "btf", dir], { encoding: "utf8", maxBuffer: 1 << 26 });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const lines = output.trim().split("\n");
  return { failures: lines.filter((line) => line.startsWith("FAIL")), last: lines.at(-1) ?? "" };
}

describe("the acceptance cases of BTF", () => {
  const dir = mkdtempSync(join(tmpdir(), "coldframe-accept-btf-"));

  beforeAll(() => {
    execFileSync("node", ["scripts/build.mjs"]);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it("all pass", () => {
    const { failures, last } = accept(GOLDEN);
    expect(failures).toEqual([]);
    expect(last).toBe("2860 passed, 0 failed");
  });

  it.each(Object.keys(CORRUPTIONS))("fail for exactly the corrupted value: %s", (kind) => {
    const { file, needs = [], pattern, replacement } = CORRUPTIONS[kind]!;
    const folder = join(dir, kind.replaceAll(" ", "-"));
    for (const name of [file, ...needs]) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      copyFileSync(join(GOLDEN, name), join(folder, name));
    }
    const stored = readFileSync(join(folder, file));
    const text = (file.endsWith(".gz") ? gunzipSync(stored) : stored).toString("utf8");
    const changed = text.replace(pattern, replacement);
    expect(changed).not.toBe(text);
    writeFileSync(join(folder, file), file.endsWith(".gz") ? gzipSync(changed) : changed);
    const { failures } = accept(folder);
    expect(failures.length).toBe(1);
    expect(failures[0]).toContain(`FAIL ${kind}`);
  });

  it("reports files of an unknown kind", () => {
    const folder = join(dir, "unknown");
    mkdirSync(folder);
    writeFileSync(join(folder, "surprise.bin"), "x");
    expect(accept(folder).failures).toEqual(["FAIL unknown kind of case: surprise.bin"]);
  });
});
