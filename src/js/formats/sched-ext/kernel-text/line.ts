import { decodeUtf8Lossy } from "../../../base/bytes.ts";

/** One line of a text, with what a log wrote before it taken off. */
export interface TextLine {
  /** Indentation kept. */
  readonly text: string;
  /** Where the line starts in the file. */
  readonly offset: number;
  /** Counted from 1. */
  readonly number: number;
}

/** What logs put before a line: syslog level, dmesg time and caller, journal time and unit, trace event. */
const PREFIX =
  /^(?:<\d{1,3}>)?(?:\[ *\d{1,10}\.\d{6}\](?:\[ *[TC]\d+\])? ?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,64} [\w.@-]{1,64}(?:\[\d{1,10}\])?: ?|\d{4}-\d\d-\d\dT[\d:.,+-]{8,24}Z? \S{1,64} [\w.@-]{1,64}(?:\[\d{1,10}\])?: ?|.{1,80}? sched_ext_dump: )?/;

/** The lines of a file, one at a time. */
export function* readLines(bytes: Uint8Array): Generator<TextLine> {
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = decodeUtf8Lossy(bytes.subarray(start, end)).replace(/\r$/, "");
    yield { text: text.slice(PREFIX.exec(text)?.[0].length ?? 0), offset: start, number: ++number };
    start = end + 1;
  }
}
