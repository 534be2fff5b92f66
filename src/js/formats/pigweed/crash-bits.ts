/**
 * Fault and control registers in words of our own. Sources: Armv7-M Architecture Reference Manual B1.5 and B3.2,
 * Armv8-M ARM D1.2; The RISC-V Instruction Set Manual, volume II, 3.1.
 */

export interface BitMeaning {
  readonly mask: number;
  readonly name: string;
  readonly meaning: string;
}

export const HFSR_BITS: readonly BitMeaning[] = [
  { mask: 0x2, name: "VECTTBL", meaning: "an entry of the vector table could not be read" },
  {
    mask: 0x4000_0000,
    name: "FORCED",
    meaning: "another fault was escalated because its handler was disabled, masked or already running",
  },
  { mask: 0x8000_0000, name: "DEBUGEVT", meaning: "a debug event hit while debugging was off, such as BKPT" },
];

const EXCEPTIONS: Readonly<Record<number, string>> = {
  0: "none: thread mode",
  1: "Reset",
  2: "NMI",
  3: "HardFault",
  4: "MemManage",
  5: "BusFault",
  6: "UsageFault",
  7: "SecureFault",
  11: "SVCall",
  12: "DebugMonitor",
  14: "PendSV",
  15: "SysTick",
};

/** Name of an exception number of IPSR, VECTACTIVE and VECTPENDING. */
export function exceptionName(number: number): string {
  return EXCEPTIONS[number] ?? (number >= 16 ? `interrupt ${number - 16}` : `reserved exception ${number}`);
}

const MCAUSE_EXCEPTIONS: readonly string[] = [
  "instruction address misaligned",
  "instruction access fault",
  "illegal instruction",
  "breakpoint",
  "load address misaligned",
  "load access fault",
  "store or AMO address misaligned",
  "store or AMO access fault",
  "environment call from U-mode",
  "environment call from S-mode",
  "reserved",
  "environment call from M-mode",
  "instruction page fault",
  "load page fault",
  "reserved",
  "store or AMO page fault",
];

const MCAUSE_INTERRUPTS: Readonly<Record<number, string>> = {
  1: "supervisor software interrupt",
  3: "machine software interrupt",
  5: "supervisor timer interrupt",
  7: "machine timer interrupt",
  9: "supervisor external interrupt",
  11: "machine external interrupt",
};

/** Meaning of the low 32 bits of mcause; bit 31 marks an interrupt on RV32 only. */
export function trapName(mcause: number): string {
  const code = mcause & 0x7fff_ffff;
  if (mcause >>> 31 === 1) return MCAUSE_INTERRUPTS[code] ?? `interrupt ${code}`;
  return MCAUSE_EXCEPTIONS[code] ?? `exception ${code}`;
}

/** Traps of which mtval holds the address. */
export const ADDRESS_TRAPS: ReadonlySet<number> = new Set([0, 1, 4, 5, 6, 7, 12, 13, 15]);
