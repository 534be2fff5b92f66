// Mutations for the in-process fuzzer: deterministic by seed.

export class Random {
  constructor(seed) {
    this.state = seed >>> 0 || 1;
  }
  below(n) {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state % n;
  }
}

const NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
const WORDS = [
  "{",
  "}",
  "[",
  "]",
  '"',
  "\\u0000",
  "null",
  "-1",
  "1e999",
  "18446744073709551616",
  "%s%n",
  "\u001b[31m",
  "<img src=x onerror=1>",
  "\n",
  "\0",
];
const MUTATIONS = [flipBit, setByte, setNumber, cut, remove, repeat, splice, insertWord, swap];

/** A changed copy of `seed`; `other` is another seed, for splices. */
export function mutate(random, seed, other, maxLength = 1 << 20) {
  let bytes = Uint8Array.from(seed);
  for (let n = 1 + random.below(4); n > 0; n--) bytes = MUTATIONS[random.below(MUTATIONS.length)](random, bytes, other);
  return bytes.length > maxLength ? bytes.subarray(0, maxLength) : bytes;
}

function flipBit(random, bytes) {
  if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
  return bytes;
}

function setByte(random, bytes) {
  if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

function setNumber(random, bytes) {
  const width = [1, 2, 4][random.below(3)];
  if (bytes.length < width) return bytes;
  const at = random.below(bytes.length - width + 1);
  const value = NUMBERS[random.below(NUMBERS.length)];
  for (let i = 0; i < width; i++) bytes[at + i] = (value >>> (8 * i)) & 255;
  return bytes;
}

function cut(random, bytes) {
  return bytes.subarray(0, random.below(bytes.length + 1)).slice();
}

function remove(random, bytes) {
  const from = random.below(bytes.length + 1);
  const to = Math.min(bytes.length, from + 1 + random.below(32));
  return join(bytes.subarray(0, from), bytes.subarray(to));
}

function repeat(random, bytes) {
  const from = random.below(bytes.length + 1);
  const part = bytes.subarray(from, from + 1 + random.below(64));
  return join(
    bytes.subarray(0, from),
    ...Array.from({ length: 1 + random.below(16) }, () => part),
    bytes.subarray(from),
  );
}

function splice(random, bytes, other) {
  const from = random.below(other.length + 1);
  return join(
    bytes.subarray(0, random.below(bytes.length + 1)),
    other.subarray(from, from + random.below(256)),
    bytes.subarray(random.below(bytes.length + 1)),
  );
}

function insertWord(random, bytes) {
  const at = random.below(bytes.length + 1);
  return join(bytes.subarray(0, at), Buffer.from(WORDS[random.below(WORDS.length)]), bytes.subarray(at));
}

function swap(random, bytes) {
  if (bytes.length < 2) return bytes;
  const [a, b] = [random.below(bytes.length), random.below(bytes.length)];
  [bytes[a], bytes[b]] = [bytes[b], bytes[a]];
  return bytes;
}

function join(...parts) {
  return Uint8Array.from(Buffer.concat(parts));
}
