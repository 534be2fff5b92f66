import { describe, expect, it } from "vitest";
import type { CpuReport } from "../../../../src/js/formats/pigweed/cpu.ts";
import { analyseCrash } from "../../../../src/js/formats/pigweed/crash-analysis.ts";
import type { SnapshotReport } from "../../../../src/js/formats/pigweed/report.ts";
import type { StackReport, ThreadReport } from "../../../../src/js/formats/pigweed/threads.ts";
import type { CrashFinding } from "../../../../src/js/model/crash-analysis.ts";
import type { SymbolImage } from "../../../../src/js/model/symbols.ts";

type Registers = Readonly<Record<string, number>>;

function toRegisters(registers: Registers) {
  return Object.entries(registers).map(([name, value]) => ({ name, value }));
}

function cortexM(registers: Registers): CpuReport {
  return {
    kind: "cortex-m",
    cause: "usage fault",
    activeBits: [],
    isFaultActive: true,
    isNestedFault: false,
    registers: toRegisters(registers),
  };
}

function thread(stack: StackReport, more: Partial<ThreadReport> = {}): ThreadReport {
  return {
    name: "worker",
    state: 2,
    isActive: true,
    stack,
    backtrace: [],
    rawStack: new Uint8Array(0),
    symbolizedBacktrace: [],
    ...more,
  };
}

function report(
  cpu: CpuReport | undefined,
  threads: readonly ThreadReport[] = [],
  cpuArchName = "ARMV7M",
): SnapshotReport {
  return {
    path: "",
    metadata: { cpuArchName } as SnapshotReport["metadata"] & object,
    tags: [],
    ...(cpu !== undefined && { cpu }),
    threads: { threads, activeIx: 0 },
    timestamps: [],
    related: [],
  };
}

const textsOf = (one: SnapshotReport): string[] =>
  analyseCrash(one)[0]!.findings.map(({ about, severity, text }: CrashFinding) => `${severity} ${about}: ${text}`);

describe("analyseCrash on Cortex-M", () => {
  it.each<[string, Registers, string]>([
    [
      "FORCED with a cause",
      { hfsr: 0x4000_0000, cfsr: 0x10000 },
      "warning hfsr: nested fault: the fault in CFSR became a HardFault; CFSR has its cause",
    ],
    [
      "FORCED without one",
      { hfsr: 0x4000_0000, cfsr: 0 },
      "warning hfsr: a fault was escalated, but CFSR does not say which: it was cleared or not captured",
    ],
    ["VECTTBL", { hfsr: 2 }, "note hfsr: VECTTBL: an entry of the vector table could not be read"],
    ["the active exception", { icsr: 0x803 }, "note icsr: active exception 3: HardFault"],
    ["a pending interrupt", { icsr: 0x15_800 }, "note icsr: pending exception 21: interrupt 5"],
    [
      "an interrupted exception",
      { icsr: 0x00f },
      "note icsr: RETTOBASE is 0: another exception was interrupted as well",
    ],
    [
      "EXC_RETURN to a thread",
      { exc_return: 0xffff_fffd },
      "note exc_return: interrupted code ran in thread mode on the process stack (psp); the processor pushed a basic frame of 8 words",
    ],
    [
      "EXC_RETURN to a handler",
      { exc_return: 0xffff_ffe1 },
      "note exc_return: interrupted code ran in handler mode on the main stack (msp); the processor pushed an extended frame with floating-point registers",
    ],
    [
      "a ruined EXC_RETURN",
      { exc_return: 0x2000_0000 },
      "warning exc_return: 0x20000000 is no EXC_RETURN value: it was overwritten or not captured",
    ],
    [
      "CONTROL",
      { control: 7 },
      "note control: thread mode is unprivileged and uses psp, floating-point context active",
    ],
    [
      "a stale fault address",
      { cfsr: 0x200, bfar: 4 },
      "note bfar: its valid bit is not set: the address is left over from before",
    ],
    [
      "a stack pointer below its limit",
      { psp: 0x1ff0, psplim: 0x2000 },
      "warning psp: stack overflow: 0x00001ff0 is below its limit 0x00002000",
    ],
    [
      "a value that was not captured",
      { pc: 0xffff_ffff },
      "note pc: all ones: it was not captured, so it names no place",
    ],
  ])("explains %s", (_name, registers, expected) => {
    expect(textsOf(report(cortexM(registers)))).toContain(expected);
  });

  it("says nothing about registers that are fine or absent", () => {
    expect(textsOf(report(cortexM({ pc: 0x800, cfsr: 0, hfsr: 0 })))).toEqual([]);
    expect(textsOf(report(undefined))).toEqual([]);
  });

  it("notes that Armv6-M has no fault registers", () => {
    const [text] = textsOf(report(cortexM({ cfsr: 0 }), [], "ARMV6M"));
    expect(text).toMatch(/Armv6-M has no CFSR.*means nothing/);
  });
});

