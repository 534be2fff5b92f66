import { type CompiledSchema, compileSchema, getMessageLayout, type MessageLayout } from "../../abi/schema.ts";
import type { ProtoField, ProtoSchema } from "../../proto/descriptor.ts";
import type { EnumNames } from "./metadata.ts";
import { SCHEMA } from "./schema.generated.ts";

export const SNAPSHOT = "pw.snapshot.Snapshot";
export const CORTEX_M_STATE = "pw.cpu_exception.cortex_m.ArmV7mCpuState";
export const RISCV_STATE = "pw.cpu_exception.risc_v.RiscvCpuState";
/** Ours: field 20 before it is known which architecture it belongs to; one uint32 per field number of either. */
export const CPU_STATE = "CpuState";

/** A register by the name and number that its architecture's message gives it. */
export interface RegisterField {
  readonly name: string;
  readonly number: number;
}

/** In order of declaration, which is the order of reports. */
export const CORTEX_M_REGISTERS: readonly RegisterField[] = registersOf(CORTEX_M_STATE);
export const RISCV_REGISTERS: readonly RegisterField[] = registersOf(RISCV_STATE);

export const CPU_ARCHITECTURES: EnumNames = enumNames("pw.snapshot.CpuArchitecture.Enum");
export const THREAD_STATES: EnumNames = enumNames("pw.thread.proto.ThreadState.Enum");
export const EPOCHS: EnumNames = enumNames("pw.chrono.EpochType.Enum");

/**
 * Upstream's schema, but for field 20: which of the two messages it holds is said elsewhere (metadata.cpu_arch), so
 * it is read as the union of both.
 */
export const SNAPSHOT_SCHEMA: ProtoSchema = withCpuState(SCHEMA);
const COMPILED: CompiledSchema = compileSchema(SNAPSHOT_SCHEMA, [SNAPSHOT]);

export function snapshotSchema(): CompiledSchema {
  return COMPILED;
}

export function snapshotLayout(): MessageLayout {
  return getMessageLayout(COMPILED, SNAPSHOT);
}

/** Name in `CpuState` of the register with that field number. */
export function registerSlot(number: number): string {
  return `field_${number}`;
}

function withCpuState(schema: ProtoSchema): ProtoSchema {
  const numbers = new Set([...CORTEX_M_REGISTERS, ...RISCV_REGISTERS].map((register) => register.number));
  const fields = [...numbers].map(
    (number): ProtoField => ({ name: registerSlot(number), number, kind: "uint32", presence: true }),
  );
  const snapshot = schema.messages[SNAPSHOT]!;
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

function registersOf(message: string): RegisterField[] {
  return SCHEMA.messages[message]!.fields.map(({ name, number }) => ({ name, number }));
}

function enumNames(name: string): EnumNames {
  const names = new Map<number, string>();
  for (const [value, number] of SCHEMA.enums[name]!.values) if (!names.has(number)) names.set(number, value);
  return names;
}
