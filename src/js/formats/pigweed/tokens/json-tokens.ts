import { append } from "../../../base/append.ts";
import { decodeUtf8Lossy } from "../../../base/bytes.ts";
import { SnapshotError } from "../../../base/errors.ts";
import { parseJson } from "../../../base/json.ts";
import type { TokenEntry } from "./entry.ts";
import { IssueList } from "./issue-list.ts";
import type { TokenFile, TokenReadOptions } from "./token-database.ts";
import { DEFAULT_C_HASH_LENGTH, hashTokenText } from "./token-hash.ts";

/**
 * Reads a JSON array of strings (specification section 15): each gets the token of C code, limited to 128 characters,
 * and the one of C++. Upstream hashes code points here, so that text beyond ASCII does not match a device's tokens.
 * @throws SnapshotError `MalformedJson`, `MalformedTokenDatabase` for JSON that is no array
 */
export function readJsonTokens(bytes: Uint8Array, options: TokenReadOptions = {}): TokenFile {
  const value = parseJson(decodeUtf8Lossy(bytes));
  if (!Array.isArray(value)) {
    throw new SnapshotError(
      "MalformedTokenDatabase",
      "reading a token database as JSON: expected an array of strings",
      {
        format: "pigweed",
        offset: 0,
        fields: { reason: "not an array" },
      },
    );
  }
  const problems = new IssueList(options.name, options.strict ?? false);
  const entries: TokenEntry[] = [];
  value.forEach((string: unknown, i) => {
    if (typeof string === "string") append(entries, tokenize(string));
    else problems.add("MalformedTokenEntry", "reading a token database as JSON", "expected a string", i);
  });
  return { entries, issues: problems.issues };
}

/** The entries of a string: one, or two if it is longer than what C code hashes. */
export function tokenize(string: string, domain = ""): TokenEntry[] {
  const c = hashTokenText(string, DEFAULT_C_HASH_LENGTH);
  const whole = hashTokenText(string);
  const entries: TokenEntry[] = [{ token: c, domain, string, removed: null }];
  if (whole !== c) entries.push({ token: whole, domain, string, removed: null });
  return entries;
}
