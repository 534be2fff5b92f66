import { createHash, type Hash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  type FormatId,
  isSnapshotError,
  type NamedContent,
  type OpenOptions,
  openAll,
  type Snapshot,
  type SnapshotError,
  toErrorReport,
} from "../js/index.ts";
import { fileContent, fileNotReadable, toWebStream } from "../js/platform/node.ts";
import type { Call } from "./command.ts";
import { type ExitStatus, statusOf, worseOf } from "./exit.ts";
import { resolveOperands, tapped, walkDirectory } from "./operands.ts";

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
  return { name, content: tapped(stream, (chunk) => hash.update(chunk)) };
}

// -- finding ----------------------------------------------------------------------------------------------------------

async function countFiles(call: Call): Promise<number> {
  let total = 0;
  for await (const { paths } of entriesOf(call)) total += paths.length;
  return total;
}

async function* entriesOf(call: Call): AsyncGenerator<FleetEntry> {
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
