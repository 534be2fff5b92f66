import { decodeUtf8Lossy, encodeUtf8 } from "../../../base/bytes.ts";
import { SnapshotError } from "../../../base/errors.ts";
import type { KernelOpReply, KernelOpRequest } from "../../../model/kernel-op.ts";
import type { Frame } from "./frame.ts";
import { decodeKernelOpReply, decodeKernelOpRequest } from "./kernel-ops.ts";
import { MESSAGE_TYPES, messageTag } from "./message-types.ts";

export interface SnapshotRequest {
  readonly request_id: number;
  /** 0 none, 1 capture, 2 watch. */
  readonly kind: number;
  readonly tag: string;
}

export interface SnapshotReply {
  readonly request_id: number;
  /** 1 ok, 2 error. */
  readonly status: number;
  readonly reason: string;
}

export const REQUEST_KIND = { none: 0, capture: 1, watch: 2 } as const;
export const REPLY_STATUS = { ok: 1, error: 2 } as const;

/** Start or end of a step of the scenario. */
export interface Stimulus {
  readonly elapsed_ms: number;
  readonly step_index: number;
  readonly op_count: number;
  readonly op_kinds: number;
  readonly cgroup_count: number;
  readonly worker_count: number;
  readonly total_iterations: bigint;
}

export interface ScenarioEnd {
  readonly elapsed_ms: bigint;
  readonly total_iterations: bigint;
}

/** Where the kernel is; undefined where the guest does not know. */
export interface KernelAddresses {
  readonly phys_base?: bigint | undefined;
  readonly page_offset_base: bigint;
  readonly text_kva?: bigint | undefined;
}

export interface Lifecycle {
  readonly phase: number;
  readonly reason: string;
}

/** A frame with its payload read, as far as its type is known. */
export type Message =
  | { readonly tag: "SNRQ"; readonly content: SnapshotRequest }
  | { readonly tag: "SNRP"; readonly content: SnapshotReply }
  | { readonly tag: "KORQ"; readonly content: KernelOpRequest }
  | { readonly tag: "KORP"; readonly content: KernelOpReply }
  | { readonly tag: "SCEN"; readonly content: ScenarioEnd }
  | { readonly tag: "STIM"; readonly content: Stimulus }
  | { readonly tag: "KADR"; readonly content: KernelAddresses }
  | { readonly tag: "LIFE"; readonly content: Lifecycle }
  | { readonly tag: "EXIT" | "SCDX" | "EXCX"; readonly content: { readonly code: number } }
  | { readonly tag: "SOUT" | "SERR" | "SCLG" | "DMSG" | "PROB"; readonly content: { readonly text: string } };

const REQUEST_BYTES = 72;
const TAG_BYTES = 64;
const REPLY_BYTES = 520;
const REASON_BYTES = 512;
const STIMULUS_BYTES = 24;
const SCENARIO_END_BYTES = 16;
const KERNEL_ADDRESSES_BYTES = 24;
const EXIT_BYTES = 4;

/**
 * What a frame says; undefined for types that are opaque or unknown.
 * @throws SnapshotError `MalformedFrame` for a wrong checksum or a payload that is not of its type.
 */
export function decodeMessage(frame: Frame): Message | undefined {
  const { type, payload } = frame;
  if (!frame.crcOk) throw malformed(type, "the checksum of the payload is wrong");
  switch (type) {
    case MESSAGE_TYPES.SNRQ:
      return { tag: "SNRQ", content: decodeSnapshotRequest(payload) };
    case MESSAGE_TYPES.SNRP:
      return { tag: "SNRP", content: decodeSnapshotReply(payload) };
    case MESSAGE_TYPES.KORQ:
      return { tag: "KORQ", content: decodeKernelOpRequest(payload) };
    case MESSAGE_TYPES.KORP:
      return { tag: "KORP", content: decodeKernelOpReply(payload) };
    case MESSAGE_TYPES.SCEN:
      return { tag: "SCEN", content: decodeScenarioEnd(payload) };
    case MESSAGE_TYPES.STIM:
      return { tag: "STIM", content: decodeStimulus(payload) };
    case MESSAGE_TYPES.KADR:
      return { tag: "KADR", content: decodeKernelAddresses(payload) };
    case MESSAGE_TYPES.LIFE:
      return { tag: "LIFE", content: decodeLifecycle(payload) };
    default:
      return decodeShort(type, payload);
  }
}

