import { MAP_TYPE_NAMES } from "../../../model/map-type-names.ts";

export const MAP_TYPE = {
  array: 2,
  progArray: 3,
  perfEventArray: 4,
  percpuHash: 5,
  percpuArray: 6,
  stackTrace: 7,
  cgroupArray: 8,
  lruPercpuHash: 10,
  arrayOfMaps: 12,
  hashOfMaps: 13,
  devmap: 14,
  sockmap: 15,
  cpumap: 16,
  xskmap: 17,
  reuseportSockarray: 20,
  percpuCgroupStorage: 21,
  structOps: 26,
  arena: 33,
} as const;

const PER_CPU: ReadonlySet<number> = new Set([
  MAP_TYPE.percpuHash,
  MAP_TYPE.percpuArray,
  MAP_TYPE.lruPercpuHash,
  MAP_TYPE.percpuCgroupStorage,
]);
/** Keys are indices. */
const ARRAYS: ReadonlySet<number> = new Set([
  MAP_TYPE.array,
  MAP_TYPE.progArray,
  MAP_TYPE.perfEventArray,
  MAP_TYPE.percpuArray,
  MAP_TYPE.cgroupArray,
  MAP_TYPE.arrayOfMaps,
  MAP_TYPE.devmap,
  MAP_TYPE.sockmap,
  MAP_TYPE.cpumap,
  MAP_TYPE.xskmap,
  MAP_TYPE.reuseportSockarray,
]);

/** Number of a type by name; numbers in text are themselves. Undefined for an unknown name. */
export function mapTypeNumber(name: string): number | undefined {
  if (/^\d{1,9}$/.test(name)) return Number(name);
  const number = MAP_TYPE_NAMES.indexOf(name);
  return number < 0 ? undefined : number;
}

export function isPerCpu(type: number): boolean {
  return PER_CPU.has(type);
}

export function isArrayLike(type: number): boolean {
  return ARRAYS.has(type);
}

/** Bytes of one CPU's slot in a per-CPU value. Source: kernel, round_up(value_size, 8). */
export function cpuStride(valueSize: number): number {
  return Math.ceil(valueSize / 8) * 8;
}
