import { createHash, type Hash } from "node:crypto";
import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  compareText,
  type FormatId,
  isSnapshotError,
  type NamedContent,
  type OpenOptions,
  openAll,
  type Snapshot,
  SnapshotError,
  toErrorReport,
} from "../js/index.ts";
import { fileContent, fileNotReadable, toWebStream } from "../js/platform/node.ts";
import type { Call } from "./command.ts";
import { type ExitStatus, statusOf, worseOf } from "./exit.ts";
import { expandGlob, isGlob } from "./glob.ts";

/** Files of a fleet that are opened by one call: one file, or a capture of several. */
interface FleetEntry {
  /** What messages call it. */
  readonly label: string;
  readonly paths: readonly string[];
  /** Found in a directory: if no format recognises it, it is left out with a note. */
  readonly isFound: boolean;
}

export interface FleetInput {
  readonly label: string;
  readonly snapshots: readonly Snapshot[];
  /** SHA-256 of the contents, in hex. */
  readonly contentHash: string;
}

/** What became of the files, counted while they go by. */
export interface FleetCounts {
  files: number;
  /** Files that no format recognises. */
  leftOut: number;
  /** Files that could not be read. */
  failed: number;
  status: ExitStatus;
}

/** A directory with one of these is one capture of several files. */
const MANIFESTS: readonly string[] = ["annotations.json", "capture.json", "inspect.json", "manifest.json"];
/** Files read ahead: enough to keep the disk busy while one is decoded. */
const AHEAD = 8;
/** Files left out that are named; further ones are counted. */
const SHOWN_PROBLEMS = 20;
/** Larger files are read as they are decoded. */
const WHOLE_BYTES = 4 * 1_048_576;

/**
 * Opens the files of operands and the directories below them one after the other, holding only a few at a time: what a
 * hundred thousand snapshots need. Each file is a capture of its own, but for directories that hold a manifest.
 */
export async function* openFleet(call: Call, open: OpenOptions, counts: FleetCounts): AsyncGenerator<FleetInput> {
  const total = await countFiles(call);
  const bar = call.progress("reading snapshots");
  const ahead: Promise<ReadEntry>[] = [];
  const { options, limits, signal } = call;
  const format = options.last("format") as FormatId | undefined;
  const decoding = { ...open, format, strict: options.flag("strict"), limits, signal };
  const decodeNext = async (): Promise<FleetInput | undefined> => {
    const entry = await ahead.shift()!;
    counts.files += entry.paths.length;
    const input = await decodeEntry(call, entry, decoding, counts);
    bar.count(counts.files, total, "files");
    return input;
  };
  try {
    for await (const entry of entriesOf(call)) {
      if (signal.aborted) return;
      ahead.push(readEntry(call, entry));
      const input = ahead.length < AHEAD ? undefined : await decodeNext();
      if (input !== undefined) yield input;
    }
    while (ahead.length > 0) {
      const input = await decodeNext();
      if (input !== undefined) yield input;
    }
  } finally {
    bar.end();
  }
}

interface ReadEntry extends FleetEntry {
  readonly contents: readonly NamedContent[];
  readonly hash: Hash;
  /** Why it could not be read. */
  readonly problem?: SnapshotError;
}

/** Never rejects: a problem is told when the file's turn has come. */
async function readEntry(call: Call, entry: FleetEntry): Promise<ReadEntry> {
  const hash = createHash("sha256");
  const contents: NamedContent[] = [];
  const maxBytes = call.limits.inputBytes;
  try {
    if (entry.label === "-")
      contents.push(
        hashedStream(
          toWebStream(() => call.host.stdin, "standard input"),
          "stdin",
          hash,
        ),
      );
    for (const path of entry.paths) contents.push(await hashedContent(path, hash, entry.paths.length > 1, maxBytes));
    return { ...entry, contents, hash };
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    return { ...entry, contents, hash, problem: error };
  }
}

async function decodeEntry(
  call: Call,
  { label, isFound, contents, hash, problem }: ReadEntry,
  options: OpenOptions,
  counts: FleetCounts,
): Promise<FleetInput | undefined> {
  try {
    if (problem !== undefined) throw problem;
    const snapshots = await openAll(contents, options);
    return { label, snapshots, contentHash: hash.digest("hex") };
  } catch (error) {
    if (!isSnapshotError(error) || error.code === "Cancelled") throw error;
    await leaveOut(call, label, error, isFound, counts);
    return undefined;
  }
}

