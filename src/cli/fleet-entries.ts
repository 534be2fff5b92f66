import { basename, join } from "node:path";
import type { Call } from "./command.ts";
import { resolveOperands, walkDirectory } from "./operands.ts";

/** Files of a fleet that are opened by one call: one file, or a capture of several. */
export interface FleetEntry {
  /** What messages call it. */
  readonly label: string;
  /** None for standard input. */
  readonly paths: readonly string[];
  /** Found in a directory: if no format recognises it, it is left out with a note. */
  readonly isFound: boolean;
}

/** A directory with one of these is one capture of several files. */
const MANIFESTS: readonly string[] = ["annotations.json", "capture.json", "inspect.json", "manifest.json"];

export async function countFiles(call: Call): Promise<number> {
  let total = 0;
  for await (const { paths } of entriesOf(call)) total += paths.length;
  return total;
}

/** The files of the operands, and those of the directories below them. */
export async function* entriesOf(call: Call): AsyncGenerator<FleetEntry> {
  for await (const { label, path, isDirectory } of resolveOperands(call, call.operands)) {
    if (path === undefined) yield { label, paths: [], isFound: false };
    else if (!isDirectory) yield { label, paths: [path], isFound: false };
    else yield* entriesBelow(call, label, path);
  }
}

async function* entriesBelow(call: Call, operand: string, dir: string): AsyncGenerator<FleetEntry> {
  for await (const { relative, names } of walkDirectory(call, dir)) {
    const paths = names.map((name) => join(dir, relative, name));
    if (names.some((name) => MANIFESTS.includes(name))) yield { label: join(operand, relative), paths, isFound: true };
    else
      for (const path of paths) yield { label: join(operand, relative, basename(path)), paths: [path], isFound: true };
  }
}
