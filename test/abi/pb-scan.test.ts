import { describe, expect, it } from "vitest";
import type { Core } from "../../src/js/abi/core.ts";
import { type DecodeOptions, type DecodeResult, decodeMessage } from "../../src/js/abi/decode.ts";
import { compileSchema } from "../../src/js/abi/schema.ts";
import { concatBytes, encodeUtf8 } from "../../src/js/base/bytes.ts";
import { parseProtoFiles } from "../../src/js/proto/parser.ts";
import { BUILDS, testCore } from "../support/core.ts";
import { EVERY_KIND_PROTO, everyCompiled, everyKeeping } from "../support/every-kind.ts";
import { bytes, fixed32, fixed64, group, int, key, message, nested, varint } from "../support/pb-builder.ts";

const batchOf = compileSchema(
  parseProtoFiles(new Map([["e.proto", `${EVERY_KIND_PROTO} message Batch { repeated Every items = 1; }`]]), [
    "e.proto",
  ]),
  ["t.Batch"],
);

const cores = new Map<string, Core>();
for (const build of BUILDS) cores.set(build, await testCore(build));

describe.each(BUILDS)("pb_scan (%s)", (build) => {
  const core = cores.get(build)!;
  const every = (input: Uint8Array, options: DecodeOptions = {}): DecodeResult =>
    decodeMessage(core, everyCompiled, "t.Every", input, options);
  const checked = (input: Uint8Array, options: DecodeOptions = {}): DecodeResult =>
    decodeMessage(core, everyCompiled, "t3.Checked", input, options);

  it("reads a scalar of every kind", () => {
    const { root } = every(
      concatBytes([
        fixed64(1, 0x3ff8000000000000n),
        fixed32(2, 0x3fc00000),
        int(3, -5),
        int(4, -6n),
        int(5, 0xffffffff),
        int(6, 0xffffffffffffffffn),
        int(7, 3),
        int(8, 0xffffffffffffffffn),
        fixed32(9, 0xdeadbeef),
        fixed64(10, 0x0123456789abcdefn),
        fixed32(11, 0xfffffffe),
        fixed64(12, -3n),
        int(13, 0x8000000000000000n),
        bytes(14, "hé"),
        bytes(15, Uint8Array.of(0, 255)),
        int(16, -1),
      ]),
    );
    expect([root.f64("d"), root.f32("f"), root.i32("i32"), root.i64("i64")]).toEqual([1.5, 1.5, -5, -6n]);
    expect([root.u32("u32"), root.u64("u64")]).toEqual([0xffffffff, 0xffffffffffffffffn]);
    expect([root.i32("s32"), root.i64("s64")]).toEqual([-2, -0x8000000000000000n]);
    expect([root.u32("f32"), root.u64("f64")]).toEqual([0xdeadbeef, 0x0123456789abcdefn]);
    expect([root.i32("sf32"), root.i64("sf64")]).toEqual([-2, -3n]);
    expect([root.bool("b"), root.text("text"), [...root.bytes("raw")], root.i32("color")]).toEqual([
      true,
      "hé",
      [0, 255],
      -1,
    ]);
  });

  it("tells a present zero from absence", () => {
    const { root } = every(int(3, 0));
    expect([root.has("i32"), root.has("i64")]).toEqual([true, false]);
  });

  it("lets the last scalar win and merges messages", () => {
    const { root } = every(
      concatBytes([int(3, 1), message(17, int(3, 7), int(5, 1)), int(3, 2), message(17, int(5, 9), int(20, 4))]),
    );
    const child = root.message("child")!;
    expect([root.i32("i32"), child.i32("i32"), child.u32("u32"), child.u32s("r_i32")]).toEqual([2, 7, 9, [4]]);
    expect(child.isMerged).toBe(true);
  });

  it("reads repeated fields packed, unpacked and mixed", () => {
    const packed = concatBytes([varint(1), varint(300), varint(-1)]);
    const { root } = every(
      concatBytes([
        int(20, 5),
        bytes(20, packed),
        int(21, 8),
        bytes(26, "a"),
        int(20, 6),
        int(21, 1n << 63n),
        bytes(26, ""),
      ]),
    );
    expect(root.u32s("r_i32")).toEqual([5, 1, 300, 0xffffffff, 6]);
    expect(root.u64s("r_u64")).toEqual([8n, 1n << 63n]);
    expect(root.texts("r_text")).toEqual(["a", ""]);
    expect(root.count("r_i32")).toBe(5);
  });

  it("reads packed fixed-size and boolean values", () => {
    const { root } = every(
      concatBytes([
        bytes(23, fixed64(1, 0x4000000000000000n).subarray(1)),
        bytes(25, Uint8Array.of(0, 1, 0x80, 0x80, 0x01)),
        bytes(28, Uint8Array.of(1, 2)),
        bytes(22, Uint8Array.of(1, 2)),
      ]),
    );
    expect(root.u64s("r_d")).toEqual([0x4000000000000000n]);
    expect(root.u32s("r_b")).toEqual([0, 1, 1]);
    expect(root.u32s("r_s32")).toEqual([0xffffffff, 1]);
    expect(root.i64s("r_s64")).toEqual([-1n, 1n]);
  });

  it("keeps one member of a oneof, the last", () => {
    const both = every(concatBytes([int(31, 4), bytes(32, "x")])).root;
    expect([both.has("c_int"), both.has("c_text"), both.text("c_text")]).toEqual([false, true, "x"]);
    const back = every(concatBytes([message(33, int(3, 1)), int(31, 4), message(33, int(5, 2))])).root;
    expect([back.message("c_child")!.has("i32"), back.message("c_child")!.u32("u32")]).toEqual([false, 2]);
  });

  it("reads map entries, groups and far field numbers", () => {
    const { root } = every(
      concatBytes([
        message(30, bytes(1, "k"), int(2, 5)),
        group(18, int(1, 3), message(2, int(3, 9))),
        int(536870911, 77),
      ]),
    );
    const entry = root.messages("map").at(0);
    expect([entry.text("key"), entry.i64("value")]).toEqual(["k", 5n]);
    expect(root.message("grp")!.message("inner")!.i32("i32")).toBe(9);
    expect(root.u32("far")).toBe(77);
  });

  it("passes over unknown fields of every wire type and over known numbers of another wire type", () => {
    const unknown = concatBytes([
      int(1000, 1),
      fixed64(1001, 1n),
      bytes(1002, "x"),
      group(1003, int(1, 1), group(2, bytes(3, "y"))),
      fixed32(1004, 1),
      bytes(3, "not a varint"),
      int(14, 3),
      group(5, int(1, 1)),
    ]);
    const { root, issues } = every(concatBytes([unknown, int(3, 42)]));
    expect([root.i32("i32"), root.has("text"), root.hasUnknownFields, issues.length]).toEqual([42, false, true, 0]);
    const kept = decodeMessage(core, everyKeeping, "t.Every", concatBytes([unknown, int(3, 42)]));
    expect(concatBytes(kept.root.unknownFields())).toEqual(unknown);
  });

  it("accepts 100 levels and refuses 101, for messages, groups and unknown groups", () => {
    expect(every(nested(17, 100)).issues).toEqual([]);
    expect(() => every(nested(17, 101))).toThrowError(expect.objectContaining({ code: "LimitExceeded" }));
    const groups = (levels: number, field: number) =>
      concatBytes([
        ...Array.from({ length: levels }, () => key(field, 3)),
        ...Array.from({ length: levels }, () => key(field, 4)),
      ]);
    expect(every(groups(100, 999)).root.hasUnknownFields).toBe(true);
    expect(() => every(groups(101, 999))).toThrowError(expect.objectContaining({ code: "LimitExceeded" }));
  });

  it("refuses a million levels within two steps per byte and without growing", () => {
    const deep = nested(17, 1_000_000);
    const { steps, issues } = every(deep, { lenient: true });
    expect(issues[0]).toMatchObject({ code: "LimitExceeded" });
    expect(steps).toBeLessThanOrEqual(2 * deep.length);
    expect(core.memoryBytes).toBeLessThanOrEqual(2 * deep.length + 1_048_576);
  });

  const text = (s: string) => bytes(1, s);
  const MALFORMED: readonly (readonly [name: string, input: Uint8Array, code: string, offset: number, at: number])[] = [
    ["a key that ends", Uint8Array.of(0x80), "TruncatedMessage", 0, 0],
    ["a varint that ends", concatBytes([int(3, 1), Uint8Array.of(0x18, 0x80)]), "TruncatedMessage", 2, 3],
    ["a fixed32 that ends", concatBytes([int(3, 1), Uint8Array.of(0x4d, 1, 2, 3)]), "TruncatedMessage", 2, 3],
    ["a fixed64 that ends", Uint8Array.of(0x51, 1, 2, 3), "TruncatedMessage", 0, 1],
    ["a length beyond the input", Uint8Array.of(0x7a, 5, 1, 2), "LengthBeyondEnd", 0, 1],
    ["a length of 2^32-1", concatBytes([Uint8Array.of(0x7a), varint(0xffffffff)]), "LengthBeyondEnd", 0, 1],
    ["a length of 2^63", concatBytes([Uint8Array.of(0x7a), varint(1n << 63n)]), "LengthBeyondEnd", 0, 1],
    ["a length beyond its message", message(17, Uint8Array.of(0x7a, 5, 1)), "LengthBeyondEnd", 3, 4],
    [
      "an eleven-byte varint",
      concatBytes([Uint8Array.of(0x18), new Uint8Array(10).fill(0x80), Uint8Array.of(0)]),
      "VarintTooLong",
      0,
      1,
    ],
    [
      "an eleven-byte unknown varint",
      concatBytes([int(3, 1), key(1000, 0), new Uint8Array(10).fill(0xff), Uint8Array.of(1)]),
      "VarintTooLong",
      2,
      4,
    ],
    ["a key of six bytes", Uint8Array.of(0x98, 0x80, 0x80, 0x80, 0x80, 0x00, 0x01), "VarintTooLong", 0, 0],
    ["field number 0", concatBytes([int(3, 1), Uint8Array.of(0x00, 0x01)]), "FieldNumberZero", 2, 2],
    ["field number 0 as an overlong key", Uint8Array.of(0x80, 0x00, 0x01), "FieldNumberZero", 0, 0],
    ["field number 2^29", concatBytes([varint(2n ** 32n), Uint8Array.of(1)]), "FieldNumberZero", 0, 0],
    ["wire type 6", Uint8Array.of(0x1e, 1), "InvalidWireType", 0, 0],
    ["wire type 7", concatBytes([int(3, 1), Uint8Array.of(0x1f, 1)]), "InvalidWireType", 2, 2],
    ["a stray end-group", concatBytes([int(3, 1), key(3, 4)]), "StrayEndGroup", 2, 2],
    ["another group's end", concatBytes([key(18, 3), key(19, 4)]), "StrayEndGroup", 2, 2],
    ["a group without end", key(18, 3), "UnterminatedGroup", 2, 2],
    ["an unknown group without end", concatBytes([key(999, 3), int(1, 1)]), "UnterminatedGroup", 4, 4],
    ["a packed double of nine bytes", bytes(23, new Uint8Array(9)), "PackedLengthMismatch", 0, 11],
    ["a packed varint that ends", bytes(20, Uint8Array.of(1, 0x80)), "TruncatedMessage", 0, 4],
  ];

  it.each(MALFORMED)("refuses %s with the exact offset", (_, input, code, offset, at) => {
    expect(() => every(input)).toThrowError(
      expect.objectContaining({ code, offset, fields: expect.objectContaining({ at }) }),
    );
    expect(every(input, { lenient: true }).issues[0]).toMatchObject({ code, offset });
  });

  it.each([
    ["a lone continuation byte", [0x61, 0x80], 3],
    ["an overlong form", [0xc0, 0x80], 2],
    ["a surrogate", [0xed, 0xa0, 0x80], 2],
    ["a code point above U+10FFFF", [0xf4, 0x90, 0x80, 0x80], 2],
    ["a cut sequence", [0x61, 0xe2, 0x82], 3],
  ])("finds %s in a proto3 string", (_, raw, at) => {
    const input = bytes(1, Uint8Array.from(raw));
    expect(() => checked(input)).toThrowError(
      expect.objectContaining({ code: "InvalidUtf8", offset: 0, fields: { at } }),
    );
    expect(() => checked(bytes(2, Uint8Array.from(raw)))).toThrowError(
      expect.objectContaining({ code: "InvalidUtf8" }),
    );
    expect(checked(input, { lenient: true }).root.bytes("text")).toEqual(Uint8Array.from(raw));
  });

  it("keeps what is readable around the damage, with the path to it", () => {
    const input = concatBytes([
      text("before"),
      message(3, text("inner"), message(3, Uint8Array.of(0x0f)), bytes(2, "lost?")),
      bytes(2, "after"),
    ]);
    const { root, issues } = checked(input, { lenient: true });
    expect([root.text("text"), root.texts("texts"), root.message("child")!.text("text")]).toEqual([
      "before",
      ["after"],
      "inner",
    ]);
    expect(root.message("child")!.texts("texts")).toEqual(["lost?"]);
    expect(issues).toMatchObject([{ code: "InvalidWireType", path: "child.child.text", offset: 19 }]);
  });

  it("reads the front of a value that the end of the input cuts", () => {
    const { root, issues } = checked(concatBytes([text("abc"), bytes(2, "truncated")]).subarray(0, 11), {
      lenient: true,
    });
    expect([root.text("text"), root.texts("texts")]).toEqual(["abc", ["trun"]]);
    expect(issues).toMatchObject([{ code: "LengthBeyondEnd", path: "texts", offset: 5 }]);
  });

  it("gives the same message for every window size", () => {
    const parts = Array.from({ length: 50 }, (_, i) =>
      concatBytes([
        message(19, int(3, i), bytes(14, `child ${i}`)),
        int(20, i),
        message(17, int(21, i)),
        group(18, int(1, i)),
        group(77, int(1, i)),
      ]),
    );
    const input = concatBytes(parts);
    const show = (result: DecodeResult) => ({
      children: [...result.root.messages("children")].map((c) => [c.i32("i32"), c.text("text"), c.offset]),
      numbers: result.root.u32s("r_i32"),
      merged: result.root.message("child")!.u64s("r_u64"),
      group: result.root.message("grp")!.i32("a"),
      issues: result.issues,
    });
    const whole = show(every(input));
    for (const windowBytes of [1, 7, 64, 1000]) expect(show(every(input, { windowBytes }))).toEqual(whole);
    const cut = input.subarray(0, input.length - 1);
    const partial = show(every(cut, { lenient: true }));
    expect(partial.issues.length).toBeGreaterThan(0);
    for (const windowBytes of [1, 64]) expect(show(every(cut, { lenient: true, windowBytes }))).toEqual(partial);
  });

  it("reads a run of length-prefixed messages as a list", () => {
    const records = ["a", "bb", "ccc"].map((s) => bytes(14, encodeUtf8(s)));
    const input = concatBytes(records.flatMap((r) => [varint(r.length), r]));
    const list = decodeMessage(core, batchOf, "t.Batch", input, { delimited: true, windowBytes: 5 }).root.messages(
      "items",
    );
    expect([...list].map((m) => m.text("text"))).toEqual(["a", "bb", "ccc"]);
  });

  it("ends with a limit when the tables of one record are too large, at the same step with the same rows", () => {
    const input = message(17, ...Array.from({ length: 5000 }, () => message(19)));
    const run = () => every(input, { lenient: true, limits: { tableBytes: 200_000 } });
    expect(run().issues).toMatchObject([{ code: "LimitExceeded" }]);
    expect(run().steps).toBe(run().steps);
    expect(run().root.message("child")!.count("children")).toBeGreaterThan(100);
    expect(() => every(input, { limits: { tableBytes: 200_000 } })).toThrowError(
      expect.objectContaining({ code: "LimitExceeded", limit: { name: "tableBytes", max: 200_000, actual: 200_000 } }),
    );
  });
});
