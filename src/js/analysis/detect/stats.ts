/** Counters of a detector. Source: specs/triage.md section 9.5. */
export interface DetectCounters {
  scan_count: number;
  scan_test_count: number;
  missed_deadlines: number;
  triage_warnings: number;
  issues_detected: number;
  issues_throttled: number;
  issues_send_count: number;
  issues_send_errors: number;
}

export interface DetectWarning {
  readonly "@time": bigint;
  readonly level: "warn" | "error";
  readonly message: string;
  readonly namespace: string;
  readonly name: string;
  readonly error: string;
}

/** Warnings kept; the oldest make room. */
const MAX_WARNINGS = 100;

/** What a detector tells about itself, as an Inspect tree of its own. */
export class DetectStats {
  readonly counters: DetectCounters = {
    scan_count: 0,
    scan_test_count: 0,
    missed_deadlines: 0,
    triage_warnings: 0,
    issues_detected: 0,
    issues_throttled: 0,
    issues_send_count: 0,
    issues_send_errors: 0,
  };
  private readonly warnings: { readonly ix: number; readonly warning: DetectWarning }[] = [];
  private warned = 0;

  warn(warning: DetectWarning): void {
    this.warnings.push({ ix: this.warned++, warning });
    if (this.warnings.length > MAX_WARNINGS) this.warnings.shift();
  }

  /** The elements of an inspect.json, plain. */
  toInspect(config: { readonly checkEvery: bigint; readonly testOnly: boolean }): unknown[] {
    const warnings = Object.fromEntries(this.warnings.map(({ ix, warning }) => [String(ix), warning]));
    const root = {
      stats: this.counters,
      config: { check_every: config.checkEvery, test_only: config.testOnly },
      triage_warnings: warnings,
      "fuchsia.inspect.Health": { status: "OK" },
    };
    return [{ data_source: "Inspect", moniker: "core/detect", metadata: {}, payload: { root }, version: 1 }];
  }
}
