import type { ReadContext } from "./context.ts";
import { type CapturedRegister, type RegisterValues, readRegisters } from "./registers.ts";

export interface RiscvReport {
  readonly kind: "risc-v";
  readonly registers: readonly CapturedRegister[];
}

const SYMBOLIZED: ReadonlySet<string> = new Set(["mepc", "ra"]);

/** Reads field 20 the RISC-V way. Source: specification section 8. */
export function readRiscv(values: RegisterValues, context: ReadContext): RiscvReport {
  return { kind: "risc-v", registers: readRegisters(values, SYMBOLIZED, context) };
}
