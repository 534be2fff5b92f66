import { describe, expect, it } from "vitest";
import { isSnapshotError } from "../../../src/js/base/errors.ts";
import { decodeReference } from "../../support/reference/protobuf.ts";
import { compileReferenceSchema } from "../../support/reference/schema.ts";

const schema = compileReferenceSchema({
  "t.proto": `syntax = "proto3";
message T {
  uint32 number = 1;
  string name = 2;
  T child = 3;
  repeated uint64 list = 4;
  repeated T many = 5;
  oneof either { int64 left = 6; bytes right = 7; }
  optional int32 maybe = 8;
  bool flag = 9;
  map<string, string> tags = 10;
  repeated fixed32 words = 11;
  float ratio = 12;
}`,
});

const hex = (text: string) =>
  Uint8Array.from(text.replaceAll(" ", "").match(/../g) ?? [], (b) => Number.parseInt(b, 16));
const decode = (text: string, depth?: number) => decodeReference(schema, "T", hex(text), depth);

function faultOf(text: string, depth?: number): unknown {
  try {
    decode(text, depth);
    return "decoded";
  } catch (error) {
    return isSnapshotError(error) ? [error.code, error.offset, error.fields["at"]] : error;
  }
}

/** `levels` messages inside each other, as field 3. */
function nest(levels: number): string {
  let body: number[] = [];
  for (let i = 0; i < levels; i++) {
    const size = body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >> 7];
    body = [0x1a, ...size, ...body];
  }
  return body.map((b) => b.toString(16).padStart(2, "0")).join("");
}

describe("the reference decoder", () => {
  it("reads scalars, and the last one wins", () => {
    const t = decode("08 01 08 96 01 48 80 80 80 80 80 80 80 80 80 01 65 00 00 c0 3f");
    expect([t.u32("number"), t.bool("flag"), t.f32("ratio")]).toEqual([150, true, 1.5]);
  });

  it("keeps the low 32 bits of a wider varint and the sign of an int32", () => {
    const t = decode("08 ff ff ff ff ff ff ff ff ff 01 40 ff ff ff ff ff ff ff ff ff 01");
    expect([t.u32("number"), t.i32("maybe")]).toEqual([0xffff_ffff, -1]);
  });

  it("tracks presence, also of a zero", () => {
    expect([decode("40 00").has("maybe"), decode("").has("maybe")]).toEqual([true, false]);
  });

  it("keeps the last member of a oneof", () => {
    const t = decode("30 05 3a 01 78");
    expect([t.has("left"), t.has("right"), t.text("right")]).toEqual([false, true, "x"]);
  });

  it("merges a singular message that occurs twice", () => {
    const t = decode("1a 02 08 01 1a 03 12 01 61").message("child");
    expect([t?.u32("number"), t?.text("name")]).toEqual([1, "a"]);
  });

  it("reads packed, unpacked and mixed repeated scalars", () => {
    expect(decode("20 01 22 03 02 ac 02 20 03").u64s("list")).toEqual([1n, 2n, 300n, 3n]);
    expect(decode("5a 04 01 00 00 00 5d 02 00 00 00").u64s("words")).toEqual([1n, 2n]);
  });

  it("keeps map entries as messages, with missing parts empty", () => {
    const tags = decode("52 03 0a 01 6b 52 03 12 01 76").messages("tags");
    expect([0, 1].map((ix) => [tags.at(ix).text("key"), tags.at(ix).text("value")])).toEqual([
      ["k", ""],
      ["", "v"],
    ]);
  });

  it("passes over unknown fields, groups and wrong wire types", () => {
    const t = decode("a3 06 0b 08 01 0c a4 06 0d 01 00 00 00 09 0102030405060708 a8 06 05 0a 01 00 08 07");
    expect(t.u32("number")).toBe(7);
  });

  it.each([
    ["08", "TruncatedMessage", 0, 1],
    ["80", "TruncatedMessage", 0, 0],
    ["08 80 80", "TruncatedMessage", 0, 1],
    ["65 00 00", "TruncatedMessage", 0, 1],
    ["08 80 80 80 80 80 80 80 80 80 80 01", "VarintTooLong", 0, 1],
    ["88 80 80 80 80 00", "VarintTooLong", 0, 0],
    ["08 01 12 05 61", "LengthBeyondEnd", 2, 3],
    ["1a 03 12 02 61 08 01", "LengthBeyondEnd", 2, 3],
    ["00 01", "FieldNumberZero", 0, 0],
    ["0e", "InvalidWireType", 0, 0],
    ["0f", "InvalidWireType", 0, 0],
    ["0c", "StrayEndGroup", 0, 0],
    ["0b 14", "StrayEndGroup", 1, 1],
    ["0b 08 01", "UnterminatedGroup", 3, 3],
    ["12 03 61 ff 62", "InvalidUtf8", 0, 3],
    ["12 03 ed a0 80", "InvalidUtf8", 0, 2],
    ["5a 03 01 00 00", "PackedLengthMismatch", 0, 2],
    ["22 02 01 80", "TruncatedMessage", 0, 3],
  ])("refuses %s as %s", (bytes, code, offset, at) => {
    expect(faultOf(bytes)).toEqual([code, offset, at]);
  });

  it("accepts 100 levels of messages and refuses 101", () => {
    expect(faultOf(nest(100))).toBe("decoded");
    const innermost = nest(101).length / 2 - 2;
    expect(faultOf(nest(101))).toEqual(["LimitExceeded", innermost, innermost]);
  });
});
