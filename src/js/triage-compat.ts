import { type EvaluateOptions, evaluateRules } from "./analysis/triage/evaluate-rules.ts";
import { expandBundle, loadRules } from "./analysis/triage/load-rules.ts";
import type { RuleSet } from "./analysis/triage/rules.ts";
import { evaluateStructured } from "./analysis/triage/structured.ts";
import { filterByTags, tagDirective } from "./analysis/triage/tags.ts";
import { runTrials } from "./analysis/triage/trials.ts";
import { unpack } from "./archive/unpack.ts";
import { isSnapshotError, SnapshotError } from "./base/errors.ts";
import { type Limits, withLimits } from "./base/limits.ts";
import { openInspect } from "./inspect.ts";
import type { Snapshot } from "./model/snapshot.ts";
import { renderTriageStructured, structuredExitStatus } from "./render/triage-structured.ts";
import { renderTriageText, textExitStatus } from "./render/triage-text.ts";

export type CompatFormat = "text" | "verbose-text" | "structured";

/** A file's content, or why it could not be read, as the operating system says it. */
export type FileContent = string | Uint8Array | { readonly error: string };

export interface CompatOptions {
  /** Rule files and bundles, in the order given. */
  readonly configs: readonly string[];
  /** Directory of the snapshot, as given. */
  readonly data: string;
  readonly format: CompatFormat;
  readonly tags: readonly string[];
  readonly excludeTags: readonly string[];
  /** Also reads rule files and snapshots of 2021 and before. */
  readonly legacy?: boolean;
  readonly limits?: Partial<Limits>;
  readonly read: (path: string) => FileContent;
}

export interface CompatResult {
  readonly status: 0 | 1;
  readonly stdout: string;
}

const FORMATS: readonly CompatFormat[] = ["text", "verbose-text", "structured"];

/** Files of a snapshot directory; only the first must be there. */
const DATA_FILES = [
  "inspect.json",
  "log.kernel.txt",
  "log.system.txt",
  "log.system.previous_boot.txt",
  "annotations.json",
];

/** @throws SnapshotError `UsageError` with the text of Fuchsia's tool */
export function parseCompatFormat(text: string): CompatFormat {
  const format = FORMATS.find((word) => word === text);
  if (format !== undefined) return format;
  const expected = "must be 'text' or 'verbose-text' or 'structured";
  throw new SnapshotError("UsageError", `Invalid output type '${text}' - ${expected}`);
}

/**
 * One run of Fuchsia's command-line tool: the same texts, in the same order of work, with the same status. A failure
 * is text on standard output too. Source: specs/triage.md section 7.
 */
export function runCompat(options: CompatOptions): CompatResult {
  try {
    const rules = loadConfigs(options);
    checkTrials(rules, options);
    const snapshot = openData(options);
    return report(rules, snapshot, options);
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    return { status: 1, stdout: `Triage failed: ${error.message}\n` };
  }
}

/**
 * The files of a packed device snapshot by their names, for `read`: those beside its inspect.json, wherever that is.
 * @throws SnapshotError when nothing can be unpacked
 */
export async function unpackSnapshot(
  name: string,
  bytes: Uint8Array,
  limits: Partial<Limits> = {},
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { files } = await unpack({ name, bytes }, withLimits(limits));
  const paths = files.map((file) => file.path ?? file.name);
  const main = paths.filter((path) => /(^|\/)inspect\.json$/.test(path)).sort((a, b) => a.length - b.length)[0];
  const top = main?.slice(0, -"inspect.json".length) ?? "";
  return new Map(
    files.flatMap((file, ix) => (paths[ix]!.startsWith(top) ? [[paths[ix]!.slice(top.length), file.bytes]] : [])),
  );
}

function loadConfigs(options: CompatOptions): RuleSet {
  if (options.configs.length === 0) {
    throw new SnapshotError("UsageError", "Need at least one config file; use --config");
  }
  const sources = options.configs.flatMap((path) => {
    const text = textOf(options.read(path));
    if (typeof text === "string") return expandBundle(path, text);
    throw unreadable(path, `Couldn't read config file '${path}' to string, ${text.error}`, text.error);
  });
  const { limits = {}, legacy = false } = options;
  const rules = loadRules(sources, { compat: true, legacy, limits });
  return filterByTags(rules, tagDirective(options.tags, options.excludeTags));
}

function checkTrials(rules: RuleSet, { limits = {} }: CompatOptions): void {
  const { errors, failed } = runTrials(rules, { limits });
  const message = errors[0] ?? (failed > 0 ? "Config validation test failed" : undefined);
  if (message !== undefined) throw new SnapshotError("InvalidRules", message);
}

function openData(options: CompatOptions): Snapshot {
  const files: Record<string, string | Uint8Array> = {};
  for (const name of DATA_FILES) {
    const path = `${options.data.replace(/\/$/, "")}/${name}`;
    const content = options.read(path);
    if (typeof content === "string" || content instanceof Uint8Array) files[name] = content;
    else if (name === DATA_FILES[0]) throw unreadable(path, `Couldn't read file '${path}' to string`, content.error);
  }
  const { limits = {}, legacy = false } = options;
  const snapshot = openInspect(files, { limits, legacy });
  const broken = snapshot.issues.find((issue) => issue.code === "MalformedInspect" || issue.code === "MalformedText");
  if (broken !== undefined) throw new SnapshotError("MalformedInspect", broken.message);
  return snapshot;
}

function report(rules: RuleSet, snapshot: Snapshot, options: CompatOptions): CompatResult {
  const evaluation: EvaluateOptions = { limits: withLimits(options.limits) };
  if (options.format === "structured") {
    const { structured } = evaluateStructured(rules, snapshot, evaluation);
    return { status: structuredExitStatus(structured), stdout: renderTriageStructured(structured) };
  }
  const result = evaluateRules(rules, snapshot, evaluation);
  const stdout = renderTriageText(result, { verbose: options.format === "verbose-text" });
  return { status: textExitStatus(result), stdout };
}

function textOf(content: FileContent): string | { readonly error: string } {
  return content instanceof Uint8Array ? new TextDecoder().decode(content) : content;
}

function unreadable(file: string, message: string, reason: string): SnapshotError {
  return new SnapshotError("FileNotReadable", message, { fields: { file, reason } });
}
