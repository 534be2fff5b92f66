import { isSnapshotError, SnapshotError } from "../../base/errors.ts";
import { type JsonValue, parseJson } from "../../base/json.ts";
import { type Limits, withLimits } from "../../base/limits.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { Namespaces, namespaceOf } from "./imports.ts";
import { openRuleFile, readRuleFile } from "./rule-reader.ts";
import type { RuleFile, RuleSet, RuleSource } from "./rules.ts";

export interface RuleLoadOptions {
  readonly limits?: Partial<Limits>;
  /** Accept exactly what Fuchsia's engine accepts. Default false: files may opt into extended mode. */
  readonly compat?: boolean;
  /** Also read rule files of 2021 and before: an action without a type is a Warning. */
  readonly legacy?: boolean;
}

/** Reads rule files without refusing any: what could be read, and everything that is wrong. */
export function readRules(
  sources: readonly RuleSource[],
  options: RuleLoadOptions = {},
): { readonly rules: RuleSet; readonly diagnostics: readonly Diagnostic[] } {
  const { compat = false, legacy = false } = options;
  const limits = withLimits(options.limits);
  const files = new Map<string, RuleFile>();
  const diagnostics: Diagnostic[] = [];
  const opened = sources.map((source) => openRuleFile(source, { limits, compat, legacy }));
  const namespaces = new Namespaces();
  for (const { namespace, source } of opened) namespaces.add(namespace, source.namespace);
  for (const one of opened) {
    const file = readRuleFile(one, namespaces);
    const { report } = one;
    const other = files.get(file.namespace);
    if (other !== undefined && !compat) report.error("duplicate-name", 0, sameNamespace(file, other));
    files.set(file.namespace, file);
    for (const diagnostic of report.diagnostics) diagnostics.push(diagnostic);
  }
  return { rules: { files, warnings: diagnostics.filter((d) => d.severity !== "error") }, diagnostics };
}

function sameNamespace({ namespace }: RuleFile, other: RuleFile): string {
  return `the namespace ${namespace} is that of ${other.fileName} already`;
}

/**
 * Reads rule files; the first thing wrong refuses all of them.
 * @throws SnapshotError `InvalidRules`: the message is Fuchsia's own text where it has one, `fields` name the place
 */
export function loadRules(sources: readonly RuleSource[], options: RuleLoadOptions = {}): RuleSet {
  const { rules, diagnostics } = readRules(sources, options);
  const first = diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (first === undefined) return rules;
  const { file, line, column, offset, message, upstream } = first;
  throw new SnapshotError("InvalidRules", upstream ?? message, { offset, fields: { file, line, column, message } });
}

/**
 * The rule files in a file: several if it is a bundle (plain JSON, an object with `files`), else itself.
 * @throws SnapshotError `InvalidRules` for a bundle that is not well formed
 */
export function expandBundle(path: string, text: string): readonly RuleSource[] {
  const files = filesOfBundle(text);
  if (files === undefined) return [{ namespace: namespaceOf(path), text, fileName: path }];
  const refuse = (what: string): never => {
    throw new SnapshotError("InvalidRules", `File ${path} looks like a bundle, but key ${what}`, {
      fields: { file: path },
    });
  };
  if (!(files instanceof Map)) return refuse("'files' is not an object.");
  return Array.from(files as ReadonlyMap<string, JsonValue>, ([namespace, content]) => {
    if (typeof content !== "string") return refuse(`${namespace} must contain a string.`);
    return { namespace, text: content, fileName: `${path}#${namespace}` };
  });
}

function filesOfBundle(text: string): JsonValue | undefined {
  try {
    const root = parseJson(text);
    return root instanceof Map ? (root as ReadonlyMap<string, JsonValue>).get("files") : undefined;
  } catch (error) {
    if (isSnapshotError(error)) return undefined;
    throw error;
  }
}
