/** Bump allocation above the static data. Nothing is freed singly; `releaseTo` gives back everything after a mark. */
let top: usize = (__heap_base + 15) & ~15;

/** @returns the address of `bytes` fresh bytes (16-byte aligned, content undefined), or 0 where memory is refused. */
export function allocate(bytes: u32): usize {
  const at = top;
  if (bytes > 0xffff_ff00 - u32(at)) return 0;
  const end = (at + bytes + 15) & ~15;
  const held = memory.size();
  const needed = i32((u32(end) - 1) >>> 16) + 1;
  if (needed > held && memory.grow(needed - held) < 0) return 0;
  top = end;
  return at;
}

export function mark(): usize {
  return top;
}

export function releaseTo(at: usize): void {
  top = at;
}
