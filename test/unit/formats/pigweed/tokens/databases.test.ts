import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  detectTokenFile,
  encodeBinaryTokens,
  encodeCsvTokens,
  isDirectoryTokenFile,
  loadTokens,
  mergeTokens,
  parseCsvTokens,
  readBinaryTokens,
  readCsvTokens,
  readElfTokens,
  readJsonTokens,
  readTokenizerSettings,
  renderCsvTokens,
  type TokenEntry,
} from "../../../../../src/js/pigweed.ts";
import { ByteWriter, buildElf } from "../../../../support/elf-builder.ts";
import { readFixture } from "../../../../support/fixture.ts";

const files = import.meta.glob<string>("../../../../golden/pigweed/db/*", {
  query: "?url",
  import: "default",
  eager: true,
});

async function load(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return readFixture(files[`../../../../golden/pigweed/db/${name}`]!);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const entry = (token: number, string: string, domain = "", removed: string | null = null): TokenEntry => ({
  token,
  domain,
  string,
  removed,
});

/** The contents of a section of tokenized strings. */
function entriesSection(entries: readonly TokenEntry[]): number[] {
  const out = new ByteWriter();
  for (const { token, domain, string } of entries) {
    const [d, s] = [text(domain), text(string)];
    out
      .u32(0xbaa98dee)
      .u32(token)
      .u32(d.length + 1)
      .u32(s.length + 1);
    out.append(d).u8(0).append(s).u8(0);
  }
  return out.bytes;
}

const ANY_ENTRY = fc.record({
  token: fc.nat(0xffff_ffff),
  domain: fc.stringMatching(/^[a-z_:]{0,4}$/),
  string: fc.string({ unit: "grapheme", maxLength: 12 }),
  removed: fc.option(
    fc
      .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
      .map(([y, m, d]) => `${String(y).padStart(4, "0")}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`),
    { nil: null },
  ),
});

describe("readers of token files", () => {
  it("are chosen by content, and by name only for JSON", async () => {
    expect(detectTokenFile("a.csv", await load("main.csv"))).toBe("csv");
    expect(detectTokenFile("a.csv", await load("main.bin"))).toBe("binary");
    expect(detectTokenFile("a.json", await load("main.elf"))).toBe("elf");
    expect(detectTokenFile("strings.json", await load("strings.json"))).toBe("json");
    expect(detectTokenFile("strings.txt", await load("strings.json"))).toBe("csv");
    expect(detectTokenFile("x", text("!<arch>\n"))).toBe("elf");
  });

  it("agree on the golden database in three forms", async () => {
    const csv = loadTokens([{ name: "main.csv", bytes: await load("main.csv") }]).entries;
    expect(csv.length).toBe(39);
    const elf = loadTokens([{ name: "main.elf", bytes: await load("main.elf") }]);
    expect(elf.issues).toEqual([]);
    expect(elf.entries.length).toBeGreaterThan(0);
    const binary = loadTokens([{ name: "main.bin", bytes: await load("main.bin") }]).entries;
    expect(binary.map((one) => one.string).sort()).toEqual(csv.map((one) => one.string).sort());
    expect(binary.every((one) => one.domain === "")).toBe(true);
  });

  it("read three columns without a domain and dates as ISO 8601", async () => {
    expect(readCsvTokens(await load("legacy3col.csv")).entries).toEqual([
      entry(0x01170923, "gShoe"),
      entry(0x3a9bc4c3, "Assert failed: 1+1 == 42", "", "2020-01-02"),
    ]);
    const dates = ["20200102", "2020-W01-1", "2020W537", "2020-01-02T12:30", "2020-13-01", "2021-02-29", " 2020-01-02"];
    const rows = dates.map((date) => `1,${date},"",x\n`).join("");
    const read = parseCsvTokens(rows);
    expect(read.entries.map((one) => one.removed)).toEqual([
      "2020-01-02",
      "2019-12-30",
      "2021-01-03",
      "2020-01-02T12:30:00.000000",
    ]);
    expect(read.issues.map((issue) => [issue.code, issue.message])).toEqual([
      [
        "MalformedTokenEntry",
        'reading line 5 of a token database: found removal date "2020-13-01", expected YYYY-MM-DD or blanks, at 74',
      ],
      [
        "MalformedTokenEntry",
        'reading line 6 of a token database: found removal date "2021-02-29", expected YYYY-MM-DD or blanks, at 92',
      ],
      [
        "MalformedTokenEntry",
        'reading line 7 of a token database: found removal date " 2020-01-02", expected YYYY-MM-DD or blanks, at 110',
      ],
    ]);
  });

  it("count lines and offsets past quoted line ends, and stop listing issues at a thousand", () => {
    const read = parseCsvTokens('1,,"","a\nb"\r\nzz,,"",x\n');
    expect(read.entries).toEqual([entry(1, "a\nb")]);
    expect(read.issues).toMatchObject([{ offset: 13, message: expect.stringContaining("line 3") }]);
    const many = parseCsvTokens("zz,,,\n".repeat(5000)).issues;
    expect(many.length).toBe(1001);
    expect(many.at(-1)?.message).toBe("reading a token database: 4000 further problems of this kind");
  });

  it("take a CSV file only if it starts with a token", () => {
    expect(readCsvTokens(new Uint8Array(0))).toEqual({ entries: [], issues: [] });
    for (const start of ["5,,,x", "zzzzzzzz,,,x\n", "\xff\xff\xff\xff", "5,      ,,x\n"]) {
      expect(() => readCsvTokens(text(start))).toThrow(
        expect.objectContaining({ code: "MalformedTokenDatabase", offset: 0 }),
      );
    }
  });

  it("keep bytes that are not UTF-8", () => {
    const bytes = Uint8Array.from([...text('00000001,,"",a'), 0xff, ...text("b\n")]);
    const read = readCsvTokens(bytes);
    expect(read.entries).toEqual([entry(1, "a\udcffb")]);
    expect(encodeCsvTokens(read.entries)).toEqual(
      Uint8Array.from([...text('00000001,          ,"","a'), 0xff, ...text('b"\n')]),
    );
    expect(() => readCsvTokens(bytes, { strict: true })).toThrow(expect.objectContaining({ offset: 14 }));
  });

  it("hash JSON strings over code points, long ones twice", () => {
    const long = "x".repeat(300);
    const read = readJsonTokens(text(JSON.stringify(["ü", long, 5])));
    expect(read.entries).toEqual([entry(0x00fc3e05, "ü"), entry(0x6df8812c, long), entry(0xdb6c6d2c, long)]);
    expect(read.issues).toMatchObject([{ code: "MalformedTokenEntry" }]);
    expect(() => readJsonTokens(text("{}"))).toThrow(expect.objectContaining({ code: "MalformedTokenDatabase" }));
    expect(() => readJsonTokens(text("[1"))).toThrow(expect.objectContaining({ code: "MalformedJson" }));
  });

  it("take of a directory what lies directly in it", () => {
    expect(isDirectoryTokenFile("a.pw_tokenizer.csv")).toBe(true);
    expect(isDirectoryTokenFile("sub/a.pw_tokenizer.csv")).toBe(false);
    expect(isDirectoryTokenFile("a.csv")).toBe(false);
  });
});

describe("merging", () => {
  it("keeps one of equal entries: present before removed, later before earlier", () => {
    const merged = mergeTokens([
      parseCsvTokens("2,2020-01-01,d,a\n1,2020-01-01,,b\n1,,,c\n"),
      parseCsvTokens("2,2021-01-01,d,a\n1,,,b\n1,2020-01-01,,c\n1,2019-01-01,,b\n"),
    ]);
    expect(merged.entries).toEqual([entry(1, "b"), entry(1, "c"), entry(2, "a", "d", "2021-01-01")]);
  });

  it("sorts by code points, not by UTF-16 units", () => {
    const merged = mergeTokens([{ entries: [entry(1, "🔥"), entry(1, "\ue000"), entry(1, "a")], issues: [] }]);
    expect(merged.entries.map((one) => one.string)).toEqual(["a", "\ue000", "🔥"]);
  });

  it("makes plain data: a clone is equal", async () => {
    const database = loadTokens([{ name: "main.csv", bytes: await load("main.csv") }]);
    expect(structuredClone(database)).toEqual(database);
  });
});

describe("written databases", () => {
  it("read back as they were", () => {
    fc.assert(
      fc.property(fc.array(ANY_ENTRY, { maxLength: 8 }), (entries) => {
        const database = mergeTokens([{ entries, issues: [] }]);
        expect(mergeTokens([parseCsvTokens(renderCsvTokens(entries))]).entries).toEqual(database.entries);
        expect(renderCsvTokens(mergeTokens([parseCsvTokens(renderCsvTokens(entries))]).entries)).toBe(
          renderCsvTokens(database.entries),
        );
        const plain = entries.map((one) => ({ ...one, domain: "", string: one.string.replaceAll("\0", "") }));
        const binary = readBinaryTokens(encodeBinaryTokens(plain), { strict: true });
        expect(mergeTokens([binary]).entries).toEqual(mergeTokens([{ entries: plain, issues: [] }]).entries);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("refuse a token beyond 32 bits in binary form", () => {
    expect(() => encodeBinaryTokens([entry(-1, "x")])).toThrow(expect.objectContaining({ code: "ValueOutOfRange" }));
  });
});

describe("ELF token sections", () => {
  const entries = [entry(1, "one"), entry(2, "zwei ü", "d1")];
  const sections = [
    { name: ".pw_tokenizer.entries.1", bytes: entriesSection([entries[0]!]) },
    { name: "x.pw_tokenizer.entries", bytes: entriesSection([entries[1]!]) },
    { name: ".pw_tokenizer.entries.b", bytes: entriesSection([entry(9, "name does not match")]) },
    {
      name: ".pw_tokenizer.info",
      bytes: [...text("hash_len_byt"), 128, 0, 0, 0, ...text("a"), ...new Uint8Array(11), 1, 2, 3, 4],
    },
  ];

  for (const is64 of [false, true]) {
    for (const littleEndian of [false, true]) {
      it(`are read from ${is64 ? 64 : 32}-bit ${littleEndian ? "little" : "big"}-endian files`, () => {
        const elf = buildElf({ is64, littleEndian, sections });
        expect(readElfTokens(elf)).toEqual({ entries, issues: [] });
        expect([...readTokenizerSettings(elf)]).toEqual([
          ["hash_len_byt", 128],
          ["a", 0x04030201],
        ]);
      });
    }
  }

  it("are read from every member of a static library", () => {
    const member = (name: string, bytes: Uint8Array): number[] => {
      const header = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"644".padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`;
      return [...text(header), ...bytes, ...(bytes.length % 2 === 1 ? [10] : [])];
    };
    const one = buildElf({ sections: [sections[0]!] });
    const two = buildElf({ is64: true, sections: [sections[1]!] });
    const library = Uint8Array.from([
      ...text("!<arch>\n"),
      ...member("a.o/", one),
      ...member("t/", text("text")),
      ...member("b.o/", two),
    ]);
    expect(readElfTokens(library)).toEqual({ entries, issues: [] });
  });

  it("end at a damaged entry with its offset, the entries before it kept", () => {
    const bytes = [...entriesSection([entries[0]!]), 1, 2, 3, 4, ...new Uint8Array(12)];
    const read = readElfTokens(buildElf({ sections: [{ name: ".pw_tokenizer.entries", bytes }] }));
    expect(read.entries).toEqual([entries[0]]);
    expect(read.issues).toMatchObject([
      { code: "MalformedTokenDatabase", offset: 21, message: expect.stringContaining("0x04030201") },
    ]);
  });

  it("keep what the file has of a section that claims more", () => {
    const bytes = entriesSection([entries[0]!]);
    const elf = buildElf({ sections: [{ name: ".pw_tokenizer.entries", bytes, declaredSize: 0x7fffffff }] });
    expect(readElfTokens(elf).entries).toEqual([entries[0]]);
    expect(readElfTokens(elf).issues.map((issue) => issue.code)).toContain("MalformedElf");
    expect(() => readElfTokens(elf, { strict: true })).toThrow(expect.objectContaining({ code: "MalformedElf" }));
  });
});
