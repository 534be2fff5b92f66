// Reading what object-building libraries decode. `low` gives the low 32 bits of a library's 64-bit values.
// A checksum is a sum modulo 2^32 of numbers, lengths and first bytes; bench/README.md says of which fields.

const TASKS = {
  logs: { type: "bench.Snapshot", every: readLogs, one: sumLevels, text: logTexts },
  threads: { type: "bench.Snapshot", every: readThreads, one: sumStates, text: threadTexts },
  profile: { type: "bench.Profile", every: readProfile, one: countFrames, text: profileTexts },
};

const first = (bytes) => (bytes.length > 0 ? bytes[0] : 0);

function readLogs(snapshot, low) {
  let sum = 0;
  for (const e of snapshot.logs) {
    const { message, module, file, thread } = e;
    sum += e.level + e.flags + low(e.timestamp) + low(e.elapsed) + e.dropped;
    sum += message.length + module.length + file.length + thread.length;
    sum += first(message) + first(module) + first(file) + first(thread);
  }
  return sum % 4294967296;
}

function sumLevels(snapshot) {
  let sum = 0;
  for (const e of snapshot.logs) sum += e.level;
  return sum % 4294967296;
}

function readThreads(snapshot, low) {
  let sum = 0;
  for (const t of snapshot.threads) {
    sum += t.name.length + t.state + t.stack.length + first(t.stack) + t.usage;
    sum += low(t.start) + low(t.end) + low(t.pointer) + low(t.peak) + low(t.id);
    for (const address of t.backtrace) sum += low(address);
    for (const symbol of t.symbols) sum += symbol.length;
  }
  return sum % 4294967296;
}

function sumStates(snapshot) {
  let sum = 0;
  for (const t of snapshot.threads) sum += t.state;
  return sum;
}

function readProfile(profile, low) {
  let sum = 0;
  for (const s of profile.sample) {
    for (const id of s.locations) sum += low(id);
    for (const value of s.values) sum += low(value);
    for (const l of s.labels) sum += low(l.key) + low(l.str) + low(l.num);
  }
  for (const text of profile.strings) sum += text.length;
  return sum % 4294967296;
}

function countFrames(profile) {
  let sum = 0;
  for (const s of profile.sample) sum += s.locations.length;
  return sum;
}

function readVersion(snapshot) {
  return snapshot.metadata.version.length;
}

/** Splits a run of length-prefixed messages, as any caller of these libraries has to. */
export function* splitDelimited(bytes) {
  for (let at = 0; at < bytes.length; ) {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      length += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

const utf8 = new TextDecoder();

function logTexts(snapshot) {
  let sum = 0;
  for (const { thread } of snapshot.logs) sum += textOf(utf8.decode(thread));
  return sum;
}

function threadTexts(snapshot) {
  let sum = 0;
  for (const { name, symbols } of snapshot.threads) {
    sum += textOf(utf8.decode(name));
    for (const symbol of symbols) sum += textOf(symbol);
  }
  return sum;
}

function profileTexts(profile) {
  let sum = 0;
  for (const text of profile.strings) sum += textOf(text);
  return sum;
}

/** Length and first character. */
function textOf(text) {
  return text.length === 0 ? 0 : text.length + text.charCodeAt(0);
}

/** A contestant out of a function that decodes one message into objects. */
export function objectContestant(name, decode, low, prepare) {
  return {
    name,
    prepare,
    run(task, kind, bytes) {
      if (kind !== "fleet") {
        const { type, ...read } = TASKS[kind];
        const held = decode(type, bytes);
        return { held, sum: task === "decode" ? 0 : read[task](held, low) };
      }
      let sum = 0;
      for (const part of splitDelimited(bytes)) sum += readVersion(decode("bench.Snapshot", part));
      return { held: bytes, sum };
    },
  };
}
