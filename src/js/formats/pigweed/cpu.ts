import type { Message } from "../../abi/rows.ts";
import type { ReadContext } from "./context.ts";
import { type CortexMReport, readCortexM } from "./cortex-m.ts";
import type { MetadataReport } from "./metadata.ts";
import type { RegisterValues } from "./registers.ts";
import { type RiscvReport, readRiscv } from "./riscv.ts";
import { CORTEX_M_REGISTERS, type RegisterField, RISCV_REGISTERS, registerSlot } from "./schema.ts";

export type CpuReport = CortexMReport | RiscvReport;

/** Field 20, read as the architecture in the metadata says; everything that is not RISC-V is taken for a Cortex-M. */
export function readCpu(state: Message, metadata: MetadataReport | undefined, context: ReadContext): CpuReport {
  return isRiscv(metadata)
    ? readRiscv(valuesOf(state, RISCV_REGISTERS), context)
    : readCortexM(valuesOf(state, CORTEX_M_REGISTERS), context);
}

export function isRiscv(metadata: MetadataReport | undefined): boolean {
  return metadata?.cpuArchName?.startsWith("RV") === true;
}

export function valuesOf(state: Message, registers: readonly RegisterField[]): RegisterValues {
  const values = new Map<string, number>();
  for (const { name, number } of registers) {
    const slot = registerSlot(number);
    if (state.has(slot)) values.set(name, state.u32(slot));
  }
  return values;
}
