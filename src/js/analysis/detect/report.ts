import { encodeUtf8, toHexString } from "../../base/bytes.ts";
import { sha256 } from "../../base/sha256.ts";

/** Product and program a report names. Source: specs/triage.md section 9.4. */
export const PRODUCT_NAME = "FuchsiaDetect";
const PROGRAM_NAME = "triage_detect";

/** What is filed: these four members and nothing else. */
export interface CrashReport {
  readonly program_name: string;
  /** Nanoseconds of the monotonic clock at sending. */
  readonly program_uptime: bigint;
  readonly crash_signature: string;
  readonly is_fatal: boolean;
}

/** A report on its way, with what the way needs to know. Plain. */
export interface PendingReport {
  readonly schema: 1;
  /** Stays the same however often the report is sent: receivers tell repetitions by it. */
  readonly id: string;
  /** What the throttle knows it by. */
  readonly throttleKey: string;
  /** Nanoseconds of the detector's clock. */
  readonly detectedAt: bigint;
  /** `namespace::action`. */
  readonly rule: string;
  /** What the source calls the snapshot. */
  readonly snapshot?: string;
  readonly report: CrashReport;
}

const HASH_LENGTH = 16;

/**
 * The id of a report: the signature and, where the snapshot has a name, what it and the rule come to, so that a
 * snapshot judged again after a crash asks for the same report again; else the time.
 */
export function reportId(signature: string, rule: string, snapshot: string | undefined, now: bigint): string {
  if (snapshot === undefined) return `${signature}-${now}`;
  const hash = toHexString(sha256(encodeUtf8(`${rule}\0${snapshot}`)));
  return `${signature}-${hash.slice(0, HASH_LENGTH)}`;
}

export function createReport(signature: string, uptime: bigint): CrashReport {
  return { program_name: PROGRAM_NAME, program_uptime: uptime, crash_signature: signature, is_fatal: false };
}

/** Reports that may wait before further ones are refused. */
export const MAX_PENDING = 10;

/**
 * Where reports go. `accept` is the promise that a report will not be lost; `flush` sends what waits, oldest first.
 */
export interface Filing {
  /** Keeps a report for good. @throws SnapshotError `FilingFailed` */
  accept(report: PendingReport): Promise<void>;
  /** Reports accepted and not yet sent, of earlier runs too. */
  pending(): Promise<readonly PendingReport[]>;
  /** Sends what waits; what cannot be sent now stays. @returns a line for each failure */
  flush(): Promise<readonly string[]>;
}

/** Takes one report more than its size before it refuses, as Fuchsia's queue does. */
export class PendingQueue<T> {
  private readonly waiting: T[] = [];
  private readonly max: number;

  constructor(max: number = MAX_PENDING) {
    this.max = max;
  }

  get length(): number {
    return this.waiting.length;
  }

  /** False, and nothing kept, if the queue is full. */
  push(item: T): boolean {
    if (this.waiting.length > this.max) return false;
    this.waiting.push(item);
    return true;
  }

  shift(): T | undefined {
    return this.waiting.shift();
  }

  get items(): readonly T[] {
    return [...this.waiting];
  }
}

export function tooManyPending(max: number = MAX_PENDING): string {
  return `Pending crash reports exceeds max (${max})`;
}
