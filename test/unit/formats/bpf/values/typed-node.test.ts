import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, decodeUtf8Lossy } from "../../../../../src/js/base/bytes.ts";
import { Btf } from "../../../../../src/js/formats/bpf/btf/btf.ts";
import { compileValue } from "../../../../../src/js/formats/bpf/render/compile.ts";
import { renderEntries } from "../../../../../src/js/formats/bpf/render/entries.ts";
import { AddressSpace } from "../../../../../src/js/formats/bpf/values/address-space.ts";
import { readUnsigned } from "../../../../../src/js/formats/bpf/values/bits.ts";
import { floatText, readFloat } from "../../../../../src/js/formats/bpf/values/floats.ts";
import { TypedValues } from "../../../../../src/js/formats/bpf/values/source.ts";
import { type TypedNode, TypeReader, Window } from "../../../../../src/js/formats/bpf/values/typed-node.ts";
import { getPath } from "../../../../../src/js/view/path.ts";
import { btfModule } from "../../../../support/btf.ts";
import { BtfBuilder } from "../../../../support/btf-builder.ts";

const module = await btfModule();
const open = (b: BtfBuilder): Btf => new Btf(module, b.build());

function typedValue(reader: TypeReader, typeId: number, bytes: readonly number[] | Uint8Array): TypedNode {
  const data = Uint8Array.from(bytes);
  return reader.node("", typeId, new Window(data), 0, data.length);
}

function json(reader: TypeReader, typeId: number, bytes: readonly number[] | Uint8Array): string {
  const values = Uint8Array.from(bytes);
  const input = { keys: new Uint8Array(0), keyBytes: 0, values, valueBytes: values.length, count: 1 };
  const plan = compileValue(reader, typeId, { dialect: "json", end: "" });
  return decodeUtf8Lossy(concatBytes([...renderEntries(reader, plan, input)]));
}

describe("bitfields", () => {
  /** The definition, bit by bit. */
  function reference(bytes: Uint8Array, at: number, width: number, bigEndian: boolean): bigint {
    let value = 0n;
    for (let i = 0; i < width; i++) {
      const bit = at + i;
      const byte = bytes[Math.floor(bit / 8)]!;
      const set = BigInt((byte >> (bigEndian ? 7 - (bit % 8) : bit % 8)) & 1);
      value |= set << BigInt(bigEndian ? width - 1 - i : i);
    }
    return value;
  }

  it("of any place, width and byte order read by definition, in both engines", () => {
    const place = fc.record({ at: fc.nat(63), width: fc.integer({ min: 1, max: 64 }), bigEndian: fc.boolean() });
    const data = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(place, data, ({ at, width, bigEndian }, bytes) => {
        const expected = reference(bytes, at, width, bigEndian);
        expect(readUnsigned(bytes, at, width, bigEndian)).toBe(expected);
        const b = new BtfBuilder();
        const u64 = b.int("u64", 8);
        const s64 = b.int("s64", 8, 1);
        const id = b.struct("s", 16, [
          { name: "u", type: u64, at, width },
          { name: "s", type: s64, at, width },
        ]);
        const reader = new TypeReader(open(b), { bigEndian });
        const node = typedValue(reader, id, bytes);
        expect(node.childNamed("u")!.scalar()).toBe(expected);
        expect(node.childNamed("s")!.scalar()).toBe(BigInt.asIntN(width, expected));
        expect(json(reader, id, bytes)).toBe(`{"u":${expected},"s":${BigInt.asIntN(width, expected)}}`);
      }),
      { numRuns: 300 },
    );
  });

  it("straddle storage units of packed structs", () => {
    const b = new BtfBuilder();
    const int = b.int("unsigned int", 4);
    const id = b.struct("packed", 9, [
      { name: "a", type: int, at: 0, width: 3 },
      { name: "b", type: int, at: 3, width: 30 },
    ]);
    expect(
      typedValue(new TypeReader(open(b)), id, new Array(9).fill(255))
        .childNamed("b")!
        .scalar(),
    ).toBe(0x3fff_ffffn);
  });

  it("of the old form hide in their ints", () => {
    const b = new BtfBuilder();
    const narrow = b.int("int", 4, 1, 5, 3);
    const id = b.struct("old", 4, [{ name: "f", type: narrow, at: 8 }]);
    const reader = new TypeReader(open(b));
    // Bits 11 to 15 of 0x0000f800 are all set: -1 of five signed bits.
    expect(typedValue(reader, id, [0, 0xf8, 0, 0]).childNamed("f")!.scalar()).toBe(-1n);
    expect(json(reader, id, [0, 0xf8, 0, 0])).toBe('{"f":-1}');
  });
});

