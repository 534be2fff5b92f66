import { describe, expect, it } from "vitest";
import { KIND, kindMask } from "../../../src/js/formats/bpf/btf/kinds.ts";
import { flattenFields, getLayout, renderLayout } from "../../../src/js/formats/bpf/btf/layout.ts";
import { openVmlinux, readGoldenJson } from "../../support/btf.ts";
import { parseLayoutText } from "../../support/layout-text.mjs";

interface Layouts {
  readonly structs: Readonly<Record<string, { id: number; size: number; members: readonly unknown[] }>>;
}
interface Pahole {
  readonly structs: Readonly<Record<string, { id: number; pahole: string }>>;
}

describe("layouts of a kernel's structs", async () => {
  const btf = await openVmlinux();
  const { structs } = await readGoldenJson<Layouts>("vmlinux-layouts.json.gz");
  const pahole = await readGoldenJson<Pahole>("vmlinux-pahole.json.gz");

  it.each(Object.keys(structs))("%s has the recorded members", (name) => {
    const { id, size, members } = structs[name]!;
    expect(btf.find(name, kindMask(KIND.STRUCT))).toBe(id);
    expect(btf.sizeOf(id)).toBe(size);
    const fields = flattenFields(btf, id);
    expect(fields.map((f) => [f.name, f.bitOffset, f.bitSize, f.isBitfield, f.typeId])).toEqual(members);
  });

  it.each(Object.keys(pahole.structs))("%s reads as pahole prints it", (name) => {
    const { id, pahole: text } = pahole.structs[name]!;
    expect(parseLayoutText(renderLayout(btf, id))).toEqual(parseLayoutText(text));
  });

  it("tells holes, padding and lines apart", () => {
    const layout = getLayout(btf, btf.find("cred", kindMask(KIND.STRUCT))!)!;
    expect(layout.holes).toEqual([
      { bitOffset: 352, bits: 32 },
      { bitOffset: 712, bits: 56 },
    ]);
    expect(layout).toMatchObject({ size: 184, align: 8, packed: false, paddingBits: 0, cacheLines: 3 });
  });
});
