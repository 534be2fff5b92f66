import { describe, expect, it } from "vitest";
import { Btf } from "../../../../../src/js/formats/bpf/btf/btf.ts";
import { renderCHeader, renderCTypes } from "../../../../../src/js/formats/bpf/btf/c-header.ts";
import { renderTypeName } from "../../../../../src/js/formats/bpf/btf/declaration.ts";
import { diffTypes, renderTypeDiff } from "../../../../../src/js/formats/bpf/btf/diff.ts";
import { encodeListing } from "../../../../../src/js/formats/bpf/btf/encode.ts";
import { flattenFields } from "../../../../../src/js/formats/bpf/btf/layout.ts";
import { relocateSplit } from "../../../../../src/js/formats/bpf/btf/relocate.ts";
import { findByMember, findTypes, findUses, labelOf } from "../../../../../src/js/formats/bpf/btf/search.ts";
import { btfModule } from "../../../../support/btf.ts";
import { BtfBuilder, type BuiltMember } from "../../../../support/btf-builder.ts";

const module = await btfModule();
const open = (b: BtfBuilder, base?: Btf): Btf => new Btf(module, b.build(), { base });

describe("finding types", () => {
  const b = new BtfBuilder();
  const int = b.int("int", 4, 1);
  b.fwd("thing");
  const func = b.func("thing", b.proto(0, []));
  const struct = b.struct("thing", 4, [{ name: "weight", type: int, at: 0 }]);
  const other = b.union("other", 4, [{ name: "weight", type: int, at: 0 }]);
  const btf = open(b);

  it("puts what values can be of first", () => {
    expect(findTypes(btf, "thing")).toEqual([struct, func, 2]);
    expect(findTypes(btf, "struct thing")).toEqual([struct]);
    expect(findTypes(btf, "4")).toEqual([4]);
  });

  it("names the nearest on a miss", () => {
    expect(() => findTypes(btf, "thingy")).toThrowError(
      expect.objectContaining({ code: "TypeNotFound", available: ["thing"] }),
    );
    expect(() => findTypes(btf, "99")).toThrowError(expect.objectContaining({ code: "TypeNotFound" }));
  });

  it("goes by member and by use", () => {
    expect(findByMember(btf, "weight")).toEqual([
      { typeId: struct, memberIx: 0 },
      { typeId: other, memberIx: 0 },
    ]);
    expect(findUses(btf, int)).toEqual([struct, other]);
    expect(labelOf(btf, struct)).toBe("STRUCT thing");
  });
});

describe("a type in two kernels", () => {
  function kernel(size: number, members: (types: { int: number; long: number }) => BuiltMember[]): Btf {
    const b = new BtfBuilder();
    const types = { int: b.int("int", 4, 1), long: b.int("long int", 8, 1) };
    b.struct("task", size, members(types));
    b.enum("state", 4, [
      ["RUNNING", 0],
      [size === 16 ? "OLD" : "NEW", 1],
      ["DEAD", size],
    ]);
    return open(b);
  }
  const before = kernel(16, ({ int, long }) => [
    { name: "pid", type: int, at: 0 },
    { name: "gone", type: int, at: 32 },
    { name: "weight", type: long, at: 64 },
  ]);
  const after = kernel(24, ({ int, long }) => [
    { name: "pid", type: long, at: 0 },
    { name: "weight", type: long, at: 128 },
    { name: "fresh", type: int, at: 64 },
  ]);

  it("differs by members", () => {
    const changes = diffTypes(before, before.find("task")!, after, after.find("task")!);
    expect(renderTypeDiff(changes)).toBe(
      [
        "~ size 16 → 24 bytes",
        "~ pid: int at 0, 4 bytes → long int at 0, 8 bytes",
        "- gone: int at 4, 4 bytes",
        "~ weight: 8 → 16",
        "+ fresh: int at 8, 4 bytes",
        "",
      ].join("\n"),
    );
  });

  it("differs by enumerators", () => {
    const changes = diffTypes(before, before.find("state")!, after, after.find("state")!);
    expect(renderTypeDiff(changes)).toBe("- OLD = 1\n~ DEAD: 16 → 24\n+ NEW = 1\n");
  });

  it("does not differ from itself", () => {
    for (let id = 1; id < before.typeCount; id++) expect(diffTypes(before, id, before, id)).toEqual([]);
  });
});

