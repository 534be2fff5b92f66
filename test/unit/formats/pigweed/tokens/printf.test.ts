import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderFixed, toScientific } from "../../../../../src/js/formats/pigweed/tokens/decimal.ts";
import { ARGUMENT_STATUS, formatMessage } from "../../../../../src/js/pigweed.ts";

/** A ZigZag varint. */
function integer(value: bigint | number): number[] {
  const wide = BigInt(value);
  let rest = wide >= 0n ? wide * 2n : -wide * 2n - 1n;
  const out: number[] = [];
  do {
    out.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return out;
}

function float(value: number): number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return [...new Uint8Array(view.buffer)];
}

function string(value: string, truncated = false): number[] {
  const bytes = new TextEncoder().encode(value);
  return [bytes.length | (truncated ? 0x80 : 0), ...bytes];
}

const print = (format: string, ...args: number[][]): string => formatMessage(format, Uint8Array.from(args.flat())).text;
const printErrors = (format: string, ...args: number[][]): string =>
  formatMessage(format, Uint8Array.from(args.flat()), { showErrors: true }).text;

/** |value| × 10^places to the nearest integer, ties to even, by nothing but the definition of a double. */
function scaled(value: number, places: number): bigint {
  let [numerator, denominator, rest] = [0n, 1n, Math.abs(value)];
  while (!Number.isInteger(rest)) {
    rest *= 2;
    denominator *= 2n;
  }
  numerator = BigInt(rest) * 10n ** BigInt(places);
  const [floor, twice] = [numerator / denominator, (numerator % denominator) * 2n];
  return twice > denominator || (twice === denominator && floor % 2n === 1n) ? floor + 1n : floor;
}

const FLOAT32 = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => Math.fround(n / 128)),
  fc.constantFrom(
    0.5,
    1.5,
    2.5,
    9.5,
    0.125,
    0.375,
    99.5,
    999.5,
    Math.fround(1e21),
    2 ** 70,
    2 ** -149,
    3.4028234663852886e38,
  ),
);

describe("integers", () => {
  it("print like the definition says, whatever the flags", () => {
    const flags = fc.array(fc.constantFrom("-", "+", " ", "0"), { maxLength: 3 }).map((all) => all.join(""));
    const arbitrary = fc.record({
      value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      flags,
      width: fc.integer({ min: 1, max: 24 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ value, flags, width }) => {
        const sign = value < 0n ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
        const digits = String(value < 0n ? -value : value);
        const text = flags.includes("-")
          ? (sign + digits).padEnd(width)
          : flags.includes("0")
            ? sign + digits.padStart(width - sign.length, "0")
            : (sign + digits).padStart(width);
        expect(print(`%${flags}${width}lld`, integer(value))).toBe(text);
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  it("are cut to 32 or 64 bits where unsigned, and not at all where signed", () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 69n), 2n ** 69n - 1n), (value) => {
        expect(print("%d", integer(value))).toBe(String(value));
        expect(print("%u", integer(value))).toBe(String(BigInt.asUintN(32, value)));
        expect(print("%llx", integer(value))).toBe(BigInt.asUintN(64, value).toString(16));
        expect(print("%hhX", integer(value))).toBe(BigInt.asUintN(32, value).toString(16).toUpperCase());
      }),
      { seed: 12, numRuns: 300 },
    );
  });

  it("print 0 with precision 0 as nothing, but only where upstream does", () => {
    expect(["%.0d", "%.d", "%5.0d", "%.0x", "%#.0o", "%.00d"].map((format) => print(format, integer(0)))).toEqual([
      "",
      "",
      "",
      "",
      "",
      "0",
    ]);
    expect(
      print("%.*d|%*.0d|%*.*d", integer(0), integer(0), integer(3), integer(0), integer(3), integer(0), integer(0)),
    ).toBe("|  0|  0");
  });

  it("keep upstream's own octal and pointer forms", () => {
    expect(["%#o", "%#8o", "%-#4o|", "%+#o"].map((format) => print(format, integer(0)))).toEqual([
      "00",
      "0      0",
      "00  |",
      "0+0",
    ]);
    expect(["%p", "%12p", "%-14p|", "% p", "%+2p"].map((format) => print(format, integer(255)))).toEqual([
      "0x000000FF",
      "  0x000000FF",
      "00000x00FF    |",
      " 0x000000FF",
      "+0x000000FF",
    ]);
  });
});

