import { floorModulo, roundedQuotient, roundHalfEven, splitSeconds } from "./arithmetic.ts";

const DAY_SECONDS = 86_400;
const DAY_MICROSECONDS = 86_400_000_000;
const DAY_MICROSECONDS_N = 86_400_000_000n;
/** Longest duration that upstream can hold (Python's timedelta). */
const MAX_DAYS = 999_999_999n;

const TWO: readonly string[] = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, "0"));
/** 000 … 999 */
const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, "0"));

/** Microseconds since the last midnight of the clock that began at boot: days are dropped, 0 ≤ result < one day. */
export function microsecondsInDay(seconds: number): number {
  const split = splitSeconds(seconds);
  return floorModulo(floorModulo(split.seconds, DAY_SECONDS) * 1e6 + split.microseconds, DAY_MICROSECONDS);
}

/**
 * Clock text of a log at `ticks` nanoseconds since boot: `HH:MM:SS.ffffff`. Days are dropped, so 24 h is
 * `00:00:00.000000` and one microsecond before boot is `23:59:59.999999`.
 */
export function renderLogClockNs(ticks: bigint): string {
  return renderClock(microsecondsInDay(roundedQuotient(ticks, 1_000_000_000n)));
}

/** `renderLogClockNs` for `ticks` milliseconds: three decimals, cut and not rounded; undefined beyond 999999999 days. */
export function renderLogClockMs(ticks: bigint): string | undefined {
  const total = microsecondsOf(roundedQuotient(ticks, 1000n));
  if (total === undefined) return undefined;
  return renderClock(Number(total - floorDivide(total, DAY_MICROSECONDS_N) * DAY_MICROSECONDS_N)).slice(0, -3);
}

/** @param inDay 0 ≤ microseconds < one day */
function renderClock(inDay: number): string {
  const second = Math.floor(inDay / 1e6);
  return `${renderTimeOfDay(second)}.${sixDigits(inDay - second * 1e6)}`;
}

/** `HH:MM:SS`. @param second 0 ≤ seconds < one day */
export function renderTimeOfDay(second: number): string {
  return `${TWO[Math.floor(second / 3600)]!}:${renderMinutes(second)}`;
}

function renderMinutes(second: number): string {
  return `${TWO[Math.floor(second / 60) % 60]!}:${TWO[second % 60]!}`;
}

function sixDigits(microseconds: number): string {
  return THREE_DIGITS[Math.floor(microseconds / 1000)]! + THREE_DIGITS[microseconds % 1000]!;
}

/** `seconds` in whole microseconds, or undefined beyond 999999999 days either way. */
export function microsecondsOf(seconds: number): bigint | undefined {
  if (!Number.isFinite(seconds)) return undefined;
  const split = splitSeconds(seconds);
  const total = BigInt(split.seconds) * 1_000_000n + BigInt(split.microseconds);
  const days = floorDivide(total, DAY_MICROSECONDS_N);
  return days > MAX_DAYS || days < -MAX_DAYS ? undefined : total;
}

/** A duration as Python prints it: `[D day(s), ]H:MM:SS[.ffffff]`; negative ones borrow from a negative day. */
export function renderDuration(microseconds: bigint): string {
  const days = floorDivide(microseconds, DAY_MICROSECONDS_N);
  const inDay = Number(microseconds - days * DAY_MICROSECONDS_N);
  const second = Math.floor(inDay / 1e6);
  const fraction = inDay - second * 1e6;
  const clock = `${Math.floor(second / 3600)}:${renderMinutes(second)}`;
  const whole = fraction === 0 ? clock : `${clock}.${sixDigits(fraction)}`;
  if (days === 0n) return whole;
  return `${days} ${days === 1n || days === -1n ? "day" : "days"}, ${whole}`;
}

/**
 * A UTC date as Python prints it, `YYYY-MM-DD HH:MM:SS[.ffffff]+00:00`; undefined outside the years 1 to 9999.
 *
 * Upstream goes through a double of seconds, which far from 1970 cannot tell single microseconds apart; so do we.
 * @param microseconds since 1970-01-01
 */
export function renderDate(microseconds: bigint): string | undefined {
  const x = roundedQuotient(microseconds, 1_000_000n);
  let second = Math.trunc(x);
  let fraction = roundHalfEven((x - second) * 1e6);
  if (fraction >= 1e6) {
    second++;
    fraction -= 1e6;
  } else if (fraction < 0) {
    second--;
    fraction += 1e6;
  }
  const date = new Date(second * 1000);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) return undefined;
  const whole = date.toISOString().slice(0, 19).replace("T", " ");
  return `${whole}${fraction === 0 ? "" : `.${sixDigits(fraction)}`}+00:00`;
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
