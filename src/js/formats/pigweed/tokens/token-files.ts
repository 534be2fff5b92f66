import { isBinaryTokens, readBinaryTokens } from "./binary-tokens.ts";
import { readCsvTokens } from "./csv-tokens.ts";
import { isElfOrArchive, readElfTokens } from "./elf-tokens.ts";
import { readJsonTokens } from "./json-tokens.ts";
import { mergeTokens, type TokenDatabase, type TokenFile, type TokenReadOptions } from "./token-database.ts";

/** A file that holds tokens. Its name decides only whether it may be JSON. */
export interface TokenInput {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type TokenFileKind = "elf" | "json" | "binary" | "csv";

const DIRECTORY_SUFFIX = ".pw_tokenizer.csv";

/** How upstream would read a file of that name and content (specification section 15). */
export function detectTokenFile(name: string, bytes: Uint8Array): TokenFileKind {
  if (isElfOrArchive(bytes)) return "elf";
  if (name.endsWith(".json")) return "json";
  return isBinaryTokens(bytes) ? "binary" : "csv";
}

/**
 * Reads one token file of any kind.
 * @throws SnapshotError `MalformedTokenDatabase` or `MalformedJson` if nothing in it can be read
 */
export function readTokenFile(input: TokenInput, options: TokenReadOptions = {}): TokenFile {
  const named = { name: input.name, ...options };
  switch (detectTokenFile(input.name, input.bytes)) {
    case "elf":
      return readElfTokens(input.bytes, named);
    case "json":
      return readJsonTokens(input.bytes, named);
    case "binary":
      return readBinaryTokens(input.bytes, named);
    case "csv":
      return readCsvTokens(input.bytes, named);
  }
}

/**
 * One database of any number of files.
 * @throws SnapshotError as `readTokenFile`
 */
export function loadTokens(inputs: readonly TokenInput[], options: TokenReadOptions = {}): TokenDatabase {
  return mergeTokens(inputs.map((input) => readTokenFile(input, options)));
}

/**
 * Whether a file of a directory database belongs to it: only `*.pw_tokenizer.csv` directly inside.
 * @param path relative to the directory, with `/`
 */
export function isDirectoryTokenFile(path: string): boolean {
  return path.endsWith(DIRECTORY_SUFFIX) && !path.includes("/");
}
