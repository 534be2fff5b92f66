import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/**
 * A hash map of a million entries, from what bpftool prints to a page of sorted rows, each step a process of its own
 * whose peak memory is read. Keys are 0 … 999,999; `runtime` of key k is k * 7919 mod 1,000,003.
 */
const ENTRIES = 1_000_000;
const runtimeOf = (key: number): number => (key * 7919) % 1_000_003;

const folder = mkdtempSync(join(tmpdir(), "coldframe-million-"));
const capture = join(folder, "wide.cfbpf");
const tool = join(folder, "bpftool.mjs");
const cli = resolve("dist/cli.js");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TYPES = [
  { id: 1, kind: "INT", name: "unsigned int", size: 4, bits_offset: 0, nr_bits: 32, encoding: "(none)" },
  {
    id: 2,
    kind: "STRUCT",
    name: "sample",
    size: 8,
    vlen: 2,
    members: [
      { name: "runtime", type_id: 1, bits_offset: 0 },
      { name: "state", type_id: 1, bits_offset: 32 },
    ],
  },
];
const LISTINGS = {
  "map show": [
    { id: 7, type: "hash", name: "wide", flags: 0, bytes_key: 4, bytes_value: 8, max_entries: 1 << 20, btf_id: 3 },
  ],
  "prog show": [],
  "btf dump map id 7 kv": { types: TYPES },
  "btf dump id 3": { types: TYPES },
};

/** Prints what bpftool would; the entries piece by piece, raw bytes as it writes them. */
const TOOL = `#!/usr/bin/env node
const args = process.argv.slice(2);
if (args[0] === "version") console.log("bpftool v0.0.0");
else {
  const listing = ${JSON.stringify(LISTINGS)}[args.slice(1).join(" ")];
  if (listing !== undefined) process.stdout.write(JSON.stringify(listing));
  else await entries();
}
async function entries() {
  const bytes = Buffer.alloc(12);
  const hex = (from, to) => [...bytes.subarray(from, to)].map((byte) => '"0x' + byte.toString(16).padStart(2, "0") + '"').join();
  for (let key = 0; key < ${ENTRIES}; key += 10_000) {
    let text = key === 0 ? "[" : "";
    for (let k = key; k < key + 10_000; k++) {
      bytes.writeUInt32LE(k, 0);
      bytes.writeUInt32LE((k * 7919) % 1_000_003, 4);
      bytes.writeUInt32LE(k % 3, 8);
      text += (k === 0 ? "" : ",") + '{"key":[' + hex(0, 4) + '],"value":[' + hex(4, 12) + "]}";
    }
    if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
  process.stdout.write("]");
}
`;
const METER = `process.on("exit", () => require("node:fs").writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)));`;

interface Run {
  readonly stdout: string;
  /** Peak resident memory in MB. */
  readonly peak: number;
}

function run(...args: readonly string[]): Run {
  const meter = join(folder, "meter.cjs");
  const peakFile = join(folder, "peak");
  const env = { ...process.env, PEAK_FILE: peakFile };
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--require", meter, cli, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
    env,
  });
  expect({ args, status, stderr }).toMatchObject({ status: 0 });
  return { stdout, peak: Number(readFileSync(peakFile, "utf8")) / 1024 };
}

describe("a hash map of a million entries", () => {
  let captured: Run;
  beforeAll(() => {
    writeFileSync(tool, TOOL);
    chmodSync(tool, 0o755);
    writeFileSync(join(folder, "meter.cjs"), METER);
    captured = run("capture", "bpf", "--json", "--bpftool", tool, "--out", capture);
  });

  it("is captured whole, in memory that does not depend on its size", () => {
    expect(JSON.parse(captured.stdout)).toMatchObject({ maps: [{ name: "wide", entries: ENTRIES, error: "" }] });
    // 12 bytes an entry; bpftool's text is about 90 MB.
    expect(statSync(capture).size).toBeGreaterThan(12 * ENTRIES);
    expect(statSync(capture).size).toBeLessThan(12.1 * ENTRIES);
    expect(captured.peak).toBeLessThan(250);
  });

  it("is sorted by a member and shown a page at a time", () => {
    const byRuntime = Array.from({ length: ENTRIES }, (_, key) => key).sort((a, b) => runtimeOf(b) - runtimeOf(a));
    const order = ["--sort", "value.runtime", "--descending", "--rows", "3"];
    for (const page of [1, 200_000]) {
      const { stdout, peak } = run("ls", "--json", ...order, "--page", String(page), capture, "wide");
      const rows = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { path: string; cells: object });
      const expected = byRuntime.slice(3 * page - 3, 3 * page).map((key) => ({
        path: `maps.wide[#${key}]`,
        cells: { key, "value.runtime": runtimeOf(key), "value.state": key % 3 },
      }));
      expect(rows).toEqual(expected);
      expect(peak).toBeLessThan(300);
    }
  });

  it("is filtered, and one entry is found by its key", () => {
    const { stdout, peak } = run(
      "ls",
      "--json",
      "--filter",
      "And(runtime < 5, state == 1)",
      "--sort",
      "key",
      capture,
      "wide",
    );
    const keys = stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { cells: { key: number } }).cells.key);
    const expected = Array.from({ length: ENTRIES }, (_, key) => key).filter(
      (key) => runtimeOf(key) < 5 && key % 3 === 1,
    );
    expect(keys).toEqual(expected);
    expect(peak).toBeLessThan(400);
    const one = run("get", capture, "wide[777777].runtime");
    expect(one.stdout.trim()).toBe(String(runtimeOf(777_777)));
    expect(one.peak).toBeLessThan(250);
  });
});
