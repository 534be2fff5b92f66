/** Least time between two reports of one signature outside test mode, nanoseconds. Source: specs/triage.md 9.1. */
export const MINIMUM_SIGNATURE_NANOS = 3_600_000_000_000n;

/** When each signature was last sent, nanoseconds of the detector's clock. */
export type ThrottleState = ReadonlyMap<string, bigint>;

/** The time that has to pass between two reports: what the rule says, at least an hour unless testing. */
export function effectiveInterval(interval: bigint, testOnly: boolean): bigint {
  return testOnly || interval > MINIMUM_SIGNATURE_NANOS ? interval : MINIMUM_SIGNATURE_NANOS;
}

/** Says which signatures may be sent again. Asking changes nothing; `commit` does, once a report is safe. */
export class Throttle {
  private readonly sent: Map<string, bigint>;
  private readonly testOnly: boolean;

  constructor(testOnly: boolean, state: ThrottleState = new Map()) {
    this.testOnly = testOnly;
    this.sent = new Map(state);
  }

  /** True if the signature was never sent, or last at least the interval ago. */
  allows(signature: string, now: bigint, interval: bigint): boolean {
    const last = this.sent.get(signature);
    return last === undefined || last <= now - effectiveInterval(interval, this.testOnly);
  }

  /** Remembers a report. An earlier time than the one known changes nothing. */
  commit(signature: string, now: bigint): void {
    const last = this.sent.get(signature);
    if (last === undefined || last < now) this.sent.set(signature, now);
  }

  /** Times after `now`, from a clock that was ahead, become `now`. */
  bound(now: bigint): void {
    for (const [signature, last] of this.sent) if (last > now) this.sent.set(signature, now);
  }

  get state(): ThrottleState {
    return new Map(this.sent);
  }
}
