/** The first field of a capture: its tag, then "cfbpfcap". */
const MAGIC = [9, 0x63, 0x66, 0x62, 0x70, 0x66, 0x63, 0x61, 0x70];

/** 100 for a capture, 0 for anything else: the magic is nine bytes. */
export function probeBpf(head: Uint8Array): number {
  return head.length >= MAGIC.length && MAGIC.every((byte, ix) => head[ix] === byte) ? 100 : 0;
}
