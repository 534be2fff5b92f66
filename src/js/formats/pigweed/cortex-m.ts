import { toHex } from "../../base/int64.ts";
import { CFSR_BITS } from "./cfsr.ts";
import type { ReadContext } from "./context.ts";
import { type CapturedRegister, type RegisterValues, readRegisters } from "./registers.ts";

export interface CortexMReport {
  readonly kind: "cortex-m";
  /** "usage fault, bus fault at 0x20000000", or "unknown exception". */
  readonly cause: string;
  /** Names of the active CFSR bits, in table order. */
  readonly activeBits: readonly string[];
  /** CFSR is not zero, or the active exception (ICSR) is one of the four faults. */
  readonly isFaultActive: boolean;
  /** A fault while another was handled (HFSR FORCED or DEBUGEVT). */
  readonly isNestedFault: boolean;
  readonly registers: readonly CapturedRegister[];
}

const USAGE_FAULT = 0xffff_0000;
const BUS_FAULT = 0x0000_ff00;
const MEMORY_FAULT = 0x0000_00ff;
const MMARVALID = 1 << 7;
const IMPRECISERR = 1 << 10;
const BFARVALID = 1 << 15;
const ICSR_VECTACTIVE = 0x1ff;
const HFSR_ESCALATED = 0xc000_0000;
const FIRST_FAULT = 3;
const LAST_FAULT = 6;

const SYMBOLIZED: ReadonlySet<string> = new Set([
  ..."pc lr bfar mmfar msp psp".split(" "),
  ...Array.from({ length: 13 }, (_, n) => `r${n}`),
]);

/** Reads field 20 the ARMv7-M way. Source: specification section 7. */
export function readCortexM(values: RegisterValues, context: ReadContext): CortexMReport {
  const cfsr = values.get("cfsr") ?? 0;
  const exception = (values.get("icsr") ?? 0) & ICSR_VECTACTIVE;
  const isFaultActive = cfsr !== 0 || (exception >= FIRST_FAULT && exception <= LAST_FAULT);
  const cause = values.has("cfsr") && isFaultActive ? describeCause(cfsr, values) : "";
  return {
    kind: "cortex-m",
    cause: cause === "" ? "unknown exception" : cause,
    activeBits: CFSR_BITS.filter((bit) => (cfsr & bit.mask) !== 0).map((bit) => bit.name),
    isFaultActive,
    isNestedFault: isFaultActive && ((values.get("hfsr") ?? 0) & HFSR_ESCALATED) !== 0,
    registers: readRegisters(values, SYMBOLIZED, context),
  };
}

/** Reserved bits count for the groups, so there may be a cause without an active bit. */
function describeCause(cfsr: number, values: RegisterValues): string {
  const faults: string[] = [];
  if ((cfsr & USAGE_FAULT) !== 0) faults.push("usage fault");
  if ((cfsr & MEMORY_FAULT) !== 0) {
    faults.push(`memory management fault${(cfsr & MMARVALID) !== 0 ? renderAddress(values, "mmfar") : ""}`);
  }
  if ((cfsr & BUS_FAULT) !== 0) {
    const imprecise = (cfsr & IMPRECISERR) !== 0 ? "imprecise " : "";
    faults.push(`${imprecise}bus fault${(cfsr & BFARVALID) !== 0 ? renderAddress(values, "bfar") : ""}`);
  }
  return faults.join(", ");
}

function renderAddress(values: RegisterValues, register: string): string {
  const address = values.get(register);
  return address === undefined ? " at ???" : ` at 0x${toHex(address, 8)}`;
}
