import { createHash, type Hash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  type FormatId,
  isSnapshotError,
  type NamedContent,
  type OpenOptions,
  openAll,
  type Snapshot,
  toErrorReport,
} from "../js/index.ts";
import { fileContent, fileNotReadable, toWebStream } from "../js/platform/node.ts";
import type { Call } from "./command.ts";
import { type ExitStatus, statusOf, worseOf } from "./exit.ts";
import { countFiles, entriesOf, type FleetEntry } from "./fleet-entries.ts";
import { tapped } from "./operands.ts";

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

/** Files left out that are named; further ones are counted. */
const SHOWN_PROBLEMS = 20;
/** Larger files are read as they are decoded. */
const WHOLE_BYTES = 4 * 1_048_576;

/**
 * Opens the files of operands and the directories below them one after the other, holding one at a time: what a hundred
 * thousand snapshots need. Each file is a capture of its own, but for directories that hold a manifest.
 */
export async function* openFleet(call: Call, open: OpenOptions, counts: FleetCounts): AsyncGenerator<FleetInput> {
  const total = await countFiles(call);
  const bar = call.progress("reading snapshots");
  const decoding = decodingOptions(call, open);
  try {
    for await (const entry of entriesOf(call)) {
      if (call.signal.aborted) return;
      const input = await openEntry(call, entry, decoding).catch((error: unknown) =>
        leaveOut(call, entry, error, counts),
      );
      counts.files += entry.paths.length;
      bar.count(counts.files, total, "files");
      if (input !== undefined) yield input;
      await nextTurn();
    }
  } finally {
    bar.end();
  }
}

/** Files are read and decoded in one go: signals are heard in between. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function decodingOptions({ options, limits, signal }: Call, open: OpenOptions): OpenOptions {
  const format = options.last("format") as FormatId | undefined;
  return { ...open, format, strict: options.flag("strict"), limits, signal };
}

/** @throws SnapshotError for what cannot be read or opened */
export async function openEntry(call: Call, entry: FleetEntry, options: OpenOptions): Promise<FleetInput> {
  const hash = createHash("sha256");
  const contents: NamedContent[] = [];
  if (entry.label === "-") contents.push(standardInput(call, hash));
  for (const path of entry.paths) {
    contents.push(await hashedContent(path, hash, entry.paths.length > 1, call.limits.inputBytes));
  }
  const snapshots = await openAll(contents, options);
  return { label: entry.label, snapshots, contentHash: hash.digest("hex") };
}

/**
 * A file that was named and cannot be opened is an error; one that was found in a directory is left out with a note.
 * @throws what is no fault of the file, and the error of the only operand
 */
export async function leaveOut(
  call: Call,
  { label, isFound }: FleetEntry,
  error: unknown,
  counts: FleetCounts,
): Promise<undefined> {
  if (!isSnapshotError(error) || error.code === "Cancelled") throw error;
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
  return undefined;
}

function standardInput(call: Call, hash: Hash): NamedContent {
  const stream = toWebStream(() => call.host.stdin, "standard input");
  return hashedStream(stream, "stdin", hash);
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

/** Small files are read at once: for many of them that takes a fraction of the time that promises take. */
async function hashedContent(path: string, hash: Hash, isPart: boolean, maxBytes: number): Promise<NamedContent> {
  const name = basename(path);
  const part = isPart ? { path: name } : {};
  const stored = readSmall(path);
  if (stored === undefined) return { ...hashedStream((await fileContent(path)).content, name, hash), ...part };
  const bytes = unpacked(stored, maxBytes);
  hash.update(bytes);
  return { name, ...part, content: bytes };
}

/** Undefined for what is large, or no file. */
function readSmall(path: string): Uint8Array | undefined {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= WHOLE_BYTES ? readFileSync(path) : undefined;
  } catch (error) {
    throw fileNotReadable(path, error);
  }
}

function hashedStream(stream: ReadableStream<Uint8Array>, name: string, hash: Hash): NamedContent {
  return { name, content: tapped(stream, (chunk) => hash.update(chunk)) };
}
