import { describe, expect, it } from "vitest";
import {
  microsecondsOf,
  renderDate,
  renderDuration,
  renderLogClockMs,
  renderLogClockNs,
} from "../../../../src/js/formats/pigweed/clock.ts";
import table from "../../../golden/pigweed/cases/log_timestamps.json";

describe("log clocks", () => {
  it.each(table)("prints %s as upstream does", (ticks, nanoseconds, milliseconds) => {
    expect(renderLogClockNs(BigInt(ticks!))).toBe(nanoseconds);
    expect(renderLogClockMs(BigInt(ticks!)) ?? "!").toBe(milliseconds!.replace(/^!.*/s, "!"));
  });

  it("rounds nanoseconds from exact integers, ties to the even microsecond", () => {
    const clock = (ticks: bigint) => renderLogClockNs(ticks).slice(-6);
    expect([500n, 501n, 1500n, 2500n, -1500n].map(clock)).toEqual(["000000", "000001", "000002", "000002", "999998"]);
    expect(renderLogClockNs(-(2n ** 63n))).toBe("00:12:43.145224");
  });
});

describe("durations", () => {
  it("borrow from a negative day", () => {
    expect(renderDuration(-1000n)).toBe("-1 day, 23:59:59.999000");
    expect(renderDuration(-86_400_000_001n)).toBe("-2 days, 23:59:59.999999");
  });

  it("print days and fractions only where there are some", () => {
    expect([0n, 1n, 86_400_000_000n, 200_000_000_000n].map(renderDuration)).toEqual([
      "0:00:00",
      "0:00:00.000001",
      "1 day, 0:00:00",
      "2 days, 7:33:20",
    ]);
  });

  it("end at 999999999 days either way", () => {
    expect(microsecondsOf(86_400 * 999_999_999)).toBe(86_399_999_913_600_000_000n);
    expect(microsecondsOf(86_400 * 1e9)).toBeUndefined();
    expect(microsecondsOf(-86_400 * 999_999_999)).toBe(-86_399_999_913_600_000_000n);
    expect(microsecondsOf(-86_400 * 999_999_999 - 1)).toBeUndefined();
    expect(microsecondsOf(Number.POSITIVE_INFINITY)).toBeUndefined();
  });
});

describe("dates", () => {
  it("are printed for the years 1 to 9999", () => {
    expect(renderDate(-62_135_596_800_000_000n)).toBe("0001-01-01 00:00:00+00:00");
    expect(renderDate(-62_135_596_801_000_000n)).toBeUndefined();
    expect(renderDate(253_402_300_799_000_000n)).toBe("9999-12-31 23:59:59+00:00");
    expect(renderDate(253_402_300_800_000_000n)).toBeUndefined();
    expect(renderDate(10n ** 25n)).toBeUndefined();
  });

  it("keep microseconds, also before 1970", () => {
    expect(renderDate(1n)).toBe("1970-01-01 00:00:00.000001+00:00");
    expect(renderDate(-1n)).toBe("1969-12-31 23:59:59.999999+00:00");
  });

  it("lose single microseconds far from 1970, as upstream's doubles do", () => {
    // Python 3.11: datetime.fromtimestamp(253402300799999999 / 10**6, timezone.utc) raises (year 10000).
    expect(renderDate(253_402_300_799_999_999n)).toBeUndefined();
    expect(renderDate(200_000_000_000_123_456n)).toBe("8307-10-01 19:33:20.123444+00:00");
  });
});
