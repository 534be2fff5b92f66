import { decodeUtf8Lossy } from "./bytes.ts";
import { readCString } from "./elf-file.ts";
import { SnapshotError } from "./errors.ts";

const MAGIC = "!<arch>\n";
const THIN_MAGIC = "!<thin>\n";
const HEADER_SIZE = 60;

export interface ArMember {
  readonly name: string;
  /** Of the contents, in the archive. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export function isAr(bytes: Uint8Array): boolean {
  return startsWith(bytes, MAGIC) || startsWith(bytes, THIN_MAGIC);
}

/**
 * Members of a static library, in order; the symbol index and the name table are not members. GNU (`/` and `//`) and
 * BSD (`#1/n`) long names are read. A thin archive has no contents of its own.
 * @throws SnapshotError `MalformedElf` at the first header that is not one; what came before has been yielded.
 */
export function* arMembers(bytes: Uint8Array): Generator<ArMember> {
  if (startsWith(bytes, THIN_MAGIC)) {
    throw new SnapshotError("Unsupported", "reading an archive: a thin archive holds no files, only their names", {
      offset: 0,
      fields: { feature: "thin archive" },
    });
  }
  if (!startsWith(bytes, MAGIC)) throw malformed("it does not start with !<arch>", 0);
  let longNames: Uint8Array = new Uint8Array(0);
  for (let at = MAGIC.length; at < bytes.length; ) {
    const { field, size } = readHeader(bytes, at);
    const start = at + HEADER_SIZE;
    const contents = bytes.subarray(start, start + size);
    if (field === "//") longNames = contents;
    else if (field !== "/" && field !== "/SYM64/") {
      const { name, skip } = memberName(field, contents, longNames);
      if (!name.startsWith("__.SYMDEF")) yield { name, offset: start + skip, bytes: contents.subarray(skip) };
    }
    at = start + size + (size & 1);
  }
}

function readHeader(bytes: Uint8Array, at: number): { field: string; size: number } {
  if (bytes.length - at < HEADER_SIZE) throw malformed("it ends inside a member's header", at);
  const header = decodeUtf8Lossy(bytes.subarray(at, at + HEADER_SIZE));
  const digits = header.slice(48, 58).trim();
  if (header.slice(58, 60) !== "`\n" || !/^\d+$/.test(digits)) throw malformed("a member's header is not one", at);
  const size = Number(digits);
  if (size > bytes.length - at - HEADER_SIZE) throw malformed(`a member of ${size} bytes runs past the end`, at);
  return { field: header.slice(0, 16).trimEnd(), size };
}

function memberName(field: string, contents: Uint8Array, longNames: Uint8Array): { name: string; skip: number } {
  const bsd = /^#1\/(\d+)$/.exec(field);
  if (bsd !== null) {
    const length = Math.min(Number(bsd[1]), contents.length);
    return { name: readCString(contents, 0, length), skip: length };
  }
  const gnu = /^\/(\d+)$/.exec(field);
  if (gnu === null) return { name: field.replace(/\/$/, ""), skip: 0 };
  const start = Number(gnu[1]);
  const stop = longNames.indexOf(0x0a, start);
  const name = decodeUtf8Lossy(longNames.subarray(start, stop < 0 ? longNames.length : stop));
  return { name: name.replace(/\/$/, ""), skip: 0 };
}

function startsWith(bytes: Uint8Array, magic: string): boolean {
  for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic.charCodeAt(i)) return false;
  return true;
}

function malformed(reason: string, offset: number): SnapshotError {
  return new SnapshotError("MalformedElf", `reading an archive: ${reason}`, { offset, fields: { reason } });
}
