// Random messages of one schema as wire bytes: valid ones, and valid ones with damage.
import { Random } from "../fuzz/mutate.mjs";

export const PROTO = `
syntax = "proto3";
package d;
message All {
  double f64 = 1;
  float f32 = 2;
  optional int32 i32 = 3;
  int64 i64 = 4;
  optional uint32 u32 = 5;
  uint64 u64 = 6;
  sint32 s32 = 7;
  optional sint64 s64 = 8;
  fixed32 x32 = 9;
  fixed64 x64 = 10;
  sfixed32 y32 = 11;
  sfixed64 y64 = 12;
  bool flag = 13;
  string text = 14;
  bytes raw = 15;
  All child = 17;
  repeated All children = 19;
  repeated int32 ri32 = 20;
  repeated uint64 ru64 = 21;
  repeated sint64 rs64 = 22;
  repeated double rf64 = 23;
  repeated float rf32 = 24 [packed = false];
  repeated bool rflag = 25;
  repeated string rtext = 26;
  repeated bytes rraw = 27;
  oneof choice { int32 cint = 31; string ctext = 32; All cchild = 33; }
  uint32 far = 536870911;
}
`;

const TEXTS = ["", "a", "boot failed", "é", "日本", "🙂", "0123456789abcdef0123456789"];

export class MessageSource {
  constructor(seed) {
    this.random = new Random(seed);
  }

  /** @returns wire bytes; about half of them damaged. */
  next() {
    const bytes = Buffer.concat(this.message(0));
    const damaged = this.random.below(2) === 1;
    return { damaged, bytes: damaged ? this.damage(bytes) : bytes };
  }

  message(depth) {
    const parts = [];
    for (let n = this.random.below(7); n > 0; n--) parts.push(this.field(depth));
    return parts;
  }

  field(depth) {
    const pick = this.random.below(24);
    if (pick < 2) return lengthDelimited([14, 15, 26, 27, 32][this.random.below(5)], Buffer.from(this.text()));
    if (pick < 5 && depth < 4)
      return lengthDelimited([17, 19, 33][this.random.below(3)], Buffer.concat(this.message(depth + 1)));
    if (pick < 7) return this.packed();
    if (pick < 9) return Buffer.concat([key([1, 10, 12, 23][this.random.below(4)], 1), this.words(2)]);
    if (pick < 11) return Buffer.concat([key([2, 9, 11, 24][this.random.below(4)], 5), this.words(1)]);
    if (pick === 11) return this.unknown();
    if (pick === 12)
      return Buffer.concat([key([13, 25][this.random.below(2)], 0), varint(BigInt(this.random.below(2)))]);
    const numbers = [3, 4, 5, 6, 7, 8, 20, 21, 22, 31, 536870911];
    return Buffer.concat([key(numbers[this.random.below(numbers.length)], 0), varint(this.integer())]);
  }

  packed() {
    const number = [20, 21, 22, 23, 24, 25][this.random.below(6)];
    const count = this.random.below(5);
    const element = () =>
      number === 23
        ? this.words(2)
        : number === 24
          ? this.words(1)
          : varint(number === 25 ? BigInt(this.random.below(2)) : this.integer());
    return lengthDelimited(number, Buffer.concat(Array.from({ length: count }, element)));
  }

  unknown() {
    const number = 1000 + this.random.below(5);
    if (this.random.below(3) === 0)
      return Buffer.concat([key(number, 3), key(1, 0), varint(this.integer()), key(number, 4)]);
    return this.random.below(2) === 0
      ? Buffer.concat([key(number, 0), varint(this.integer())])
      : lengthDelimited(number, Buffer.from(this.text()));
  }

  damage(bytes) {
    const out = Buffer.from(bytes);
    for (let n = this.random.below(3); n >= 0 && out.length > 0; n--)
      out[this.random.below(out.length)] = this.random.below(256);
    return this.random.below(3) === 0 ? out.subarray(0, this.random.below(out.length + 1)) : out;
  }

  words(n) {
    const out = Buffer.alloc(n * 4);
    // Never the exponent of NaN: its payload has no one right reading.
    for (let i = 0; i < n; i++) out.writeUInt32LE((this.random.below(0xffffffff) & 0xbfffffff) >>> 0, i * 4);
    return out;
  }

  text() {
    return TEXTS[this.random.below(TEXTS.length)];
  }

  integer() {
    const bits = this.random.below(64);
    const value = (BigInt(this.random.below(0xffffffff)) << 32n) | BigInt(this.random.below(0xffffffff));
    return this.random.below(8) === 0 ? BigInt.asUintN(64, -value) : value >> BigInt(bits);
  }
}

function key(number, wire) {
  return varint(BigInt(number) * 8n + BigInt(wire));
}

function lengthDelimited(number, body) {
  return Buffer.concat([key(number, 2), varint(BigInt(body.length)), body]);
}

function varint(value) {
  const out = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...out, Number(rest)]);
    out.push(Number(rest & 127n) | 128);
  }
}
