import { describe, expect, it } from "vitest";
import {
  renderPercent,
  renderTwoDecimals,
  roundedQuotient,
  roundHalfEven,
} from "../../../../src/js/formats/pigweed/arithmetic.ts";

describe("two decimals", () => {
  it("take exact ties to the even digit", () => {
    expect([0.125, 0.375, 0.625, 0.875, 12.125, 100.625].map(renderTwoDecimals)).toEqual([
      "0.12",
      "0.38",
      "0.62",
      "0.88",
      "12.12",
      "100.62",
    ]);
  });

  it("round everything else to the nearest", () => {
    expect([0, 0.005, 0.015, 1.005, 2.675, 33.333333, 99.999].map(renderTwoDecimals)).toEqual([
      "0.00",
      "0.01",
      "0.01",
      "1.00",
      "2.67",
      "33.33",
      "100.00",
    ]);
  });

  it("print numbers beyond 2^53 in full", () => {
    expect(renderPercent(2n ** 64n - 1n, 1n)).toBe("1844674407370955161600.00%");
  });
});

describe("the quotient of integers", () => {
  it("is rounded once where both are too wide for doubles", () => {
    // Python 3: (2**64-1)*100 / (2**64-3), 9223372036854775807 / 10**9, (2**63+2**10+1) / 2**11
    expect(roundedQuotient((2n ** 64n - 1n) * 100n, 2n ** 64n - 3n)).toBe(100);
    expect(roundedQuotient(2n ** 63n - 1n, 10n ** 9n)).toBe(9223372036.854776);
    expect(roundedQuotient(2n ** 64n + 2n ** 11n + 1n, 2n ** 12n)).toBe(4503599627370497);
    expect(roundedQuotient(-(2n ** 63n) - 1025n, 3n)).toBe(-3074457345618259000);
  });

  it("is exact for small integers of either sign", () => {
    expect([roundedQuotient(-3n, 2n), roundedQuotient(3n, -2n), roundedQuotient(0n, -5n)]).toEqual([-1.5, -1.5, -0]);
  });
});

describe("rounding to an integer", () => {
  it("takes ties to even", () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, -2.6].map((x) => roundHalfEven(x) + 0)).toEqual([0, 2, 2, 0, -2, 2, -3]);
  });
});
