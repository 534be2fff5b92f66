// Decodes with as-proto's generated classes and reads them inside Wasm: objects of a managed language cannot cross.
import { Protobuf } from "as-proto/assembly";
import { Profile } from "./bench/Profile";
import { Snapshot } from "./bench/Snapshot";

let input: Uint8Array = new Uint8Array(0);
let snapshot: Snapshot | null = null;
let profile: Profile | null = null;

/** A buffer of `length` bytes for the input. @returns its address. */
export function input_ptr(length: u32): usize {
  input = new Uint8Array(length);
  return input.dataStart;
}

export function decode_snapshot(): void {
  snapshot = Protobuf.decode<Snapshot>(input, Snapshot.decode);
}

export function decode_profile(): void {
  profile = Protobuf.decode<Profile>(input, Profile.decode);
}

/** Decodes the message of `length` bytes at `at`. @returns the length of its version. */
export function decode_part(at: u32, length: u32): u32 {
  const part = Protobuf.decode<Snapshot>(input.subarray(at, at + length), Snapshot.decode);
  return part.metadata!.version.length;
}

export function release(): void {
  snapshot = null;
  profile = null;
  __collect();
}

/** As `release`, and the input too. */
export function release_all(): void {
  input = new Uint8Array(0);
  release();
}

function span(bytes: Uint8Array): u32 {
  return bytes.length === 0 ? 0 : bytes.length + bytes[0];
}

export function read_logs(): u32 {
  let sum: u32 = 0;
  const logs = snapshot!.logs;
  for (let i = 0; i < logs.length; i++) {
    const e = logs[i];
    sum += e.level + e.flags + u32(e.timestamp) + u32(e.elapsed) + e.dropped;
    sum += span(e.message) + span(e.module) + span(e.file) + span(e.thread);
  }
  return sum;
}

export function sum_levels(): u32 {
  let sum: u32 = 0;
  const logs = snapshot!.logs;
  for (let i = 0; i < logs.length; i++) sum += logs[i].level;
  return sum;
}

export function read_threads(): u32 {
  let sum: u32 = 0;
  const threads = snapshot!.threads;
  for (let i = 0; i < threads.length; i++) {
    const t = threads[i];
    sum += t.name.length + t.state + span(t.stack) + t.usage;
    sum += u32(t.start) + u32(t.end) + u32(t.pointer) + u32(t.peak) + u32(t.id);
    for (let k = 0; k < t.backtrace.length; k++) sum += u32(t.backtrace[k]);
    for (let k = 0; k < t.symbols.length; k++) sum += t.symbols[k].length;
  }
  return sum;
}

export function read_profile(): u32 {
  let sum: u32 = 0;
  const p = profile!;
  for (let i = 0; i < p.sample.length; i++) {
    const s = p.sample[i];
    for (let k = 0; k < s.locations.length; k++) sum += u32(s.locations[k]);
    for (let k = 0; k < s.values.length; k++) sum += u32(s.values[k]);
    for (let k = 0; k < s.labels.length; k++) {
      const label = s.labels[k];
      sum += u32(label.key) + u32(label.str) + u32(label.num);
    }
  }
  for (let i = 0; i < p.strings.length; i++) sum += p.strings[i].length;
  return sum;
}

export function count_frames(): u32 {
  let sum: u32 = 0;
  const samples = profile!.sample;
  for (let i = 0; i < samples.length; i++) sum += samples[i].locations.length;
  return sum;
}

function textOf(text: string): u32 {
  return text.length === 0 ? 0 : text.length + text.charCodeAt(0);
}

function textOfBytes(bytes: Uint8Array): u32 {
  return textOf(String.UTF8.decodeUnsafe(bytes.dataStart, bytes.byteLength));
}

export function log_texts(): u32 {
  let sum: u32 = 0;
  const logs = snapshot!.logs;
  for (let i = 0; i < logs.length; i++) sum += textOfBytes(logs[i].thread);
  return sum;
}

export function thread_texts(): u32 {
  let sum: u32 = 0;
  const threads = snapshot!.threads;
  for (let i = 0; i < threads.length; i++) {
    sum += textOfBytes(threads[i].name);
    for (let k = 0; k < threads[i].symbols.length; k++) sum += textOf(threads[i].symbols[k]);
  }
  return sum;
}

export function profile_texts(): u32 {
  let sum: u32 = 0;
  const strings = profile!.strings;
  for (let i = 0; i < strings.length; i++) sum += textOf(strings[i]);
  return sum;
}
