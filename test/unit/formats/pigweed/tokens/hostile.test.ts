import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Detokenizer,
  detokenizeText,
  encodeBinaryTokens,
  loadTokens,
  MessageStream,
  mergeTokens,
  NO_TOKENS,
  parseCsvTokens,
  readBinaryTokens,
  readElfTokens,
  readTokenFile,
  renderCsvTokens,
  StreamDetokenizer,
  type TokenEntry,
} from "../../../../../src/js/pigweed.ts";
import { buildElf } from "../../../../support/elf-builder.ts";
import { readFixture } from "../../../../support/fixture.ts";

const files = import.meta.glob<string>("../../../../golden/pigweed/db/*", {
  query: "?url",
  import: "default",
  eager: true,
});
const main = await readFixture(files["../../../../golden/pigweed/db/main.csv"]!);
const database = loadTokens([{ name: "main.csv", bytes: main }]);
const CODES = new Set([
  "MalformedTokenDatabase",
  "MalformedTokenEntry",
  "MalformedElf",
  "MalformedJson",
  "LimitExceeded",
]);

const entry = (token: number, string: string): TokenEntry => ({ token, domain: "", string, removed: null });

/** Reads a file; anything thrown must be one of the codes. @returns the number of entries */
function readAny(name: string, bytes: Uint8Array): number {
  try {
    const { entries, issues } = readTokenFile({ name, bytes });
    for (const issue of issues) expect(CODES).toContain(issue.code);
    return entries.length;
  } catch (error) {
    expect(CODES).toContain((error as { code?: string }).code);
    return 0;
  }
}

