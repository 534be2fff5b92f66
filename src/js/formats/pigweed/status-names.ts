/** Names of `pw::Status`, by value. */
export const STATUS_NAMES: readonly string[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** Replaces every `pw::Status=<digits>` that has a name by the name (specification section 6.5). */
export function nameStatuses(message: string): string {
  return message.replace(/pw::Status=([0-9]+)/g, (found, digits: string) => STATUS_NAMES[Number(digits)] ?? found);
}
