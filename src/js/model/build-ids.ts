import type { Issue } from "../base/issue.ts";
import type { SymbolImage, SymbolSource } from "./symbols.ts";

/** Artifacts that a miss names. */
const SHOWN = 5;

/**
 * An issue that names both build IDs when an image chosen by hand is not the snapshot's; undefined when they agree or
 * one of them is not known.
 */
export function compareBuildIds(wanted: string | undefined, image: SymbolImage): Issue | undefined {
  const found = image.buildId;
  if (wanted === undefined || wanted === "" || found === undefined || found === wanted) return undefined;
  return {
    code: "BuildIdMismatch",
    severity: "warning",
    message: `the snapshot is of build ${wanted}, but ${image.name} is of build ${found}: names and lines may be wrong`,
    input: image.name,
  };
}

/** An issue that names the build ID that was looked for and those that there are. */
export function artifactNotFound(wanted: string, { available = [] }: SymbolSource): Issue {
  const shown = available.slice(0, SHOWN).join(", ");
  const more = available.length > SHOWN ? ` and ${available.length - SHOWN} more` : "";
  const there = available.length === 0 ? "" : `; there are ${shown}${more}`;
  const what =
    wanted === "" ? "the snapshot has no build id, so no symbols are chosen" : `no artifact has build id ${wanted}`;
  return { code: "ArtifactNotFound", severity: "warning", message: `${what}${there}` };
}
