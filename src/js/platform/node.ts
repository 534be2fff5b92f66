import { createReadStream, type Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { SnapshotError } from "../base/errors.ts";

/** A file of the file system as content with a name; read when the stream is. */
export interface FileContent {
  readonly name: string;
  readonly byteLength: number;
  readonly content: ReadableStream<Uint8Array>;
}

/** A file to be opened: its bytes, or a stream of them. */
export interface OpenableFile extends Omit<FileContent, "content"> {
  readonly content: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

/** Regular files up to this size are read at once; a stream is collected in memory that grows by copying. */
const WHOLE_BYTES = 64 * 1_048_576;

/** @throws SnapshotError `FileNotReadable` for what is not a readable file. */
export async function openableFile(path: string): Promise<OpenableFile> {
  const found = await statFile(path);
  if (!found.isFile() || found.size > WHOLE_BYTES) return fileContent(path);
  const content = await readFile(path).catch((error: unknown) => {
    throw fileNotReadable(path, error);
  });
  return { name: basename(path), byteLength: content.length, content };
}

async function statFile(path: string): Promise<Stats> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileNotReadable(path, error);
  });
  if (found.isDirectory()) throw fileNotReadable(path, new Error("it is a directory"));
  return found;
}

/** @throws SnapshotError `FileNotReadable` for what is not a readable file. */
export async function fileContent(path: string): Promise<FileContent> {
  const found = await statFile(path);
  const content = toWebStream(() => createReadStream(path, { highWaterMark: 1_048_576 }), path);
  return { name: basename(path), byteLength: found.size, content };
}

/** Bytes of a Node stream, opened when they are asked for; its errors become `FileNotReadable`. */
export function toWebStream(open: () => Readable, path: string): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream({
    async pull(controller) {
      chunks ??= open()[Symbol.asyncIterator]();
      const next = await chunks.next().catch((error: unknown) => {
        throw fileNotReadable(path, error);
      });
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: async () => void (await chunks?.return?.()),
  });
}

export function fileNotReadable(path: string, error: unknown): SnapshotError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const known: Record<string, string> = {
    ENOENT: "it does not exist",
    EACCES: "permission denied",
    EISDIR: "it is a directory",
  };
  const reason = known[code ?? ""] ?? (error instanceof Error ? error.message : String(error));
  return new SnapshotError("FileNotReadable", `reading ${path}: ${reason}`, { fields: { file: path, reason } });
}
