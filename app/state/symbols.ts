import type { ArtifactSet } from "coldframe/symbols";
import type { Companion } from "./types.ts";

let kept: { companions: readonly Companion[]; set: Promise<ArtifactSet | undefined> } | undefined;

/** The images that were dropped, opened once for each list of them; undefined where there is none. */
export function loadedSymbols(companions: readonly Companion[]): Promise<ArtifactSet | undefined> {
  if (kept?.companions !== companions) kept = { companions, set: load(companions) };
  return kept.set;
}

async function load(companions: readonly Companion[]): Promise<ArtifactSet | undefined> {
  const files = companions.filter(({ kind }) => kind === "symbols");
  if (files.length === 0) return undefined;
  const { loadArtifacts } = await import("coldframe/symbols");
  return (await loadArtifacts(files.map(({ name, bytes }) => ({ name, bytes })))).set;
}
