// What the goroutine stories work on.

/** Source: specification 10. */
export const BUDGETS = {
  text64: { ms: 1500, memory: 3 },
  text9: { ms: 250 },
  profile: { ms: 20 },
  flame: { ms: 150 },
};

/** A dump of exactly so many bytes, cut where the runtime would cut it: goroutines again and again, each with its own id. */
export function writeHerd(text, byteLength) {
  // The goroutine that writes a dump is in it once: a second one would begin another dump.
  const blocks = text
    .toString("latin1")
    .split("\n\n")
    .filter((block) => block.startsWith("goroutine ") && !block.includes(" [running]"))
    .map((block) => block.replace(/^goroutine \d+/, ""));
  const parts = [];
  let length = 0;
  for (let id = 1; length < byteLength; id++) {
    const block = `goroutine ${id}${blocks[(id * 7919) % blocks.length].trimEnd()}\n\n`;
    parts.push(block);
    length += block.length;
  }
  return Buffer.from(parts.join(""), "latin1").subarray(0, byteLength);
}

const STACKS = 200_000;
const NAMES = 4000;

/** Stacks of 8 to 40 frames in one array; about 476,000 different prefixes. The same ones every time. */
export function generateStacks() {
  let state = 12_345;
  const below = (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % n;
  };
  const names = Array.from(
    { length: NAMES },
    (_, ix) => `example.com/shop/pkg${ix % 97}.(*Type${ix % 31}).method${ix}`,
  );
  const offsets = new Int32Array(STACKS + 1);
  const frames = [];
  for (let ix = 0; ix < STACKS; ix++) {
    // A path of few branches near the root, and a few frames of its own.
    const depth = 8 + below(33);
    const own = below(6) === 0 ? 3 : 2;
    let name = below(12);
    for (let at = 0; at < depth; at++) {
      name = at < depth - own ? (name * 31 + at + (below(64) === 0 ? 1 : 0)) % NAMES : below(NAMES);
      frames.push(name);
    }
    offsets[ix + 1] = frames.length;
  }
  return { names, offsets, frames: Int32Array.from(frames) };
}

/** The same tree of Map nodes, as one would write it first. */
export function countNodesWithMaps({ offsets, frames }) {
  const root = { self: 0, total: 0, children: new Map() };
  let nodes = 0;
  for (let ix = 0; ix + 1 < offsets.length; ix++) {
    let node = root;
    node.total++;
    for (let at = offsets[ix]; at < offsets[ix + 1]; at++) {
      let child = node.children.get(frames[at]);
      if (child === undefined) {
        child = { self: 0, total: 0, children: new Map() };
        node.children.set(frames[at], child);
        nodes++;
      }
      child.total++;
      node = child;
    }
    node.self++;
  }
  return nodes;
}
