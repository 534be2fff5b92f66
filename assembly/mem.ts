/**
 * The arena: [schema][frames][issues][result][input + padding][tape →]. Laid out anew for every call; nothing is
 * freed singly. Growing memory may be refused: that is a limit, never a trap.
 */
import { RESULT_WORDS } from "./layout";

export const MAX_DEPTH: u32 = 1000;
export const FRAME_BYTES: u32 = 32;
const ISSUE_AREA_BYTES: u32 = 64 * 1024;
const PAGE: u64 = 65536;
/** Loads of up to 16 bytes at the last input byte stay inside. */
const INPUT_PADDING: u64 = 16;

export let schemaPtr: usize = 0;
export let framesPtr: usize = 0;
export let issuesPtr: usize = 0;
export let issuesEnd: usize = 0;
export let resultPtr: usize = 0;
export let inputPtr: usize = 0;
export let tapePtr: usize = 0;
/** First address that the tape may not write. */
export let tapeEnd: usize = 0;

let maxTapeBytes: usize = 0;
let pageCap: u32 = 65536;

/** Test hook and host limit: memory never grows beyond this many pages. */
export function setPageCap(pages: u32): void {
  pageCap = pages;
}

/**
 * Places the areas for one call.
 * @returns false when memory cannot be had; nothing is placed then.
 */
export function place(schemaBytes: u32, inputBytes: u32, tapeBytesMax: u32): bool {
  const base = align8(__heap_base);
  const frames = base + align8(schemaBytes);
  const issues = frames + (MAX_DEPTH + 1) * FRAME_BYTES;
  const result = issues + ISSUE_AREA_BYTES;
  const input = result + RESULT_WORDS * 4;
  const tape64 = ((u64(input) + u64(inputBytes) + INPUT_PADDING + 7) / 8) * 8;
  if (!reach(tape64 + 4096)) return false;
  schemaPtr = base;
  framesPtr = frames;
  issuesPtr = issues;
  issuesEnd = result;
  resultPtr = result;
  inputPtr = input;
  tapePtr = usize(tape64);
  maxTapeBytes = tapeBytesMax;
  tapeEnd = tapeLimit();
  return true;
}

/** Makes room for `bytes` at tape address `top`. @returns false when a limit forbids it. */
export function growTape(top: usize, bytes: usize): bool {
  const needed = u64(top) + u64(bytes);
  if (needed - u64(tapePtr) > u64(maxTapeBytes)) return false;
  const size = u64(memory.size()) * PAGE;
  if (needed > size && !reach(size + size / 4 > needed ? size + size / 4 : needed) && !reach(needed)) return false;
  tapeEnd = tapeLimit();
  return true;
}

/** Zeroes the padding behind the input, so that a varint there always ends. */
export function padInput(length: u32): void {
  store<u64>(inputPtr + length, 0);
  store<u64>(inputPtr + length + 8, 0);
}

function tapeLimit(): usize {
  const size = u64(memory.size()) * PAGE;
  const limit = u64(tapePtr) + u64(maxTapeBytes);
  return usize(size < limit ? size : limit);
}

function reach(bytes: u64): bool {
  const pages = (bytes + PAGE - 1) / PAGE;
  if (pages <= u64(memory.size())) return true;
  if (pages > u64(pageCap)) return false;
  return memory.grow(i32(pages) - memory.size()) >= 0;
}

function align8(x: usize): usize {
  return (x + 7) & ~7;
}
