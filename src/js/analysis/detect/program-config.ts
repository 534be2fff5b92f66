import { isSnapshotError, SnapshotError } from "../../base/errors.ts";
import { parseJson5 } from "../../base/json5.ts";
import { withLimits } from "../../base/limits.ts";

/** What config.json beside the rules says. */
export interface ProgramConfig {
  readonly filing: boolean;
}

/**
 * Reads config.json (JSON5); without it nothing is filed.
 * @throws SnapshotError `InvalidRules` with the text of Fuchsia's tool
 */
export function parseProgramConfig(text: string | undefined): ProgramConfig {
  if (text === undefined) return { filing: false };
  try {
    const root = parseJson5(text, withLimits().depth);
    if (root.kind !== "object") throw refuse("invalid type, expected a map");
    let filing = false;
    for (const { key, value } of root.members) {
      if (key !== "enable_filing" || value.kind === "null") continue;
      if (value.kind !== "boolean") throw refuse("invalid type of `enable_filing`, expected a boolean");
      filing = value.value;
    }
    return { filing };
  } catch (error) {
    if (isSnapshotError(error) && error.code !== "InvalidRules") throw refuse(error.message);
    throw error;
  }
}

function refuse(reason: string): SnapshotError {
  const message = `Error loading program config: Program config format error: ${reason}`;
  return new SnapshotError("InvalidRules", message, { fields: { file: "config.json" } });
}
