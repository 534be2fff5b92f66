import { type CompiledSchema, compileSchema } from "../../src/js/abi/schema.ts";
import type { ProtoSchema } from "../../src/js/proto/descriptor.ts";
import { parseProtoFiles } from "../../src/js/proto/parser.ts";

/** A message with a field of every kind, repeated ones, a map, oneofs, a group, recursion and a far field number. */
export const EVERY_KIND_PROTO = `
syntax = "proto2";
package t;
message Every {
  optional double d = 1;
  optional float f = 2;
  optional int32 i32 = 3;
  optional int64 i64 = 4;
  optional uint32 u32 = 5;
  optional uint64 u64 = 6;
  optional sint32 s32 = 7;
  optional sint64 s64 = 8;
  optional fixed32 f32 = 9;
  optional fixed64 f64 = 10;
  optional sfixed32 sf32 = 11;
  optional sfixed64 sf64 = 12;
  optional bool b = 13;
  optional string text = 14;
  optional bytes raw = 15;
  optional Color color = 16;
  optional Every child = 17;
  optional group Grp = 18 { optional int32 a = 1; optional Every inner = 2; }
  repeated Every children = 19;
  repeated int32 r_i32 = 20 [packed = true];
  repeated uint64 r_u64 = 21;
  repeated sint64 r_s64 = 22 [packed = true];
  repeated double r_d = 23 [packed = true];
  repeated float r_f = 24;
  repeated bool r_b = 25 [packed = true];
  repeated string r_text = 26;
  repeated bytes r_raw = 27;
  repeated sint32 r_s32 = 28 [packed = true];
  repeated Color r_color = 29 [packed = true];
  map<string, int64> map = 30;
  oneof choice { int32 c_int = 31; string c_text = 32; Every c_child = 33; }
  optional uint32 far = 536870911;
  optional U8 checked = 100;
  enum Color { RED = 0; GREEN = 1; NEGATIVE = -1; }
}
message U8 { optional bytes x = 1; }
`;

const CHECKED_PROTO = `
syntax = "proto3";
package t3;
message Checked { string text = 1; repeated string texts = 2; Checked child = 3; repeated uint32 n = 4; }
`;

export const everyKind: ProtoSchema = parseProtoFiles(
  new Map([
    ["every.proto", EVERY_KIND_PROTO],
    ["checked.proto", CHECKED_PROTO],
  ]),
  ["every.proto", "checked.proto"],
);

export const everyCompiled: CompiledSchema = compileSchema(everyKind, ["t.Every", "t3.Checked"]);
export const everyKeeping: CompiledSchema = compileSchema(everyKind, ["t.Every", "t3.Checked"], { keepUnknown: true });
