import { crc32 } from "../base/crc32.ts";
import { SnapshotError } from "../base/errors.ts";
import { type Issue, issueOf } from "../base/issue.ts";
import { type Limits, limitExceeded } from "../base/limits.ts";
import type { Inflated } from "./codec.ts";
import { safeEntryName } from "./entry-name.ts";
import { inflateRaw } from "./gunzip.ts";
import { contentStart, corruptZip, readDirectory, type ZipRecord } from "./zip-directory.ts";

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;

export interface ZipEntry {
  /** Harmless relative path. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Unzipped {
  readonly entries: readonly ZipEntry[];
  readonly issues: readonly Issue[];
}

/**
 * Reads the files of a zip archive. Links, encrypted and overlapping entries are left out with an issue; of equal
 * names the last stays. All files together are held to the input limits.
 * @throws SnapshotError `CorruptZip` when no entry can be found, `Unsupported` for ZIP64.
 */
export function unzip(bytes: Uint8Array, limits: Limits): Unzipped {
  const { records, problem } = readDirectory(bytes, limits.archiveEntries);
  if (problem !== undefined && records.length === 0) throw problem;
  const issues: Issue[] = problem === undefined ? [] : [issueOf(problem)];
  const files = new Map<string, Uint8Array>();
  const claims: [from: number, to: number][] = [];
  let left = limits.inputBytes;
  for (const [ix, record] of records.entries()) {
    if (record.name.endsWith("/")) continue;
    try {
      if (ix >= limits.archiveEntries)
        throw limitExceeded("archiveEntries", limits.archiveEntries, ix + 1, "unpacking a zip");
      const path = acceptedName(record);
      const packed = claimContent(bytes, record, claims);
      const inflated = unpackEntry(packed, record, { ...limits, inputBytes: left });
      if (files.has(path)) issues.push(issueOf(skipped("a later entry has the same name"), { path }));
      files.set(path, inflated.bytes);
      left -= inflated.bytes.length;
      if (inflated.problem !== undefined) issues.push(issueOf(inflated.problem, { path }));
      if (inflated.problem?.limit !== undefined) break;
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      issues.push(issueOf(error, { path: record.name }));
      if (error.limit !== undefined) break;
    }
  }
  return { entries: [...files].map(([path, content]) => ({ path, bytes: content })), issues };
}

function acceptedName({ name, isLink, flags }: ZipRecord): string {
  if (isLink) throw skipped("it is a link");
  if ((flags & ENCRYPTED) !== 0) throw skipped("it is encrypted");
  const path = safeEntryName(name);
  if (path === undefined) throw skipped("it has no usable name");
  return path;
}

/** The packed bytes of an entry, if no other entry has claimed them. */
function claimContent(bytes: Uint8Array, record: ZipRecord, claims: [number, number][]): Uint8Array {
  const from = contentStart(bytes, record);
  if (from === undefined) throw corruptZip("the entry's own header is missing", record.offset);
  const to = from + record.packedSize;
  if (to > bytes.length) throw corruptZip(`${record.packedSize} bytes run past the end`, from);
  if (claims.some(([a, b]) => record.offset < b && a < to)) throw skipped("it overlaps another entry");
  claims.push([record.offset, to]);
  return bytes.subarray(from, to);
}

function unpackEntry(packed: Uint8Array, record: ZipRecord, limits: Limits): Inflated {
  const { method, size, crc } = record;
  if (method !== STORED && method !== DEFLATED) throw skipped(`its compression method ${method} is not supported`);
  if (method === STORED && packed.length > limits.inputBytes) {
    throw limitExceeded("inputBytes", limits.inputBytes, packed.length, "unpacking a zip");
  }
  const inflated = method === STORED ? { bytes: packed } : inflateRaw(packed, limits, size);
  if ("problem" in inflated) return inflated;
  const { bytes } = inflated;
  const { offset } = record;
  if (bytes.length !== size) return { bytes, problem: corruptZip(`${bytes.length} bytes instead of ${size}`, offset) };
  return crc32(bytes) === crc ? { bytes } : { bytes, problem: corruptZip("the check sum differs", offset) };
}

function skipped(reason: string): SnapshotError {
  return new SnapshotError("SkippedEntry", `left out: ${reason}`, { fields: { reason } });
}
