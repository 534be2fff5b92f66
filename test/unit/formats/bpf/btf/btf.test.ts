import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSnapshotError } from "../../../../../src/js/base/errors.ts";
import { Btf } from "../../../../../src/js/formats/bpf/btf/btf.ts";
import { KIND, kindMask, splitTypeName } from "../../../../../src/js/formats/bpf/btf/kinds.ts";
import { describeType } from "../../../../../src/js/formats/bpf/btf/record.ts";
import { BUILDS, btfModule, openBtf } from "../../../../support/btf.ts";
import { BtfBuilder } from "../../../../support/btf-builder.ts";

const module = await btfModule();

/** A blob with one type of every kind. */
function everyKind(): BtfBuilder {
  const b = new BtfBuilder();
  const int = b.int("int", 4, 1);
  const char = b.int("char", 1, 1);
  b.ptr(int);
  b.array(char, int, 16);
  const struct = b.struct("point", 12, [
    { name: "x", type: int, at: 0 },
    { name: "flags", type: int, at: 32, width: 3 },
    { name: "c", type: char, at: 64 },
  ]);
  b.union("either", 4, [{ name: "a", type: int, at: 0 }]);
  b.enum(
    "color",
    4,
    [
      ["RED", 0],
      ["NEGATIVE", -1],
    ],
    true,
  );
  b.enum("mask", 4, [["HIGH", 0x8000_0000]]);
  b.enum64("big", 8, [["HUGE", 0xffff_ffff_ffff_fff0n]]);
  b.fwd("opaque", true);
  b.typedef("point_t", struct);
  b.volatile(b.const(b.restrict(int)));
  const proto = b.proto(int, [
    ["first", int],
    ["", 0],
  ]);
  const func = b.func("callee", proto);
  const variable = b.var("counter", int);
  b.datasec(".bss", 8, [[variable, 4, 4]]);
  b.float("double", 8);
  b.declTag("note", func, 0);
  b.typeTag("user", int);
  return b;
}

const recordsOf = (btf: Btf): unknown[] =>
  Array.from({ length: btf.typeCount - 1 }, (_, ix) => describeType(btf, ix + 1));

