/**
 * Bits of the Configurable Fault Status Register, in the order in which reports list them.
 *
 * The texts are output that compatible tools must print byte for byte. They come from Pigweed's
 * pw_cpu_exception_cortex_m (The Pigweed Authors, Apache License 2.0); see NOTICE.
 */
export interface CfsrBit {
  readonly name: string;
  readonly mask: number;
  readonly description: string;
  /** Lines of the long explanation; empty where there is none. */
  readonly text: readonly string[];
}

export const CFSR_BITS: readonly CfsrBit[] = [
  {
    name: "IACCVIOL",
    mask: 0x1,
    description: "Instruction access violation fault.",
    text: [
      "The processor attempted an instruction fetch from a location",
      "that does not permit execution. The PC value stacked for the",
      "exception return points to the faulting instruction.",
    ],
  },
  {
    name: "DACCVIOL",
    mask: 0x2,
    description: "Data access violation fault.",
    text: [
      "The processor attempted a load or store at a location that",
      "does not permit the operation. The PC value stacked for the",
      "exception return points to the faulting instruction. The",
      "processor has loaded the MMFAR with the address of the",
      "attempted access.",
    ],
  },
  {
    name: "MUNSTKERR",
    mask: 0x8,
    description: "MemManage fault on unstacking for a return from exception.",
    text: [
      "Unstack for an exception return has caused one or more access",
      "violations. This fault is chained to the handler. This means",
      "that when this bit is 1, the original return stack is still",
      "present. The processor has not adjusted the SP from the",
      "failing return, and has not performed a new save. The",
      "processor has not written a fault address to the MMAR.",
    ],
  },
  {
    name: "MSTKERR",
    mask: 0x10,
    description: "MemManage fault on stacking for exception entry.",
    text: [
      "When this bit is 1, the SP is still adjusted but the values",
      "in the context area on the stack might be incorrect. The",
      "processor has not written a fault address to the MMAR.",
    ],
  },
  {
    name: "MLSPERR",
    mask: 0x20,
    description: "MemManage Fault during FPU lazy state preservation.",
    text: [],
  },
  {
    name: "MMARVALID",
    mask: 0x80,
    description: "MMFAR register is valid.",
    text: [],
  },
  {
    name: "IBUSERR",
    mask: 0x100,
    description: "Instruction bus error.",
    text: [
      "The processor attempted to issue an invalid instruction. It",
      "detects the instruction bus error on prefetching, but this",
      "flag is only set to 1 if it attempts to issue the faulting",
      "instruction. When this bit is set, the processor has not",
      "written a fault address to the BFAR.",
    ],
  },
  {
    name: "PRECISERR",
    mask: 0x200,
    description: "Precise data bus error.",
    text: [
      "A data bus error has occurred, and the PC value stacked for",
      "the exception return points to the instruction that caused",
      "the fault. When the processor sets this bit to 1, it writes",
      "the faulting address to the BFAR",
    ],
  },
  {
    name: "IMPRECISERR",
    mask: 0x400,
    description: "Imprecise data bus error.",
    text: [
      "A data bus error has occurred, but the return address in the",
      "stack frame is not related to the instruction that caused the",
      "error. This is an asynchronous fault. Therefore, if it is",
      "detected when the priority of the current processes is higher",
      "than the BusFault priority, the BusFault becomes pending and",
      "becomes active only when the processor returns from all higher",
      "priority processes. If a precise fault occurs before the",
      "processor enters the handler for the imprecise BusFault, the",
      "handler detects both IMPRECISERR set to 1 and one of the",
      "precise fault status bits set to 1",
    ],
  },
  {
    name: "UNSTKERR",
    mask: 0x800,
    description: "BusFault on Unstacking for a return from exception.",
    text: [
      "Unstack for an exception return has caused one or more",
      "BusFaults. This fault is chained to the handler. This means",
      "when the processor sets this bit to 1, the original return",
      "stack is still present. The processor does not adjust the SP",
      "from the failing return, does not perform a new save, and does",
      "not write a fault address to the BFAR",
    ],
  },
  {
    name: "STKERR",
    mask: 0x1000,
    description: "BusFault on Stacking for Exception Entry.",
    text: [
      "Stacking for an exception entry has caused one or more",
      "BusFaults. When the processor sets this bit to 1, the SP is",
      "still adjusted but the values in the context area on the stack",
      "might be incorrect. The processor does not write a fault",
      "address to the BFAR",
    ],
  },
  {
    name: "LSPERR",
    mask: 0x2000,
    description: "BusFault during FPU lazy state preservation.",
    text: [],
  },
  {
    name: "BFARVALID",
    mask: 0x8000,
    description: "BFAR is valid.",
    text: [],
  },
  {
    name: "UNDEFINSTR",
    mask: 0x10000,
    description: "Undefined Instruction UsageFault.",
    text: [
      "The processor has attempted to execute an undefined",
      "instruction. When this bit is set to 1, the PC value stacked",
      "for the exception return points to the undefined instruction.",
      "An undefined instruction is an instruction that the processor",
      "cannot decode.",
    ],
  },
  {
    name: "INVSTATE",
    mask: 0x20000,
    description: "Invalid State UsageFault.",
    text: [
      "The processor has attempted to execute an instruction that",
      "makes illegal use of the EPSR. The PC value stacked for the",
      "exception return points to the instruction that attempt",
      "illegal use of the EPSR",
    ],
  },
  {
    name: "INVPC",
    mask: 0x40000,
    description: "Invalid PC Load UsageFault.",
    text: [
      "The processor has attempted an illegal load of EXC_RETURN",
      "to the PC, as a result of an invalid context, or an invalid",
      "EXC_RETURN value. The PC value stacked for the exception",
      "return points to the instruction that tried to perform the",
      "illegal load of the PC",
    ],
  },
  {
    name: "NOCP",
    mask: 0x80000,
    description: "Coprocessor disabled or not present.",
    text: [],
  },
  {
    name: "STKOF",
    mask: 0x100000,
    description: "Stack overflowed.",
    text: [],
  },
  {
    name: "UNALIGNED",
    mask: 0x1000000,
    description: "Unaligned access UsageFault.",
    text: [
      "The processor has made an unaligned memory access. This fault",
      "can be enabled or disabled using the UNALIGN_TRP bit in the",
      "CCR. Unaligned LDM, STM, LDRD, and STRD instructions always",
      "fault irrespective of the CCR setting.",
    ],
  },
  {
    name: "DIVBYZERO",
    mask: 0x2000000,
    description: "Divide by zero.",
    text: [
      "The processor has executed an SDIV or UDIV instruction with",
      "a divisor of 0. The PC value stacked for the exception",
      "return points to the instruction that performed the divide",
      "by zero. This fault can be enabled or disabled using the",
      "DIV_0_TRP bit in the CCR.",
    ],
  },
];
