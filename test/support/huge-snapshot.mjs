// The deterministic large snapshot of test/golden/pigweed/cases/gen_huge.py.
// As a program: node test/support/huge-snapshot.mjs OUT.pb LOG_COUNT [THREADS]

/** A 64-bit linear congruential generator; its upper half is the value. */
class Lcg {
  state = 1n;
  /** @param {number} below */
  next(below) {
    this.state = BigInt.asUintN(64, this.state * 6364136223846793005n + 1442695040888963407n);
    return Number((this.state >> 33n) % BigInt(below));
  }
}

/** Bytes appended to one growing buffer; a nested message is written behind room for its length. */
class Wire {
  length = 0;

  /** @param {number} room */
  constructor(room) {
    this.bytes = new Uint8Array(room);
  }

  /** @param {number} byte */
  byte(byte) {
    if (this.length === this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes[this.length++] = byte;
  }

  /** @param {number} value up to 2^53 */
  varint(value) {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** @param {number} field @param {number} value */
  number(field, value) {
    this.varint(field * 8);
    this.varint(value);
  }

  /** @param {number} field @param {ArrayLike<number>} body */
  bytesField(field, body) {
    this.varint(field * 8 + 2);
    this.varint(body.length);
    for (let i = 0; i < body.length; i++) this.byte(body[i]);
  }

  /** @param {number} field @param {string} text */
  text(field, text) {
    this.bytesField(field, latin1(text));
  }

  done() {
    return this.bytes.subarray(0, this.length);
  }
}

/** @param {string} text */
const latin1 = (text) => Array.from(text, (c) => c.charCodeAt(0));

/** A 32-bit integer argument: ZigZag, then varint. @param {number} value */
function zigzag(value) {
  const out = new Wire(64);
  out.varint(((value << 1) ^ (value >> 31)) >>> 0);
  return [...out.done()];
}

/** @param {number} token */
const token = (token) => [token & 255, (token >>> 8) & 255, (token >>> 16) & 255, token >>> 24];

/** @param {string} text */
const stringArgument = (text) => [text.length, ...latin1(text)];

/** @param {number} value */
const float = (value) => [...new Uint8Array(new Float32Array([value]).buffer)];

/** @param {Lcg} random @param {number} kind 0…9 */
function logMessage(random, kind) {
  if (kind < 4) {
    const first = zigzag(random.next(2 ** 31) - 2 ** 30);
    const rest = [1, 2, 3].flatMap(() => zigzag(random.next(2 ** 31)));
    return [...token(0x10000001), ...first, ...rest];
  }
  if (kind < 6) {
    const nested = btoa(String.fromCharCode(...token(0x10000010)));
    return [...token(0x10000005), ...stringArgument(`$${nested}`), ...stringArgument(`item${random.next(1000)}`)];
  }
  if (kind < 7) {
    return [...token(0x10000003), ...[1, 2, 3, 4].flatMap(() => float((random.next(2_000_000) - 1_000_000) / 128))];
  }
  if (kind < 9) return latin1(`plain text log number ${random.next(100_000)} with some more words`);
  return [...token(0xe0000000 + random.next(4096)), 0xff];
}

/** @param {Lcg} random @param {number} ix */
function thread(random, ix) {
  const out = new Wire(64);
  out.text(1, `worker ${ix}`);
  out.number(3, ix === 7 ? 2 : 5);
  const backtrace = new Wire(64);
  for (let i = 0; i < 16; i++) backtrace.varint(0x08000040 + random.next(256));
  out.bytesField(4, backtrace.done());
  out.bytesField(
    6,
    Array.from({ length: 512 }, () => random.next(256)),
  );
  out.number(7, 0x20004000 + ix * 4096);
  out.number(8, 0x20003000 + ix * 4096);
  out.number(9, 0x20003000 + ix * 4096 + random.next(4096));
  out.number(12, ix + 1);
  return out.done();
}

/** @param {Wire} out */
function writeMetadata(out) {
  const metadata = new Wire(64);
  metadata.text(1, "Watchdog expired");
  metadata.number(2, 1);
  metadata.text(3, "stress");
  metadata.text(4, "stress-1.0");
  metadata.text(6, "bench-device");
  metadata.bytesField(
    7,
    Array.from({ length: 16 }, (_, i) => i),
  );
  metadata.number(8, 2);
  out.bytesField(16, metadata.done());
}

/** One log record. @param {Lcg} random @param {number} time @param {number} kind */
function log(random, time, kind) {
  const entry = new Wire(1024);
  entry.bytesField(1, logMessage(random, kind));
  const line = random.next(3000);
  entry.number(2, line * 8 + 1 + random.next(5));
  entry.number(4, time);
  if (kind & 1) entry.text(7, "NET");
  if (kind & 2) entry.text(8, `src/net/socket_${random.next(50)}.cc`);
  return entry.done();
}

/** Bytes of the snapshot with so many logs and threads. @param {number} logs @param {number} threads */
export function hugeSnapshot(logs, threads = 64) {
  const random = new Lcg();
  const out = new Wire(1 << 20);
  writeMetadata(out);
  let time = 0;
  for (let i = 0; i < logs; i++) {
    time += random.next(5_000_000);
    out.bytesField(1, log(random, time, random.next(10)));
  }
  for (let i = 0; i < threads; i++) out.bytesField(18, thread(random, i));
  return out.done();
}

if (typeof process !== "undefined" && import.meta.url === `file://${process.argv[1]}`) {
  const [file, logs, threads = "64"] = process.argv.slice(2);
  const { writeFileSync } = await import("node:fs");
  writeFileSync(String(file), hugeSnapshot(Number(logs), Number(threads)));
}
