import { concatBytes } from "../../../base/bytes.ts";
import { toHex } from "../../../base/int64.ts";

/** Captured memory: `bytes` were at `address`. */
export interface Extent {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** Where the bytes are in the input. */
  readonly offset?: number;
  readonly label?: string;
}

/** Bytes that are at an address: `bytes[at]` is the first; what is there ends at `end`. */
export interface Located {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly end: number;
  /** Where `bytes[0]` is in the input; undefined for bytes put together from several extents. */
  readonly offset: number | undefined;
}

const TOP = 1n << 64n;
/** The kernel's error pointers: the last 4095 addresses. */
const ERRORS_FROM = TOP - 4095n;

/**
 * What is known of one address space. A read that is not inside one extent, or adjoining ones, is not there: it never
 * reads as zero. Where extents overlap, the one that starts later counts.
 */
export class AddressSpace {
  private readonly extents: readonly Extent[];
  /** Largest end of any extent up to each one: how far back a search must look. */
  private readonly reach: readonly bigint[];

  constructor(extents: readonly Extent[]) {
    this.extents = extents
      .filter(({ bytes }) => bytes.length > 0)
      .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
    let furthest = 0n;
    this.reach = this.extents.map((extent) => {
      const end = endOf(extent);
      if (end > furthest) furthest = end;
      return furthest;
    });
  }

  get isEmpty(): boolean {
    return this.extents.length === 0;
  }

  /**
   * The bytes at `address`, as many of `length` as adjoin; undefined if the first is not there. A range within one
   * extent is a view of it and ends with it, so that more than `length` may be had.
   */
  locate(address: bigint, length: number): Located | undefined {
    const extent = this.find(address);
    if (extent === undefined) return undefined;
    const at = Number(address - extent.address);
    const own: Located = { bytes: extent.bytes, at, end: extent.bytes.length, offset: extent.offset };
    if (own.end - at >= length) return own;
    const parts = [extent.bytes.subarray(at)];
    let end = endOf(extent);
    let missing = length - parts[0]!.length;
    for (let next = this.find(end); next !== undefined && missing > 0; next = this.find(end)) {
      const part = next.bytes.subarray(Number(end - next.address));
      parts.push(part);
      missing -= part.length;
      end = endOf(next);
    }
    if (parts.length === 1) return own;
    const bytes = concatBytes(parts);
    return { bytes, at: 0, end: bytes.length, offset: undefined };
  }

  private find(address: bigint): Extent | undefined {
    let low = 0;
    let high = this.extents.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.extents[middle]!.address <= address) low = middle + 1;
      else high = middle;
    }
    for (let ix = low - 1; ix >= 0 && this.reach[ix]! > address; ix--) {
      if (endOf(this.extents[ix]!) > address) return this.extents[ix];
    }
    return undefined;
  }
}

function endOf({ address, bytes }: Extent): bigint {
  return address + BigInt(bytes.length);
}

/** Why nothing can be at an address, in words; undefined for an address that memory may have. */
export function describeImpossible(address: bigint, pointerSize: number): string | undefined {
  if (address === 0n) return "the pointer is null";
  if (pointerSize === 4) return undefined;
  if (address >= ERRORS_FROM) return `the pointer is the error -${TOP - address}`;
  const high = address >> 47n;
  // Five-level page tables widen the halves; what lies between them is no address either way.
  const canonical = high === 0n || high === 0x1ffffn || address >> 56n === 0n || address >> 56n === 0xffn;
  return canonical ? undefined : `0x${toHex(address)} is no canonical address`;
}