describe("scalars", () => {
  const b = new BtfBuilder();
  const types = {
    i128: b.int("__int128", 16, 1),
    u128: b.int("unsigned __int128", 16),
    bool: b.int("_Bool", 1, 4),
    char: b.int("char", 1, 1),
    color: b.enum("color", 4, [
      ["RED", 0],
      ["BLUE", 7],
    ]),
    signed: b.enum("signed", 4, [["MINUS", -1]], true),
    wide: b.enum64("wide", 8, [["TOP", 0xffff_ffff_ffff_ffffn]]),
    flags: b.enum("flags", 4, [
      ["NONE", 0],
      ["A", 1],
      ["B", 2],
      ["C", 4],
      ["AB", 3],
    ]),
    tiny: b.enum("tiny", 1, [["LAST", 255]]),
    half: b.float("_Float16", 2),
    float: b.float("float", 4),
    double: b.float("double", 8),
    long: b.float("long double", 16),
  };
  const reader = new TypeReader(open(b));
  const ones = (count: number): number[] => new Array<number>(count).fill(255);

  it.each([
    ["i128", ones(16), -1n, "-1"],
    ["u128", ones(16), (1n << 128n) - 1n, String((1n << 128n) - 1n)],
    ["bool", [151], true, "true"],
    ["bool", [0], false, "false"],
    ["char", [65], 65n, "65"],
    ["color", [7, 0, 0, 0], "BLUE", '"BLUE"'],
    ["color", [9, 0, 0, 0], 9n, "9"],
    ["signed", ones(4), "MINUS", '"MINUS"'],
    ["wide", ones(8), "TOP", '"TOP"'],
    ["flags", [5, 0, 0, 0], "A|C", '"A|C"'],
    ["flags", [3, 0, 0, 0], "AB", '"AB"'],
    ["flags", [0, 0, 0, 0], "NONE", '"NONE"'],
    ["flags", [0x42, 0, 0, 0], "B|0x40", '"B|0x40"'],
    ["flags", [0x40, 0, 0, 0], 64n, "64"],
    ["tiny", [255], "LAST", '"LAST"'],
    ["half", [0x00, 0x3c], 1, "1"],
    ["float", [0, 0, 0xc0, 0x3f], 1.5, "1.5"],
    ["double", [0, 0, 0, 0, 0, 0, 0xf8, 0x7f], Number.NaN, '"NaN"'],
    ["long", [0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f, 0, 0, 0, 0, 0, 0], 1, "1"],
  ] as const)("%s of %j is %s", (name, bytes, value, text) => {
    expect(typedValue(reader, types[name], bytes).scalar()).toEqual(value);
    expect(json(reader, types[name], bytes)).toBe(text);
  });

  it("keep the number behind a name", () => {
    expect(typedValue(reader, types.bool, [151]).rawInteger()).toBe(151n);
    expect(typedValue(reader, types.signed, ones(4)).rawInteger()).toBe(-1n);
    expect(typedValue(reader, types.wide, ones(8)).rawInteger()).toBe(0xffff_ffff_ffff_ffffn);
  });
});

describe("long doubles", () => {
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });

  it("of the x87 form hold every double", () => {
    fc.assert(
      fc.property(doubles, (value) => {
        const bytes = x87Of(value);
        expect(readFloat(bytes, false, "x87")).toBe(value);
        expect(Number(floatText(bytes, false, "x87"))).toBe(value);
      }),
    );
  });

  it("are written with the digits that they need", () => {
    const pi = Uint8Array.from([0x35, 0xc2, 0x68, 0x21, 0xa2, 0xda, 0x0f, 0xc9, 0, 0x40, 0, 0, 0, 0, 0, 0]);
    expect(floatText(pi, false, "x87")).toBe("3.1415926535897932385");
    const quad = new Uint8Array(16);
    quad.set([0xff, 0x3f], 14);
    expect(floatText(quad, false, "quad")).toBe("1");
    quad[0] = 1;
    expect(floatText(quad, false, "quad")).toBe("1.0000000000000000000000000000000002");
  });

  function x87Of(value: number): Uint8Array {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
    let size = Math.abs(value);
    if (size === 0) {
      view.setUint16(8, sign, true);
      return bytes;
    }
    let exponent = 0;
    for (; size < 1; exponent--) size *= 2;
    for (; size >= 2; exponent++) size /= 2;
    view.setBigUint64(0, BigInt(size * 2 ** 52) << 11n, true);
    view.setUint16(8, sign | (exponent + 16383), true);
    return bytes;
  }
});

