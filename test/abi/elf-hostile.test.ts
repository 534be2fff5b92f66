import { describe, expect, it } from "vitest";
import { ElfImage } from "../../src/js/abi/elf-image.ts";
import { ElfFile } from "../../src/js/base/elf-file.ts";
import { ByteWriter, buildElf, type SectionPlan, symbolSections } from "../support/elf-builder.ts";
import { testElfCore } from "../support/elf-core.ts";

/** A line table of version 4 with this program. */
function lineSection(program: readonly number[]): SectionPlan {
  const tables = [1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0];
  const files = new ByteWriter().text("a.c").uleb(0).uleb(0).uleb(0).u8(0).bytes;
  const head = [...tables, ...files];
  const unit = new ByteWriter().u16(4).u32(head.length).append(head).append(program).bytes;
  return { name: ".debug_line", bytes: new ByteWriter().u32(unit.length).append(unit).bytes };
}

const SET_ADDRESS = [0, 5, 2, 0, 0x10, 0, 0];
const END = [0, 1, 1];
const NEGATE = 6;
const COPY = 1;

async function imageOf(sections: readonly SectionPlan[]): Promise<ElfImage> {
  return new ElfImage(await testElfCore(), new ElfFile(buildElf({ sections })));
}

describe("line programs that make work", () => {
  it("ends a lookup in a megabyte of opcodes between two rows, with a coded issue", async () => {
    const nothing = new Array<number>(1_000_000).fill(NEGATE);
    const program = [...SET_ADDRESS, COPY, ...nothing, 2, 0x20, COPY, ...END];
    const image = await imageOf([lineSection(program)]);
    for (let i = 0; i < 2000; i++) expect(image.symbol(0x1004n)).toBeUndefined();
    expect(image.issues).toMatchObject([{ code: "LimitExceeded", path: ".debug_line" }]);
  });

  it("ends rows without end, addresses that wrap and numbers that never stop", async () => {
    const rows = new Array<number>(500_000).fill(255);
    const endless = new Array<number>(100_000).fill(0xff);
    for (const program of [
      [...SET_ADDRESS, ...rows, ...END],
      [...SET_ADDRESS, COPY, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, COPY, ...END],
      [...SET_ADDRESS, COPY, 2, ...endless],
      [...SET_ADDRESS, COPY, 0, ...endless],
    ]) {
      const image = await imageOf([lineSection(program)]);
      for (const address of [0n, 0x1000n, 0x1004n, 2n ** 64n - 1n]) image.symbol(address);
      expect(image.index.memoryBytes).toBeLessThan(program.length * 4 + 2 ** 21);
    }
  });
});

describe("entries that refer to each other", () => {
  /** One unit over [0x1000, 0x2000) with a subprogram whose origin is the entry `origin` bytes into the unit. */
  function unitSections(origin: number): SectionPlan[] {
    const abbreviations = [
      ...[1, 0x11, 1, 0x11, 0x01, 0x12, 0x06, 0x10, 0x17, 0, 0],
      ...[2, 0x2e, 1, 0x31, 0x13, 0x11, 0x01, 0x12, 0x06, 0, 0],
      ...[3, 0x1d, 0, 0x31, 0x13, 0x11, 0x01, 0x12, 0x06, 0, 0],
      0,
    ];
    const range = (out: ByteWriter): ByteWriter => out.u32(0x1000).u32(0x1000);
    const entries = new ByteWriter().u8(1);
    range(entries).u32(0);
    range(entries.u8(2).u32(origin));
    range(entries.u8(3).u32(origin)).u8(0, 0);
    const unit = new ByteWriter().u16(4).u32(0).u8(4).append(entries.bytes).bytes;
    return [
      lineSection([...SET_ADDRESS, COPY, 2, 0x80, 0x20, ...END]),
      { name: ".debug_abbrev", bytes: abbreviations },
      { name: ".debug_info", bytes: new ByteWriter().u32(unit.length).append(unit).bytes },
    ];
  }

  // 24 is the subprogram itself, 37 the inlined call inside it.
  it.each([24, 37, 11, 0, 1, 0xffff_fff0])("end in a chain without names: origin %i", async (origin) => {
    const image = await imageOf(unitSections(origin));
    const frames = image.frames(0x1800n);
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.length).toBeLessThan(5);
    expect(frames.every(({ name }) => name === "")).toBe(true);
  });
});

describe("offsets beyond the file", () => {
  it("cost the section that has them and nothing else", async () => {
    const note = { name: ".note.gnu.build-id", type: 7, bytes: [4, 0, 0, 0], declaredSize: 0x7fff_ffff };
    const [symbols, strings] = symbolSections([{ name: "step", value: 0x1000, size: 0x100 }], 2);
    const good = { name: ".text", flags: 6, address: 0x1000, bytes: [0, 0] };
    const image = await imageOf([
      good,
      strings!,
      { ...symbols!, link: 2 },
      { ...lineSection([]), declaredSize: 0xffff_ff00 },
      note,
    ]);
    expect(image.symbol(0x1010n)).toMatchObject({ name: "step" });
    expect(image.issues.map(({ code }) => code)).toContain("MalformedElf");
  });

  it("in links between sections, themselves included, are no circle", async () => {
    const [symbols, strings] = symbolSections([{ name: "step", value: 0x1000, size: 0x100 }], 1);
    for (const link of [0, 1, 2, 77, 0xffff_ffff]) {
      const image = await imageOf([{ ...symbols!, link }, strings!, { name: ".text", flags: 6, address: 0x1000 }]);
      expect(() => image.symbol(0x1010n)).not.toThrow();
    }
  });
});
