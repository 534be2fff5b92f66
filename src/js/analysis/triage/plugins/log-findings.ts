import { Regex, type RegexMatch } from "../../../base/regex/regex.ts";
import { compareText } from "../../../base/text.ts";

const CRASH = "\\[(\\d+)\\.(\\d+)\\].*(?:CRASH:|fatal :)\\s*([\\w\\-_\\s\\.]+)";
const SANDBOX =
  "`([^`]+)` is not allowed to connect to `([^`]+)` because this service is not present in the component's sandbox";
const ROUTING =
  ".*\\[([^:]+):[0-9]+\\] ERROR.*Required protocol `([^`]+)` was not available for target component `([^`]+)`.*";

function* matchesIn(lines: Iterable<string>, pattern: string): Iterable<readonly [line: string, match: RegexMatch]> {
  const regex = new Regex(pattern);
  for (const line of lines) {
    const match = regex.find(line);
    if (match !== undefined) yield [line, match];
  }
}

/** Processes that crashed, with the time since boot. */
export function findCrashes(lines: Iterable<string>): string[] {
  const warnings: string[] = [];
  for (const [, { groups }] of matchesIn(lines, CRASH)) {
    const [seconds, fraction] = [BigInt(groups[1]!), BigInt(groups[2]!)];
    const clock = `${seconds / 3600n}h${(seconds / 60n) % 60n}m${seconds % 60n}.${fraction}s`;
    warnings.push(`[WARNING]: ${groups[3]} crashed at ${clock} [${seconds}.${fraction}]`);
  }
  return warnings;
}

/** Components that used what their sandbox does not have, each pair once. */
export function findSandboxErrors(lines: Iterable<string>): string[] {
  const pairs = new Map<string, readonly [string, string]>();
  for (const [, { groups }] of matchesIn(lines, SANDBOX)) {
    pairs.set(`${groups[1]}\0${groups[2]}`, [groups[1]!, groups[2]!]);
  }
  const sorted = [...pairs.values()].sort((a, b) => compareText(a[0], b[0]) || compareText(a[1], b[1]));
  return sorted.map(([user, used]) => `[WARNING]: ${user} tried to use ${used}, which was not declared in its sandbox`);
}

/** Capabilities that could not be routed, with the log line that says so. */
export function findRoutingErrors(lines: Iterable<string>): string[] {
  const warnings: string[] = [];
  for (const [line, { groups }] of matchesIn(lines, ROUTING)) {
    const where = `to component identified as "${groups[1]}" with moniker "${groups[3]}"`;
    warnings.push(`[WARNING]: Error routing capability "${groups[2]}" ${where}. Original error log:\n${line}`);
  }
  return warnings;
}