describe("containers", () => {
  const b = new BtfBuilder();
  const int = b.int("int", 4, 1);
  const char = b.int("char", 1, 1);
  const inner = b.struct("", 8, [
    { name: "lo", type: int, at: 0 },
    { name: "hi", type: int, at: 32 },
  ]);
  const union = b.union("", 8, [
    { name: "word", type: b.int("long", 8, 1), at: 0 },
    { type: inner, at: 0 },
  ]);
  const grid = b.array(b.array(int, int, 2), int, 2);
  const outer = b.struct("outer", 48, [
    { type: union, at: 0 },
    { name: "grid", type: grid, at: 64 },
    { name: "name", type: b.array(char, int, 16), at: 192 },
    { name: "tail", type: b.array(int, int, 0), at: 320 },
  ]);
  const reader = new TypeReader(open(b));
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  for (let ix = 0; ix < 6; ix++) view.setInt32(ix * 4, ix + 1, true);
  bytes.set([0x68, 0x69], 24);
  for (const at of [40, 44]) view.setInt32(at, at, true);
  const values = new TypedValues(typedValue(reader, outer, bytes));

  it("show the members of anonymous ones at their own level", () => {
    const names = values.page(values.root, 0, 10).map((node) => node.name);
    expect(names).toEqual(["word", "lo", "hi", "grid", "name", "tail"]);
    expect(values.scalar(getPath({ values }, "hi"))).toBe(2n);
  });

  it("index arrays, outer dimension first", () => {
    expect(values.scalar(getPath({ values }, "grid[1][0]"))).toBe(5n);
    expect(() => getPath({ values }, "grid[2]")).toThrowError(expect.objectContaining({ code: "PathNotFound" }));
  });

  it("go on to the end where an array has no length", () => {
    expect(values.count(getPath({ values }, "tail"))).toBe(2);
    expect(values.scalar(getPath({ values }, "tail[1]"))).toBe(44n);
  });

  it("render like they read", () => {
    expect(json(reader, outer, bytes)).toBe(
      '{"word":8589934593,"lo":1,"hi":2,"grid":[[3,4],[5,6]],"name":"hi","tail":[40,44]}',
    );
  });

  it("tell what was cut off", () => {
    const cut = new TypedValues(typedValue(reader, outer, bytes.subarray(0, 14)));
    expect(cut.scalar(getPath({ values: cut }, "grid[0][0]"))).toBe(3n);
    const half = getPath({ values: cut }, "grid[0][1]");
    expect(half).toMatchObject({ kind: "truncated", problem: { code: "TruncatedValue" } });
    expect(cut.scalar(cut.page(half, 0, 1)[0]!)).toEqual(Uint8Array.from([4, 0]));
    expect(getPath({ values: cut }, "grid[1][1]")).toMatchObject({ kind: "error" });
    expect(json(reader, outer, bytes.subarray(0, 14))).toContain('"grid":[[3,null]]');
  });

  it("hold nothing that control characters could hide in", () => {
    const hostile = bytes.slice();
    hostile.set([0x1b, 0x5b], 24);
    expect(json(reader, outer, hostile)).toContain('"name":[27,91,0,');
    hostile.set([0xc3, 0xa9], 24);
    expect(json(reader, outer, hostile)).toContain('"name":"é"');
  });
});