describe("damaged token files", () => {
  it("are read as far as they go, at every truncation of the small ones and many of the large", async () => {
    for (const [path, url] of Object.entries(files)) {
      const bytes = await readFixture(url);
      const step = bytes.length > 4000 ? 97 : 1;
      let most = readAny(path, bytes);
      for (let length = 0; length <= bytes.length; length += step)
        most = Math.max(most, readAny(path, bytes.slice(0, length)));
      expect(most).toBeGreaterThan(0);
    }
  });

  it("keep the entries before the cut of a binary database", () => {
    const whole = encodeBinaryTokens([entry(1, "one"), entry(2, "two"), entry(3, "three")]);
    const cut = readBinaryTokens(whole.subarray(0, whole.length - 4));
    expect(cut.entries.map((one) => one.string)).toEqual(["one", "two", "th"]);
    expect(cut.issues).toMatchObject([{ code: "MalformedTokenDatabase", offset: 48 }]);
    expect(readBinaryTokens(whole.subarray(0, 30)).entries).toEqual([]);
  });

  it("survive bit flips and noise", async () => {
    const elf = await readFixture(files["../../../../golden/pigweed/db/main.elf"]!);
    fc.assert(
      fc.property(fc.nat(elf.length - 1), fc.nat(7), (at, bit) => {
        const flipped = elf.slice();
        flipped[at]! ^= 1 << bit;
        expect(readAny("x.elf", flipped)).toBeGreaterThanOrEqual(0);
      }),
      { seed: 2, numRuns: 100 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const heads = ["TOKENS\0\0", "\x7fELF\x02\x01", "!<arch>\n", "00000001", "["];
        for (const head of heads) {
          const all = Uint8Array.from([...new TextEncoder().encode(head), ...bytes]);
          expect(readAny("x.json", all)).toBeGreaterThanOrEqual(0);
          expect(readAny("x", all)).toBeGreaterThanOrEqual(0);
        }
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it("cannot make counts expensive", () => {
    const bytes = new Uint8Array(64);
    bytes.set([0x54, 0x4f, 0x4b, 0x45, 0x4e, 0x53, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    const read = readBinaryTokens(bytes);
    expect(read.entries).toEqual([]);
    expect(read.issues[0]?.message).toBe(
      "reading a binary token database: found 64 bytes, expected 4294967295 entries and their strings, at 8",
    );
  });

  it("cannot make strict reading go round for ever", () => {
    const bytes = new Uint8Array(16 + 8 * 2000 + 100_000).fill(0x61);
    bytes.set([0x54, 0x4f, 0x4b, 0x45, 0x4e, 0x53, 0, 0, 0xd0, 7, 0, 0, 0, 0, 0, 0]);
    expect(() => readBinaryTokens(bytes, { strict: true })).toThrow(expect.objectContaining({ code: "LimitExceeded" }));
    expect(readBinaryTokens(bytes).entries.length).toBe(1);
  });

  it("read sections that overlap once, and only so many of them", () => {
    const blob = new Uint8Array(20_000);
    for (let at = 0; at + 18 <= blob.length; at += 18) {
      blob.set([0xee, 0x8d, 0xa9, 0xba, at & 0xff, at >> 8, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0], at);
    }
    const name = ".pw_tokenizer.entries";
    const elf = buildElf({
      sections: [{ name, bytes: blob }, ...Array.from({ length: 300 }, () => ({ name, bytes: [] }))],
    });
    const view = new DataView(elf.buffer);
    const table = view.getUint32(32, true);
    for (let i = 0; i < 300; i++) {
      const header = table + 40 * (2 + i);
      view.setUint32(header + 16, 52, true);
      view.setUint32(header + 20, blob.length - (i % 2 === 0 ? 0 : i), true);
    }
    const read = readElfTokens(elf);
    expect(read.entries.length).toBeLessThan(10_000);
    expect(read.issues.some((issue) => issue.message.includes("overlap"))).toBe(true);
  });
});

describe("an ELF file of section headers", () => {
  it("whose names are all one endless string is read at once", () => {
    const blob = new Uint8Array(1_000_000).fill(0x2e);
    const elf = buildElf({
      sections: [...Array.from({ length: 20_000 }, () => ({ name: ".a" })), { name: ".b", bytes: blob }],
    });
    const view = new DataView(elf.buffer);
    const table = view.getUint32(32, true);
    const names = table + 40 * view.getUint16(50, true);
    const blobHeader = names - 40;
    view.setUint32(names + 16, view.getUint32(blobHeader + 16, true), true);
    view.setUint32(names + 20, blob.length, true);
    const start = performance.now();
    expect(readElfTokens(elf).entries).toEqual([]);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe("hostile messages and databases", () => {
  it("never throw outside of strict mode, whatever the bytes", () => {
    const detokenizer = new Detokenizer(database, { showErrors: true });
    const tokens = database.entries.map((one) => one.token);
    fc.assert(
      fc.property(fc.constantFrom(...tokens), fc.uint8Array({ maxLength: 40 }), (token, rest) => {
        const message = Uint8Array.from([token, token >>> 8, token >>> 16, token >>> 24, ...rest]);
        expect(typeof detokenizer.decodeField(message)).toBe("string");
        expect(detokenizer.detokenize(message).matches.length).toBeGreaterThan(0);
        expect(typeof detokenizer.decodeField(rest)).toBe("string");
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it("leave text without tokens alone, byte for byte", () => {
    const detokenizer = new Detokenizer(database);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const plain = bytes.filter((byte) => byte !== 0x24);
        expect(detokenizer.expandBytes(plain)).toEqual(plain);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it("cannot make nested tokens grow without measure", () => {
    const issues: string[] = [];
    const bomb = mergeTokens([{ entries: [entry(1, "$#00000001".repeat(1000))], issues: [] }]);
    const detokenizer = new Detokenizer(bomb, { onIssue: (issue) => issues.push(issue.code) });
    const text = detokenizer.expandText("$#00000001");
    expect(text.length).toBeLessThan(12_000_000);
    expect(issues).toEqual(["LimitExceeded"]);
  });

  it("make eight passes over a token that names itself", () => {
    const self = mergeTokens([{ entries: [entry(1, "x$#00000001")], issues: [] }]);
    expect(new Detokenizer(self).expandText("$#00000001")).toBe(`${"x".repeat(8)}$#00000001`);
    const circle = mergeTokens([{ entries: [entry(1, "$#00000002"), entry(2, "$#00000001")], issues: [] }]);
    expect(new Detokenizer(circle).expandText("$#00000001")).toBe("$#00000001");
  });

  it("cannot ask for padding beyond the limit, by format or by argument", () => {
    const issues: string[] = [];
    const wide = mergeTokens([{ entries: [entry(1, "%*d|%2000000d|%.99999999f"), entry(2, "%.*s")], issues: [] }]);
    const detokenizer = new Detokenizer(wide, { onIssue: (issue) => issues.push(issue.code) });
    const message = Uint8Array.of(1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f, 2, 2, 0, 0, 0, 0);
    expect(detokenizer.decodeField(message)).toBe(
      "<[%*d ERROR ((2147483647, 1))]>|<[%2000000d ERROR (1)]>|<[%.99999999f ERROR (0.0)]>",
    );
    expect(issues).toEqual(["LimitExceeded"]);
    const cut = Uint8Array.of(2, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f, 2, 0x68, 0x69);
    expect(detokenizer.decodeField(cut)).toBe("hi");
  });

  it("try a thousand entries of one token and say so", () => {
    const issues: string[] = [];
    const entries = Array.from({ length: 5000 }, (_, i) => entry(7, `s${String(i).padStart(5, "0")}`));
    const detokenizer = new Detokenizer({ entries, issues: [] }, { onIssue: (issue) => issues.push(issue.message) });
    expect(detokenizer.detokenize(Uint8Array.of(7, 0, 0, 0)).matches.length).toBe(1000);
    expect(issues).toEqual(["decoding token 00000007: 5000 entries have it, the first 1000 are tried"]);
  });

  it("parse formats and texts of nothing but specifier starts in linear time", () => {
    const zeros = `%${"0".repeat(200_000)}`;
    const digits = `$${"1".repeat(9)}${"$".repeat(200_000)}${"{".repeat(100_000)}`;
    const long = mergeTokens([{ entries: [entry(1, zeros)], issues: [] }]);
    const detokenizer = new Detokenizer(long);
    expect(detokenizer.decodeField(Uint8Array.of(1, 0, 0, 0))).toBe(zeros);
    expect(detokenizer.expandText(digits)).toBe(digits);
    expect(parseCsvTokens('"'.repeat(300_000)).entries).toEqual([]);
  });
});

describe("long texts", () => {
  it("are expanded piece by piece, cut only after line ends", () => {
    const line = new TextEncoder().encode("0123456789 $#10000010 abcdefghijklmn\n");
    const count = 500_000;
    const text = new Uint8Array(line.length * count);
    for (let i = 0; i < count; i++) text.set(line, i * line.length);
    const { value, issues } = detokenizeText(text, database);
    expect(issues).toEqual([]);
    expect(value.length).toBe(2);
    const total = value.reduce((sum, piece) => sum + piece.length, 0);
    expect(total).toBe(count * "0123456789 wifi abcdefghijklmn\n".length);
  });

  it("are detokenized as they arrive, messages across chunks included", () => {
    const stream = new StreamDetokenizer(new Detokenizer(database));
    const push = (text: string, flush = false): string =>
      new TextDecoder().decode(stream.push(new TextEncoder().encode(text), flush));
    expect([push("a $EAAA"), push("EA== b$#1000"), push("0010 $EAAAEA=="), push("", true)]).toEqual([
      "a ",
      "wifi b$#1000",
      "0010 ",
      "wifi",
    ]);
  });

  it("come out of a stream as they went in, whatever the chunks", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 8 }), (chunks) => {
        const stream = new MessageStream();
        const out: number[] = [];
        chunks.forEach((chunk, i) => {
          for (const piece of stream.read(chunk, i === chunks.length - 1)) out.push(...piece.bytes);
        });
        expect(out).toEqual(chunks.flatMap((chunk) => [...chunk]));
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});

describe("issues", () => {
  it("are told once, however often the problem occurs", () => {
    const issues: string[] = [];
    const star = mergeTokens([{ entries: [entry(1, `%*d${"x".repeat(500)}`)], issues: [] }]);
    const detokenizer = new Detokenizer(star, { onIssue: (issue) => issues.push(issue.message) });
    for (let i = 0; i < 100; i++) detokenizer.decodeField(Uint8Array.of(1, 0, 0, 0));
    expect(issues.length).toBe(1);
    expect(issues[0]?.length).toBeLessThan(200);
  });
});

describe("no database", () => {
  it("decodes fields without tokens, and raises nothing over unknown bases", () => {
    const detokenizer = new Detokenizer(NO_TOKENS, { strict: true });
    expect(detokenizer.decodeField(new TextEncoder().encode("$5#12345678 ok"))).toBe("$5#12345678 ok");
    expect(detokenizer.decodeField(Uint8Array.of(0x62, 0x65, 0x6c, 0x6c, 7))).toBe("$YmVsbAc=");
    expect(renderCsvTokens(NO_TOKENS.entries)).toBe("");
  });
});
