import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromBase64, openBtf } from "../../support/btf.ts";
import { BtfBuilder } from "../../support/btf-builder.ts";
import { cli } from "../../support/cli-host.ts";
import { publishedSchema } from "../../support/json-schema.ts";
import { listingsOf } from "../../support/listing-source.ts";
import type { RecordedObject } from "../../support/recorded-object.ts";

const folder = mkdtempSync(join(tmpdir(), "coldframe-btf-schema-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function recorded(name: string): RecordedObject & { readonly elf_b64: string } {
  return JSON.parse(gunzipSync(readFileSync(`test/golden/btf/maps/${name}.json.gz`)).toString());
}

function put(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function versioned(size: number): Uint8Array {
  const btf = new BtfBuilder();
  const [int, long] = [btf.int("int", 4), btf.int("long", 8)];
  btf.struct("s", size, [
    { name: "a", type: int, at: 0 },
    { name: "b", type: size === 8 ? int : long, at: (size - 4) * 8 },
    ...(size === 8 ? [] : [{ name: "c", type: int, at: 32 }]),
  ]);
  btf.enum("e", 4, [["A", size], ...(size === 8 ? [] : [["B", 1] as [string, number]])]);
  if (size === 8) btf.ptr(int);
  return btf.build();
}

/** A type of each kind. */
function everyKind(): Uint8Array {
  const btf = new BtfBuilder();
  const int = btf.int("int", 4, 1);
  const s = btf.struct("s", 16, [
    { name: "a", type: int, at: 0, width: 3 },
    { name: "", type: int, at: 64, width: 0 },
  ]);
  btf.union("u", 4, [{ name: "a", type: int, at: 0 }]);
  btf.array(s, int, 3);
  btf.enum("e", 4, [["A", -1]], true);
  btf.raw("wide", 19, false, 1, 8, [btf.name("W"), 0xffff_ffff, 0xffff_ffff]);
  btf.fwd("f", true);
  for (const target of [btf.ptr(s), btf.typedef("t", s), btf.volatile(int), btf.const(int)]) btf.restrict(target);
  const proto = btf.proto(0, [["x", int]]);
  const func = btf.func("call", proto);
  const variable = btf.var("v", int);
  btf.datasec(".bss", 4, [[variable, 0, 4]]);
  btf.float("double", 8);
  btf.declTag("tag", func);
  btf.typeTag("rcu", int);
  return btf.build();
}

const lines = async (...args: string[]): Promise<unknown[]> =>
  (await cli(["btf", "--json", ...args])).stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("docs/json-schema/btf.schema.json", () => {
  const schema = publishedSchema("btf.schema.json");
  const kinds = put("kinds.btf", everyKind());
  const [older, newer] = [put("older.btf", versioned(8)), put("newer.btf", versioned(16))];
  const object = put("object.o", fromBase64(recorded("o02_bitfields").elf_b64));

  it.each([
    ["a summary", [kinds]],
    ["a summary of an object file", [object]],
    ["every kind of type", ["--list", kinds]],
    ["bitfields", ["--layout", object]],
    ["members", ["--member", "b", older]],
    ["a difference", ["--diff", newer, older]],
    ["a type that one side lacks", ["--diff", newer, kinds]],
    ["a verdict", ["--verify", kinds]],
    ["a refusal", ["--verify", put("bad.btf", versioned(8).subarray(0, 100))]],
    ["functions, lines and relocations", ["--ext", object]],
    ["a declaration", ["--c", older, "s"]],
    ["a header", ["--c", older]],
  ] as const)("fits %s, and notices any change of a type", async (_, args) => {
    const documents = await lines(...args);
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      expect(schema.errors(document)).toEqual([]);
      expect(schema.errors({ ...(document as object), more: 1 })).not.toEqual([]);
    }
    for (const document of documents.slice(0, 20)) expect(schema.blindTo(document)).toEqual([]);
  });

  it("refuses a record with the members of another kind", () => {
    const int = { id: 1, kind: "INT", name: "int", size: 4, bits_offset: 0, nr_bits: 32, encoding: "SIGNED" };
    expect(schema.errors(int)).toEqual([]);
    expect(schema.errors({ ...int, kind: "PTR" })).not.toEqual([]);
    expect(schema.errors({ ...int, members: [] })).not.toEqual([]);
    expect(schema.errors({ schema: 2, accepted: true, issues: [] })).not.toEqual([]);
  });
});

describe("docs/json-schema/capture-bpf.schema.json", () => {
  const schema = publishedSchema("capture-bpf.schema.json");
  const listings = mkdtempSync(join(folder, "listings-"));
  beforeAll(async () => {
    const object = recorded("s03_synth_tags");
    const texts = listingsOf(object, await openBtf(fromBase64(object.btf_b64)));
    texts.delete("prog show");
    for (const [name, text] of texts) writeFileSync(join(listings, `${name.replaceAll(" ", "_")}.json`), text);
  });

  it("fits the summary of a capture with problems, and notices any change of a type", async () => {
    const { stdout } = await cli(["capture", "bpf", "--json", "--from", listings, "--out", join(folder, "x.cfbpf")]);
    const summary = JSON.parse(stdout) as { readonly problems: unknown[] };
    expect(summary.problems.length).toBeGreaterThan(1);
    expect(schema.errors(summary)).toEqual([]);
    expect(schema.blindTo(summary)).toEqual([]);
    expect(schema.errors({ ...summary, more: 1 })).not.toEqual([]);
    expect(schema.errors({ ...summary, schema: 2 })).not.toEqual([]);
  });
});
