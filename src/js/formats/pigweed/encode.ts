import type { Core } from "../../abi/core.ts";
import { decodeMessage } from "../../abi/decode.ts";
import { messageToData } from "../../abi/message-data.ts";
import { type CompiledSchema, compileSchema } from "../../abi/schema.ts";
import { encodeMessage, type MessageData } from "../../abi/tape-writer.ts";
import type { Issue } from "../../base/issue.ts";
import type { Limits } from "../../base/limits.ts";
import type { ProtoField, ProtoSchema } from "../../proto/descriptor.ts";
import { cpuStateType } from "./cpu.ts";
import { extendSchema, type ProjectSchema } from "./project.ts";
import { CORTEX_M, type CpuStateType, RISCV, SNAPSHOT, SNAPSHOT_PROTO } from "./schema.ts";

/** Field 20 holds the state of one architecture or the other. */
const CPU_STATE_NUMBER = 20;

export interface SnapshotDataOptions {
  readonly project?: ProjectSchema | undefined;
  readonly strict?: boolean | undefined;
  readonly limits?: Limits | undefined;
}

export interface SnapshotData {
  /** A member per field that is there; see `encodeSnapshot`. */
  readonly data: ReadonlyMap<string, unknown>;
  readonly issues: readonly Issue[];
}

/**
 * Writes a `pw.snapshot.Snapshot` from plain data: members as in the `.proto` files, 64-bit integers as bigint or
 * number, bytes as base64 text or `Uint8Array`, enums by name or number, absent members left out. Field 20 is called
 * `armv7m_cpu_state` or `riscv_cpu_state`. `@unknown` holds, as base64, fields that the schema does not have.
 * @throws SnapshotError `PathNotFound`, `ValueOutOfRange`, `MessageNotFound`, `LimitExceeded`
 */
export function encodeSnapshot(
  core: Core,
  data: MessageData,
  options: SnapshotDataOptions = {},
): Uint8Array<ArrayBuffer> {
  const hasRiscv = data instanceof Map ? data.has(RISCV.field) : Object.hasOwn(data, RISCV.field);
  const { proto, compiled } = compile(options.project, hasRiscv ? RISCV : CORTEX_M);
  return encodeMessage(core, proto, compiled, SNAPSHOT, data);
}

/**
 * Reads a snapshot into the plain data that `encodeSnapshot` writes back: presence, member order of repeated fields and
 * unknown fields are kept. What is damaged is left out with an issue.
 * @throws SnapshotError in strict mode the first fault; `LimitExceeded`
 */
export function readSnapshotData(core: Core, bytes: Uint8Array, options: SnapshotDataOptions = {}): SnapshotData {
  const { project, strict, limits } = options;
  const reading = { lenient: strict !== true, oneWindow: true, ...(limits !== undefined && { limits }) };
  const cortexM = compile(project, CORTEX_M);
  const first = decodeMessage(core, cortexM.compiled, SNAPSHOT, bytes, reading);
  const data = messageToData(first.root, cortexM.proto);
  const metadata = data.get("metadata");
  const architecture = metadata instanceof Map ? metadata.get("cpu_arch") : undefined;
  if (cpuStateType(String(architecture)) === CORTEX_M) return { data, issues: first.issues };
  const riscv = compile(project, RISCV);
  const second = decodeMessage(core, riscv.compiled, SNAPSHOT, bytes, reading);
  return { data: messageToData(second.root, riscv.proto), issues: second.issues };
}

function compile(
  project: ProjectSchema | undefined,
  cpu: CpuStateType,
): { proto: ProtoSchema; compiled: CompiledSchema } {
  const base = project === undefined ? SNAPSHOT_PROTO : extendSchema(project);
  const snapshot = base.messages[SNAPSHOT]!;
  const fields = snapshot.fields.map(
    (field): ProtoField =>
      field.number === CPU_STATE_NUMBER ? { ...field, name: cpu.field, typeName: cpu.typeName } : field,
  );
  const proto = { ...base, messages: { ...base.messages, [SNAPSHOT]: { ...snapshot, fields } } };
  return { proto, compiled: compileSchema(proto, [SNAPSHOT], { keepUnknown: true }) };
}