describe("moving a split BTF to a base that does not fit", () => {
  function split(baseSize: number): Btf {
    const distilled = new BtfBuilder();
    distilled.struct("held", baseSize, []);
    const b = new BtfBuilder({ types: distilled.typeCount, strings: distilled.stringBytes });
    b.struct("holder", 32, [{ name: "inner", type: 1, at: 0 }]);
    return open(b, open(distilled));
  }
  const base = (...sizes: readonly number[]): Btf => {
    const b = new BtfBuilder();
    for (const size of sizes) b.struct("held", size, []);
    if (sizes.length === 0) b.int("int", 4);
    return open(b);
  };
  it.each([
    ["none", base()],
    ["another size", base(8)],
    ["2 types that fit", base(16, 16)],
  ])("says that the base has %s", (reason, wrong) => {
    expect(() => relocateSplit(split(16), wrong)).toThrowError(
      expect.objectContaining({ code: "BtfBaseMismatch", fields: { typeName: "held", reason } }),
    );
  });

  it("chooses by size among several", () => {
    const target = base(8, 16);
    const moved = new Btf(module, relocateSplit(split(16), target), { base: target });
    expect(moved.member(moved.find("holder")!, 0).typeId).toBe(2);
  });
});

describe("C output of hostile types", () => {
  it("refuses a struct that contains itself", () => {
    const b = new BtfBuilder();
    b.struct("ouroboros", 8, [{ name: "self", type: 1, at: 0 }]);
    expect(() => renderCTypes(open(b), [1])).toThrowError(expect.objectContaining({ code: "TypeCycle" }));
  });

  it("refuses chains that do not end", () => {
    const b = new BtfBuilder();
    b.raw("", 2, false, 0, 1);
    expect(() => renderTypeName(open(b), 1)).toThrowError(expect.objectContaining({ code: "LimitExceeded" }));
  });

  it("refuses padding without end", () => {
    const b = new BtfBuilder();
    b.struct("vast", 0xffff_ffff, []);
    expect(() => renderCTypes(open(b), [1])).toThrowError(expect.objectContaining({ code: "LimitExceeded" }));
  });

  it("writes 500 nested structs", () => {
    const b = new BtfBuilder();
    b.int("int", 4, 1);
    for (let i = 0; i < 500; i++) b.struct(`level${i}`, 4, [{ name: "m", type: b.typeCount - 1, at: 0 }]);
    const text = [...renderCHeader(open(b), { roots: [501] })].join("");
    expect(text.match(/^struct level/gm)?.length).toBe(500);
  });
});

describe("members of unnamed structs", () => {
  it("that contain themselves end at a limit, which does not count the struct's own", async () => {
    const btf = new BtfBuilder();
    const int = btf.int("int", 4);
    const self = btf.typeCount;
    btf.struct(
      "",
      12,
      [0, 32, 64].map((at) => ({ type: self, at })),
    );
    const many = Array.from({ length: 0x2000 }, (_, ix) => ({ name: `m${ix}`, type: int, at: ix * 32 }));
    const wide = btf.struct("wide", 0x9000, [...many, { type: self, at: 0x2000 * 32 }]);
    const opened = new Btf(await btfModule(), btf.build());
    expect(flattenFields(opened, self).length).toBeLessThan(70_000);
    const names = new Set(flattenFields(opened, wide).map(({ name }) => name));
    expect(many.every(({ name }) => names.has(name))).toBe(true);
  });
});

describe("a listing that is not whole", () => {
  it.each([
    [[{ id: 2, kind: "INT", name: "int" }], "type 2 comes where 1 is expected"],
    [[{ id: 1, kind: "MAGIC", name: "x" }], "unknown kind MAGIC"],
    [[{ id: 1, kind: "INT", name: "int" }], "no number size"],
    [[{ id: 1, kind: "STRUCT", name: "s", size: 4 }], "no list members"],
  ])("is refused: %j", (records, reason) => {
    expect(() => encodeListing(records)).toThrowError(reason);
  });
});
