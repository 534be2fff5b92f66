/** Clock readings as loggers write them, longest first. */
const CLOCKS: readonly RegExp[] = [
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/y,
  /\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d+)?/y,
  /(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?/y,
  /[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+/y,
  /\d\d:\d\d:\d\d(?:[.,]\d+)?/y,
  /\d{10}(?:\d{3}){0,3}(?:\.\d+)?\b/y,
  /\d+\.\d{3,9}\b/y,
];
const DIGITS = /\d+/y;

/** Templates of one shape beyond which their digits are taken for a counter, not for the name of a stream. */
const MAX_OF_SHAPE = 8;
/** Lines after a header that are searched for its prefix. */
const LINES_WATCHED = 16;
/** Templates learnt from one text. */
const MAX_TEMPLATES = 256;

export interface LinePrefix {
  /** Sticky: set `lastIndex` to 0. */
  readonly pattern: RegExp;
  /** What is left of the prefix without clock readings: the name of a container, a pod, nothing. */
  readonly label: string;
}

/** Pieces of a prefix: what must be equal, digits that may turn out to count, clock readings. */
type Piece = { readonly text: string } | { readonly digits: string } | { readonly clock: string };

/**
 * Learns what a logger puts before every line from header lines that do not stand at the start of theirs. Clock readings
 * may vary from line to line, everything else must be equal — so `app_1  | ` and `app_2  | ` stay apart.
 */
export class LinePrefixes {
  private readonly shapes = new Map<string, Map<string, readonly Piece[]>>();
  private readonly counting = new Set<string>();
  private size = 0;

  /** @param isCounting its digits are known to change from line to line */
  learn(prefix: string, isCounting: boolean): void {
    if (prefix === "" || this.size >= MAX_TEMPLATES) return;
    const pieces = splitPrefix(prefix);
    const shape = sourceOf(pieces, true);
    const alike = this.shapes.get(shape) ?? new Map<string, readonly Piece[]>();
    this.shapes.set(shape, alike);
    const exact = sourceOf(pieces, false);
    if (!alike.has(exact)) this.size++;
    alike.set(exact, pieces);
    if (isCounting) this.counting.add(shape);
  }

  /** What to look for at the start of a line; each prefix is a stream of its own. */
  prefixes(): LinePrefix[] {
    return [...this.shapes].flatMap(([shape, alike]) => {
      if (this.counting.has(shape) || alike.size > MAX_OF_SHAPE)
        return [linePrefix(shape, [...alike.values()][0]!, true)];
      return [...alike].map(([source, pieces]) => linePrefix(source, pieces, false));
    });
  }
}

/**
 * Watches the lines after a header for its prefix: other streams may come between, a counter counts, and some loggers
 * put their prefix before the first line only.
 */
export class PrefixCandidate {
  readonly prefix: string;
  /** Decided: the prefix stands before later lines too, or only its shape does. */
  verdict: "repeated" | "counting" | undefined;
  private readonly exact: RegExp;
  private readonly shape: RegExp;
  private left = LINES_WATCHED;
  private sawShape = false;

  constructor(prefix: string) {
    const pieces = splitPrefix(prefix);
    this.prefix = prefix;
    this.exact = new RegExp(sourceOf(pieces, false), "y");
    this.shape = new RegExp(sourceOf(pieces, true), "y");
  }

  /** @returns whether it has made up its mind */
  watch(line: string): boolean {
    if (matchesAt(this.exact, line, 0)) this.verdict = "repeated";
    else if (matchesAt(this.shape, line, 0)) this.sawShape = true;
    if (this.verdict !== undefined || --this.left > 0) return this.verdict !== undefined;
    this.settle();
    return true;
  }

  settle(): void {
    if (this.verdict === undefined && this.sawShape) this.verdict = "counting";
  }
}

function splitPrefix(prefix: string): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < prefix.length; ) {
    const clock = CLOCKS.find((pattern) => matchesAt(pattern, prefix, at));
    if (clock !== undefined) pieces.push({ clock: clock.source });
    else if (matchesAt(DIGITS, prefix, at)) pieces.push({ digits: prefix.slice(at, DIGITS.lastIndex) });
    else pieces.push({ text: prefix[at]! });
    at = clock !== undefined ? clock.lastIndex : "digits" in pieces.at(-1)! ? DIGITS.lastIndex : at + 1;
  }
  return pieces;
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function sourceOf(pieces: readonly Piece[], isShape: boolean): string {
  return pieces
    .map((piece) => {
      if ("clock" in piece) return `(?:${piece.clock})`;
      if ("digits" in piece) return isShape ? "\\d+" : piece.digits;
      return piece.text.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
    })
    .join("");
}

function linePrefix(source: string, pieces: readonly Piece[], isShape: boolean): LinePrefix {
  const text = pieces
    .map((piece) => ("text" in piece ? piece.text : "digits" in piece && !isShape ? piece.digits : " "))
    .join("");
  return { pattern: new RegExp(source, "y"), label: text.replace(/\s+/g, " ").replace(/^[^\w]+|[^\w)]+$/g, "") };
}
