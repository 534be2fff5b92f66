export interface DumpShape {
  readonly pages?: number;
  readonly entries?: number;
  readonly seed?: number;
}
export function random(seed: number): () => number;
export function pageBytes(ix: number, seed: number): Uint8Array;
export function makeDump(shape?: DumpShape): Uint8Array;
