import { concatBytes, decodeUtf8Lossy } from "../../src/js/base/bytes.ts";
import { type Limits, withLimits } from "../../src/js/base/limits.ts";
import { attachPigweed, decodePigweed, renderPigweed } from "../../src/js/formats/pigweed/plugin.ts";
import type { Snapshot } from "../../src/js/model/snapshot.ts";
import { testCore } from "./core.ts";

const core = testCore();

/** Opens snapshot bytes as the plug-in does, lazy shapes included. */
export async function openPigweed(
  bytes: Uint8Array | readonly Uint8Array[],
  options: Record<string, unknown> = {},
  limits: Partial<Limits> = {},
): Promise<Snapshot> {
  const input = { name: "test.pb", bytes: bytes instanceof Uint8Array ? bytes : concatBytes(bytes) };
  const parts = decodePigweed(await core, input, { options, limits: withLimits(limits) });
  return { ...parts, ...attachPigweed(parts) };
}

/** The report as one string. */
export function reportText(...args: Parameters<typeof renderPigweed>): string {
  return decodeUtf8Lossy(concatBytes(renderPigweed(...args)));
}

/** The report without the banner of its first snapshot. */
export async function dumpPigweed(
  bytes: Uint8Array | readonly Uint8Array[],
  options: Record<string, unknown> = {},
  limits: Partial<Limits> = {},
): Promise<string> {
  const text = reportText(await openPigweed(bytes, options, limits), {
    strict: options["strict"] === true,
    ...options,
  });
  return text.slice(text.indexOf("/_____/\n\n") + "/_____/\n\n\n".length);
}
