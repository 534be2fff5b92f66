/**
 * The deterministic inputs of the benchmark: same seed, same bytes, everywhere; workloads.ts has the hashes.
 * PRNG: xorshift32; ranges by modulo; byte strings are its words, little-endian.
 */

class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0 || 1;
  }
  u32(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state;
  }
  /** 0 … n-1 */
  below(n: number): number {
    return this.u32() % n;
  }
  /** from … to, both included */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }
  bytes(n: number): Uint8Array {
    const out = new Uint8Array(n);
    const view = new DataView(out.buffer);
    let at = 0;
    for (; at + 4 <= n; at += 4) view.setUint32(at, this.u32(), true);
    for (; at < n; at++) out[at] = this.u32() & 255;
    return out;
  }
}

/** Appends protobuf wire bytes to a growing buffer. */
class Writer {
  length = 0;
  private buffer: Uint8Array;

  constructor(capacity = 1 << 16) {
    this.buffer = new Uint8Array(capacity);
  }
  reserve(n: number): void {
    if (this.length + n <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + n));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
  /** A non-negative number below 2^53. */
  varint(value: number): this {
    this.reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.buffer[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.length++] = rest;
    return this;
  }
  int(field: number, value: number): this {
    return this.varint(field * 8).varint(value);
  }
  bytes(field: number, value: Uint8Array): this {
    this.varint(field * 8 + 2).varint(value.length);
    return this.raw(value);
  }
  raw(value: Uint8Array): this {
    this.reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
    return this;
  }
  text(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }
  get content(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }
  restart(): this {
    this.length = 0;
    return this;
  }
}

const utf8: TextEncoder = new TextEncoder();
const WORDS =
  "sensor radio flash boot timeout retry packet queue overflow mutex thread scheduler watchdog heap stack assert failed ok started stopped connected battery voltage temperature crc mismatch reset update rollback commit page sector dma irq uart spi i2c gpio usb ble wifi".split(
    " ",
  );
const THREAD_NAMES = ["Main", "Idle", "LogDrain", "RpcThread", "BleHost", "WifiTx", "SensorHub", "Flash"];
const FILE_TOKENS: readonly Uint8Array[] = fileTokens();

const word = (random: Random): string => WORDS[random.below(WORDS.length)]!;

interface Clock {
  ticks: number;
}

interface ThreadShape {
  readonly stackMin: number;
  readonly stackMax: number;
  readonly symbols: boolean;
}

function fileTokens(): Uint8Array[] {
  const random = new Random(77);
  return Array.from({ length: 64 }, () => random.bytes(4));
}

function sentence(random: Random, min: number, max: number): string {
  const length = random.between(min, max);
  let text = "";
  while (text.length < length) text += (text ? " " : "") + word(random);
  return text.slice(0, length);
}

function logEntry(random: Random, out: Writer, clock: Clock): Uint8Array {
  out.restart();
  if (random.below(10) < 6) out.bytes(1, random.bytes(4 + random.below(13)));
  else out.text(1, sentence(random, 20, 90));
  out.int(2, (random.between(1, 2000) << 3) | random.between(1, 5));
  if (random.below(5) === 0) out.int(3, random.between(1, 7));
  clock.ticks += random.between(10, 5000);
  out.int(4, clock.ticks);
  if (random.below(50) === 0) out.int(6, random.between(1, 40));
  const file = random.below(64);
  out.bytes(7, FILE_TOKENS[file >> 2]!);
  out.bytes(8, FILE_TOKENS[file]!);
  return out.text(9, THREAD_NAMES[random.below(8)]!).content;
}

function metadata(random: Random, out: Writer): Uint8Array {
  out.restart();
  out
    .text(1, `Assert failed: ${sentence(random, 10, 40)}`)
    .int(2, 1)
    .text(3, "bench-project");
  out.text(4, `v${random.below(9)}.${random.below(20)}.${random.below(100)}`);
  out.bytes(5, random.bytes(20)).text(6, `device-${random.below(5000)}`);
  return out.bytes(7, random.bytes(16)).int(8, 2).content;
}

function tag(random: Random, out: Writer, ix: number): Uint8Array {
  return out
    .restart()
    .text(1, `tag_${ix}`)
    .text(2, sentence(random, 5, 25)).content;
}

function thread(random: Random, out: Writer, list: Writer, { stackMin, stackMax, symbols }: ThreadShape): Uint8Array {
  out.restart().text(1, THREAD_NAMES[random.below(8)]!).int(3, random.between(1, 6));
  const frames = random.between(4, 24);
  list.restart();
  for (let i = 0; i < frames; i++) list.varint(0x08000000 + random.below(1 << 20));
  out.bytes(4, list.content);
  if (symbols && random.below(2)) {
    for (let i = 0; i < frames; i++) {
      out.text(5, `${word(random)}_${word(random)}() (src/${word(random)}.cc:${random.between(1, 999)})`);
    }
  }
  const size = random.between(stackMin, stackMax) & ~3;
  out.bytes(6, random.bytes(size));
  const pointer = 0x20000000 + random.below(1 << 16) * 4;
  out
    .int(7, pointer + size + 256)
    .int(8, pointer - 1024)
    .int(9, pointer);
  return out
    .int(10, random.below(10000))
    .int(11, pointer - 64)
    .int(12, pointer + 8192).content;
}

