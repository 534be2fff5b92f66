import { zlibSync } from "fflate";
import { describe, expect, it } from "vitest";
import { arMembers } from "../../../src/js/base/ar.ts";
import { readBuildId } from "../../../src/js/base/build-id.ts";
import { toHexString } from "../../../src/js/base/bytes.ts";
import { ElfFile } from "../../../src/js/base/elf-file.ts";
import { isSnapshotError } from "../../../src/js/base/errors.ts";
import { withLimits } from "../../../src/js/base/limits.ts";
import { ByteWriter, buildElf, type ElfPlan, symbolSections } from "../../support/elf-builder.ts";

const KINDS: readonly ElfPlan[] = [
  { is64: false, littleEndian: true },
  { is64: false, littleEndian: false },
  { is64: true, littleEndian: true },
  { is64: true, littleEndian: false },
];

function note(plan: ElfPlan, name: string, type: number, description: readonly number[]): number[] {
  const out = new ByteWriter(plan.is64, plan.littleEndian);
  out
    .u32(name.length + 1)
    .u32(description.length)
    .u32(type)
    .text(name);
  while (out.bytes.length % 4 !== 0) out.u8(0);
  return out.append(description).bytes;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return isSnapshotError(error) ? error.code : String(error);
  }
  return "no error";
}

describe("ElfFile", () => {
  it.each(KINDS)("reads sections and the build id of %o", (plan) => {
    const sections = [
      { name: ".text", flags: 6, address: 0x8000, bytes: [1, 2, 3] },
      { name: ".note.gnu.build-id", type: 7, bytes: note(plan, "GNU", 3, [0xaa, 0xbb, 0xcc, 0xdd]) },
    ];
    const elf = new ElfFile(buildElf({ ...plan, sections }));
    expect(elf.sections.map((section) => section.name)).toEqual(["", ".text", ".note.gnu.build-id", ".shstrtab"]);
    expect(elf.section(".text")).toMatchObject({ address: 0x8000n, size: 3, flags: 6, index: 1 });
    expect([...elf.contentsOf(elf.section(".text")!)]).toEqual([1, 2, 3]);
    expect(toHexString(readBuildId(elf)!)).toBe("aabbccdd");
    expect(elf.issues).toEqual([]);
  });

  it.each(KINDS)("follows gnu_build_id_begin where there is no build id section: %o", (plan) => {
    const bytes = note(plan, "GNU", 3, [1, 2, 3, 4, 5]);
    const headerSize = plan.is64 === true ? 64 : 52;
    const symbols = symbolSections([{ name: "gnu_build_id_begin", value: 0x1000, section: 1, type: 0 }], 3, plan);
    const sections = [{ name: ".text", flags: 2, address: 0x1000, bytes }, ...symbols];
    const segments = [{ address: 0x1000, offset: headerSize, size: bytes.length }];
    const elf = new ElfFile(buildElf({ ...plan, sections, segments }));
    expect(toHexString(readBuildId(elf)!)).toBe("0102030405");
  });

  it("has no build id without section and symbol, and refuses an empty section", () => {
    expect(readBuildId(new ElfFile(buildElf()))).toBeUndefined();
    const empty = buildElf({ sections: [{ name: ".note.gnu.build-id", type: 7 }] });
    expect(codeOf(() => readBuildId(new ElfFile(empty)))).toBe("MalformedBuildId");
  });

  it("inflates compressed sections and refuses those that lie about their size", () => {
    const plain = new Uint8Array(5000).map((_, i) => i % 251);
    const header = (size: number) => new ByteWriter().u32(1).u32(size).u32(1);
    const section = (size: number) => [
      { name: ".debug_line", flags: 0x800, bytes: header(size).append(zlibSync(plain)).bytes },
    ];
    const elf = new ElfFile(buildElf({ sections: section(5000) }));
    expect(elf.contentsOf(elf.section(".debug_line")!)).toEqual(plain);
    for (const wrong of [4999, 5001]) {
      const liar = new ElfFile(buildElf({ sections: section(wrong) }));
      expect(codeOf(() => liar.contentsOf(liar.section(".debug_line")!))).toBe("MalformedElf");
    }
    const bomb = new ElfFile(buildElf({ sections: section(0xffff_fff0) }));
    expect(codeOf(() => bomb.contentsOf(bomb.section(".debug_line")!))).toBe("LimitExceeded");
    const small = new ElfFile(buildElf({ sections: section(5000) }), withLimits({ inputBytes: 4000 }));
    expect(codeOf(() => small.contentsOf(small.section(".debug_line")!))).toBe("LimitExceeded");
  });

  it("inflates zstd sections", () => {
    const frame = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 4, (4 << 3) | 1, 0, 0, 9, 8, 7, 6];
    const bytes = new ByteWriter().u32(2).u32(4).u32(1).append(frame).bytes;
    const elf = new ElfFile(buildElf({ sections: [{ name: ".debug_str", flags: 0x800, bytes }] }));
    expect([...elf.contentsOf(elf.section(".debug_str")!)]).toEqual([9, 8, 7, 6]);
  });

  it("reads the older .zdebug form", () => {
    const plain = new Uint8Array(300).fill(7);
    const bytes = new ByteWriter(false, false).append([0x5a, 0x4c, 0x49, 0x42]).u64(300).append(zlibSync(plain)).bytes;
    const elf = new ElfFile(buildElf({ sections: [{ name: ".zdebug_line", bytes }] }));
    expect(elf.contentsOf(elf.section(".zdebug_line")!)).toEqual(plain);
  });

  it("gives a coded error or a whole result at every truncation", () => {
    const whole = buildElf({ is64: true, sections: [{ name: ".text", bytes: [1, 2, 3, 4] }] });
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length);
      const code = codeOf(() => {
        const elf = new ElfFile(cut);
        expect(elf.issues.length).toBeGreaterThan(0);
        for (const section of elf.sections) codeOf(() => elf.contentsOf(section));
      });
      expect(["MalformedElf", "no error"]).toContain(code);
    }
  });

  it("says where a section runs past the end", () => {
    const elf = new ElfFile(buildElf({ sections: [{ name: ".big", bytes: [1], declaredSize: 1_000_000 }] }));
    expect(codeOf(() => elf.contentsOf(elf.section(".big")!))).toBe("MalformedElf");
  });
});

describe("arMembers", () => {
  const header = (name: string, size: number): string =>
    `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"644".padEnd(8)}${String(size).padEnd(10)}\`\n`;
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

  it("names short, GNU long and BSD long members", () => {
    const names = "a_very_long_member_name.o/\n";
    const text = `!<arch>\n${header("/", 4)}....${header("//", names.length)}${names}\n${header("/0", 3)}abc\n${header("x.o/", 2)}hi${header("#1/8", 11)}bsd.o\0\0\0xyz`;
    const members = [...arMembers(encode(text))].map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]);
    expect(members).toEqual([
      ["a_very_long_member_name.o", "abc"],
      ["x.o", "hi"],
      ["bsd.o", "xyz"],
    ]);
  });

  it("stops with an offset at a member that runs past the end", () => {
    const seen: string[] = [];
    const text = `!<arch>\n${header("a.o/", 2)}hi${header("b.o/", 99)}x`;
    try {
      for (const member of arMembers(encode(text))) seen.push(member.name);
    } catch (error) {
      expect(isSnapshotError(error) && [error.code, error.offset]).toEqual(["MalformedElf", 70]);
    }
    expect(seen).toEqual(["a.o"]);
  });
});
