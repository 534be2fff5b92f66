import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../src/js/abi/decode.ts";
import { FLAG_LENIENT } from "../../src/js/abi/layout.ts";
import type { Message } from "../../src/js/abi/rows.ts";
import { compileSchema } from "../../src/js/abi/schema.ts";
import { encodeMessage } from "../../src/js/abi/tape-writer.ts";
import { toHexString } from "../../src/js/base/bytes.ts";
import { isSnapshotError } from "../../src/js/base/errors.ts";
import type { ProtoField } from "../../src/js/proto/descriptor.ts";
import { parseProtoFiles } from "../../src/js/proto/parser.ts";
import { everyArbitrary } from "../support/arbitraries.ts";
import { BUILDS, testCore } from "../support/core.ts";
import { EVERY_KIND_PROTO, everyCompiled, everyKeeping, everyKind } from "../support/every-kind.ts";
import type { Message as ReferenceMessage } from "../support/reference/message.ts";
import { decodeReference } from "../support/reference/protobuf.ts";
import { compileReferenceSchema } from "../support/reference/schema.ts";

// The reference checks every string, so the strings of this schema are bytes; pb-scan.test.ts has the UTF-8 cases.
const PROTO = EVERY_KIND_PROTO.replaceAll(" string ", " bytes ").replace("map<string, int64>", "map<int32, int64>");
const proto = parseProtoFiles(new Map([["e.proto", PROTO]]), ["e.proto"]);
const compiled = compileSchema(proto, ["t.Every"]);
const reference = compileReferenceSchema({ "e.proto": PROTO });
const cores = new Map(await Promise.all(BUILDS.map(async (build) => [build, await testCore(build)] as const)));

/** Everything that both decoders can say about a message. */
function describeMessage(message: Message | ReferenceMessage, fields: readonly ProtoField[]): unknown {
  return fields.filter((field) => message.has(field.name)).map((field) => [field.name, fieldValue(message, field)]);
}

function fieldValue(message: Message | ReferenceMessage, field: ProtoField): unknown {
  const { name, kind } = field;
  const inner = proto.messages[field.typeName ?? ""];
  if (inner !== undefined && field.repeated === true) {
    const list = message.messages(name);
    return Array.from({ length: list.length }, (_, ix) => describeMessage(list.at(ix), inner.fields));
  }
  if (inner !== undefined) return describeMessage(message.message(name)!, inner.fields);
  if (kind === "bytes") return field.repeated === true ? message.texts(name) : toHexString(message.bytes(name));
  if (field.repeated === true)
    return kind.endsWith("64") ? message.u64s(name).map((v) => BigInt.asUintN(64, v)) : "numbers";
  if (kind === "double") return message.f64(name);
  if (kind === "float") return message.f32(name);
  if (kind === "bool") return message.bool(name);
  return kind.endsWith("64") ? BigInt.asUintN(64, message.u64(name)) : message.u32(name);
}

function attempt(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    return {
      code: error.code,
      offset: error.offset,
      at: error.code === "LimitExceeded" ? undefined : error.fields["at"],
    };
  }
}

/** A valid message with a few bytes changed, cut or repeated. */
const damaged = fc
  .tuple(
    everyArbitrary,
    fc.array(fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) }), { maxLength: 4 }),
    fc.nat(),
    fc.boolean(),
  )
  .map(([value, changes, cut, whole]) => {
    const { map: _map, ...rest } = value;
    const bytes = encodeMessage(cores.get("release")!, everyKind, everyCompiled, "t.Every", rest).slice();
    for (const { at, value: byte } of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return whole ? bytes : bytes.subarray(0, cut % (bytes.length + 1));
  });

describe.each(BUILDS)("the scanner and the reference decoder (%s)", (build) => {
  const core = cores.get(build)!;
  const compare = (bytes: Uint8Array) => {
    const { fields } = proto.messages["t.Every"]!;
    const ours = attempt(() => describeMessage(decodeMessage(core, compiled, "t.Every", bytes).root, fields));
    const theirs = attempt(() => describeMessage(decodeReference(reference, "t.Every", bytes), fields));
    expect(ours).toEqual(theirs);
  };

  it("agree on arbitrary bytes: the same values, or the same code at the same byte", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), compare), { seed: 11, numRuns: 3000 });
  });

  it("write the same rows by the fast loop and by the general one, in as many steps", () => {
    const tight = (bytes: Uint8Array, steps: number, lenient: boolean) => {
      const limits = { depth: 100, steps, tapeBytes: 1 << 24, softTapeBytes: 1 << 24 };
      const { tape, issues, ...rest } = core.scan(everyKeeping, 0, bytes, lenient ? FLAG_LENIENT : 0, limits);
      return { ...rest, tape: Array.from(tape), issues: Array.from(issues) };
    };
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 40 })), fc.boolean(), (bytes, lenient) => {
        // Two elements of `children`: the fast loop reads messages inside others only.
        const length = [(bytes.length & 127) | 128, bytes.length >> 7];
        const element = [0x9a, 0x01, ...length, ...bytes];
        const twice = Uint8Array.from([...element, ...element]);
        const fast = tight(twice, 0xffffffff, lenient);
        // With no step to spare every message is one that the fast loop must not touch.
        expect(tight(twice, fast.steps, lenient)).toEqual(fast);
      }),
      { seed: 13, numRuns: 2000 },
    );
  });

  it("agree on damaged messages", () => {
    fc.assert(fc.property(damaged, compare), { seed: 12, numRuns: 500 });
  });
});
