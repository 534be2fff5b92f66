import { createHash, type Hash } from "node:crypto";
import { open as openHandle } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  compareText,
  type FormatId,
  groupFiles,
  HEAD_BYTES,
  isSnapshotError,
  type NamedContent,
  type OpenOptions,
  openAll,
  type Snapshot,
  SnapshotError,
  toErrorReport,
} from "../js/index.ts";
import { fileNotReadable, openableFile, toWebStream } from "../js/platform/node.ts";
import type { Call } from "./command.ts";
import { EXIT, type ExitStatus, statusOf, worseOf } from "./exit.ts";
import { below, resolveOperands, tapped, walkDirectory } from "./operands.ts";

/** Files that are opened together: a single file, or the files of one capture in a directory. */
export interface InputSet {
  /** What messages call it: the operand, or the path of a file below it. */
  readonly label: string;
  readonly paths: readonly InputPath[];
}

interface InputPath {
  /** On disk; undefined for stdin. */
  readonly path: string | undefined;
  /** Relative to the directory that was given. */
  readonly relative?: string;
}

export interface OpenedInput {
  readonly label: string;
  readonly snapshots: readonly Snapshot[];
  /** SHA-256 of each file as it is on disk, in hex; only with `hash`. */
  readonly digests: readonly { readonly name: string; readonly byteLength: number; readonly sha256: string }[];
}

export interface InputOptions {
  /** Options of the formats, passed to `open`. */
  readonly open?: OpenOptions;
  readonly hash?: boolean;
}

/**
 * Opens what the operands name, one set after the other, and hands each to `use`. An error of one set among several is
 * printed with its name and the others go on; the gravest status wins. A snapshot whose issues say that a limit was hit
 * makes the status 4.
 */
export async function forEachInput(
  call: Call,
  operands: readonly string[],
  options: InputOptions,
  use: (input: OpenedInput) => Promise<ExitStatus | undefined>,
): Promise<ExitStatus> {
  const sets = await expandOperands(call, operands);
  let status: ExitStatus = EXIT.ok;
  for (const set of sets) {
    if (call.signal.aborted) break;
    try {
      const opened = await openInput(call, set, options);
      status = worseOf(status, (await use(opened)) ?? EXIT.ok);
      status = worseOf(status, limitStatus(opened.snapshots));
    } catch (error) {
      if (sets.length === 1 || !isSnapshotError(error) || error.code === "Cancelled") throw error;
      await call.out.error(toErrorReport(error), set.label);
      status = worseOf(status, statusOf(error));
    }
  }
  return status;
}

/** Opens everything the operands name as one call, for verbs that need all snapshots at once. */
export async function openTogether(
  call: Call,
  operands: readonly string[],
  options: InputOptions = {},
): Promise<OpenedInput> {
  const sets = await expandOperands(call, operands);
  return openInput(call, { label: operands.join(" "), paths: sets.flatMap((set) => set.paths) }, options);
}

export async function openInput(call: Call, set: InputSet, options: InputOptions = {}): Promise<OpenedInput> {
  const bar = call.progress("reading");
  const hashes: { name: string; hash: Hash; byteLength: number }[] = [];
  try {
    const contents: NamedContent[] = [];
    let totalBytes = 0;
    for (const path of set.paths) {
      const { byteLength, ...named } = await contentOf(call, path);
      totalBytes += byteLength;
      contents.push(options.hash === true ? hashed(named, hashes) : named);
    }
    const snapshots = await openAll(contents, {
      ...options.open,
      format: call.options.last("format") as FormatId | undefined,
      strict: call.options.flag("strict"),
      limits: call.limits,
      signal: call.signal,
      progress: ({ doneBytes, totalBytes: total, stage }) =>
        bar.update(doneBytes, total === 0 ? totalBytes : total, stage),
    });
    const digests = hashes.map(({ name, hash, byteLength }) => ({ name, byteLength, sha256: hash.digest("hex") }));
    return { label: set.label, snapshots, digests };
  } finally {
    bar.end();
  }
}