/** A file that was named and cannot be opened is an error; one that was found in a directory is left out with a note. */
async function leaveOut(
  call: Call,
  label: string,
  error: SnapshotError,
  isFound: boolean,
  counts: FleetCounts,
): Promise<void> {
  const isUnknown = error.code === "UnknownFormat";
  if (!isFound && call.operands.length === 1) throw error;
  if (isUnknown) counts.leftOut++;
  else counts.failed++;
  if (!isFound) {
    await call.out.error(toErrorReport(error), label);
    counts.status = worseOf(counts.status, statusOf(error));
  } else if (counts.leftOut + counts.failed <= SHOWN_PROBLEMS) {
    call.out.warn(`${label}: left out: ${isUnknown ? "no format recognises it" : error.message}`);
  }
}

/** A copy is a copy whether it is packed or not. What cannot be unpacked here is left to the reader, which says why. */
function unpacked(stored: Uint8Array, maxBytes: number): Uint8Array {
  if (stored[0] !== 0x1f || stored[1] !== 0x8b) return stored;
  try {
    return gunzipSync(stored, { maxOutputLength: Math.min(maxBytes, WHOLE_BYTES) });
  } catch {
    return stored;
  }
}

async function hashedContent(path: string, hash: Hash, isPart: boolean, maxBytes: number): Promise<NamedContent> {
  const name = basename(path);
  const part = isPart ? { path: name } : {};
  const { size } = await stat(path).catch((error: unknown) => {
    throw fileNotReadable(path, error);
  });
  if (size > WHOLE_BYTES) return { ...hashedStream((await fileContent(path)).content, name, hash), ...part };
  const stored = await readFile(path).catch((error: unknown) => {
    throw fileNotReadable(path, error);
  });
  const bytes = unpacked(stored, maxBytes);
  hash.update(bytes);
  return { name, ...part, content: bytes };
}

function hashedStream(stream: ReadableStream<Uint8Array>, name: string, hash: Hash): NamedContent {
  const content = stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        hash.update(chunk);
        controller.enqueue(chunk);
      },
    }),
  );
  return { name, content };
}

// -- finding ----------------------------------------------------------------------------------------------------------

async function countFiles(call: Call): Promise<number> {
  let total = 0;
  for await (const { paths } of entriesOf(call)) total += paths.length;
  return total;
}

async function* entriesOf(call: Call): AsyncGenerator<FleetEntry> {
  for (const operand of call.operands) {
    if (operand === "-") {
      yield { label: "-", paths: [], isFound: false };
      continue;
    }
    const path = resolve(call.host.cwd, operand);
    const found = await stat(path).catch((error: unknown) => error as NodeJS.ErrnoException);
    if (found instanceof Error) {
      if (found.code !== "ENOENT" || !isGlob(operand)) throw fileNotReadable(operand, found);
      const matches = await expandGlob(operand, call.host.cwd);
      if (matches.length === 0) throw fileNotReadable(operand, new Error("no file matches the pattern"));
      for (const match of matches) yield { label: match, paths: [resolve(call.host.cwd, match)], isFound: false };
    } else if (found.isDirectory()) yield* entriesBelow(call, operand, path);
    else yield { label: operand, paths: [path], isFound: false };
  }
}

/** Directory by directory, names in code-unit order; links to directories are not entered. */
async function* entriesBelow(call: Call, operand: string, dir: string): AsyncGenerator<FleetEntry> {
  const waiting = [""];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (call.signal.aborted) throw new SnapshotError("Cancelled", `reading ${operand}: stopped by a signal`);
    const here = join(dir, at);
    const entries = await readdir(here, { withFileTypes: true }).catch((error: unknown) => {
      throw fileNotReadable(here, error);
    });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    waiting.push(
      ...folders
        .sort(compareText)
        .reverse()
        .map((name) => join(at ?? "", name)),
    );
    const names: string[] = [];
    for (const entry of entries) if (entry.isFile() || (await isLinkToFile(here, entry))) names.push(entry.name);
    names.sort(compareText);
    if (names.some((name) => MANIFESTS.includes(name))) {
      yield { label: join(operand, at), paths: names.map((name) => join(here, name)), isFound: true };
    } else {
      for (const name of names) yield { label: join(operand, at, name), paths: [join(here, name)], isFound: true };
    }
  }
}

async function isLinkToFile(dir: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return false;
  return stat(join(dir, entry.name)).then(
    (found) => found.isFile(),
    () => false,
  );
}
