import { encodeUtf8 } from "../../base/bytes.ts";

/** Bytes of a filed signature, prefix included. Source: specs/triage.md section 9.3. */
const MAX_LENGTH = 128;
export const UPSTREAM_PREFIX = "fuchsia-detect-";

export interface FiledSignature {
  readonly signature: string;
  /** What was changed, as log lines. */
  readonly notes: readonly SignatureNote[];
}

export interface SignatureNote {
  readonly kind: "sanitized" | "truncated";
  readonly text: string;
}

/**
 * The signature a report is filed under: letters a to z and `-` only, each other character a `-`; with a prefix, and
 * cut to 128 bytes.
 */
export function fileSignature(written: string, prefix: string = UPSTREAM_PREFIX): FiledSignature {
  const notes: SignatureNote[] = [];
  const clean = Array.from(written, (c) => (/^[a-z]$/.test(c) ? c : /^[A-Z]$/.test(c) ? c.toLowerCase() : "-")).join(
    "",
  );
  if (clean !== written) {
    notes.push({ kind: "sanitized", text: `Signature ${written} was sanitized to ${clean}` });
  }
  const long = prefix + clean;
  if (encodeUtf8(long).length <= MAX_LENGTH) return { signature: long, notes };
  const short = long.slice(0, MAX_LENGTH);
  notes.push({ kind: "truncated", text: `Signature '${long}' truncated to '${short}'` });
  return { signature: short, notes };
}