describe("pointers", () => {
  const b = new BtfBuilder();
  const int = b.int("int", 4, 1);
  const ptr = b.ptr(3);
  const node = b.struct("node", 16, [
    { name: "next", type: ptr, at: 0 },
    { name: "value", type: int, at: 64 },
  ]);
  const opaque = b.ptr(b.fwd("hidden"));
  const holder = b.struct("holder", 16, [
    { name: "secret", type: opaque, at: 0 },
    { name: "first", type: ptr, at: 64 },
  ]);
  const at = 0xffff_8880_0000_1000n;

  function element(next: bigint, value: number): Uint8Array {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, next, true);
    view.setInt32(8, value, true);
    return bytes;
  }
  // Two that point at each other, in adjoining extents, the first split across them.
  const first = element(at + 16n, 1);
  const second = element(at, 2);
  const space = new AddressSpace([
    { address: at, bytes: first.subarray(0, 10) },
    { address: at + 10n, bytes: concatBytes([first.subarray(10), second]) },
  ]);
  const reader = new TypeReader(open(b), { space });
  const start = (address: bigint): TypedValues =>
    new TypedValues(typedValue(reader, ptr, element(address, 0).subarray(0, 8)));

  it("lead across adjoining extents, and round again where a path says so", () => {
    const values = start(at);
    expect(values.scalar(getPath({ values }, "value"))).toBe(1n);
    expect(values.scalar(getPath({ values }, "next.value"))).toBe(2n);
    expect(values.scalar(getPath({ values }, "next.next.next.value"))).toBe(2n);
    expect(getPath({ values }, "next").address).toBe(at);
  });

  it("are not expanded into values that led to them", () => {
    const values = start(at);
    const round = getPath({ values }, "next.next");
    expect(values.count(round)).toBe(0);
    expect(round.problem).toMatchObject({ code: "PointerCycle" });
    expect(getPath({ values }, "next").problem).toBeUndefined();
    expect(values.count(getPath({ values }, "next"))).toBe(1);
  });

  it.each([
    [0n, "NullPointer", "null"],
    [0xffff_ffff_ffff_fff4n, "PointerNotFollowed", "error -12"],
    [0x1234_5678_9abc_def0n, "PointerNotFollowed", "canonical"],
    [at + 32n, "UnmappedAddress", "no memory was captured at 0xffff888000001020"],
  ])("to 0x%s say why they lead nowhere", (address, code, text) => {
    const values = start(address);
    expect(values.root.problem).toMatchObject({ code });
    expect(values.root.problem?.message).toContain(text);
    expect(() => getPath({ values }, "value")).toThrowError(
      expect.objectContaining({ code: "PathNotFound", fields: expect.objectContaining({ problem: code }) }),
    );
  });

  it("to types without size are not followed", () => {
    const values = new TypedValues(
      typedValue(reader, holder, concatBytes([element(at, 0).subarray(0, 8), new Uint8Array(8)])),
    );
    expect(getPath({ values }, "secret").problem).toMatchObject({ code: "PointerNotFollowed" });
    expect(reader.shape(node).byteSize).toBe(16);
  });
});

describe("hostile types", () => {
  it("that nest exponentially end at a limit", () => {
    const b = new BtfBuilder();
    const int = b.int("int", 4);
    let id = b.struct("s0", 0, [{ name: "x", type: int, at: 0 }]);
    for (let i = 1; i < 24; i++)
      id = b.struct(`s${i}`, 0, [
        { name: "a", type: id, at: 0 },
        { name: "b", type: id, at: 0 },
      ]);
    expect(() => json(new TypeReader(open(b)), id, [1, 2, 3, 4])).toThrowError(
      expect.objectContaining({ code: "LimitExceeded" }),
    );
  });

  it("with huge arrays write no more than there are bytes", () => {
    const b = new BtfBuilder();
    const int = b.int("int", 4);
    const empty = b.struct("empty", 0, []);
    const huge = b.array(int, int, 0x3fff_ffff);
    const voidless = b.array(empty, int, 0xffff_ffff);
    const reader = new TypeReader(open(b));
    expect(json(reader, huge, [1, 0, 0, 0, 2, 0])).toBe("[1,null]");
    expect(json(reader, voidless, [1])).toBe("[]");
  });

  it("of any kind can be asked everything", () => {
    const arbitraryBlob = fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 6 });
    const b = new BtfBuilder();
    const int = b.int("int", 4, 1);
    const struct = b.struct("s", 16, [
      { name: "a", type: int, at: 0, width: 5 },
      { name: "p", type: b.ptr(2), at: 64 },
    ]);
    b.array(struct, int, 3);
    b.datasec(".data", 16, [[b.var("v", struct), 0, 16]]);
    b.enum("e", 4, [
      ["A", 1],
      ["B", 4],
    ]);
    b.float("f", 16);
    b.typedef("t", struct);
    const whole = b.build();
    fc.assert(
      fc.property(arbitraryBlob, fc.uint8Array({ maxLength: 40 }), (damage, bytes) => {
        const blob = whole.slice();
        for (const [at, byte] of damage) if (at >= 24 && at < blob.length) blob[at] = byte;
        const reader = new TypeReader(new Btf(module, blob));
        for (let id = 0; id < reader.btf.typeCount; id++) {
          const values = new TypedValues(typedValue(reader, id, bytes));
          for (const child of values.page(values.root, 0, 20)) values.scalar(child);
          values.scalar(values.root);
          try {
            JSON.parse(json(reader, id, bytes));
          } catch (error) {
            expect(error).toMatchObject({ code: "LimitExceeded" });
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
