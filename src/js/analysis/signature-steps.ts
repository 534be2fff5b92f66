/** One thing that was done to make a part of a signature. */
export interface SignatureStep {
  readonly action: "kept" | "dropped" | "normalised" | "missing";
  /** What it was done to. */
  readonly before: string;
  readonly after?: string;
  readonly why: string;
}

/** What capture code writes where it could not read. */
const NOT_CAPTURED: readonly bigint[] = [0xffff_ffffn, 0xffff_ffff_ffff_ffffn];
export const NOT_CAPTURED_WHY = "all ones mean that it was not captured";

export function isNotCaptured(value: bigint): boolean {
  return NOT_CAPTURED.includes(value);
}

export function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
