import type { ResultLists, TriageResult } from "../analysis/triage/results.ts";
import { encodeUtf8 } from "../base/bytes.ts";

export interface TriageTextOptions {
  /** Also what could not be computed, and infos. */
  readonly verbose?: boolean;
}

/** One part of the report that a plugin fills. */
export interface PluginSection extends ResultLists {
  readonly displayName: string;
}

/**
 * The text report of Fuchsia's tool, byte for byte: sections with a title, each line sorted bytewise; nothing for
 * nothing. Source: specs/triage.md section 7.
 */
export function renderTriageText(
  result: ResultLists & { readonly plugins?: readonly PluginSection[] },
  options: TriageTextOptions = {},
): string {
  const { verbose = false } = options;
  return [
    section("Errors", sortBytewise(result.errors)),
    section("Featured Values", sortBytewise(result.gauges)),
    section("Warnings", sortBytewise(result.warnings)),
    ...(result.plugins ?? []).map((plugin) => pluginSection(plugin, verbose)),
    verbose ? section("Featured Values (Not Computable)", sortBytewise(result.brokenGauges)) : "",
    verbose ? section("Info", sortBytewise(result.infos)) : "",
  ].join("");
}

function pluginSection(plugin: PluginSection, verbose: boolean): string {
  const isEmpty = plugin.errors.length + plugin.warnings.length + plugin.gauges.length === 0;
  if (isEmpty && !verbose) return `Plugin '${plugin.displayName}' - nothing to show\n\n`;
  return [
    `Plugin '${plugin.displayName}'\n`,
    section("Errors", sortBytewise(plugin.errors)),
    section("Featured Values", plugin.gauges),
    section("Warnings", sortBytewise(plugin.warnings)),
    verbose ? section("Featured Values (Not Computable)", plugin.brokenGauges) : "",
    verbose ? section("Info", sortBytewise(plugin.infos)) : "",
  ].join("");
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `${title}\n${"-".repeat(encodeUtf8(title).length)}\n${lines.map((line) => `${line}\n`).join("")}\n`;
}

/** By UTF-8 bytes, which is by code points: UTF-16 units order characters beyond the base plane differently. */
function sortBytewise(lines: readonly string[]): string[] {
  return [...lines].sort((a, b) => {
    const length = Math.min(a.length, b.length);
    let at = 0;
    while (at < length && a[at] === b[at]) at++;
    if (at === length) return a.length - b.length;
    return unitOrder(a.charCodeAt(at)) - unitOrder(b.charCodeAt(at));
  });
}

/** Surrogates stand for code points above all others. */
function unitOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The exit status of the text report: plugins and snapshots do not count. */
export function textExitStatus(result: Pick<TriageResult, "errors" | "warnings">): 0 | 1 {
  return result.errors.length + result.warnings.length > 0 ? 1 : 0;
}
