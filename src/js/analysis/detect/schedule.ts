/** When to scan next. */
export interface NextScan {
  /** Nanoseconds of the clock. */
  readonly at: bigint;
  /** The planned time had passed already: scan at once. */
  readonly missed: boolean;
}

/**
 * Fixed rate: the next scan is a period after the last one's planned time. If that is past already a deadline was
 * missed: scan now, and plan from now. Source: specs/triage.md section 9.2.
 */
export function planNext(planned: bigint, period: bigint, now: bigint): NextScan {
  const at = planned + period;
  return at < now ? { at: now, missed: true } : { at, missed: false };
}