/** Every operand as sets of files. @throws SnapshotError `FileNotReadable` when an operand names nothing. */
async function expandOperands(call: Call, operands: readonly string[]): Promise<InputSet[]> {
  const sets: InputSet[] = [];
  for await (const { label, path, isDirectory } of resolveOperands(call, operands)) {
    if (path === undefined || !isDirectory) sets.push({ label, paths: [{ path }] });
    else for (const set of await expandDirectory(call, label, path)) sets.push(set);
  }
  return sets;
}

/** The snapshots of a directory: captures of several files as one set each, all other recognised files one by one. */
async function expandDirectory(call: Call, operand: string, dir: string): Promise<InputSet[]> {
  const files = await listFiles(call, dir);
  if (files.length === 0) throw fileNotReadable(operand, new Error("the directory has no files"));
  const heads: { bytes: Uint8Array; byteLength: number }[] = [];
  for (const relative of files) heads.push(await readHead(join(dir, relative)));
  const named = files.map((relative, ix) => ({ name: basename(relative), path: relative, ...heads[ix]! }));
  const { groups, rest } = await groupFiles(named, {
    format: call.options.last("format") as FormatId | undefined,
    limits: call.limits,
  });
  for (const ix of rest) call.out.warn(`${join(operand, files[ix]!)}: left out: no format recognises it`);
  if (groups.length === 0) {
    throw new SnapshotError(
      "UnknownFormat",
      `reading ${operand}: no format recognises any of its ${files.length} files`,
      {
        fields: { candidates: [] },
      },
    );
  }
  return groups.map((members) => ({
    label: members.length === 1 ? join(operand, files[members[0]!]!) : operand,
    paths: members.map((ix) => ({ path: join(dir, files[ix]!), relative: files[ix]! })),
  }));
}

/** Relative paths of the files below a directory in code-unit order. Links to directories are not entered. */
export async function listFiles(call: Call, dir: string): Promise<string[]> {
  const most = call.limits.archiveEntries;
  const files: string[] = [];
  for await (const { relative, names } of walkDirectory(call, dir)) {
    for (const name of names) files.push(below(relative, name));
    if (files.length > most) {
      throw new SnapshotError("LimitExceeded", `reading ${dir}: more files than the limit archiveEntries=${most}`, {
        limit: { name: "archiveEntries", max: most, actual: files.length },
      });
    }
  }
  return files.sort(compareText);
}

async function readHead(path: string): Promise<{ bytes: Uint8Array; byteLength: number }> {
  const handle = await openHandle(path).catch((error: unknown) => {
    throw fileNotReadable(path, error);
  });
  try {
    const { size } = await handle.stat();
    // Four heads' worth, so that a compressed file still gives a whole head.
    const { bytesRead, buffer } = await handle.read(new Uint8Array(4 * HEAD_BYTES), 0, 4 * HEAD_BYTES, 0);
    return { bytes: buffer.subarray(0, bytesRead), byteLength: size };
  } finally {
    await handle.close();
  }
}

async function contentOf(call: Call, { path, relative }: InputPath): Promise<NamedContent & { byteLength: number }> {
  if (path === undefined) {
    if (call.host.stdin.isTTY === true) call.out.note("reading standard input; end it with Ctrl-D");
    return { name: "stdin", content: toWebStream(() => call.host.stdin, "standard input"), byteLength: 0 };
  }
  const file = await openableFile(path);
  return { ...file, ...(relative !== undefined && { path: relative }) };
}

function hashed(named: NamedContent, hashes: { name: string; hash: Hash; byteLength: number }[]): NamedContent {
  const entry = { name: named.path ?? named.name, hash: createHash("sha256"), byteLength: 0 };
  hashes.push(entry);
  const see = (chunk: Uint8Array): void => {
    entry.hash.update(chunk);
    entry.byteLength += chunk.length;
  };
  if (named.content instanceof ReadableStream) return { ...named, content: tapped(named.content, see) };
  see(named.content as Uint8Array);
  return named;
}

/** Status 4 where an issue says that a limit was hit. */
export function limitStatus(snapshots: readonly Snapshot[]): ExitStatus {
  const hit = snapshots.some(({ issues }) => issues.some((issue) => issue.code === "LimitExceeded"));
  return hit ? EXIT.limit : EXIT.ok;
}
