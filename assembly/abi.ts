/**
 * THE seam: every export of core.wasm. A call: `reserve` → copy schema and input in → `pb_scan` → read the result
 * header → copy the tape out. Nothing outlives the next `reserve`.
 */
import { encode } from "./pb/encode";
import { scan } from "./pb/scan";
import "./rt";
import { ABI_VERSION, STATUS_LIMIT, STATUS_OK } from "./layout";
import {
  growTape,
  inputPtr,
  issuesPtr,
  MAX_DEPTH,
  padInput,
  place,
  resultPtr,
  schemaPtr,
  setPageCap,
  tapePtr,
} from "./mem";

/** Bumped whenever an export, a status code or a record layout changes. */
export function abi_version(): u32 {
  return ABI_VERSION;
}

/** Lays out the areas of the next call. @returns STATUS_OK or STATUS_LIMIT. */
export function reserve(schemaBytes: u32, inputBytes: u32, maxTapeBytes: u32): u32 {
  return place(schemaBytes, inputBytes, maxTapeBytes) ? STATUS_OK : STATUS_LIMIT;
}

export function schema_ptr(): usize {
  return schemaPtr;
}

export function input_ptr(): usize {
  return inputPtr;
}

export function tape_ptr(): usize {
  return tapePtr;
}

export function issues_ptr(): usize {
  return issuesPtr;
}

export function result_ptr(): usize {
  return resultPtr;
}

/** Memory never grows beyond this many 64 KiB pages: growth is then refused, and the call ends with STATUS_LIMIT. */
export function cap_memory(pages: u32): void {
  setPageCap(pages);
}

/** @see scan in pb/scan.ts. @returns a status; the result header says the rest. */
export function pb_scan(
  messageIx: u32,
  length: u32,
  flags: u32,
  maxDepth: u32,
  maxSteps: u32,
  softTapeBytes: u32,
): u32 {
  padInput(length);
  return scan(messageIx, length, flags, maxDepth < MAX_DEPTH ? maxDepth : MAX_DEPTH, maxSteps, softTapeBytes);
}

/** Makes room for a tape of `words`, which the caller then writes at `tape_ptr`. @returns STATUS_OK or STATUS_LIMIT. */
export function tape_reserve(words: u32): u32 {
  return words < 0x3fffffff && growTape(tapePtr, usize(words) << 2) ? STATUS_OK : STATUS_LIMIT;
}

/** @see encode in pb/encode.ts. RESULT_CONSUMED is the address and RESULT_OUTPUT_BYTES the length of the bytes. */
export function pb_encode(messageIx: u32, tapeWords: u32): u32 {
  return encode(messageIx, tapeWords);
}