const EXITS = ["EXIT", "SCDX", "EXCX"] as const;
const TEXTS = ["SOUT", "SERR", "SCLG", "DMSG", "PROB"] as const;

function decodeShort(type: number, payload: Uint8Array): Message | undefined {
  const exit = EXITS.find((tag) => MESSAGE_TYPES[tag] === type);
  if (exit !== undefined) return { tag: exit, content: { code: fixed(type, payload, EXIT_BYTES).getInt32(0, true) } };
  const text = TEXTS.find((tag) => MESSAGE_TYPES[tag] === type);
  return text && { tag: text, content: { text: decodeUtf8Lossy(payload) } };
}

function fixed(type: number, payload: Uint8Array, length: number): DataView {
  if (payload.length !== length) throw malformed(type, `the payload has ${payload.length} bytes, not ${length}`);
  return new DataView(payload.buffer, payload.byteOffset, length);
}

function malformed(type: number, what: string): SnapshotError {
  return new SnapshotError("MalformedFrame", `reading a frame of type ${messageTag(type)}: ${what}`, {
    fields: { type },
  });
}

/** Text of a fixed field: up to its first NUL; senders may cut it inside a character. */
function fixedText(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  return decodeUtf8Lossy(nul < 0 ? bytes : bytes.subarray(0, nul));
}

function decodeSnapshotRequest(payload: Uint8Array): SnapshotRequest {
  const view = fixed(MESSAGE_TYPES.SNRQ, payload, REQUEST_BYTES);
  return { request_id: view.getUint32(0, true), kind: view.getUint32(4, true), tag: fixedText(payload.subarray(8)) };
}

function decodeSnapshotReply(payload: Uint8Array): SnapshotReply {
  const view = fixed(MESSAGE_TYPES.SNRP, payload, REPLY_BYTES);
  return {
    request_id: view.getUint32(0, true),
    status: view.getUint32(4, true),
    reason: fixedText(payload.subarray(8)),
  };
}

/** A tag of 64 bytes has no NUL; a longer one is cut there. */
export function encodeSnapshotRequest({ request_id, kind, tag }: SnapshotRequest): Uint8Array<ArrayBuffer> {
  return encodeFixed(request_id, kind, tag, TAG_BYTES);
}

export function encodeSnapshotReply({ request_id, status, reason }: SnapshotReply): Uint8Array<ArrayBuffer> {
  return encodeFixed(request_id, status, reason, REASON_BYTES);
}

function encodeFixed(first: number, second: number, text: string, textBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + textBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, first, true);
  view.setUint32(4, second, true);
  bytes.set(encodeUtf8(text).subarray(0, textBytes), 8);
  return bytes;
}

function decodeScenarioEnd(payload: Uint8Array): ScenarioEnd {
  const view = fixed(MESSAGE_TYPES.SCEN, payload, SCENARIO_END_BYTES);
  return { elapsed_ms: view.getBigUint64(0, true), total_iterations: view.getBigUint64(8, true) };
}

/** Also the payload of the frame that ends a step, whose type is not known here. */
export function decodeStimulus(payload: Uint8Array): Stimulus {
  const view = fixed(MESSAGE_TYPES.STIM, payload, STIMULUS_BYTES);
  return {
    elapsed_ms: view.getUint32(0, true),
    step_index: view.getUint16(4, true),
    op_count: view.getUint16(6, true),
    op_kinds: view.getUint32(8, true),
    cgroup_count: view.getUint16(12, true),
    worker_count: view.getUint16(14, true),
    total_iterations: view.getBigUint64(16, true),
  };
}

/** Values that may be absent are sent plus one. */
function decodeKernelAddresses(payload: Uint8Array): KernelAddresses {
  const view = fixed(MESSAGE_TYPES.KADR, payload, KERNEL_ADDRESSES_BYTES);
  const [phys, offset, text] = [0, 8, 16].map((at) => view.getBigUint64(at, true)) as [bigint, bigint, bigint];
  return {
    ...(phys !== 0n && { phys_base: phys - 1n }),
    page_offset_base: offset,
    ...(text !== 0n && { text_kva: text - 1n }),
  };
}

function decodeLifecycle(payload: Uint8Array): Lifecycle {
  if (payload.length === 0) throw malformed(MESSAGE_TYPES.LIFE, "the payload is empty");
  return { phase: payload[0]!, reason: decodeUtf8Lossy(payload.subarray(1)) };
}
