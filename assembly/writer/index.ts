import "../rt";
import { Protobuf } from "as-proto/assembly";
import { Capture } from "./gen/coldframe/bpf/Capture";
import { Record } from "./record";
import { createRecord } from "./records";

// One record at a time becomes one encoded Capture; concatenated they merge into one message. The caller names fields
// by their numbers in proto/coldframe/bpf.proto. Twin of src/js/abi/writer.ts.

/** "cfbpfcap" as a little-endian number. */
const MAGIC: u64 = (u64(0x70616366) << 32) | u64(0x70626663);
const SCHEMA: u32 = 1;

let record: Record = new Record();
let pending: Uint8Array = new Uint8Array(0);
let encoded: Uint8Array = new Uint8Array(0);

export function writer_abi_version(): u32 {
  return 1;
}

/** Starts a record: `kind` is its field number in Capture. False for an unknown one. Frees what came before. */
export function writer_begin(kind: u32): bool {
  pending = new Uint8Array(0);
  encoded = new Uint8Array(0);
  record = createRecord(kind);
  __collect();
  return record.known;
}

/** A buffer for the next `writer_bytes`, `writer_string` or `writer_child_string`. @returns its address. */
export function writer_buffer(length: u32): usize {
  pending = new Uint8Array(length);
  return pending.dataStart;
}

/** Sets a bytes field from the buffer. False for an unknown field, as of every setter. */
export function writer_bytes(field: u32): bool {
  return record.setBytes(field, pending);
}

/** Sets or appends to a string field from the buffer, which holds UTF-8. */
export function writer_string(field: u32): bool {
  return record.setText(field, String.UTF8.decodeUnsafe(pending.dataStart, pending.byteLength));
}

/** Sets or appends to an integer or bool field. */
export function writer_integer(field: u32, value: u64): bool {
  return record.setInteger(field, value);
}

/** Encodes the record. @returns the address of the bytes; `writer_length` says how many. */
export function writer_end(): usize {
  const capture = new Capture(MAGIC, SCHEMA);
  record.addTo(capture);
  encoded = Protobuf.encode<Capture>(capture, Capture.encode);
  return encoded.dataStart;
}

export function writer_length(): u32 {
  return encoded.byteLength;
}
