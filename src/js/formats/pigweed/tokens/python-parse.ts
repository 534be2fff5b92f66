import { decimalDigit, isWhitespace } from "./unicode.ts";

/** Text that upstream hands to Python's own parsers, read by the same rules. */

/** Blanks around are allowed. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(text.charCodeAt(start))) start++;
  while (end > start && isWhitespace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/**
 * Python's `int(text, 16)`: a sign, `0x`, `_` between digits and blanks around are allowed, and decimal digits of any
 * script.
 * @returns the number, not exact beyond 2^53; undefined if it is none
 */
export function parseHexInteger(text: string): number | undefined {
  let rest = trim(text);
  const negative = rest.startsWith("-");
  if (negative || rest.startsWith("+")) rest = rest.slice(1);
  if (/^0x/i.test(rest)) rest = rest.slice(rest[2] === "_" ? 3 : 2);
  let value = 0;
  let afterDigit = false;
  for (const char of rest) {
    if (char === "_" && afterDigit) {
      afterDigit = false;
      continue;
    }
    const digit = hexDigit(char);
    if (digit < 0) return undefined;
    value = value * 16 + digit;
    afterDigit = true;
  }
  if (!afterDigit) return undefined;
  return negative && value !== 0 ? -value : value;
}

function hexDigit(char: string): number {
  const letter = "abcdef".indexOf(char.toLowerCase());
  return letter >= 0 ? letter + 10 : decimalDigit(char.codePointAt(0)!);
}

const TIME =
  /^(\d\d)(?:(:?)(\d\d)(?:\2(\d\d)(?:[.,](\d+))?)?)?(?:Z|[+-](\d\d)(?:(:?)(\d\d)(?:\7(\d\d)(?:[.,]\d+)?)?)?)?$/;

/**
 * Python's `datetime.fromisoformat` (3.11): calendar and week dates with or without hyphens, then perhaps one character
 * and a time. A time zone is accepted and not applied.
 * @returns `YYYY-MM-DD`, with `THH:MM:SS.ffffff` if the time is not midnight; undefined if it is no date
 */
export function parseIsoDate(text: string): string | undefined {
  if (text.length < 7) return undefined;
  const separator = findSeparator(text);
  const date = parseDate(text.slice(0, separator));
  if (date === undefined || text.length <= separator) return date;
  const time = parseTime(text.slice(separator + 1));
  return time === undefined ? undefined : date + time;
}

/** Index of the character between date and time. */
function findSeparator(text: string): number {
  if (text.length === 7) return 7;
  if (text[4] === "-") return text[5] === "W" ? findWeekSeparator(text) : 10;
  if (text[4] !== "W") return 8;
  const digits = /^\d*/.exec(text.slice(7))![0].length;
  if (digits < 2) return 7 + digits;
  return digits % 2 === 1 ? 7 : 8;
}

function findWeekSeparator(text: string): number {
  if (text[8] !== "-") return 8;
  return text.length > 10 && /\d/.test(text[10]!) ? 8 : 10;
}

function parseDate(text: string): string | undefined {
  const calendar = /^(\d{4})(-?)(\d\d)\2(\d\d)$/.exec(text);
  if (calendar !== null) {
    const [year, month, day] = [Number(calendar[1]), Number(calendar[3]), Number(calendar[4])];
    return isCalendarDate(year, month, day) ? renderDate(year, month, day) : undefined;
  }
  const week = /^(\d{4})(-?)W(\d\d)(?:\2(\d))?$/.exec(text);
  return week === null ? undefined : fromWeekDate(Number(week[1]), Number(week[3]), Number(week[4] ?? "1"));
}

/** Whether the day exists in the proleptic Gregorian calendar of the years 1 … 9999. */
export function isCalendarDate(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= monthDays(year, month);
}

function monthDays(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** `YYYY-MM-DD`. */
export function renderDate(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** Day of the week of 1 January, Monday 0. */
function firstWeekday(year: number): number {
  const before = year - 1;
  return (before + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)) % 7;
}

function fromWeekDate(year: number, week: number, weekday: number): string | undefined {
  if (year < 1 || week < 1 || weekday < 1 || weekday > 7) return undefined;
  const first = firstWeekday(year);
  const weeks = first === 3 || (first === 2 && isLeapYear(year)) ? 53 : 52;
  if (week > weeks) return undefined;
  // Week 1 is the one with the first Thursday.
  const monday = first <= 3 ? -first : 7 - first;
  return fromYearDay(year, monday + (week - 1) * 7 + weekday - 1);
}

/** The date `yearDay` days after 1 January, which may be in the year before or after. */
function fromYearDay(year: number, yearDay: number): string | undefined {
  if (yearDay < 0) return year === 1 ? undefined : renderDate(year - 1, 12, 32 + yearDay);
  let day = yearDay;
  for (let month = 1; month <= 12; month++) {
    const days = monthDays(year, month);
    if (day < days) return renderDate(year, month, day + 1);
    day -= days;
  }
  return year === 9999 ? undefined : renderDate(year + 1, 1, day + 1);
}

function parseTime(text: string): string | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, hour = "00", , minute = "00", second = "00", fraction = "", zoneHour = "00", , zoneMinute = "00"] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(zoneHour) > 23 || Number(zoneMinute) > 59) return undefined;
  const micros = fraction.slice(0, 6).padEnd(6, "0");
  const time = `T${hour}:${minute}:${second}.${micros}`;
  return time === "T00:00:00.000000" ? "" : time;
}
