import { encodeUtf8 } from "./base/bytes.ts";
import { parseJson5, toPlainJson } from "./base/json5.ts";
import { type Limits, withLimits } from "./base/limits.ts";
import { attachInspect, decodeInspectSnapshot } from "./formats/inspect/plugin.ts";
import type { Snapshot } from "./model/snapshot.ts";

export interface InspectOpenOptions {
  readonly limits?: Partial<Limits>;
  /** Also reads elements without `metadata`, and `path` for `moniker`, as snapshots of 2020 have them. */
  readonly legacy?: boolean;
}

/**
 * Opens the files of one device snapshot by name (`inspect.json`, `annotations.json`, `log.kernel.txt`, …) at once;
 * nothing here needs Wasm. What could not be read is in the issues.
 */
export function openInspect(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: InspectOpenOptions = {},
): Snapshot {
  const inputs = Object.entries(files).map(([name, content]) => ({
    name,
    bytes: typeof content === "string" ? encodeUtf8(content) : content,
  }));
  const { limits, ...rest } = options;
  const parts = decodeInspectSnapshot(inputs, { limits: withLimits(limits), options: rest });
  return { ...parts, ...attachInspect(parts) };
}

/**
 * Opens the `inspect` of a trial: an array as inspect.json has it, written in JSON5. Numbers keep their kind.
 * @throws SnapshotError `MalformedJson`, `LimitExceeded`
 */
export function openTrialInspect(json5: string, limits: Partial<Limits> = {}): Snapshot {
  const text = toPlainJson(parseJson5(json5, withLimits(limits).depth));
  return openInspect({ "inspect.json": text }, { limits });
}
