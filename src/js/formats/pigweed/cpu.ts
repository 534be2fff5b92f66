import type { Message } from "../../abi/rows.ts";
import type { ReadContext } from "./context.ts";
import { type CortexMReport, readCortexM } from "./cortex-m.ts";
import type { MetadataReport } from "./metadata.ts";
import type { RegisterValues } from "./registers.ts";
import { type RiscvReport, readRiscv } from "./riscv.ts";
import { CORTEX_M, type CpuStateType, RISCV, registerSlot } from "./schema.ts";

export type CpuReport = CortexMReport | RiscvReport;

/** Field 20, read as the architecture in the metadata says; everything that is not RISC-V is taken for a Cortex-M. */
export function readCpu(state: Message, metadata: MetadataReport | undefined, context: ReadContext): CpuReport {
  const type = cpuStateType(metadata?.cpuArchName);
  const values = valuesOf(state, type);
  return type === RISCV ? readRiscv(values, context) : readCortexM(values, context);
}

/** What field 20 holds on that architecture. */
export function cpuStateType(architecture: string | undefined): CpuStateType {
  return architecture?.startsWith("RV") === true ? RISCV : CORTEX_M;
}

function valuesOf(state: Message, { registers }: CpuStateType): RegisterValues {
  const values = new Map<string, number>();
  for (const { name, number } of registers) {
    const slot = registerSlot(number);
    if (state.has(slot)) values.set(name, state.u32(slot));
  }
  return values;
}
