import { isSnapshotError, SnapshotError } from "../../../base/errors.ts";
import { type JsonValue, parseJson } from "../../../base/json.ts";
import type { HostRecord } from "./records.ts";

/**
 * What `bpftool -j` prints: of a live kernel, or kept in files. Calls name a listing by the arguments of bpftool
 * (`["map", "show"]`).
 */
export interface ListingSource {
  /** The machine; CPUs may be empty where it is not known. */
  host(): Promise<HostRecord>;
  /**
   * The text of a listing, in pieces as it comes. Bpftool reports errors in the text and with its exit status, which is
   * thrown after the last piece.
   * @throws SnapshotError `ToolFailed`.
   */
  listing(args: readonly string[]): AsyncIterable<string>;
  /** Entries of a map as raw bytes, where they were kept so: `count` keys and values, one after another. */
  rawEntries?(mapId: number): Promise<RawEntries | undefined>;
  /** The blob of a BTF object, where it was kept so. */
  rawBtf?(btfId: number): Promise<Uint8Array | undefined>;
}

export interface RawEntries {
  /** Empty for maps without keys; of arrays, keys count from 0 where they are empty. */
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
}

/** @throws SnapshotError `ToolFailed` with bpftool's own words, also for output that is no JSON. */
export async function readListing(source: ListingSource, args: readonly string[]): Promise<JsonValue> {
  let text = "";
  let failure: unknown;
  try {
    for await (const piece of source.listing(args)) text += piece;
  } catch (error) {
    failure = error;
  }
  const said = errorIn(text);
  if (said !== undefined) throw toolFailed(args, said);
  if (failure !== undefined) throw failure;
  try {
    return parseJson(text);
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    throw toolFailed(args, `its output is no JSON: ${error.message}`);
  }
}

/** The first error that a listing reports in place of data. */
export function errorIn(text: string): string | undefined {
  const found = /^\s*\{"error":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return found?.replaceAll('\\"', '"');
}

export function toolFailed(args: readonly string[], reason: string, tool = "bpftool"): SnapshotError {
  const hint = /not permitted|Permission denied/.test(reason) ? "; reading BPF needs root" : "";
  return new SnapshotError("ToolFailed", `${tool} ${args.join(" ")}: ${reason}${hint}`, { fields: { tool, reason } });
}
