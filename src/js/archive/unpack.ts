import { append } from "../base/append.ts";
import { isSnapshotError } from "../base/errors.ts";
import { type Issue, issueOf } from "../base/issue.ts";
import { type Limits, limitExceeded } from "../base/limits.ts";
import type { Inflated } from "./codec.ts";
import { baseName } from "./entry-name.ts";

/** A file as it was given; `path` is its place in a directory or archive. */
export interface PackedFile {
  readonly name: string;
  readonly path?: string;
  readonly bytes: Uint8Array;
}

export interface Unpacked {
  readonly files: readonly PackedFile[];
  readonly issues: readonly Issue[];
}

/**
 * Looks into gzip, zstd and zip by content, several layers deep. Other bytes come back as they are.
 * Damaged layers give what could be read and an issue.
 * @throws SnapshotError when a layer gives nothing at all.
 */
export async function unpack(file: PackedFile, limits: Limits): Promise<Unpacked> {
  const files: PackedFile[] = [];
  const issues: Issue[] = [];
  const waiting: { file: PackedFile; layer: number }[] = [{ file, layer: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { file: current, layer } = next;
    const kind = containerOf(current.bytes);
    if (kind === undefined) {
      files.push(current);
      continue;
    }
    if (layer >= limits.archiveLayers) {
      throw limitExceeded(
        "archiveLayers",
        limits.archiveLayers,
        layer + 1,
        `unpacking ${current.path ?? current.name}`,
      );
    }
    try {
      const opened = kind === "zip" ? await openZip(current, limits) : await inflate(kind, current, limits);
      append(issues, opened.issues);
      for (const inner of [...opened.files].reverse()) waiting.push({ file: inner, layer: layer + 1 });
    } catch (error) {
      if (!isSnapshotError(error) || layer === 0) throw error;
      issues.push(issueOf(error, { input: current.name }));
    }
  }
  return { files, issues };
}

/** True for a container of several files. */
export function isArchive(bytes: Uint8Array): boolean {
  return containerOf(bytes) === "zip";
}

type Container = "gzip" | "zstd" | "zip";

/** By the leading bytes; the codecs themselves load only when they are needed. */
function containerOf(bytes: Uint8Array): Container | undefined {
  if (bytes.length < 9) return undefined;
  const magic = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
  if (magic >>> 8 === 0x1f8b08 && (magic & 0xe0) === 0) return "gzip";
  if (magic === 0x28b52ffd) return "zstd";
  return magic === 0x504b0304 || magic === 0x504b0506 ? "zip" : undefined;
}

async function inflate(kind: "gzip" | "zstd", file: PackedFile, limits: Limits): Promise<Unpacked> {
  const { bytes, problem } = await inflateBy(kind, file.bytes, limits);
  if (problem === undefined) return { files: [{ ...file, bytes }], issues: [] };
  if (bytes.length === 0) throw problem;
  return { files: [{ ...file, bytes }], issues: [issueOf(problem, { input: file.name })] };
}

async function inflateBy(kind: "gzip" | "zstd", bytes: Uint8Array, limits: Limits): Promise<Inflated> {
  if (kind === "gzip") return (await import("./gunzip.ts")).gunzip(bytes, limits);
  return (await import("./zstd.ts")).unzstd(bytes, limits);
}

async function openZip(file: PackedFile, limits: Limits): Promise<Unpacked> {
  const { unzip } = await import("./unzip.ts");
  const { entries, issues } = unzip(file.bytes, limits);
  return {
    files: entries.map(({ path, bytes }) => ({ name: baseName(path), path, bytes })),
    issues: issues.map((issue) => ({ ...issue, input: file.name })),
  };
}
