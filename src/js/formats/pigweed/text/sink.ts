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
  private fragments: string[] = [];

  add(fragment: string): void {
    if (this.fragments.push(fragment) === CHUNK_FRAGMENTS) this.flush();
  }

  toString(): string {
    this.flush();
    return this.chunks.length === 1 ? this.chunks[0]! : this.chunks.join("");
  }

  private flush(): void {
    this.chunks.push(this.fragments.join(""));
    this.fragments = [];
  }
}
