// A failure dump of the largest size that captures have: 4,096 arena pages as JSON number arrays, and maps beside them.
// Written piece by piece with a generator of fixed seed, so that equal arguments give equal bytes.

const PAGE_BYTES = 4096;

/** Numbers 0 … 2^32-1, the same for the same seed (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** Bytes of page `ix` of the dump of that seed. */
export function pageBytes(ix, seed) {
  const next = random(seed * 65_537 + ix);
  const bytes = new Uint8Array(PAGE_BYTES);
  for (let at = 0; at < PAGE_BYTES; at += 4) new DataView(bytes.buffer).setUint32(at, next(), true);
  return bytes;
}

function* dumpPieces(pages, entries, seed) {
  const next = random(seed);
  yield '{"schema":"single","maps":[{"name":"scx_arena","map_type":33,"value_size":0,"max_entries":1048576,"arena":{"pages":[';
  for (let ix = 0; ix < pages; ix++) {
    const address = 0x1000_0000_0000n + BigInt(ix * PAGE_BYTES);
    yield `${ix === 0 ? "" : ","}{"user_addr":${address},"bytes":[${pageBytes(ix, seed).join(",")}]}`;
  }
  yield `],"declared_pages":1048576,"kern_vm_start":18446683600571088896,"user_vm_start":17592186044416}},`;
  yield '{"name":"task_ctxs","map_type":1,"value_size":48,"max_entries":65536,"entries":[';
  for (let pid = 1; pid <= entries; pid++) {
    const member = (name, bits, value) => `{"name":"${name}","value":{"kind":"uint","bits":${bits},"value":${value}}}`;
    const runnable = (BigInt(next()) << 32n) | BigInt(next());
    const members = [member("pid", 32, pid), member("layer", 32, next() % 8), member("runnable_at", 64, runnable)];
    const value = `{"kind":"struct","type_name":"task_ctx","members":[${members.join(",")}]}`;
    yield `${pid === 1 ? "" : ","}{"key":{"kind":"uint","bits":32,"value":${pid}},"key_hex":"","value":${value},"value_hex":""}`;
  }
  yield ']}],"scx_sched_state":{"aborting":true,"bypass_depth":0,"exit_kind":1026}}';
}

/** @returns the dump as bytes. */
export function makeDump({ pages = 4096, entries = 4096, seed = 1 } = {}) {
  const pieces = [];
  for (const piece of dumpPieces(pages, entries, seed)) pieces.push(Buffer.from(piece));
  return new Uint8Array(Buffer.concat(pieces));
}