describe.each(BUILDS)("reading a blob (%s)", (build) => {
  it("is the same in either byte order", async () => {
    const little = await openBtf(everyKind().build(), {}, build);
    const big = await openBtf(everyKind().build({ bigEndian: true }), {}, build);
    expect(little.issues).toEqual([]);
    expect(big.bigEndian).toBe(true);
    expect(recordsOf(big)).toEqual(recordsOf(little));
  });

  it.each([24, 25, 28, 32, 40, 64])("takes a header of %i bytes", async (headerLength) => {
    const btf = await openBtf(everyKind().build({ headerLength }), {}, build);
    expect(btf.issues).toEqual([]);
    expect(recordsOf(btf)).toEqual(recordsOf(await openBtf(everyKind().build())));
  });

  it("skips kinds that only the layout section describes", async () => {
    const b = new BtfBuilder();
    b.int("int", 4);
    b.raw("future", 21, false, 2, 0, [1, 2, 3, 4, 5]);
    const last = b.int("long", 8);
    const layout = Array.from({ length: 22 }, (_, kind) => [kind === 21 ? 4 : 0, kind === 21 ? 8 : 0] as const);
    const btf = await openBtf(b.build({ layout }), {}, build);
    expect(btf.issues).toEqual([]);
    expect(btf.kind(2)).toBe(21);
    expect(btf.name(last)).toBe("long");
  });

  it("keeps what precedes an unknown kind", async () => {
    const b = new BtfBuilder();
    b.int("int", 4);
    b.raw("future", 21, false, 0, 0);
    const btf = await openBtf(b.build(), {}, build);
    expect(btf.typeCount).toBe(2);
    expect(btf.issues).toMatchObject([{ code: "MalformedBtf", offset: 24 + 16 + 4 }]);
  });

  it("keeps what is there of a blob cut anywhere, with an offset", async () => {
    const whole = everyKind().build();
    const count = (await openBtf(whole)).typeCount;
    for (let length = 0; length < whole.length; length++) {
      try {
        const btf = await openBtf(whole.subarray(0, length), {}, build);
        expect(btf.issues.length).toBeGreaterThan(0);
        expect(btf.typeCount).toBeLessThanOrEqual(count);
        expect(btf.issues.every((issue) => issue.offset !== undefined && issue.offset <= whole.length)).toBe(true);
        expect(recordsOf(btf).length).toBe(btf.typeCount - 1);
      } catch (error) {
        expect(length).toBeLessThan(24);
        expect(error).toMatchObject({ code: "MalformedBtf", offset: 0 });
      }
    }
  });

  it("survives any damage", async () => {
    const whole = everyKind().build();
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    const built = await btfModule(build);
    fc.assert(
      fc.property(damage, (changes) => {
        const blob = whole.slice();
        for (const [at, byte] of changes) blob[at] = byte;
        try {
          const btf = new Btf(built, blob);
          recordsOf(btf);
          for (let id = 0; id < btf.typeCount; id++) btf.sizeOf(id);
          btf.find("point");
          btf.verify();
        } catch (error) {
          if (!isSnapshotError(error) || error.code !== "MalformedBtf") throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("split BTF", () => {
  it("goes on where its base ends, strings included", () => {
    const base = everyKind();
    const below = new Btf(module, base.build());
    const b = new BtfBuilder({ types: base.typeCount, strings: base.stringBytes });
    const extended = b.struct("extended", 16, [{ name: "inner", type: 5, at: 0 }]);
    const above = new Btf(module, b.build(), { base: below });
    expect(above.issues).toEqual([]);
    expect(above.firstId).toBe(base.typeCount);
    expect(extended).toBe(base.typeCount);
    expect(above.name(extended)).toBe("extended");
    expect(above.name(above.member(extended, 0).typeId)).toBe("point");
    expect(above.find("point")).toBe(5);
    expect(above.find("extended")).toBe(extended);
    expect(above.verify()).toEqual({ accepted: true });
  });

  it("says that its base is missing", () => {
    const b = new BtfBuilder({ types: 100, strings: 500 });
    b.struct("extended", 16, [{ name: "inner", type: 5, at: 0 }]);
    const btf = new Btf(module, b.build());
    expect(btf.issues.map((issue) => issue.message).join("\n")).toContain("needs its base");
  });

  it("may be chained", () => {
    const first = everyKind();
    const second = new BtfBuilder({ types: first.typeCount, strings: first.stringBytes });
    second.int("two", 2);
    const third = new BtfBuilder({ types: second.typeCount, strings: second.stringBytes });
    third.int("three", 4);
    const chain = new Btf(module, third.build(), {
      base: new Btf(module, second.build(), { base: new Btf(module, first.build()) }),
    });
    expect([chain.name(first.typeCount), chain.name(second.typeCount)]).toEqual(["two", "three"]);
    expect(chain.layers.length).toBe(3);
  });
});

describe("names", () => {
  it("are found by kind, all candidates lowest first", () => {
    const b = new BtfBuilder();
    b.fwd("x");
    const int = b.int("int", 4);
    const one = b.struct("x", 4, []);
    const two = b.typedef("x", int);
    const three = b.struct("x", 8, []);
    const btf = new Btf(module, b.build());
    expect(btf.findAll("x")).toEqual([1, one, two, three]);
    expect(btf.findAll("x", kindMask(KIND.STRUCT))).toEqual([one, three]);
    expect(btf.find("x", kindMask(KIND.TYPEDEF))).toBe(two);
    expect(btf.find("y")).toBeUndefined();
    expect(btf.find("")).toBeUndefined();
  });

  it("may share their endings and be of any length", () => {
    const b = new BtfBuilder();
    const long = "n".repeat(5000);
    b.int(long, 4);
    const btf = new Btf(module, b.build());
    expect(btf.find(long)).toBe(1);
    expect(btf.find("n".repeat(4999))).toBeUndefined();
  });

  it("that are not UTF-8 read as Latin-1 and are found so", () => {
    const b = new BtfBuilder();
    b.int("aXb", 4);
    const blob = b.build();
    blob[blob.indexOf(0x58)] = 0xff;
    const btf = new Btf(module, blob);
    expect(btf.name(1)).toBe("aÿb");
    expect(btf.find("aÿb")).toBe(1);
  });

  it("are split from the word before them", () => {
    expect(splitTypeName("struct task_struct")).toEqual({ name: "task_struct", kinds: kindMask(KIND.STRUCT) });
    expect(splitTypeName("enum color").kinds).toBe(kindMask(KIND.ENUM, KIND.ENUM64));
    expect(splitTypeName("long unsigned int").name).toBe("long unsigned int");
    expect(splitTypeName("long int").name).toBe("long int");
  });
});

describe("sizes", () => {
  it("follow typedefs, qualifiers and arrays", () => {
    const b = new BtfBuilder();
    const int = b.int("int", 4);
    const row = b.array(int, int, 3);
    const grid = b.const(b.typedef("grid", b.array(row, int, 2)));
    const btf = new Btf(module, b.build());
    expect(btf.sizeOf(grid)).toBe(24);
    expect(btf.sizeOf(0)).toBeUndefined();
  });

  it("end for chains that do not", () => {
    const b = new BtfBuilder();
    b.raw("", KIND.CONST, false, 0, 2);
    b.raw("", KIND.VOLATILE, false, 0, 1);
    b.raw("", KIND.ARRAY, false, 0, 0, [3, 3, 2]);
    const btf = new Btf(module, b.build());
    expect(btf.sizeOf(1)).toBeUndefined();
    expect(btf.resolve(1)).toBeUndefined();
    expect(btf.sizeOf(3)).toBeUndefined();
  });

  it("are undefined beyond 2^32", () => {
    const b = new BtfBuilder();
    const int = b.int("int", 4);
    const huge = b.array(int, int, 0x4000_0000);
    const fits = b.array(int, int, 0x3fff_ffff);
    const btf = new Btf(module, b.build());
    expect(btf.sizeOf(huge)).toBeUndefined();
    expect(btf.sizeOf(fits)).toBe(0xffff_fffc);
  });

  it.each([
    ["unsigned long", 4, 4],
    ["long int", 8, 8],
    ["long long int", 8, 8],
    ["long", 2, 8],
  ])("of pointers follow %s of %i bytes: %i", (name, size, pointer) => {
    const b = new BtfBuilder();
    b.int(name, size);
    const ptr = b.ptr(0);
    expect(new Btf(module, b.build()).sizeOf(ptr)).toBe(pointer);
  });
});
