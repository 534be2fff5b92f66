import { decodeUtf8Lossy, encodeUtf8 } from "./base/bytes.ts";
import { SnapshotError } from "./base/errors.ts";
import { getFormat } from "./formats/detect.ts";
import { type Format, loadFormat, type TextOptions } from "./formats/plugin.ts";
import { FORMATS } from "./formats/registry.ts";
import type { Snapshot } from "./model/snapshot.ts";
import type { HtmlOptions } from "./render/html.ts";
import { renderText } from "./render/text.ts";

export interface DumpOptions extends Partial<TextOptions> {
  /** Adds what was concluded beyond the report (`snapshot.analysis`). Default false. */
  readonly analysis?: boolean;
  /** Everything: of captures of maps zero members, format strings and all entries, else the whole tree. Default false. */
  readonly everything?: boolean;
}

/** Enough for all of what is no attack. */
const WHOLE_TREE = { valueLines: 100_000, valueDepth: 64 };

/**
 * A capture of maps has a report of its own; its code loads when it is asked for. Where there are no stacks the values
 * are what the snapshot is about.
 */
async function generalReport(snapshot: Snapshot, { everything }: DumpOptions): Promise<string> {
  if (snapshot.maps === undefined) {
    const isTree = snapshot.stacks.contexts.length === 0 || everything === true;
    return renderText(snapshot, isTree ? WHOLE_TREE : {});
  }
  const { captureReport } = await import("./capture-views.ts");
  return captureReport(snapshot, everything === true);
}

/**
 * The snapshot as text for people: the report of the format's own tools where there is one, byte for byte, else the
 * general one. The report of a compatible tool is not escaped for terminals.
 */
export async function dump(
  snapshot: Snapshot,
  options: DumpOptions = {},
  formats: readonly Format[] = FORMATS,
): Promise<string> {
  const pieces = await findReport(snapshot, options, formats);
  return addAnalysis(
    pieces === undefined ? await generalReport(snapshot, options) : joinText(pieces),
    snapshot,
    options,
  );
}

/** `dump` as UTF-8 in pieces of whole characters, for those who write it to a file: a long report is never a string. */
export async function dumpPieces(
  snapshot: Snapshot,
  options: DumpOptions = {},
  formats: readonly Format[] = FORMATS,
): Promise<readonly Uint8Array[]> {
  const pieces = options.analysis === true ? undefined : await findReport(snapshot, options, formats);
  return pieces ?? [encodeUtf8(await dump(snapshot, options, formats))];
}

async function addAnalysis(report: string, snapshot: Snapshot, options: DumpOptions): Promise<string> {
  if (options.analysis !== true) return report;
  const { renderAnalysis } = await import("./render/crash-analysis.ts");
  const analysis = renderAnalysis(snapshot);
  return analysis === "" || report === "" ? report + analysis : `${report.trimEnd()}\n\n${analysis}`;
}

/** The snapshot as one self-contained page, with the format's report in it. */
export async function toHtml(
  snapshot: Snapshot,
  options: HtmlOptions = {},
  formats: readonly Format[] = FORMATS,
): Promise<string> {
  return [...(await toHtmlChunks(snapshot, options, formats))].join("");
}

/** `toHtml` piece by piece. */
export async function toHtmlChunks(
  snapshot: Snapshot,
  options: HtmlOptions = {},
  formats: readonly Format[] = FORMATS,
): Promise<Iterable<string>> {
  const { htmlChunks } = await import("./render/html.ts");
  if (snapshot.maps === undefined) {
    const report = await findReport(snapshot, {}, formats);
    return htmlChunks(snapshot, { report: report && joinText(report), ...options });
  }
  const { captureReport, captureSections } = await import("./capture-views.ts");
  return htmlChunks(snapshot, {
    sections: captureSections(snapshot),
    report: captureReport(snapshot, false),
    ...options,
  });
}

async function findReport(
  snapshot: Snapshot,
  options: DumpOptions,
  formats: readonly Format[],
): Promise<readonly Uint8Array[] | undefined> {
  const plugin = await loadFormat(getFormat(formats, snapshot.format));
  if (plugin.text === undefined || snapshot.native === undefined) return undefined;
  return plugin.text(snapshot, { strict: false, ...options });
}

function joinText(pieces: readonly Uint8Array[]): string {
  try {
    return pieces.map(decodeUtf8Lossy).join("");
  } catch (cause) {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const message = `writing a report: its ${length} bytes are more than a string of this host can hold`;
    throw new SnapshotError("LimitExceeded", message, { cause });
  }
}
