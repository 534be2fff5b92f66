import fc from "fast-check";
import { encodeBase64 } from "../../src/js/base/base64.ts";
import { concatBytes } from "../../src/js/base/bytes.ts";
import { bytes, fixed32, fixed64, group, int } from "./pb-builder.ts";

const i32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const i64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const text = fc.string({ unit: "grapheme", maxLength: 12 });
const raw = fc.uint8Array({ maxLength: 12 }).map((value) => encodeBase64(value));
const color = fc.constantFrom("RED", "GREEN", "NEGATIVE", 77);

function some<T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(of, { minLength: 1, maxLength: 4 });
}

const unknown: fc.Arbitrary<string> = some(
  fc.oneof(
    u64.map((v) => int(1000, v)),
    u32.map((v) => fixed32(1001, v)),
    u64.map((v) => fixed64(1002, v)),
    text.map((v) => bytes(1003, v)),
    u32.map((v) => group(1004, int(1, v), group(2, int(3, v)))),
  ),
).map((parts) => encodeBase64(concatBytes(parts)));

const { every } = fc.letrec<{ every: Record<string, unknown> }>((tie) => {
  const inner = fc.oneof({ depthSize: "small", withCrossShrink: true }, fc.constant({}), tie("every"));
  return {
    every: fc.record(
      {
        ...{ d: fc.double({ noNaN: true }), f: fc.float({ noNaN: true }), i32, i64, u32, u64, s32: i32, s64: i64 },
        ...{ f32: u32, f64: u64, sf32: i32, sf64: i64, b: fc.boolean(), text, raw, color, far: u32 },
        child: inner,
        grp: fc.record({ a: i32 }, { requiredKeys: [] }),
        children: some(inner),
        r_i32: some(i32),
        r_u64: some(u64),
        r_s64: some(i64),
        r_d: some(fc.double({ noNaN: true })),
        r_f: some(fc.float({ noNaN: true })),
        r_b: some(fc.boolean()),
        r_text: some(text),
        r_raw: some(raw),
        r_s32: some(i32),
        r_color: some(color),
        "@unknown": unknown,
      },
      { requiredKeys: [] },
    ),
  };
});

const choice = fc.constantFrom({}, { c_int: 0 }, { c_text: "x" }, { c_child: { i32: 1 } });
const map = fc.option(fc.dictionary(text, i64, { minKeys: 1, maxKeys: 3 }), { nil: undefined });

/** Plain data of `t.Every` (every-kind.ts) with every kind of field, present zeros, oneofs, maps and unknown fields. */
export const everyArbitrary: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(every, choice, map)
  .map(([message, one, entries]) => ({ ...message, ...one, ...(entries !== undefined && { map: entries }) }));
