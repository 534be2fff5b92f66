import { isSnapshotError, SnapshotError } from "../../base/errors.ts";
import { withLimits } from "../../base/limits.ts";
import { evaluateConstant } from "../triage/constant.ts";
import { parseExpression } from "../triage/parser.ts";
import { displayValue } from "../triage/value-text.ts";
import type { Value } from "../triage/values.ts";

/** Least time between two scans, nanoseconds. Source: specs/triage.md section 9.1. */
export const MINIMUM_CHECK_NANOS = 60_000_000_000n;
export const DEFAULT_CHECK_EVERY = "Minutes(8)";

const UNITS: Readonly<Record<string, bigint>> = {
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};

/**
 * Nanoseconds between scans, from a constant expression or, unless `expressionsOnly`, from `90s`, `5m`, `6h`.
 * @throws SnapshotError `UsageError` with the texts of Fuchsia's tool
 */
export function parseCheckInterval(text: string, testOnly: boolean, expressionsOnly = false): bigint {
  const short = /^(\d+)(ms|s|m|h|d)$/.exec(text.trim());
  const nanos = short !== null && !expressionsOnly ? BigInt(short[1]!) * UNITS[short[2]!]! : evaluateInterval(text);
  if (testOnly || nanos >= MINIMUM_CHECK_NANOS) return nanos;
  throw refuse(`Minimum time to check is 60 seconds; ${nanos} nanos is too small`);
}

function evaluateInterval(text: string): bigint {
  const limits = withLimits();
  let value: Value;
  try {
    value = evaluateConstant(parseExpression(text, { limits, extended: false }), limits);
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    throw refuse(error.message);
  }
  if (value.kind === "Int") return value.value;
  if (value.kind === "Float" && Number.isFinite(value.value)) return BigInt(Math.trunc(value.value));
  throw refuse(`Check_every argument must be Minutes(n), Hours(n), etc. but: ${displayValue(value)}`);
}

function refuse(reason: string): SnapshotError {
  return new SnapshotError("UsageError", `Invalid command line arg for check time: ${reason}`);
}
