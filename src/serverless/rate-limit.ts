/** How often one client may ask. */
export interface RateOptions {
  /** Requests that may come at once. */
  readonly burst: number;
  /** Requests per second that are given back. */
  readonly perSecond: number;
  /** Clients remembered; the one that was quiet longest is forgotten first. Default 10,000. */
  readonly clients?: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets by client, in bounded memory. One instance of a serverless host knows only the requests it has seen. */
export class RateLimiter {
  private readonly options: RateOptions;
  /** In the order of last use. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(options: RateOptions) {
    this.options = options;
  }

  /**
   * Takes one request of a client's allowance.
   * @param now milliseconds of a steady clock
   * @returns 0 when it is granted, else the seconds (at least 1) after which to try again
   */
  take(client: string, now: number): number {
    const { burst, perSecond, clients = 10_000 } = this.options;
    const bucket = this.buckets.get(client) ?? { tokens: burst, at: now };
    this.buckets.delete(client);
    this.buckets.set(client, bucket);
    if (this.buckets.size > clients) this.buckets.delete(this.buckets.keys().next().value!);
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    if (bucket.tokens >= 1) {
      bucket.tokens--;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
  }
}