describe("analyseCrash on RISC-V", () => {
  const riscv = (registers: Registers): CpuReport => ({ kind: "risc-v", registers: toRegisters(registers) });

  it("explains mcause, mtval and mstatus", () => {
    expect(textsOf(report(riscv({ mcause: 5, mtval: 0x40, mstatus: 0x1880 }), [], "RV32I"))).toEqual([
      "note mcause: load access fault",
      "note mtval: the access was to 0x00000040",
      "note mstatus: the trap came from M-mode with interrupts on",
    ]);
    expect(textsOf(report(riscv({ mcause: 0x8000_0007 }), [], "RV32I"))).toEqual([
      "note mcause: machine timer interrupt",
    ]);
  });

  it("warns that 64-bit registers are cut", () => {
    expect(textsOf(report(riscv({ mcause: 2 }), [], "RV64I")).at(-1)).toMatch(/cut to 32 bits/);
  });
});

describe("analyseCrash on stacks", () => {
  const stack = (pointer: bigint, estimatedPeak?: bigint): StackReport => ({
    start: 0x2000n,
    end: 0x1000n,
    pointer,
    ...(estimatedPeak !== undefined && { estimatedPeak }),
  });

  it("flags overflow, underflow and a stack used up", () => {
    expect(textsOf(report(undefined, [thread(stack(0x0ff0n))]))).toEqual([
      "warning worker: stack overflow: the stack pointer 0x00000ff0 is 16 bytes outside the stack",
    ]);
    expect(textsOf(report(undefined, [thread(stack(0x2008n))]))[0]).toMatch(/underflow.*8 bytes/);
    expect(textsOf(report(undefined, [thread(stack(0x1800n, 0x1000n))]))[0]).toMatch(/whole stack has been used/);
    expect(textsOf(report(undefined, [thread(stack(0x1800n, 0x1200n))]))).toEqual([]);
  });

  it("finds the growth direction in the pointers", () => {
    const up: StackReport = { start: 0x1000n, end: 0x2000n, pointer: 0x2010n };
    expect(textsOf(report(undefined, [thread(up)]))).toEqual([
      "warning worker: stack overflow: the stack pointer 0x00002010 is 16 bytes outside the stack",
      "note worker: the stack grows up: its start is below its end",
    ]);
  });

  it("finds return addresses in the raw stack: confirmed by the backtrace, or named with a line", () => {
    const words = [0, 0x0800_0101, 0x1234, 0x0800_0201, 0xffff_ffff];
    const rawStack = new Uint8Array(words.length * 4 + 3);
    words.forEach((word, ix) => {
      new DataView(rawStack.buffer).setUint32(ix * 4, word, true);
    });
    const one = thread({ pointer: 0x1800n }, { rawStack, backtrace: [{ address: 0x0800_0101n }] });
    const symbols = {
      lookup: (address: bigint) =>
        address >= 0x0800_0200n && address < 0x0800_0300n
          ? { name: "caller", file: "c.c", line: 7 }
          : { name: "__stack_top" },
    };
    // One less than the return address: inside the call.
    const symbolizerOf = () => ({ lookup: (a: bigint) => symbols.lookup(a + 1n) });
    const [found] = analyseCrash(report(undefined, [one]), { symbolizerOf })[0]!.stacks;
    expect(found?.words).toBe(5);
    expect(found?.candidates).toEqual([
      { offset: 4, value: 0x0800_0101n, address: 0x1804n, confirmed: true },
      {
        offset: 12,
        value: 0x0800_0201n,
        address: 0x180cn,
        confirmed: false,
        symbol: { name: "caller", file: "c.c", line: 7 },
      },
    ]);
    expect(analyseCrash(report(undefined, [thread({})]))[0]!.stacks).toEqual([]);
  });
});

describe("analyseCrash with an image", () => {
  const image: SymbolImage = {
    name: "fw.elf",
    arch: "arm",
    issues: [],
    lookup: () => ({ name: "next" }),
    frames: (address) => [
      { name: `at ${address.toString(16)}`, inlined: true },
      { name: "outer", inlined: false },
    ],
  };

  it("looks inside the call of each return address, and shows inlined calls", () => {
    const backtrace = [{ address: 0x0800_0101n }, { address: 0x0800_0201n }];
    const cpu = cortexM({ pc: 0x0800_0100, lr: 0xffff_fffd });
    const [found] = analyseCrash(report(cpu, [thread({}, { backtrace })]), { symbolizerOf: () => image });
    expect(found?.corrected.map(({ context, name }) => [context, name])).toEqual([
      [0, "exception"],
      [1, "worker"],
    ]);
    const [exception, worker] = found!.corrected;
    expect(exception?.addresses.map(({ special, frames }) => special ?? frames[0]?.name)).toEqual([
      "at 8000100",
      "exception-return",
    ]);
    expect(worker?.addresses.map(({ frames }) => frames.map(({ name }) => name))).toEqual([
      ["at 8000100", "outer"],
      ["at 80001ff", "outer"],
    ]);
  });

  it("leaves raw stacks alone when told so", () => {
    const one = thread({}, { rawStack: new Uint8Array(64), backtrace: [{ address: 0n }] });
    expect(analyseCrash(report(undefined, [one]))[0]!.stacks).toHaveLength(1);
    expect(analyseCrash(report(undefined, [one]), { scanStacks: false })[0]!.stacks).toEqual([]);
  });
});
