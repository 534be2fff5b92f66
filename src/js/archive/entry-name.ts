/**
 * The path of an archive entry made harmless: relative, `/` between parts, no part that is empty, `.`, `..`, a drive
 * or has control characters. What was written may point anywhere; what comes out stays below the archive.
 * @returns undefined when nothing is left.
 */
export function safeEntryName(written: string): string | undefined {
  const parts = written
    .replaceAll("\\", "/")
    .replace(/^[A-Za-z]:/, "")
    .split("/")
    .map((part) => part.replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "_"))
    .filter((part) => part !== "" && part !== "." && part !== "..");
  return parts.length === 0 ? undefined : parts.join("/");
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
