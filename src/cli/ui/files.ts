import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { compareText, SnapshotError } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import type { Call } from "../command.ts";
import { expandGlob, isGlob } from "../glob.ts";

/** A file that the app may fetch, and no other. */
export interface ServedFile {
  /** Unique; what the app shows. */
  readonly name: string;
  readonly path: string;
}

/** The files that the operands name, folders walked. @throws SnapshotError `FileNotReadable`, `LimitExceeded` */
export async function listServed(call: Call): Promise<ServedFile[]> {
  const paths: string[] = [];
  for (const operand of call.operands) {
    for (const path of await expand(call, operand)) {
      if (!paths.includes(path)) paths.push(path);
      if (paths.length > call.limits.archiveEntries) throw tooMany(operand, call.limits.archiveEntries);
    }
  }
  return paths.map((path, ix) => ({ path, name: nameOf(path, ix, paths) }));
}

async function expand(call: Call, operand: string): Promise<readonly string[]> {
  const path = resolve(call.host.cwd, operand);
  const found = await stat(path).catch((error: unknown) => error as NodeJS.ErrnoException);
  if (found instanceof Error) {
    const matches = isGlob(operand) ? await expandGlob(operand, call.host.cwd) : [];
    if (matches.length === 0) throw fileNotReadable(operand, found);
    return matches.map((match) => resolve(call.host.cwd, match));
  }
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort(compareText);
}

/** The last part of the path; with a number before it where two are equal. */
function nameOf(path: string, ix: number, all: readonly string[]): string {
  const last = (one: string): string => one.slice(one.lastIndexOf("/") + 1);
  const isUnique = all.filter((other) => last(other) === last(path)).length === 1;
  return isUnique ? last(path) : `${ix + 1}-${last(path)}`;
}

function tooMany(operand: string, max: number): SnapshotError {
  return new SnapshotError("LimitExceeded", `reading ${operand}: more files than the limit archiveEntries=${max}`, {
    limit: { name: "archiveEntries", max, actual: max + 1 },
  });
}
