import { isSnapshotError, SnapshotError } from "../../../base/errors.ts";
import type { Dialect } from "../dialect.ts";
import type { Selector, SourceText } from "../rules.ts";
import { parseInspectSelector } from "./inspect-selector.ts";
import { parseSnapshotSelector } from "./snapshot-selector.ts";

/**
 * Reads `INSPECT:…` or, in extended mode, `SNAPSHOT:…`.
 * @throws SnapshotError `SelectorSyntax` with an offset into the whole text.
 */
export function parseSelector(source: SourceText, dialect: Dialect): Selector {
  const full = source.text;
  const colon = full.indexOf(":");
  if (colon < 0) throw selectorError("Selector needs a :", 0);
  const type = full.slice(0, colon);
  const body = full.slice(colon + 1);
  const isSnapshot = type === "SNAPSHOT" && dialect.extended;
  if (type !== "INSPECT" && !isSnapshot) throw selectorError(`Invalid selector type '${type}' - must be INSPECT`, 0);
  try {
    if (isSnapshot) return { full, body, source, type: "SNAPSHOT", parsed: parseSnapshotSelector(body) };
    return { full, body, source, type: "INSPECT", parsed: parseInspectSelector(body) };
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    throw selectorError(error.message, colon + 1 + (error.offset ?? 0));
  }
}

function selectorError(message: string, offset: number): SnapshotError {
  return new SnapshotError("SelectorSyntax", message, { offset });
}
