import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../../src/cli/exit.ts";
import { fromBase64, openBtf } from "../../support/btf.ts";
import { cli } from "../../support/cli-host.ts";
import { listingsOf } from "../../support/listing-source.ts";
import type { RecordedObject } from "../../support/recorded-object.ts";

const cwd = mkdtempSync(join(tmpdir(), "coldframe-capture-"));
const listings = join(cwd, "listings");
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function readObject(name: string): RecordedObject {
  return JSON.parse(gunzipSync(readFileSync(`test/golden/btf/maps/${name}.json.gz`)).toString()) as RecordedObject;
}

/** A program that prints what bpftool printed: the listings in files, and an exit status. */
beforeAll(async () => {
  const object = readObject("o08_sched");
  const texts = listingsOf(object, await openBtf(fromBase64(object.btf_b64)));
  const { mkdirSync } = await import("node:fs");
  mkdirSync(listings);
  for (const [name, text] of texts) writeFileSync(join(listings, `${name.replaceAll(" ", "_")}.json`), text);
  const script = [
    "#!/bin/sh",
    '[ "$1" = version ] && { echo "bpftool v0.0.0"; exit 0; }',
    "shift",
    'name=$(echo "$*" | tr " " _)',
    `[ -f "${listings}/$name.json" ] || { echo "no $name" >&2; exit 255; }`,
    `exec cat "${listings}/$name.json"`,
    "",
  ].join("\n");
  writeFileSync(join(cwd, "tool"), script);
  chmodSync(join(cwd, "tool"), 0o755);
});

const capture = (...args: string[]) => cli(["capture", "bpf", ...args], { cwd });

describe("coldframe capture bpf", () => {
  it("writes the maps of a machine to a file, which then reads well", async () => {
    const { status, stdout, stderr } = await capture("--bpftool", join(cwd, "tool"), "--out", "all.cfbpf");
    expect({ status, stdout }).toEqual({ status: EXIT.ok, stdout: "" });
    expect(stderr).toMatch(/captured \d+ maps, \d+ entries, 0 programs, \d+ bytes in all\.cfbpf\n$/);
    const dump = (await cli(["dump", "all.cfbpf"], { cwd })).stdout;
    expect(dump).toMatch(/^ {2}scx_per_task: hash, value 128 bytes, max 256, \d+ captured$/m);
    expect(dump).toContain("bpf.tool");
    const ls = (await cli(["ls", "all.cfbpf", "maps"], { cwd })).stdout;
    expect(ls).toMatch(/maps\.scx_per_task +hash +\d+ +\d+ of 256 entries \(.* %\), key 4 bytes, value 128 bytes/);
    expect((await cli(["btf", "all.cfbpf", "--list"], { cwd })).stdout).toContain("[1] ");
  });

  it("takes some maps only, out of files, and writes to stdout", async () => {
    const { status, stdoutBytes, stderr } = await capture("--from", "listings", "scx_per_*");
    expect(status).toBe(EXIT.ok);
    expect(stderr).toContain("captured 1 map,");
    expect(Buffer.from(stdoutBytes.subarray(1, 9)).toString()).toBe("cfbpfcap");
  });

  it("takes raw keys and values instead of a listing", async () => {
    const object = readObject("o08_sched");
    const map = object.maps.find(({ name }) => name === "dom_data")!;
    const raw = new Uint8Array(map.value_size * 3).fill(1);
    writeFileSync(join(listings, `map_${map.id}.values`), raw);
    expect((await capture("--from", "listings", "--out", "raw.cfbpf", "dom_data")).status).toBe(EXIT.ok);
    const { stdout } = await cli(["ls", "raw.cfbpf", "dom_data"], { cwd });
    expect(stdout.trim().split("\n")).toHaveLength(1 + 3);
    writeFileSync(join(listings, `map_${map.id}.values`), raw.subarray(1));
    expect((await capture("--from", "listings", "--out", "raw.cfbpf", "dom_data")).stderr).toContain(
      "no whole entries",
    );
    rmSync(join(listings, `map_${map.id}.values`));
  });

  it("sums up in JSON", async () => {
    const { stdout } = await capture("--from", "listings", "--json", "--out", "x.cfbpf");
    const object = readObject("o08_sched");
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, file: "x.cfbpf", btfObjects: 1 });
    expect((JSON.parse(stdout) as { maps: unknown[] }).maps).toHaveLength(object.maps.length);
  });

  it("says what is wrong, and leaves no half file behind", async () => {
    const missing = await capture("--bpftool", "/nowhere/bpftool", "--out", "none.cfbpf");
    expect(missing.status).toBe(EXIT.internal);
    expect(missing.stderr).toContain("there is no such program");
    const typo = await capture("--from", "listings", "--out", "none.cfbpf", "scx_per_tusk");
    expect(typo.status).toBe(EXIT.usage);
    expect(typo.stderr).toContain('did you mean "scx_per_task"?');
    expect((await cli(["capture", "dog"], { cwd })).status).toBe(EXIT.usage);
    expect((await capture("--from", "nowhere")).stderr).toContain("it does not exist");
    expect(readdirSync(cwd).filter((name) => name.includes("none") || name.includes(".part"))).toEqual([]);
  });
});
