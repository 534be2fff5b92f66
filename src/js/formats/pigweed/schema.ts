import { type CompiledSchema, compileSchema, getMessageLayout, type MessageLayout } from "../../abi/schema.ts";
import type { ProtoField, ProtoMessage, ProtoSchema } from "../../proto/descriptor.ts";
import { SCHEMA } from "./schema.generated.ts";

export const SNAPSHOT = "pw.snapshot.Snapshot";
export const THREAD = "pw.thread.proto.Thread";
const CORTEX_M_STATE = "pw.cpu_exception.cortex_m.ArmV7mCpuState";
const RISCV_STATE = "pw.cpu_exception.risc_v.RiscvCpuState";
/** Ours: field 20 before it is known which architecture it belongs to; one uint32 per field number of either. */
export const CPU_STATE = "CpuState";

/** Name of an enum's value by number. */
export type EnumNames = ReadonlyMap<number, string>;

/** A register by the name and number that its architecture's message gives it. */
export interface RegisterField {
  readonly name: string;
  readonly number: number;
}

/** A CPU state message: its name and its registers in order of declaration, which is the order of reports. */
export interface CpuStateType {
  readonly field: string;
  readonly typeName: string;
  readonly registers: readonly RegisterField[];
}

export const CORTEX_M: CpuStateType = cpuState("armv7m_cpu_state", CORTEX_M_STATE);
export const RISCV: CpuStateType = cpuState("riscv_cpu_state", RISCV_STATE);

export const CPU_ARCHITECTURES: EnumNames = enumNames("pw.snapshot.CpuArchitecture.Enum");
export const THREAD_STATES: EnumNames = enumNames("pw.thread.proto.ThreadState.Enum");
export const EPOCHS: EnumNames = enumNames("pw.chrono.EpochType.Enum");

/** A schema of snapshots, as read and as the core wants it. */
export interface SnapshotSchema {
  readonly proto: ProtoSchema;
  readonly compiled: CompiledSchema;
  readonly snapshot: MessageLayout;
  readonly logEntry: MessageLayout;
}

/**
 * Upstream's schema, but for field 20: which of two messages it holds is said elsewhere (metadata.cpu_arch), so it is
 * read as the union of both.
 */
export const SNAPSHOT_PROTO: ProtoSchema = withCpuState(SCHEMA);
export const SNAPSHOT_SCHEMA: SnapshotSchema = prepareSchema(SNAPSHOT_PROTO);

/** @param proto upstream's schema, or that with a project's fields in it */
export function prepareSchema(proto: ProtoSchema): SnapshotSchema {
  const compiled = compileSchema(proto, [SNAPSHOT]);
  const snapshot = getMessageLayout(compiled, SNAPSHOT);
  return { proto, compiled, snapshot, logEntry: snapshot.byName.get("logs")!.child! };
}

/** Name in `CpuState` of the register with that field number. */
export function registerSlot(number: number): string {
  return `field_${number}`;
}

function withCpuState(schema: ProtoSchema): ProtoSchema {
  const numbers = new Set([...CORTEX_M.registers, ...RISCV.registers].map((register) => register.number));
  const fields = [...numbers].map(
    (number): ProtoField => ({ name: registerSlot(number), number, kind: "uint32", presence: true }),
  );
  const snapshot = messageOf(SNAPSHOT);
  const patched = snapshot.fields.map((field) =>
    field.typeName === CORTEX_M_STATE ? { ...field, typeName: CPU_STATE } : field,
  );
  return {
    messages: {
      ...schema.messages,
      [SNAPSHOT]: { ...snapshot, fields: patched },
      [CPU_STATE]: { name: CPU_STATE, fields },
    },
    enums: schema.enums,
  };
}

function cpuState(field: string, typeName: string): CpuStateType {
  const registers = messageOf(typeName).fields.map(({ name, number }) => ({ name, number }));
  return { field, typeName, registers };
}

function messageOf(name: string): ProtoMessage {
  return SCHEMA.messages[name]!;
}

function enumNames(name: string): EnumNames {
  const names = new Map<number, string>();
  for (const [value, number] of SCHEMA.enums[name]!.values) if (!names.has(number)) names.set(number, value);
  return names;
}
