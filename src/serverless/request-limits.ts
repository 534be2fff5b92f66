import { DEFAULT_LIMITS, type LimitReport, type Limits, SnapshotError } from "../js/index.ts";

/**
 * What one request may cost. A request over a limit is answered with 413 and the limit's name; docs/endpoint.md is
 * compared with this table by a test.
 */
export const DEFAULT_REQUEST_LIMITS = {
  /** Bytes of the body as it is sent, all parts together. */
  uploadBytes: 20_000_000,
  /** Bytes of one file after decompression. */
  inputBytes: 100_000_000,
  /** Output bytes per compressed byte, above the first MiB. */
  inflateRatio: 200,
  /** Parts of a multipart body. */
  parts: 256,
  /** Milliseconds from the first byte of the request to the last step of the work; checked between steps. */
  requestMilliseconds: 30_000,
} as const;

export type RequestLimitName = keyof typeof DEFAULT_REQUEST_LIMITS;
export type RequestLimits = Readonly<Record<RequestLimitName, number>>;

/** The limits of the library under those of the request. */
export function openingLimits({ inputBytes, inflateRatio }: RequestLimits): Limits {
  return { ...DEFAULT_LIMITS, inputBytes, inflateRatio };
}

/** The error that is answered with 413. */
export function overLimit(name: RequestLimitName, max: number, actual: number, doing: string): SnapshotError {
  const limit: LimitReport = { name, max, actual };
  return new SnapshotError("LimitExceeded", `${doing}: ${actual} is over the limit ${name}=${max}`, { limit });
}

/** Time that a request has left. */
export class Deadline {
  private readonly max: number;
  private readonly now: () => number;
  private readonly start: number;

  constructor(max: number, now: () => number) {
    this.max = max;
    this.now = now;
    this.start = now();
  }

  /** Milliseconds, never negative. */
  get left(): number {
    return Math.max(0, this.max - this.used);
  }

  private get used(): number {
    return Math.round(this.now() - this.start);
  }

  /** @throws SnapshotError `LimitExceeded` */
  check(doing: string): void {
    if (this.used > this.max) throw overLimit("requestMilliseconds", this.max, this.used, doing);
  }

  /** Waits for `work` no longer than the time left. @throws SnapshotError `LimitExceeded` */
  async within<T>(work: Promise<T>, doing: string): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<never>((_resolve, reject) => {
      const fail = () => reject(overLimit("requestMilliseconds", this.max, Math.max(this.used, this.max), doing));
      timer = setTimeout(fail, this.left);
    });
    try {
      return await Promise.race([work, over]);
    } finally {
      clearTimeout(timer);
    }
  }
}
