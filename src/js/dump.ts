import { getFormat } from "./formats/detect.ts";
import type { FormatPlugin, TextOptions } from "./formats/plugin.ts";
import { FORMATS } from "./formats/registry.ts";
import type { Snapshot } from "./model/snapshot.ts";
import { type HtmlOptions, htmlChunks } from "./render/html.ts";
import { renderText } from "./render/text.ts";

export type DumpOptions = Partial<TextOptions>;

/**
 * The snapshot as text for people: the report of the format's own tools where there is one, byte for byte, else the
 * general one. The report of a compatible tool is not escaped for terminals.
 */
export function dump(
  snapshot: Snapshot,
  options: DumpOptions = {},
  formats: readonly FormatPlugin[] = FORMATS,
): string {
  return findReport(snapshot, options, formats) ?? renderText(snapshot);
}

/** The snapshot as one self-contained page, with the format's report in it. */
export function toHtml(
  snapshot: Snapshot,
  options: HtmlOptions = {},
  formats: readonly FormatPlugin[] = FORMATS,
): string {
  return [...toHtmlChunks(snapshot, options, formats)].join("");
}

/** `toHtml` piece by piece. */
export function toHtmlChunks(
  snapshot: Snapshot,
  options: HtmlOptions = {},
  formats: readonly FormatPlugin[] = FORMATS,
): Iterable<string> {
  return htmlChunks(snapshot, { report: findReport(snapshot, {}, formats), ...options });
}

function findReport(snapshot: Snapshot, options: DumpOptions, formats: readonly FormatPlugin[]): string | undefined {
  const plugin = getFormat(formats, snapshot.format);
  if (plugin.text === undefined || snapshot.native === undefined) return undefined;
  return plugin.text(snapshot, { strict: false, ...options });
}
