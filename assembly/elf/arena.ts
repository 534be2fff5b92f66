/**
 * Linear memory: [result words][kept: tables of one ELF][scratch: input windows of one call]. What is kept is never
 * freed singly; scratch is handed back by `rewind`. Growing memory may be refused: that is a limit, never a trap.
 */
export const RESULT_WORDS: u32 = 32;
/** Set to 1 when memory was refused during a call; the caller clears it before. */
const REFUSED_WORD: u32 = RESULT_WORDS - 1;
const PAGE: u64 = 65536;

/** Where every call leaves its answer: RESULT_WORDS words. */
export let resultPtr: u32 = 0;
let keptEnd: u32 = 0;
let scratchEnd: u32 = 0;

export function resetArena(): void {
  resultPtr = align8(u32(__heap_base));
  keptEnd = resultPtr + RESULT_WORDS * 4;
  scratchEnd = keptEnd;
}

export function setResult(word: u32, value: u32): void {
  store<u32>(resultPtr + word * 4, value);
}

export function setResult64(word: u32, value: u64): void {
  store<u64>(resultPtr + word * 4, value);
}

export function clearResult(): void {
  memory.fill(resultPtr, 0, RESULT_WORDS * 4);
}

/** Adds `n` bytes, 8-aligned, to what is kept; scratch is given up. @returns 0 when memory cannot be had. */
export function keep(n: u32): u32 {
  const at = align8(keptEnd);
  if (!reach(u64(at) + u64(n))) return 0;
  keptEnd = at + n;
  scratchEnd = keptEnd;
  return at;
}

/** Lets the block kept last begin at `at` and end at `end`; for tables whose size is known only afterwards. */
export function keepUntil(end: u32): bool {
  if (!reach(u64(end))) return false;
  keptEnd = end;
  scratchEnd = end;
  return true;
}

/** `n` bytes of scratch, 8-aligned. @returns 0 when memory cannot be had. */
export function scratch(n: u32): u32 {
  const at = align8(scratchEnd);
  if (!reach(u64(at) + u64(n))) return 0;
  scratchEnd = at + n;
  return at;
}

export function scratchTop(): u32 {
  return scratchEnd;
}

/** Frees scratch from `at` on; 0 frees all of it. */
export function rewind(at: u32): void {
  scratchEnd = at > keptEnd ? at : keptEnd;
}

/** Makes every address below `end` usable. */
export function reach(end: u64): bool {
  const pages = (end + PAGE - 1) / PAGE;
  const have = u64(memory.size());
  if (pages <= have) return true;
  if (pages > 65535) return refuse();
  // A quarter ahead, so that growing tables do not ask for every page.
  const ahead = pages + pages / 4;
  if (ahead <= 65535 && pages - have < 64 && memory.grow(i32(ahead - have)) >= 0) return true;
  return memory.grow(i32(pages - have)) >= 0 || refuse();
}

function refuse(): bool {
  setResult(REFUSED_WORD, 1);
  return false;
}

function align8(x: u32): u32 {
  return (x + 7) & ~7;
}
