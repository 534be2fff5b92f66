import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalText, fixedText } from "../../../src/js/base/decimal.ts";

describe("decimal text", () => {
  it.each([
    [1, "1"],
    [1.5, "1.5"],
    [-0, "-0"],
    [1e21, "1000000000000000000000"],
    [1.5e-7, "0.00000015"],
    [5e-324, `0.${"0".repeat(323)}5`],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "-inf"],
  ])("writes %d without an exponent", (value, text) => {
    expect(decimalText(value)).toBe(text);
  });

  it("reads back as the same double", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(decimalText(value)).not.toMatch(/e/);
        expect(Object.is(Number(decimalText(value)), value)).toBe(true);
      }),
    );
  });

  it.each([
    [0.125, 2, "0.12"],
    [0.375, 2, "0.38"],
    [2.5, 0, "2"],
    [3.5, 0, "4"],
    [-0.5, 0, "-0"],
    [1.005, 2, "1.00"],
    [1e22, 1, "10000000000000000000000.0"],
    [0.04, 1, "0.0"],
  ])("rounds %d to %d decimals", (value, digits, text) => {
    expect(fixedText(value, digits)).toBe(text);
  });

  it("is never further off than half a unit", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        expect(Math.abs(Number(fixedText(value, 4)) - value)).toBeLessThanOrEqual(0.00005 + 1e-9);
      }),
    );
  });
});
