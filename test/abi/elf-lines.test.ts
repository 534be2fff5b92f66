import { describe, expect, it } from "vitest";
import { ElfImage } from "../../src/js/abi/elf-image.ts";
import { ElfFile } from "../../src/js/base/elf-file.ts";
import { BUILDS } from "../support/core.ts";
import { buildLineTable, buildUnit, type LineTable, type UnitPlan } from "../support/dwarf-builder.ts";
import { buildElf, type ElfPlan, type SectionPlan, type SymbolPlan, symbolSections } from "../support/elf-builder.ts";
import { testElfCore } from "../support/elf-core.ts";

const ORDERS: readonly ElfPlan[] = [
  { is64: false, littleEndian: true },
  { is64: false, littleEndian: false },
  { is64: true, littleEndian: true },
  { is64: true, littleEndian: false },
];

const SYMBOLS: readonly SymbolPlan[] = [
  { name: "start", value: 0x1000, size: 0x100 },
  { name: "second", value: 0x1100, size: 0x80 },
];

function lineTable(version: LineTable["version"], extra: Partial<LineTable> = {}): LineTable {
  const files =
    version >= 5
      ? [
          { name: "zero.c", directory: 0 },
          { name: "a.c", directory: 0 },
          { name: "b.h", directory: 1 },
          { name: "/abs/c.h", directory: 1 },
        ]
      : [
          { name: "a.c", directory: 0 },
          { name: "b.h", directory: 1 },
          { name: "/abs/c.h", directory: 1 },
        ];
  return {
    version,
    directories: version >= 5 ? ["/src", "include"] : ["include"],
    files,
    sequences: [
      {
        rows: [
          { address: 0x1000, line: 10 },
          { address: 0x1004, line: 12, column: 7 },
          { address: 0x1010, line: 3, file: 2 },
          { address: 0x1010, line: 4, file: 2 },
          { address: 0x1020, line: 900, file: 3 },
        ],
        end: 0x1100,
      },
      { rows: [{ address: 0x1180, line: 0 }], end: 0x1190 },
    ],
    ...extra,
  };
}

const UNIT: UnitPlan = {
  version: 4,
  directory: "/src",
  lines: 0,
  functions: [
    {
      name: "start",
      low: 0x1000,
      high: 0x1100,
      calls: [
        {
          name: "middle",
          low: 0x1004,
          high: 0x1020,
          callFile: 1,
          callLine: 11,
          calls: [{ name: "inner", low: 0x1010, high: 0x1018, callFile: 2, callLine: 77 }],
        },
      ],
    },
    { name: "cold", low: 0, high: 0, ranges: [[0x1180, 0x1188]] },
  ],
};

function debugSections(plan: ElfPlan, table: LineTable, unit: UnitPlan = UNIT): SectionPlan[] {
  const { info, abbrev, ranges } = buildUnit({ ...unit, version: table.version >= 5 ? 5 : 4 }, plan);
  return [
    { name: ".text", flags: 6, address: 0x1000, bytes: [0] },
    { name: ".debug_line", bytes: buildLineTable(table, plan) },
    { name: ".debug_info", bytes: info },
    { name: ".debug_abbrev", bytes: abbrev },
    { name: table.version >= 5 ? ".debug_rnglists" : ".debug_ranges", bytes: ranges },
    ...symbolSections(SYMBOLS, 7, plan),
  ];
}

