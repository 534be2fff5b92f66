import { SnapshotError } from "../errors.ts";

/** A place in a pattern, by code points. */
export class PatternCursor {
  readonly chars: readonly string[];
  at = 0;
  /** White space and comments are skipped between items (flag `x`). */
  verbose = false;

  constructor(pattern: string) {
    this.chars = Array.from(pattern);
  }

  /** The code point `distance` ahead; `""` beyond the end. */
  peek(distance = 0): string {
    return this.chars[this.at + distance] ?? "";
  }

  get isEnd(): boolean {
    return this.at >= this.chars.length;
  }

  startsWith(text: string): boolean {
    return Array.from(text).every((c, ix) => this.chars[this.at + ix] === c);
  }

  skip(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.at += Array.from(text).length;
    return true;
  }

  take(): string {
    return this.chars[this.at++] ?? "";
  }

  skipBlanks(): void {
    if (!this.verbose) return;
    for (;;) {
      if (/^[\t-\r \x85\u200e\u200f\u2028\u2029]$/.test(this.peek())) this.at++;
      else if (this.peek() === "#") while (!this.isEnd && this.take() !== "\n");
      else return;
    }
  }

  fail(reason: string, at: number = this.at): never {
    throw new SnapshotError("MalformedRegex", `reading a regular expression: ${reason}, at ${at}`, {
      offset: at,
      fields: { reason },
    });
  }
}
