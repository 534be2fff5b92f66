import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aggregateF64, aggregateI64, aggregateU64, saturatingSumU64 } from "../../../src/js/view/aggregate.ts";

const U64_MAX = 2n ** 64n - 1n;
const [I64_MIN, I64_MAX] = [-(2n ** 63n), 2n ** 63n - 1n];
const u64 = fc.oneof(fc.bigInt({ min: 0n, max: U64_MAX }), fc.constantFrom(U64_MAX, U64_MAX - 1n, 0n, 1n));
const i64 = fc.oneof(fc.bigInt({ min: I64_MIN, max: I64_MAX }), fc.constantFrom(I64_MAX, I64_MIN, 0n, -1n, 1n));
const some = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: 8 });

describe("sums of unsigned counters", () => {
  it("are exact until they reach 2^64-1, and stay there", () => {
    fc.assert(
      fc.property(some(u64), (numbers) => {
        const exact = numbers.reduce((a, b) => a + b, 0n);
        const expected = exact > U64_MAX ? U64_MAX : exact;
        expect(aggregateU64("sum", numbers)).toBe(expected);
        expect(saturatingSumU64(numbers)).toBe(expected);
      }),
    );
  });

  it("do not depend on the order, and never fall when a counter is added", () => {
    fc.assert(
      fc.property(some(u64), u64, (numbers, more) => {
        const sum = aggregateU64("sum", numbers);
        expect(aggregateU64("sum", [...numbers].reverse())).toBe(sum);
        expect(aggregateU64("sum", [...numbers, more])).toBeGreaterThanOrEqual(sum);
      }),
    );
  });
});

describe("sums of signed counters", () => {
  it("are clamped at each step, in order, at both ends", () => {
    fc.assert(
      fc.property(some(i64), (numbers) => {
        let expected = 0n;
        for (const number of numbers) {
          expected += number;
          if (expected > I64_MAX) expected = I64_MAX;
          if (expected < I64_MIN) expected = I64_MIN;
        }
        expect(aggregateI64("sum", numbers)).toBe(expected);
      }),
    );
  });

  it("come back from an end that was reached", () => {
    expect(aggregateI64("sum", [I64_MAX, 1n, -1n])).toBe(I64_MAX - 1n);
    expect(aggregateI64("sum", [I64_MIN, -1n, 1n])).toBe(I64_MIN + 1n);
  });
});

describe("extremes", () => {
  it("are among the numbers, and none is beyond them", () => {
    fc.assert(
      fc.property(some(i64), (numbers) => {
        const [least, most] = [aggregateI64("min", numbers), aggregateI64("max", numbers)];
        expect(numbers).toContain(least);
        expect(numbers).toContain(most);
        expect(numbers.every((number) => least <= number && number <= most)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(some(u64), (numbers) => {
        const [least, most] = [aggregateU64("min", numbers), aggregateU64("max", numbers)];
        expect(numbers.every((number) => least <= number && number <= most)).toBe(true);
      }),
    );
  });

  it("of floats leave NaN out unless there is nothing else; sums pass it on", () => {
    fc.assert(
      fc.property(some(fc.oneof(fc.double({ noNaN: true }), fc.constant(Number.NaN))), (numbers) => {
        const real = numbers.filter((number) => !Number.isNaN(number));
        const [least, most] = [aggregateF64("min", numbers), aggregateF64("max", numbers)];
        if (real.length === 0) {
          expect([least, most]).toEqual([Number.NaN, Number.NaN]);
          return;
        }
        // -0 and 0 are equal.
        expect(real.every((number) => least <= number && number <= most)).toBe(true);
        expect(real.some((number) => number === least) && real.some((number) => number === most)).toBe(true);
        if (real.length < numbers.length) expect(aggregateF64("sum", numbers)).toBeNaN();
      }),
    );
  });
});