describe.each(BUILDS)("line tables and inline chains (%s)", (build) => {
  const cases = ORDERS.flatMap((order) => ([2, 3, 4, 5] as const).map((version) => ({ ...order, version })));

  it.each(cases)("finds the row of an address: %o", async ({ version, ...order }) => {
    const core = await testElfCore(build);
    for (const extra of [{}, { wide: true }, { special: false }]) {
      const elf = new ElfFile(buildElf({ ...order, sections: debugSections(order, lineTable(version, extra)) }));
      const image = new ElfImage(core, elf);
      const at = (address: bigint) => {
        const found = image.symbol(address);
        return [found?.name, found?.place?.file, found?.place?.line, found?.place?.column];
      };
      expect(at(0x0fffn)).toEqual([undefined, undefined, undefined, undefined]);
      expect(at(0x1000n)).toEqual(["start", "/src/a.c", 10, 0]);
      expect(at(0x100fn)).toEqual(["start", "/src/a.c", 12, 7]);
      expect(at(0x1010n)).toEqual(["start", "/src/include/b.h", 4, 0]);
      expect(at(0x10ffn)).toEqual(["start", "/abs/c.h", 900, 0]);
      expect(at(0x1100n)).toEqual(["second", undefined, undefined, undefined]);
      expect(at(0x1184n)).toEqual(["cold", "/src/a.c", 0, 0]);
      expect(image.issues).toEqual([]);
    }
  });

  it.each(cases)("gives the whole inline chain: %o", async ({ version, ...order }) => {
    const elf = new ElfFile(buildElf({ ...order, sections: debugSections(order, lineTable(version)) }));
    const image = new ElfImage(await testElfCore(build), elf);
    const chain = (address: bigint): unknown =>
      image.frames(address).map(({ name, place, inlined }) => `${name} ${place?.file}:${place?.line} ${inlined}`);
    expect(chain(0x1012n)).toEqual([
      "inner /src/include/b.h:4 true",
      "middle /src/include/b.h:77 true",
      "start /src/a.c:11 false",
    ]);
    expect(chain(0x1005n)).toEqual(["middle /src/a.c:12 true", "start /src/a.c:11 false"]);
    expect(chain(0x1000n)).toEqual(["start /src/a.c:10 false"]);
    expect(chain(0x1184n)).toEqual(["cold /src/a.c:0 false"]);
    expect(chain(0x9999n)).toEqual([]);
  });

  it("uses checkpoints in long sequences", async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({ address: 0x2000 + i * 4, line: 1 + ((i * 7) % 901) }));
    const table = lineTable(4, { sequences: [{ rows, end: 0x2000 + 20000 }] });
    const elf = new ElfFile(buildElf({ sections: debugSections({}, table) }));
    const image = new ElfImage(await testElfCore(build), elf);
    for (let i = 0; i < 5000; i += 37) {
      expect(image.index.find(BigInt(0x2000 + i * 4 + 3)).line?.line).toBe(rows[i]!.line);
    }
    expect(image.index.sizes.lineIndex).toBeLessThan(image.index.sizes.lineSection);
  });
});

describe("damaged debug information", () => {
  it("never traps at any truncation of any section", async () => {
    const core = await testElfCore();
    for (const version of [4, 5] as const) {
      const whole = debugSections({}, lineTable(version));
      for (const [ix, section] of whole.entries()) {
        for (let length = 0; length < section.bytes!.length; length += 1) {
          const sections = whole.map((one, i) => (i === ix ? { ...one, bytes: one.bytes!.slice(0, length) } : one));
          const image = new ElfImage(core, new ElfFile(buildElf({ sections })));
          for (const address of [0x1000n, 0x1012n, 0x1184n]) {
            image.symbol(address);
            expect(image.frames(address).length).toBeLessThan(5);
          }
        }
      }
    }
  });

  it("never traps on flipped bytes", async () => {
    const core = await testElfCore();
    const file = buildElf({ sections: debugSections({}, lineTable(5)) });
    for (let at = 52; at < file.length; at++) {
      for (const flip of [0xff, 0x80, 0x01]) {
        const bytes = file.slice();
        bytes[at]! ^= flip;
        const image = new ElfImage(core, new ElfFile(bytes));
        image.symbol(0x1012n);
        expect(image.frames(0x1012n).length).toBeLessThan(10);
      }
    }
  });

  it("ends a file table that counts entries without bytes", async () => {
    // Version 5 header: no directory formats but 2^28 directories.
    const program = [0, 5, 2, 0, 0x10, 0, 0, 1, 2, 16, 0, 1, 1];
    const tables = [1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0x80, 0x80, 0x80, 0x80, 1, 0, 0];
    const unit = [5, 0, 4, 0, tables.length, 0, 0, 0, ...tables, ...program];
    const bytes = [unit.length, 0, 0, 0, ...unit];
    const sections = [{ name: ".debug_line", bytes }];
    const image = new ElfImage(await testElfCore(), new ElfFile(buildElf({ sections })));
    expect(image.index.find(0x100000n).line).toBeUndefined();
    expect(image.index.lineFile(0, 1)).toBeUndefined();
  });

  it("stops indexing a table of tiny sequences at the limit and keeps what was read", async () => {
    // set_address once per sequence: 6 bytes of program each would make 36 bytes of index.
    const sequence = [1, 2, 1, 0, 1, 1];
    const tables = [1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0];
    const program = Array.from({ length: 30_000 }, () => sequence).flat();
    const unit = [4, 0, tables.length, 0, 0, 0, ...tables, ...program];
    const n = unit.length;
    const bytes = [n & 255, (n >> 8) & 255, (n >> 16) & 255, 0, ...unit];
    const image = new ElfImage(
      await testElfCore(),
      new ElfFile(buildElf({ sections: [{ name: ".debug_line", bytes }] })),
    );
    expect(image.issues.map((issue) => issue.code)).toContain("LimitExceeded");
    expect(image.index.find(0n).line).toMatchObject({ line: 1 });
  });
});