describe("floats", () => {
  it("%f is correctly rounded, ties to even, at any precision", () => {
    fc.assert(
      fc.property(FLOAT32, fc.integer({ min: 0, max: 130 }), (value, places) => {
        const digits = scaled(value, places)
          .toString()
          .padStart(places + 1, "0");
        const whole = digits.slice(0, digits.length - places);
        const text = places === 0 ? whole : `${whole}.${digits.slice(-places)}`;
        const sign = value < 0 || Object.is(value, -0) ? "-" : "";
        expect(print(`%.${places}f`, float(value))).toBe(sign + text);
      }),
      { seed: 13, numRuns: 1000 },
    );
  });

  it("%e has the digits that are nearest", () => {
    fc.assert(
      fc.property(FLOAT32, fc.integer({ min: 1, max: 120 }), (value, count) => {
        const x = Math.abs(value);
        const { digits, exponent } = toScientific(x, count);
        expect(digits.length).toBe(count);
        const places = count - 1 - exponent;
        if (x === 0 || places < 0) return;
        expect(BigInt(digits)).toBe(scaled(x, places));
        expect(digits[0]).not.toBe("0");
      }),
      { seed: 14, numRuns: 1000 },
    );
  });

  it("%e of large values, where digits are cut before the point", () => {
    expect([0, 1, 2, 5].map((places) => print(`%.${places}e`, float(2 ** 70)))).toEqual([
      "1e+21",
      "1.2e+21",
      "1.18e+21",
      "1.18059e+21",
    ]);
    expect([250, 350, 25, 35].map((value) => print("%.1e %.0e", float(value), float(value)))).toEqual([
      "2.5e+02 2e+02",
      "3.5e+02 4e+02",
      "2.5e+01 2e+01",
      "3.5e+01 4e+01",
    ]);
  });

  it("round half to even, unlike toFixed", () => {
    expect([0.125, 0.375, 0.625].map((value) => renderFixed(value, 2))).toEqual(["0.12", "0.38", "0.62"]);
    expect([0.5, 1.5, 2.5, 9.5, 19.5, 99.5].map((value) => renderFixed(value, 0))).toEqual([
      "0",
      "2",
      "2",
      "10",
      "20",
      "100",
    ]);
  });

  it("%g chooses its form and strips zeros", () => {
    const values = [0, 1, 100000, 1e6, 1e-4, 1e-5, 123456789, 0.1];
    expect(values.map((value) => print("%g", float(value)))).toEqual([
      "0",
      "1",
      "100000",
      "1e+06",
      "0.0001",
      "1e-05",
      "1.23457e+08",
      "0.1",
    ]);
    expect(print("%#.3g|%.0g|%G", float(100), float(12345), float(1e-10))).toBe("100.|1e+04|1E-10");
  });

  it("print infinities and NaN with upstream's padding", () => {
    const inf = float(Number.POSITIVE_INFINITY);
    expect(print("%05f|%-6E|%+g|%0*f", inf, inf, inf, integer(5), inf)).toBe("  inf|INF   |+inf|00inf");
    expect(print("%05f|%F", float(Number.NaN), float(Number.NaN))).toBe("00nan|NAN");
    expect(print("%a|%A", float(1.5), float(1.5))).toBe("1.500000|1.500000");
  });
});

describe("text", () => {
  it("counts code points in widths and precisions", () => {
    expect(print("%4s|%-4s|%.1s|", string("🔥x"), string("ü"), string("🔥x"))).toBe("  🔥x|ü   |🔥|");
    expect(print("%3c|%-3c|", integer(0x1f525), integer(0x41))).toBe("  🔥|A  |");
  });

  it("marks what was cut on the device, before padding", () => {
    expect(print("%s|%9s|%.4s", string("ab", true), string("ab", true), string("ab", true))).toBe(
      "ab[...]|  ab[...]|ab[.",
    );
  });
});

describe("what cannot be decoded", () => {
  it("prints the specifier, or with errors why", () => {
    expect(print("%d %s %5.1f", integer(7))).toBe("7 %s %5.1f");
    expect(printErrors("%d %s %5.1f", integer(7))).toBe("7 <[%s MISSING]> <[%5.1f SKIPPED]>");
    expect(printErrors("%s|%d|%f", [2, 0xff, 0xfe], integer(1), float(0.1))).toBe(
      "<[%s ERROR ('\\xff\\xfe')]>|<[%d SKIPPED (1)]>|<[%f SKIPPED (0.10000000149011612)]>",
    );
    expect(printErrors("%c", integer(0x110000))).toBe("<[%c ERROR (1114112)]>");
  });

  it("names statuses as bits", () => {
    const { statuses, ok, remaining } = formatMessage("%s%d%d", Uint8Array.of(0x81, 0x61, 0x80));
    expect(statuses).toEqual([
      ARGUMENT_STATUS.truncated,
      ARGUMENT_STATUS.error,
      ARGUMENT_STATUS.missing | ARGUMENT_STATUS.skipped,
    ]);
    expect([ok, remaining]).toEqual([false, 0]);
  });

  it("treats a star argument that cannot be used as failed; strict mode says so", () => {
    const cases: [string, number[][]][] = [
      ["%*d", []],
      ["%.*s", [integer(3), string("ab", true)]],
      ["%*c", [integer(3), integer(-1)]],
    ];
    for (const [format, args] of cases) {
      const encoded = Uint8Array.from(args.flat());
      expect(formatMessage(format, encoded)).toMatchObject({ text: format, ok: false });
      expect(() => formatMessage(format, encoded, { strict: true })).toThrow(
        expect.objectContaining({ code: "StarArgumentFailed" }),
      );
    }
    expect(printErrors("%*d", integer(5))).toBe("<[%*d MISSING ((5, None))]>");
  });

  it("takes a blank after a percent sign as a flag, as C does", () => {
    expect(print("100% sure", string("x"))).toBe("100% sure");
    expect(print("50% done", integer(3))).toBe("50 3one");
  });
});
