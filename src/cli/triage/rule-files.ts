import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { compareText, type FormatId, SnapshotError, suggestNames } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import {
  checkRuleSet,
  type Diagnostic,
  expandBundle,
  filterByTags,
  RULE_PACKS,
  type RuleSet,
  type RuleSource,
  readRules,
  rulePackSources,
  tagDirective,
} from "../../js/triage.ts";
import type { Call } from "../command.ts";
import { expandGlob, isGlob } from "../glob.ts";
import { readOptionFile } from "../option-files.ts";
import { withImported } from "./imported-files.ts";

const PREFIX = "builtin:";

/**
 * The rule files of `--rules`, in the order given; without the option all built-in packs.
 * @throws SnapshotError `FileNotReadable`, `InvalidRules` (a broken bundle)
 */
export async function readRuleSources(call: Call): Promise<readonly RuleSource[]> {
  const given = call.options.list("rules");
  if (given.length === 0) return rulePackSources();
  const sources: RuleSource[] = [];
  for (const name of given) sources.push(...(await sourcesOf(call, name)));
  return withImported(call, sources);
}

async function sourcesOf(call: Call, name: string): Promise<readonly RuleSource[]> {
  const packs = packNamed(name);
  const path = resolve(call.host.cwd, name);
  const found = name.startsWith(PREFIX) ? undefined : await stat(path).catch(() => undefined);
  if (found === undefined && packs.length > 0) return packs;
  if (found === undefined && isGlob(name)) return readAll(call, await matching(call, name));
  if (found === undefined) throw unknownRules(name);
  if (!found.isDirectory()) return readAll(call, [name]);
  const names = (await readdir(path)).filter((entry) => entry.endsWith(".triage")).sort(compareText);
  if (names.length === 0) throw fileNotReadable(name, new Error("the directory has no *.triage file"));
  return readAll(
    call,
    names.map((entry) => join(name, entry)),
  );
}

/** Files named by `--rules` or `--config`, directories and patterns expanded as Fuchsia's wrapper does. */
export async function expandRulePaths(call: Call, name: string): Promise<readonly string[]> {
  const path = resolve(call.host.cwd, name);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined && isGlob(name)) {
    const matches = await expandGlob(name, call.host.cwd);
    return matches.length === 0 ? [name] : matches;
  }
  if (found?.isDirectory() !== true) return [name];
  const names = (await readdir(path)).filter((entry) => entry.endsWith(".triage")).sort(compareText);
  return names.map((entry) => join(name, entry));
}

async function matching(call: Call, pattern: string): Promise<readonly string[]> {
  const matches = await expandGlob(pattern, call.host.cwd);
  if (matches.length === 0) throw fileNotReadable(pattern, new Error("no file matches the pattern"));
  return matches;
}

async function readAll(call: Call, paths: readonly string[]): Promise<RuleSource[]> {
  const sources: RuleSource[] = [];
  for (const path of paths) {
    const { bytes } = await readOptionFile(call, path);
    sources.push(...expandBundle(path, new TextDecoder().decode(bytes)));
  }
  return sources;
}

/** One pack by name, all by `builtin`, or those of a format by `builtin:FORMAT`. */
function packNamed(name: string): readonly RuleSource[] {
  if (name === "builtin") return rulePackSources();
  const wanted = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
  const pack = RULE_PACKS.find((one) => one.name === wanted);
  if (pack !== undefined) return rulePackSources(pack.format).filter((source) => source.namespace === wanted);
  const ofFormat = RULE_PACKS.find((one) => name.startsWith(PREFIX) && one.format === wanted);
  return ofFormat === undefined ? [] : rulePackSources(ofFormat.format);
}

function unknownRules(name: string): SnapshotError {
  const packs = RULE_PACKS.map((pack) => pack.name);
  const near = suggestNames(name, packs, 1)[0];
  const hint = near === undefined ? `the packs are ${packs.join(", ")}` : `did you mean ${near}?`;
  const message = `reading ${name}: there is no such file and no such pack; ${hint}`;
  return new SnapshotError("FileNotReadable", message, { fields: { file: name, reason: "it does not exist" } });
}

/**
 * Rules ready to run. What refuses them is printed with its place, all at once; what would only show when they run is
 * a warning.
 * @throws SnapshotError `InvalidRules`
 */
export function loadRuleSources(call: Call, sources: readonly RuleSource[]): RuleSet {
  const { options, limits, out } = call;
  const { rules, diagnostics } = readRules(sources, { limits, legacy: options.flag("legacy") });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first !== undefined) {
    if (!out.json) for (const error of errors.slice(1)) out.note(describeDiagnostic(error));
    const { file, line, column, offset, message } = first;
    throw new SnapshotError("InvalidRules", describeDiagnostic(first), {
      offset,
      fields: { file, line, column, message },
    });
  }
  for (const found of checkRuleSet(rules)) {
    if (found.severity === "error" && !out.json) out.warn(describeDiagnostic(found, ""));
  }
  return filterByTags(rules, tagDirective(options.list("tag"), options.list("exclude-tag")));
}

/** One line: where, how bad, what, and what may have been meant. */
export function describeDiagnostic(
  { file, line, column, severity, message, rule, suggestion }: Diagnostic,
  word = `${severity}: `,
): string {
  const hint = suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
  return `${file}:${line}:${column}: ${word}${message}${hint} [${rule}]`;
}

/** Rules for one snapshot: those that were asked for, or the built-in ones of its format. */
export class RulesByFormat {
  private readonly call: Call;
  private readonly given: RuleSet | undefined;
  private readonly ofFormat = new Map<FormatId, RuleSet>();

  constructor(call: Call, given: RuleSet | undefined) {
    this.call = call;
    this.given = given;
  }

  rulesFor(format: FormatId): RuleSet {
    if (this.given !== undefined) return this.given;
    let rules = this.ofFormat.get(format);
    if (rules === undefined) {
      rules = loadRuleSources(this.call, rulePackSources(format));
      this.ofFormat.set(format, rules);
      if (rules.files.size === 0) this.call.out.note(`there are no built-in rules for ${format}; name some by --rules`);
    }
    return rules;
  }
}
