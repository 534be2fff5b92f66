import { encodeUtf8 } from "../../../base/bytes.ts";
import { SnapshotError } from "../../../base/errors.ts";
import type {
  KernelOpEntry,
  KernelOpReply,
  KernelOpRequest,
  KernelOpTarget,
  KernelOpValue,
} from "../../../model/kernel-op.ts";
import { PostcardReader, PostcardWriter } from "./postcard.ts";

/** Bytes of a tag or a reason. */
const TEXT_BYTES = 256;
/** Bytes of a name or a blob: a whole reply has 1 MiB at most. */
export const MAX_REPLY_BYTES: number = 1024 * 1024;
const MODES = ["Hot", "Cold"] as const;
const DIRECTIONS = ["Write", "Read"] as const;

/** @throws SnapshotError `MalformedFrame`. */
export function decodeKernelOpRequest(payload: Uint8Array): KernelOpRequest {
  const reader = new PostcardReader(payload);
  const request: KernelOpRequest = {
    request_id: reader.u32(),
    mode: reader.variant(MODES.map((mode) => () => mode)),
    direction: reader.variant(DIRECTIONS.map((direction) => () => direction)),
    tag: reader.text(TEXT_BYTES),
    entries: reader.list(() => readEntry(reader), 2),
  };
  reader.end();
  return request;
}

/** @throws SnapshotError `MalformedFrame`. */
export function decodeKernelOpReply(payload: Uint8Array): KernelOpReply {
  const reader = new PostcardReader(payload);
  const reply: KernelOpReply = {
    request_id: reader.u32(),
    success: reader.bool(),
    reason: reader.text(TEXT_BYTES),
    read_values: reader.list(() => readValue(reader), 2),
  };
  reader.end();
  return reply;
}

function readEntry(reader: PostcardReader): KernelOpEntry {
  return { target: readTarget(reader), value: readValue(reader) };
}

function readTarget(reader: PostcardReader): KernelOpTarget {
  const name = (): string => reader.text(MAX_REPLY_BYTES);
  return reader.variant<KernelOpTarget>([
    () => ({ Symbol: name() }),
    () => ({ Direct: reader.u64() }),
    () => ({ Kva: reader.u64() }),
    () => ({ PerCpuField: { symbol: name(), field: name(), cpu: reader.u32() } }),
    () => ({ TaskField: { pid: reader.u32(), expected_start_time_ns: reader.u64(), field: name() } }),
  ]);
}

function readValue(reader: PostcardReader): KernelOpValue {
  return reader.variant<KernelOpValue>([
    () => ({ U32: reader.u32() }),
    () => ({ U64: reader.u64() }),
    () => ({ Bytes: reader.blob(MAX_REPLY_BYTES) }),
    () => ({ OrU32: reader.u32() }),
  ]);
}

/** @throws SnapshotError `UsageError` for a tag over 256 bytes. */
export function encodeKernelOpRequest(request: KernelOpRequest): Uint8Array<ArrayBuffer> {
  const writer = new PostcardWriter();
  writer.unsigned(request.request_id);
  writer.unsigned(MODES.indexOf(request.mode)).unsigned(DIRECTIONS.indexOf(request.direction));
  writer.text(checked("tag", request.tag));
  writer.list(request.entries, ({ target, value }) => {
    writeTarget(writer, target);
    writeValue(writer, value);
  });
  return writer.finish();
}

/** @throws SnapshotError `UsageError` for a reason over 256 bytes. */
export function encodeKernelOpReply(reply: KernelOpReply): Uint8Array<ArrayBuffer> {
  const writer = new PostcardWriter();
  writer.unsigned(reply.request_id).bool(reply.success).text(checked("reason", reply.reason));
  writer.list(reply.read_values, (value) => writeValue(writer, value));
  return writer.finish();
}

/** A reply for an operation that failed; the reason is cut to what fits, never inside a character. */
export function refuseKernelOp(request_id: number, reason: string): KernelOpReply {
  let fitting = reason.slice(0, TEXT_BYTES);
  while (encodeUtf8(fitting).length > TEXT_BYTES) fitting = fitting.slice(0, -1);
  return { request_id, success: false, reason: fitting, read_values: [] };
}

function checked(what: string, text: string): string {
  if (encodeUtf8(text).length <= TEXT_BYTES) return text;
  throw new SnapshotError("UsageError", `the ${what} of a kernel operation has more than ${TEXT_BYTES} bytes`);
}

function writeTarget(writer: PostcardWriter, target: KernelOpTarget): void {
  if ("Symbol" in target) writer.unsigned(0).text(target.Symbol);
  else if ("Direct" in target) writer.unsigned(1).unsigned(target.Direct);
  else if ("Kva" in target) writer.unsigned(2).unsigned(target.Kva);
  else if ("PerCpuField" in target) {
    const { symbol, field, cpu } = target.PerCpuField;
    writer.unsigned(3).text(symbol).text(field).unsigned(cpu);
  } else {
    const { pid, expected_start_time_ns, field } = target.TaskField;
    writer.unsigned(4).unsigned(pid).unsigned(expected_start_time_ns).text(field);
  }
}

function writeValue(writer: PostcardWriter, value: KernelOpValue): void {
  if ("U32" in value) writer.unsigned(0).unsigned(value.U32);
  else if ("U64" in value) writer.unsigned(1).unsigned(value.U64);
  else if ("Bytes" in value) writer.unsigned(2).blob(value.Bytes);
  else writer.unsigned(3).unsigned(value.OrU32);
}
