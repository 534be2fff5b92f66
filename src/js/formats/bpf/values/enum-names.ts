import { toHex } from "../../../base/int64.ts";
import type { Btf, BtfEnumerator } from "../btf/btf.ts";
import { KIND } from "../btf/kinds.ts";

/** The names of an enum's values. */
export interface EnumNames {
  /** Value, cut to the enum's size, → first name. */
  readonly byValue: ReadonlyMap<bigint, string>;
  /** Single bits and their names, lowest first; empty unless the enum is a set of flags. */
  readonly bits: readonly (readonly [bit: bigint, name: string])[];
  /** Its values are bits and combinations of them, so that unnamed values are sums of names. */
  readonly isFlags: boolean;
  /** Bits of the enum's storage. */
  readonly width: number;
}

export function readEnumNames(btf: Btf, id: number): EnumNames {
  const enumerators = btf.enumerators(id);
  const byValue = new Map<bigint, string>();
  const width = btf.rawSize(id) * 8;
  const signed = btf.kindFlag(id);
  for (const { name, value } of enumerators) {
    const stored = signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
    if (!byValue.has(stored)) byValue.set(stored, name);
    if (width !== 64 || signed || btf.kind(id) !== KIND.ENUM) continue;
    // An ENUM has 32 bits of a value: in eight bytes the compiler may have extended its sign.
    const extended = BigInt.asUintN(64, BigInt.asIntN(32, value));
    if (!byValue.has(extended)) byValue.set(extended, name);
  }
  const bits = btf.kindFlag(id) ? [] : findBits(enumerators);
  return { byValue, bits, isFlags: bits.length > 0, width };
}

/**
 * An enum is taken as flags if every value but 0 is one bit or made of bits that it names, and they reach 4 at least:
 * 0, 1, 2 alone may as well be counted.
 */
function findBits(enumerators: readonly BtfEnumerator[]): [bigint, string][] {
  const bits = new Map<bigint, string>();
  for (const { name, value } of enumerators) {
    if (value > 0n && (value & (value - 1n)) === 0n && !bits.has(value)) bits.set(value, name);
  }
  const known = [...bits.keys()].reduce((all, bit) => all | bit, 0n);
  const fits = enumerators.every(({ value }) => (value & ~known) === 0n);
  const counted = known < 4n || enumerators.some(({ value }) => value === 3n && bits.size < 3);
  if (!fits || counted || bits.size < 2) return [];
  return [...bits].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** `NAME`, for flags also `A|B` and `A|0x40`; undefined where no name applies. */
export function nameOfValue(names: EnumNames, value: bigint): string | undefined {
  const name = names.byValue.get(value);
  if (name !== undefined || !names.isFlags || value <= 0n) return name;
  const parts: string[] = [];
  let left = value;
  for (const [bit, bitName] of names.bits) {
    if ((value & bit) === 0n) continue;
    parts.push(bitName);
    left &= ~bit;
  }
  if (parts.length === 0) return undefined;
  return (left === 0n ? parts : [...parts, `0x${toHex(left)}`]).join("|");
}
