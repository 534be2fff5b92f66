import { describe, expect, it } from "vitest";
import { decodeDescriptorSet } from "../../../src/js/abi/descriptor-set.ts";
import { compileSchema } from "../../../src/js/abi/schema.ts";
import { encodeMessage } from "../../../src/js/abi/tape-writer.ts";
import type { ProtoSchema } from "../../../src/js/proto/descriptor.ts";
import { parseProtoFiles } from "../../../src/js/proto/parser.ts";
import { SCHEMA as GOOGLE } from "../../../src/js/proto/schema.generated.ts";
import { testCore } from "../../support/core.ts";

function parse(text: string, more: Record<string, string> = {}): ProtoSchema {
  return parseProtoFiles(new Map([["a.proto", text], ...Object.entries(more)]), ["a.proto"]);
}

describe("parseProtoFiles", () => {
  it("reads labels, packing and presence as the syntax has them", () => {
    const fields = (syntax: string, label: string) =>
      parse(`syntax = "${syntax}"; message M { ${label} int32 x = 1; }`).messages["M"]!.fields[0];
    expect(fields("proto2", "optional")).toEqual({ name: "x", number: 1, kind: "int32", presence: true });
    expect(fields("proto3", "")).toEqual({ name: "x", number: 1, kind: "int32" });
    expect(fields("proto3", "optional")).toEqual({ name: "x", number: 1, kind: "int32", presence: true });
    expect(fields("proto3", "repeated")).toEqual({ name: "x", number: 1, kind: "int32", repeated: true, packed: true });
    expect(fields("proto2", "repeated")).toEqual({ name: "x", number: 1, kind: "int32", repeated: true });
  });

  it("finds types from the innermost scope outwards and across imports", () => {
    const schema = parse(
      `syntax = "proto3"; package p.q; import "b.proto";
       message Outer { message Inner { Outer o = 1; p.b.Other other = 2; E e = 3; .p.q.Outer.Inner i = 4; } enum E { Z = 0; } Inner i = 1; }`,
      { "b.proto": `syntax = "proto3"; package p.b; message Other {}` },
    );
    expect(schema.messages["p.q.Outer.Inner"]!.fields.map((f) => f.typeName)).toEqual([
      "p.q.Outer",
      "p.b.Other",
      "p.q.Outer.E",
      "p.q.Outer.Inner",
    ]);
  });

  it("reads maps, oneofs, groups, extensions and options", () => {
    const schema = parse(`syntax = "proto2";
      message M {
        option (x.y) = { a: 1 b { c: "}" } };
        reserved 5 to 9, "old"; extensions 100 to max;
        map<string, int32> counts = 1;
        oneof one { string s = 2; bytes b = 3 [(pw.tokenizer.format) = TOKENIZATION_OPTIONAL, deprecated = true]; }
        optional group Part = 4 { optional bool t = 1; } // comment
        /* comment */
      }
      extend M { optional uint32 more = 100; }
      service S { rpc Get(M) returns (stream M) { option x = 1; } rpc Put(M) returns (M); }`);
    const fields = schema.messages["M"]!.fields;
    expect(fields.map((f) => [f.name, f.kind, f.oneof])).toEqual([
      ["counts", "message", undefined],
      ["s", "string", "one"],
      ["b", "bytes", "one"],
      ["part", "group", undefined],
      ["[more]", "uint32", undefined],
    ]);
    expect(schema.messages["M.CountsEntry"]).toMatchObject({ mapEntry: true });
    expect(fields[2]!.options).toEqual({ "(pw.tokenizer.format)": "TOKENIZATION_OPTIONAL", deprecated: "true" });
  });

  it.each([
    ['syntax = "proto3"; message M { int32 x = 0; }', "MalformedProto", { line: 1, column: 42 }],
    ['syntax = "proto3";\nmessage M { int32 = 1; }', "MalformedProto", { line: 2, column: 19 }],
    ['syntax = "proto3"; message M { int32 x = 1;', "MalformedProto", {}],
    ['syntax = "proto4";', "MalformedProto", {}],
    ['edition = "2023";', "MalformedProto", {}],
    ["message M { $ }", "MalformedProto", { line: 1, column: 13 }],
    ['syntax = "proto3"; message M { Missing x = 1; }', "MessageNotFound", {}],
    ['import "nowhere.proto";', "ProtoNotFound", {}],
    [`${"message M {".repeat(100)}`, "MalformedProto", {}],
  ])("refuses %j with a code", (text, code, fields) => {
    expect(() => parse(text)).toThrowError(expect.objectContaining({ code, fields: expect.objectContaining(fields) }));
  });
});

describe("decodeDescriptorSet", () => {
  it("gives what the text gives", async () => {
    const core = await testCore();
    const set = {
      file: [
        {
          package: "p",
          syntax: "proto3",
          message_type: [
            {
              name: "M",
              field: [
                { name: "x", number: 1, label: 3, type: 5 },
                { name: "s", number: 2, label: 1, type: 9, oneof_index: 0 },
                { name: "o", number: 3, label: 1, type: 4, oneof_index: 1, proto3_optional: true },
                { name: "e", number: 4, label: 1, type: 14, type_name: ".p.M.E" },
                { name: "m", number: 5, label: 1, type: 11, type_name: ".p.M" },
              ],
              oneof_decl: [{ name: "one" }, { name: "_o" }],
              enum_type: [
                {
                  name: "E",
                  value: [
                    { name: "Z", number: 0 },
                    { name: "N", number: -1 },
                  ],
                },
              ],
            },
          ],
        },
      ],
    };
    const name = "google.protobuf.FileDescriptorSet";
    const bytes = encodeMessage(core, GOOGLE, compileSchema(GOOGLE, [name]), name, set);
    const text = `syntax = "proto3"; package p; message M { enum E { Z = 0; N = -1; } repeated int32 x = 1; oneof one { string s = 2; }
      optional uint64 o = 3; E e = 4; M m = 5; }`;
    expect(JSON.parse(JSON.stringify(decodeDescriptorSet(core, bytes)))).toEqual(
      JSON.parse(JSON.stringify(parse(text))),
    );
  });
});
