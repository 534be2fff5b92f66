import { describe, expect, it } from "vitest";
import { renderCHeader } from "../../../src/js/formats/bpf/btf/c-header.ts";
import { renderRaw } from "../../../src/js/formats/bpf/btf/raw-text.ts";
import { describeType } from "../../../src/js/formats/bpf/btf/record.ts";
import { fromBase64, openBtf, readGoldenJson } from "../../support/btf.ts";

interface Synthetic {
  readonly b64: string;
  readonly types: readonly { readonly id: number }[];
  readonly c_sorted: string;
  readonly c_unsorted: string;
  readonly raw: string;
  readonly by_root: Readonly<Record<string, string>>;
}

describe("difficult C declarations", async () => {
  const golden = await readGoldenJson<Synthetic>("cdump-synth.json");
  const btf = await openBtf(fromBase64(golden.b64));

  it("come out as bpftool writes them, sorted", () => {
    expect([...renderCHeader(btf, { order: "bpftool" })].join("")).toBe(golden.c_sorted);
  });

  it("come out as bpftool writes them, by id", () => {
    expect([...renderCHeader(btf, { order: "id" })].join("")).toBe(golden.c_unsorted);
  });

  it.each(Object.keys(golden.by_root))("come out as bpftool writes them, from type %s", (id) => {
    expect([...renderCHeader(btf, { roots: [Number(id)] })].join("")).toBe(golden.by_root[id]);
  });

  it("lose nothing in the order of our own", () => {
    const text = [...renderCHeader(btf)].join("");
    expect(text.indexOf("enum E1 {")).toBeGreaterThan(0);
    expect(text.indexOf("enum E1 {")).toBeLessThan(text.indexOf("enum E8 {"));
  });

  it("are listed as bpftool lists them", () => {
    expect([...renderRaw(btf)].join("")).toBe(golden.raw);
    expect(golden.types.map(({ id }) => describeType(btf, id))).toEqual(golden.types);
  });
});
