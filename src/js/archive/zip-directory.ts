import { decodeUtf8 } from "../base/bytes.ts";
import { SnapshotError } from "../base/errors.ts";

// APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.9 (data descriptor), 4.3.12 (central header), 4.3.16 (end).
const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const ZIP64 = 0xffffffff;
const SIZES_FOLLOW = 8;
/** "Version made by" of Unix: then the upper half of the external attributes is the mode. */
const UNIX = 3;
const LINK_MODE = 0o12;

export interface ZipRecord {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Of the local header. */
  readonly offset: number;
  readonly isLink: boolean;
  /** As the archive spells it; hostile. */
  readonly name: string;
}

export interface ZipDirectory {
  readonly records: readonly ZipRecord[];
  /** Why these may not be all. */
  readonly problem?: SnapshotError;
}

/** The magic of a local entry or of an archive without any. */
export function isZip(bytes: Uint8Array): boolean {
  if (bytes.length < END_BYTES) return false;
  const magic = viewOf(bytes).getUint32(0, true);
  return magic === LOCAL || magic === END;
}

/** The central directory; where that is damaged or cut off, the local headers from the front. */
export function readDirectory(bytes: Uint8Array, maxEntries: number): ZipDirectory {
  const view = viewOf(bytes);
  try {
    return { records: readCentral(bytes, view, maxEntries) };
  } catch (error) {
    if (!(error instanceof SnapshotError) || error.code !== "CorruptZip") throw error;
    return { records: readLocals(bytes, view, maxEntries), problem: error };
  }
}

/** Where an entry's packed bytes start, or undefined when its local header is not there. */
export function contentStart(bytes: Uint8Array, { offset }: ZipRecord): number | undefined {
  const view = viewOf(bytes);
  if (offset + LOCAL_BYTES > bytes.length || view.getUint32(offset, true) !== LOCAL) return undefined;
  return offset + LOCAL_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
}

function readCentral(bytes: Uint8Array, view: DataView, maxEntries: number): ZipRecord[] {
  const end = findEnd(view);
  let at = view.getUint32(end + 16, true);
  if (at === ZIP64)
    throw new SnapshotError("Unsupported", "unpacking a zip: it is ZIP64", { fields: { feature: "ZIP64" } });
  const declared = Math.min(view.getUint16(end + 10, true), maxEntries + 1);
  const records: ZipRecord[] = [];
  for (let i = 0; i < declared; i++) {
    if (at + CENTRAL_BYTES > bytes.length || view.getUint32(at, true) !== CENTRAL) {
      throw corruptZip(`entry ${i} is not in the central directory`, at);
    }
    const nameLength = view.getUint16(at + 28, true);
    records.push({
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
      isLink: view.getUint8(at + 5) === UNIX && view.getUint32(at + 38, true) >>> 28 === LINK_MODE,
      name: decodeName(bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength)),
    });
    at += CENTRAL_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return records;
}

/** The end record is the last one that fits: a comment of up to 65,535 bytes may follow it. */
function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_BYTES - 0xffff);
  for (let at = view.byteLength - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw corruptZip("there is no end record", view.byteLength);
}

function readLocals(bytes: Uint8Array, view: DataView, maxEntries: number): ZipRecord[] {
  const records: ZipRecord[] = [];
  let offset = 0;
  while (records.length <= maxEntries && offset + LOCAL_BYTES <= bytes.length) {
    if (view.getUint32(offset, true) !== LOCAL) break;
    const flags = view.getUint16(offset + 6, true);
    const nameLength = view.getUint16(offset + 26, true);
    const start = offset + LOCAL_BYTES + nameLength + view.getUint16(offset + 28, true);
    const sizes = (flags & SIZES_FOLLOW) !== 0 ? findDescriptor(view, start) : { at: offset + 14, end: 0 };
    const packedSize = sizes === undefined ? bytes.length - start : view.getUint32(sizes.at + 4, true);
    if (start > bytes.length) break;
    records.push({
      flags,
      method: view.getUint16(offset + 8, true),
      crc: sizes === undefined ? 0 : view.getUint32(sizes.at, true),
      packedSize: Math.min(packedSize, bytes.length - start),
      size: sizes === undefined ? 0 : view.getUint32(sizes.at + 8, true),
      offset,
      isLink: false,
      name: decodeName(bytes.subarray(offset + LOCAL_BYTES, offset + LOCAL_BYTES + nameLength)),
    });
    offset = Math.max(start + packedSize, sizes?.end ?? bytes.length);
  }
  return records;
}

/** A data descriptor that states exactly the bytes before it. */
function findDescriptor(view: DataView, start: number): { at: number; end: number } | undefined {
  for (let at = start; at + 16 <= view.byteLength; at++) {
    if (view.getUint32(at, true) === DESCRIPTOR && view.getUint32(at + 8, true) === at - start) {
      return { at: at + 4, end: at + 16 };
    }
  }
  return undefined;
}

export function corruptZip(reason: string, offset: number): SnapshotError {
  return new SnapshotError("CorruptZip", `unpacking a zip: ${reason}`, { offset, fields: { reason } });
}

/** UTF-8, or one character per byte for archives of older tools. */
function decodeName(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
