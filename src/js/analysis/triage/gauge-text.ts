import { formatPlain, formatValue } from "./template.ts";
import { debugValue, renderFloat, renderTwoDecimals } from "./value-text.ts";
import type { Value } from "./values.ts";

/**
 * A gauge's value as its report line shows it. Upstream knows `percentage` and passes over other formats; files in
 * extended mode have those of messages too. Source: specs/triage.md section 5.
 */
export function formatGauge(value: Value, format: string | undefined, extended: boolean): string {
  const isPercentage = format === "percentage";
  if (value.kind === "Float")
    return isPercentage ? `${renderTwoDecimals(value.value * 100)}%` : plain(value, format, extended);
  if (value.kind === "Int") {
    return isPercentage ? `${BigInt.asIntN(64, value.value * 100n)}%` : plain(value, format, extended);
  }
  return extended && format !== "debug" ? formatPlain(value) : debugValue(value);
}

function plain(
  value: Extract<Value, { kind: "Int" | "Float" }>,
  format: string | undefined,
  extended: boolean,
): string {
  if (extended && format !== undefined) return formatValue(value, format);
  return value.kind === "Int" ? String(value.value) : renderFloat(value.value);
}
