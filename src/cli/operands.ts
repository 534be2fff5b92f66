import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { compareText, SnapshotError } from "../js/index.ts";
import { fileNotReadable } from "../js/platform/node.ts";
import type { Call } from "./command.ts";
import { expandGlob, isGlob } from "./glob.ts";

/** What an operand names: standard input, a file, or a directory. A pattern names each file that it matches. */
export interface Operand {
  /** What messages call it: the operand, or the match of a pattern. */
  readonly label: string;
  /** On disk; undefined for standard input. */
  readonly path: string | undefined;
  readonly isDirectory: boolean;
}

/** @throws SnapshotError `FileNotReadable` when an operand names nothing. */
export async function* resolveOperands(call: Call, operands: readonly string[]): AsyncGenerator<Operand> {
  for (const operand of operands) {
    if (operand === "-") {
      yield { label: "-", path: undefined, isDirectory: false };
      continue;
    }
    const path = resolve(call.host.cwd, operand);
    const found = await stat(path).catch((error: unknown) => error as NodeJS.ErrnoException);
    if (!(found instanceof Error)) {
      yield { label: operand, path, isDirectory: found.isDirectory() };
      continue;
    }
    if (found.code !== "ENOENT" || !isGlob(operand)) throw fileNotReadable(operand, found);
    const matches = await expandGlob(operand, call.host.cwd);
    if (matches.length === 0) throw fileNotReadable(operand, new Error("no file matches the pattern"));
    for (const match of matches) yield { label: match, path: resolve(call.host.cwd, match), isDirectory: false };
  }
}

/**
 * The directories at and below `dir`, each with the names of its files, in code-unit order. Links to directories are not
 * entered. @throws SnapshotError `FileNotReadable`, `Cancelled`
 */
export async function* walkDirectory(
  call: Call,
  dir: string,
): AsyncGenerator<{ readonly relative: string; readonly names: readonly string[] }> {
  const waiting = [""];
  for (let relative = waiting.pop(); relative !== undefined; relative = waiting.pop()) {
    if (call.signal.aborted) throw new SnapshotError("Cancelled", `reading ${dir}: stopped by a signal`);
    const here = join(dir, relative);
    const entries = await readdir(here, { withFileTypes: true }).catch((error: unknown) => {
      throw fileNotReadable(here, error);
    });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const name of folders.sort(compareText).reverse()) waiting.push(below(relative, name));
    const names: string[] = [];
    for (const entry of entries) if (entry.isFile() || (await isLinkToFile(here, entry))) names.push(entry.name);
    yield { relative, names: names.sort(compareText) };
  }
}

/** The path of a file of a walked directory, relative to where the walk began. */
export function below(relative: string, name: string): string {
  return relative === "" ? name : `${relative}/${name}`;
}

/** The same stream; `see` is shown each chunk as it goes by. */
export function tapped(
  stream: ReadableStream<Uint8Array>,
  see: (chunk: Uint8Array) => void,
): ReadableStream<Uint8Array> {
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        see(chunk);
        controller.enqueue(chunk);
      },
    }),
  );
}

async function isLinkToFile(dir: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return false;
  return stat(join(dir, entry.name)).then(
    (found) => found.isFile(),
    () => false,
  );
}
