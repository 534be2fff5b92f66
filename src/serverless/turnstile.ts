/**
 * Lets a few requests work at a time and a bounded number wait, so that the memory of many uploads at once is that of a
 * few; bodies of those that wait stay unread in their sockets.
 */
export class Turnstile {
  private readonly places: number;
  private readonly queueLength: number;
  private taken = 0;
  private readonly queue: (() => void)[] = [];

  constructor(places: number, queueLength: number) {
    this.places = places;
    this.queueLength = queueLength;
  }

  get isFull(): boolean {
    return this.taken >= this.places && this.queue.length >= this.queueLength;
  }

  /** Waits for a place. Every `enter` needs one `leave`. */
  async enter(): Promise<void> {
    if (this.taken < this.places) {
      this.taken++;
      return;
    }
    await new Promise<void>((resolve) => this.queue.push(resolve));
  }

  /** Hands the place to the one that waits longest. */
  leave(): void {
    const next = this.queue.shift();
    if (next === undefined) this.taken--;
    else next();
  }
}
