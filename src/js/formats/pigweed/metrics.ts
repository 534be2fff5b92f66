import type { ErrorCode } from "../../base/error-codes.ts";
import { SnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { DEFAULT_LIMITS } from "../../base/limits.ts";

/** One metric of a MetricService response. */
export interface MetricSample {
  /** Tokens of the group names and, last, of the metric's name. */
  readonly tokenPath: readonly number[];
  /** Names written out; used where there are no tokens. */
  readonly stringPath?: readonly string[];
  /** `as_float` or `as_int`; 0 if neither is there. */
  readonly value: number;
}

/** Groups and values by name. A Map, because names are the device's. */
export type MetricTree = ReadonlyMap<string, MetricNode>;
export type MetricNode = number | MetricTree;

/** Finds the text of a bare token. */
export interface TokenNames {
  /** Undefined if the token is unknown. */
  nameOf(token: number): string | undefined;
}

export interface MetricReadOptions {
  /** Throw for a name that is taken; default false: keep the first and report an issue. */
  readonly strict?: boolean;
}

/**
 * Names of a metric's path: the token's text without the quotes around it, or `$` and eight hex digits of the token.
 * Source: specification section 19.
 */
export function resolveMetricPath(tokens: readonly number[], names: TokenNames): string[] {
  return tokens.map((token) => {
    const name = names.nameOf(token);
    return name === undefined ? `$${token.toString(16).padStart(8, "0")}` : name.replace(/^"+|"+$/g, "");
  });
}

/**
 * The metrics as a tree. A metric without any name is left out, as upstream leaves it out.
 * @throws SnapshotError `DuplicateMetric` in strict mode
 */
export function buildMetricTree(
  metrics: readonly MetricSample[],
  names: TokenNames,
  options: MetricReadOptions = {},
): { readonly tree: MetricTree; readonly issues: readonly Issue[] } {
  const tree: MutableTree = new Map();
  const issues: Issue[] = [];
  const report = (code: ErrorCode, problem: string, path: string): void => {
    const message = `building the tree of metrics: ${problem}`;
    if (options.strict === true) throw new SnapshotError(code, message, { format: "pigweed", path });
    if (issues.length < DEFAULT_LIMITS.issues) issues.push({ code, severity: "warning", message, path });
  };
  for (const metric of metrics) {
    const tokens = resolveMetricPath(metric.tokenPath.slice(0, DEFAULT_LIMITS.depth + 1), names);
    const path = tokens.length > 0 ? tokens : (metric.stringPath ?? []).slice(0, DEFAULT_LIMITS.depth + 1);
    if (path.length > DEFAULT_LIMITS.depth) report("LimitExceeded", "a path is longer than the limit depth", path[0]!);
    else if (path.length > 0 && !insert(tree, path, metric.value)) {
      const shown = path.join(".");
      report("DuplicateMetric", `${shown} is there already`, shown);
    }
  }
  return { tree, issues };
}

interface MutableTree extends Map<string, number | MutableTree> {}

/** @returns false if the name, or a name on the way to it, is taken */
function insert(tree: MutableTree, path: readonly string[], value: number): boolean {
  let group = tree;
  for (const name of path.slice(0, -1)) {
    let next = group.get(name);
    if (typeof next === "number") return false;
    if (next === undefined) {
      next = new Map();
      group.set(name, next);
    }
    group = next;
  }
  const leaf = path[path.length - 1]!;
  if (group.has(leaf)) return false;
  group.set(leaf, value);
  return true;
}