/** A snapshot of log entries up to about `target` bytes. */
export function makeLogs(target: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const out = new Writer(target + 4096);
  const part = new Writer();
  const clock = { ticks: 1000 };
  out.bytes(16, metadata(random, part));
  while (out.length < target - 200) out.bytes(1, logEntry(random, part, clock));
  for (let i = 0; i < 8; i++) out.bytes(17, tag(random, part, i));
  return out.content;
}

/** A snapshot of threads with raw stacks of 256 to 8,192 bytes. */
export function makeThreads(target: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const out = new Writer(target + 65536);
  const part = new Writer();
  const list = new Writer();
  out.bytes(16, metadata(random, part));
  while (out.length < target - 10000) {
    out.bytes(18, thread(random, part, list, { stackMin: 256, stackMax: 8192, symbols: true }));
  }
  return out.content;
}

/** `count` length-prefixed snapshots of about 1.9 KB. */
export function makeFleet(count: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const out = new Writer(count * 2100);
  const snapshot = new Writer();
  const part = new Writer();
  const list = new Writer();
  const clock = { ticks: 1000 };
  for (let i = 0; i < count; i++) {
    snapshot.restart();
    const logs = random.between(4, 12);
    for (let k = 0; k < logs; k++) snapshot.bytes(1, logEntry(random, part, clock));
    snapshot.bytes(16, metadata(random, part));
    for (let k = 0; k < 4; k++) snapshot.bytes(17, tag(random, part, k));
    const threads = random.between(2, 4);
    for (let k = 0; k < threads; k++) {
      snapshot.bytes(18, thread(random, part, list, { stackMin: 64, stackMax: 512, symbols: false }));
    }
    out.varint(snapshot.length).raw(snapshot.content);
  }
  return out.content;
}

const FUNCTIONS = 8000;
const LOCATIONS = 20000;

/** A goroutine profile with packed location ids: `samples` of depth 6 to 40. */
export function makeProfile(samples: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const out = new Writer(1 << 24);
  const strings = [""];
  const intern = (text: string): number => strings.push(text) - 1;
  const kind: [number, number] = [intern("goroutine"), intern("count")];
  const functions = Array.from({ length: FUNCTIONS }, (_, i): [number, number] => [
    intern(`github.com/acme/${word(random)}/${word(random)}.(*T${i}).Run`),
    intern(`/go/src/${word(random)}/file${i}.go`),
  ]);
  const labels = { state: intern("state"), id: intern("goid") };
  const states = ["running", "chan receive", "select", "IO wait", "sync.Mutex.Lock"].map(intern);
  const valueType = new Writer().int(1, kind[0]).int(2, kind[1]).content;
  out.bytes(1, valueType);
  const part = new Writer();
  for (let i = 0; i < samples; i++) out.bytes(2, sample(random, part, labels, states));
  out.bytes(3, part.restart().int(1, 1).int(2, 0x400000).int(3, 0x4000000).int(7, 1).content);
  for (let i = 1; i <= LOCATIONS; i++) out.bytes(4, location(random, part, i));
  functions.forEach(([name, file], i) => {
    out.bytes(
      5,
      part
        .restart()
        .int(1, i + 1)
        .int(2, name)
        .int(3, name)
        .int(4, file).content,
    );
  });
  for (const text of strings) out.text(6, text);
  return out
    .int(9, 1700000000000 * 1000)
    .bytes(11, valueType)
    .int(12, 1).content;
}

function sample(
  random: Random,
  out: Writer,
  labels: { readonly state: number; readonly id: number },
  states: readonly number[],
): Uint8Array {
  const depth = random.between(6, 40);
  const list = new Writer(256);
  for (let k = 0; k < depth; k++) list.varint(random.below(4) ? 1 + random.below(2000) : 1 + random.below(LOCATIONS));
  out.restart().bytes(1, list.content);
  out.bytes(2, list.restart().varint(1 + random.below(50)).content);
  out.bytes(3, list.restart().int(1, labels.state).int(2, states[random.below(5)]!).content);
  return out.bytes(
    3,
    list
      .restart()
      .int(1, labels.id)
      .int(3, 1 + random.below(5000000)).content,
  ).content;
}

function location(random: Random, out: Writer, id: number): Uint8Array {
  out
    .restart()
    .int(1, id)
    .int(2, 1)
    .int(3, 0x400000 + id * 37);
  const lines = random.below(5) === 0 ? 2 : 1;
  const line = new Writer(32);
  for (let k = 0; k < lines; k++) {
    out.bytes(
      4,
      line
        .restart()
        .int(1, 1 + random.below(FUNCTIONS))
        .int(2, random.between(1, 3000)).content,
    );
  }
  return out.content;
}
