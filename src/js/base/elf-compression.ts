import { unzlibSync } from "fflate";
import { decompress as decompressZstd } from "fzstd";
import { SnapshotError } from "./errors.ts";
import { type Limits, limitExceeded } from "./limits.ts";

const SHF_COMPRESSED = 0x800;
const COMPRESSION = { zlib: 1, zstd: 2 } as const;
const RATIO_FREE_BYTES = 1_048_576;

interface StoredSection {
  readonly name: string;
  readonly flags: number;
  readonly offset: number;
}

/**
 * Contents of a section that may be compressed: SHF_COMPRESSED with zlib or zstd, or the older `.zdebug_*` form
 * ("ZLIB" and a big-endian size). The declared size is the whole allocation, so a lying stream cannot grow it.
 * Source: generic ELF specification, "Section Compression"; GNU binutils for `.zdebug_*`.
 * @throws SnapshotError `MalformedElf`, `Unsupported`, `LimitExceeded`.
 */
export function inflateSection(
  stored: Uint8Array,
  section: StoredSection,
  is64: boolean,
  littleEndian: boolean,
  limits: Limits,
): Uint8Array {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.length);
  if ((section.flags & SHF_COMPRESSED) !== 0) {
    const headerSize = is64 ? 24 : 12;
    if (stored.length < headerSize) throw damaged(section, "its compression header is cut off");
    const kind = view.getUint32(0, littleEndian);
    const size = is64 ? Number(view.getBigUint64(8, littleEndian)) : view.getUint32(4, littleEndian);
    return inflate(stored.subarray(headerSize), kind, size, section, limits);
  }
  if (section.name.startsWith(".zdebug_") && stored.length >= 12 && view.getUint32(0) === 0x5a4c_4942) {
    return inflate(stored.subarray(12), COMPRESSION.zlib, Number(view.getBigUint64(4)), section, limits);
  }
  return stored;
}

function inflate(packed: Uint8Array, kind: number, size: number, section: StoredSection, limits: Limits): Uint8Array {
  if (size > limits.inputBytes) {
    throw limitExceeded("inputBytes", limits.inputBytes, size, `inflating ${section.name}`, section.offset);
  }
  if (size > RATIO_FREE_BYTES && size / Math.max(packed.length, 1) > limits.inflateRatio) {
    const ratio = Math.round(size / Math.max(packed.length, 1));
    throw limitExceeded("inflateRatio", limits.inflateRatio, ratio, `inflating ${section.name}`, section.offset);
  }
  if (kind !== COMPRESSION.zlib && kind !== COMPRESSION.zstd) {
    throw new SnapshotError("Unsupported", `inflating ${section.name}: compression type ${kind} is not known`, {
      offset: section.offset,
      fields: { feature: `ELF compression type ${kind}` },
    });
  }
  let written: Uint8Array;
  try {
    // One byte more than declared shows a zlib stream that has more to say; zstd frames state their size.
    const isZlib = kind === COMPRESSION.zlib;
    written = isZlib
      ? unzlibSync(packed, { out: new Uint8Array(size + 1) })
      : decompressZstd(packed, new Uint8Array(size));
  } catch (cause) {
    throw damaged(section, "its compressed contents are damaged", cause);
  }
  if (written.length !== size) throw damaged(section, `it inflates to ${written.length} bytes instead of ${size}`);
  return written;
}

function damaged(section: StoredSection, reason: string, cause?: unknown): SnapshotError {
  return new SnapshotError("MalformedElf", `reading section ${section.name}: ${reason}`, {
    offset: section.offset,
    fields: { reason },
    cause,
  });
}
