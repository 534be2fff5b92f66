import { decodeUtf8Lossy } from "../../base/bytes.ts";

/** Members that Inspect elements have and hardly anything else does. */
const ELEMENT = /"(?:moniker|payload|data_source|contents|component_url|path)"\s*:/g;

/**
 * inspect.json is an array of objects with `moniker` and `payload`; annotations.json and the logs of a device snapshot
 * are recognised by name only, and weakly: alone they say little.
 */
export function probeInspect(head: Uint8Array, _byteLength: number, name?: string): number {
  const text = decodeUtf8Lossy(head).trimStart();
  if (/^\[\s*\{/.test(text)) {
    const members = new Set(Array.from(text.matchAll(ELEMENT), (match) => match[0]));
    if (members.size >= 2) return 95;
    return members.size === 1 ? 60 : name === "inspect.json" ? 50 : 5;
  }
  if (/^\[\s*\]/.test(text)) return name === "inspect.json" ? 80 : 15;
  if (name === "annotations.json" && text.startsWith("{")) return 50;
  return name !== undefined && /^log\.(?:kernel|system|system\.previous_boot)\.txt$/.test(name) ? 50 : 0;
}
