import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compareText } from "../js/index.ts";

/** True when a word that names no file may be a pattern. */
export function isGlob(word: string): boolean {
  return /[*?[]/.test(word);
}

/** Files that a pattern of `*`, `?`, `[…]` and `**` matches, in code-unit order. Links to directories are not entered. */
export async function expandGlob(pattern: string, cwd: string): Promise<string[]> {
  const absolute = pattern.startsWith("/");
  const parts = pattern.split("/").filter((part) => part !== "" && part !== ".");
  const found: string[] = [];
  const visit = async (dir: string, shown: string, ix: number): Promise<void> => {
    const part = parts[ix]!;
    const last = ix === parts.length - 1;
    if (part === "..") return last ? undefined : visit(join(dir, part), `${shown}../`, ix + 1);
    if (part === "**" && !last) await visit(dir, shown, ix + 1);
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
    const matches = matcherOf(part);
    for (const entry of entries) {
      if (!matches(entry.name)) continue;
      if (entry.isDirectory()) {
        if (part === "**") await visit(join(dir, entry.name), `${shown}${entry.name}/`, ix);
        else if (!last) await visit(join(dir, entry.name), `${shown}${entry.name}/`, ix + 1);
      }
      if (last && !entry.isDirectory()) found.push(`${shown}${entry.name}`);
    }
  };
  if (parts.length > 0) await visit(absolute ? "/" : cwd, absolute ? "/" : "", 0);
  return [...new Set(found)].sort(compareText);
}

/** Names that start with a dot are matched only by a pattern that does. */
function matcherOf(part: string): (name: string) => boolean {
  const source = part.replace(/\[!/g, "[^").replace(/\[[^\]]+\]|[*?]+|[^*?[]+|\[/g, (piece) => {
    if (piece.length > 1 && piece.startsWith("[")) return piece.replaceAll("\\", "\\\\");
    if (/^[*?]+$/.test(piece))
      return piece.includes("*") ? `.{${piece.replaceAll("*", "").length},}` : `.{${piece.length}}`;
    return piece.replace(/[\\^$.|()[\]{}+]/g, "\\$&");
  });
  const expression = new RegExp(`^${source}$`, "su");
  return (name) => (part.startsWith(".") || !name.startsWith(".")) && expression.test(name);
}
