import { SnapshotError } from "../../../base/errors.ts";
import { type Segment, toSegment } from "./segment.ts";

const SHAPES = ["facts", "values", "stacks", "logs"] as const;
export type Shape = (typeof SHAPES)[number];

/** A parsed `format:shape/segments[:property]`. */
export interface SnapshotSelector {
  /** The word of a format, or `*` for any. */
  readonly format: string;
  readonly shape: Shape;
  readonly path: readonly Segment[];
  /** Absent: what stands at the path itself. */
  readonly property?: Segment;
}

/**
 * Reads a selector without its `SNAPSHOT:`. Segments are separated by `/`; `*` matches any run of characters of one
 * segment; a backslash takes the meaning from `* / : \` and blanks.
 * @throws SnapshotError `SelectorSyntax` with the offset in UTF-16 units.
 */
export function parseSnapshotSelector(text: string): SnapshotSelector {
  const format = /^[a-z*][a-z-]*/.exec(text)?.[0];
  if (format === undefined || text[format.length] !== ":") fail(text, 0, 'a format or "*" and ":"');
  const start = format.length + 1;
  const shape = SHAPES.find((word) => new RegExp(`^${word}(?=[/:]|$)`).test(text.slice(start)));
  if (shape === undefined) fail(text, start, `one of ${SHAPES.join(", ")}`);
  let at = start + shape.length;
  const path: Segment[] = [];
  while (text[at] === "/") {
    const end = segmentEnd(text, at + 1);
    path.push(toSegment(text.slice(at + 1, end)));
    at = end;
  }
  if (at === text.length) return { format, shape, path };
  const end = segmentEnd(text, at + 1);
  if (end < text.length) fail(text, end, "the end");
  return { format, shape, path, property: toSegment(text.slice(at + 1, end)) };
}

/** End of the segment that starts at `from`, which must not be empty. */
function segmentEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== "/" && text[at] !== ":") {
    if (text[at] === "\\") {
      at++;
      if (!"*/:\\ \t".includes(text[at] ?? "\0")) fail(text, at, "an escaped * / : \\ or blank");
    }
    at++;
  }
  if (at === from) fail(text, at, "a name");
  return at;
}

function fail(text: string, at: number, expected: string): never {
  const found = at < text.length ? JSON.stringify(text.slice(at, at + 12)) : "the end";
  throw new SnapshotError("SelectorSyntax", `reading a selector: found ${found}, expected ${expected}, at ${at}`, {
    offset: at,
    fields: { found, expected },
  });
}
