import { describe, expect, it } from "vitest";
import type { Btf } from "../../../src/js/formats/bpf/btf/btf.ts";
import { encodeListing } from "../../../src/js/formats/bpf/btf/encode.ts";
import { describeType, type TypeRecord } from "../../../src/js/formats/bpf/btf/record.ts";
import { relocateSplit } from "../../../src/js/formats/bpf/btf/relocate.ts";
import { fromBase64, openBtf, readGoldenJson } from "../../support/btf.ts";

interface Split {
  readonly blobs: Readonly<Record<string, { base: string | null; b64: string; types: TypeRecord[] }>>;
}

describe("split BTF of libbpf's making", async () => {
  const { blobs } = await readGoldenJson<Split>("split-btf.json");

  async function open(name: string): Promise<Btf> {
    const { base, b64 } = blobs[name]!;
    return openBtf(fromBase64(b64), { name, base: base === null ? undefined : await open(base) });
  }

  const ownTypes = (btf: Btf): TypeRecord[] =>
    Array.from({ length: btf.typeCount - btf.firstId }, (_, ix) => describeType(btf, btf.firstId + ix));

  it.each(Object.keys(blobs))("%s has the recorded types", async (name) => {
    const btf = await open(name);
    expect(btf.issues).toEqual([]);
    expect(ownTypes(btf)).toEqual(blobs[name]!.types);
    expect(btf.verify()).toEqual({ accepted: true });
  });

  it.each(Object.keys(blobs))("%s can be rebuilt from its listing", async (name) => {
    const original = await open(name);
    const base = original.base;
    const strings = original.layers.at(-1)!.stringsFirst;
    const rebuilt = encodeListing(blobs[name]!.types, { types: original.firstId, strings });
    const btf = await openBtf(rebuilt, { base });
    expect(btf.issues).toEqual([]);
    expect(ownTypes(btf)).toEqual(blobs[name]!.types);
  });

  it("is moved from its distilled base to another as libbpf moves it, byte for byte", async () => {
    const moved = relocateSplit(await open("split_distilled_mod"), await open("split_newbase"));
    const recorded = fromBase64(blobs["split_relocated"]!.b64);
    // Ours has the classic header of 24 bytes, the recorded one 32.
    expect(moved.subarray(24)).toEqual(recorded.subarray(32));
    const btf = await openBtf(moved, { base: await open("split_newbase") });
    expect(ownTypes(btf)).toEqual(blobs["split_relocated"]!.types);
  });
});
