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

  /**
   * Waits for a place, but not for ever. Every `enter` that gave true needs one `leave`.
   * @returns false when there was none within that time
   */
  async enter(milliseconds: number): Promise<boolean> {
    if (this.taken < this.places) {
      this.taken++;
      return true;
    }
    return new Promise((resolve) => {
      const enter = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const giveUp = (): void => {
        this.queue.splice(this.queue.indexOf(enter), 1);
        resolve(false);
      };
      const timer = setTimeout(giveUp, milliseconds);
      this.queue.push(enter);
    });
  }

  /** Hands the place to the one that waits longest. */
  leave(): void {
    const next = this.queue.shift();
    if (next === undefined) this.taken--;
    else next();
  }
}
