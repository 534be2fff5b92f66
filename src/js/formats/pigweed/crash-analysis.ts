import { toHex } from "../../base/int64.ts";
import type { CrashAnalysis, CrashFinding } from "../../model/crash-analysis.ts";
import type { Symbolizer } from "../../model/symbols.ts";
import { correctStacks } from "./corrected-stacks.ts";
import type { CpuReport } from "./cpu.ts";
import { analyseStack } from "./crash-analysis-stack.ts";
import { ADDRESS_TRAPS, exceptionName, HFSR_BITS, trapName } from "./crash-bits.ts";
import { type SnapshotReport, walkReports } from "./report.ts";

const NOT_CAPTURED = 0xffff_ffff;
const EXC_RETURN_PREFIX = 0xff00_0000;

export interface CrashAnalysisOptions {
  /** Names the words of raw stacks and the corrected frames; called with the path of a snapshot in the file. */
  readonly symbolizerOf?: ((path: string) => Symbolizer | undefined) | undefined;
  /** Default true; a scan costs one lookup per word of a raw stack. */
  readonly scanStacks?: boolean;
}

/**
 * Explains what upstream leaves unexplained: HFSR, ICSR, exc_return, CONTROL, mcause, mstatus, nested faults, stacks
 * that ran over or under, return addresses in raw stacks, and the frames behind the uncorrected ones of the report.
 * Without symbols the words of raw stacks are listed only where a backtrace confirms them.
 */
export function analyseCrash(report: SnapshotReport, options: CrashAnalysisOptions = {}): CrashAnalysis[] {
  const { symbolizerOf, scanStacks = true } = options;
  let contexts = 0;
  return [...walkReports(report)].map((snapshot) => {
    const { path, cpu, threads } = snapshot;
    const symbols = symbolizerOf?.(path);
    const first = contexts;
    contexts += threads.threads.length + (cpu === undefined ? 0 : 1);
    return {
      path,
      findings: [...analyseCpu(snapshot), ...threads.threads.flatMap((thread) => stackLimits(thread))],
      corrected: correctStacks(snapshot, first, symbols),
      stacks: scanStacks ? threads.threads.flatMap((thread) => analyseStack(thread, symbols) ?? []) : [],
    };
  });
}

function analyseCpu(snapshot: SnapshotReport): CrashFinding[] {
  const { cpu, metadata } = snapshot;
  if (cpu === undefined) return [];
  const registers = new Map(cpu.registers.map(({ name, value }) => [name, value]));
  const findings = cpu.kind === "cortex-m" ? analyseCortexM(registers) : analyseRiscv(registers);
  return [...findings, ...archNotes(cpu, metadata?.cpuArchName, registers)];
}

type Registers = ReadonlyMap<string, number>;

function note(about: string, text: string): CrashFinding {
  return { about, severity: "note", text };
}

function warning(about: string, text: string): CrashFinding {
  return { about, severity: "warning", text };
}

/** A register that was captured and readable. */
function read(registers: Registers, name: string): number | undefined {
  const value = registers.get(name);
  return value === NOT_CAPTURED ? undefined : value;
}

// -- Cortex-M ---------------------------------------------------------------------------------------------------------

function analyseCortexM(registers: Registers): CrashFinding[] {
  return [
    ...notCaptured(registers, ["pc", "lr", "psr"]),
    ...explainHfsr(registers),
    ...explainIcsr(registers),
    ...explainExcReturn(registers),
    ...explainControl(registers),
    ...explainValidity(registers),
    ...stackPointerLimits(registers),
  ];
}

function notCaptured(registers: Registers, names: readonly string[]): CrashFinding[] {
  return names
    .filter((name) => registers.get(name) === NOT_CAPTURED)
    .map((name) => note(name, "all ones: it was not captured, so it names no place"));
}

function explainHfsr(registers: Registers): CrashFinding[] {
  const hfsr = read(registers, "hfsr");
  if (hfsr === undefined || hfsr === 0) return [];
  const findings = HFSR_BITS.filter(({ mask }) => (hfsr & mask) !== 0).map(({ name, meaning }) =>
    note("hfsr", `${name}: ${meaning}`),
  );
  const isEscalated = (hfsr & 0x4000_0000) !== 0;
  const hasCause = (read(registers, "cfsr") ?? 0) !== 0;
  if (isEscalated && hasCause) {
    findings.push(warning("hfsr", "nested fault: the fault in CFSR became a HardFault; CFSR has its cause"));
  } else if (isEscalated) {
    findings.push(
      warning("hfsr", "a fault was escalated, but CFSR does not say which: it was cleared or not captured"),
    );
  }
  return findings;
}

function explainIcsr(registers: Registers): CrashFinding[] {
  const icsr = read(registers, "icsr");
  if (icsr === undefined) return [];
  const active = icsr & 0x1ff;
  const pending = (icsr >>> 12) & 0x1ff;
  const findings = [note("icsr", `active exception ${active}: ${exceptionName(active)}`)];
  if (pending !== 0) findings.push(note("icsr", `pending exception ${pending}: ${exceptionName(pending)}`));
  if (active !== 0 && (icsr & 0x800) === 0) {
    findings.push(note("icsr", "RETTOBASE is 0: another exception was interrupted as well"));
  }
  return findings;
}

/** What the exception will return to; Armv8-M adds the security bits. */
function explainExcReturn(registers: Registers): CrashFinding[] {
  const value = read(registers, "exc_return");
  if (value === undefined) return [];
  if ((value & EXC_RETURN_PREFIX) >>> 0 !== EXC_RETURN_PREFIX) {
    return [warning("exc_return", `0x${toHex(value, 8)} is no EXC_RETURN value: it was overwritten or not captured`)];
  }
  const mode = (value & 0x8) !== 0 ? "thread mode" : "handler mode";
  const stack = (value & 0x4) !== 0 ? "the process stack (psp)" : "the main stack (msp)";
  const frame = (value & 0x10) !== 0 ? "a basic frame of 8 words" : "an extended frame with floating-point registers";
  return [note("exc_return", `interrupted code ran in ${mode} on ${stack}; the processor pushed ${frame}`)];
}

function explainControl(registers: Registers): CrashFinding[] {
  const control = read(registers, "control");
  if (control === undefined) return [];
  const privilege = (control & 1) !== 0 ? "unprivileged" : "privileged";
  const stack = (control & 2) !== 0 ? "psp" : "msp";
  const floating = (control & 4) !== 0 ? ", floating-point context active" : "";
  return [note("control", `thread mode is ${privilege} and uses ${stack}${floating}`)];
}

/** Fault addresses that are printed although they mean nothing. */
function explainValidity(registers: Registers): CrashFinding[] {
  const cfsr = read(registers, "cfsr");
  if (cfsr === undefined) return [];
  const stale: readonly (readonly [string, number])[] = [
    ["mmfar", 0x80],
    ["bfar", 0x8000],
  ];
  return stale
    .filter(([name, bit]) => registers.has(name) && (cfsr & bit) === 0)
    .map(([name]) => note(name, "its valid bit is not set: the address is left over from before"));
}

function stackPointerLimits(registers: Registers): CrashFinding[] {
  return ["msp", "psp"].flatMap((name) => {
    const pointer = read(registers, name);
    const limit = read(registers, `${name}lim`);
    if (pointer === undefined || limit === undefined || limit === 0 || pointer >= limit) return [];
    return [warning(name, `stack overflow: 0x${toHex(pointer, 8)} is below its limit 0x${toHex(limit, 8)}`)];
  });
}

// -- RISC-V -----------------------------------------------------------------------------------------------------------

const MPP_MODES: readonly string[] = ["U-mode", "S-mode", "a reserved mode", "M-mode"];

function analyseRiscv(registers: Registers): CrashFinding[] {
  const findings = notCaptured(registers, ["mepc", "ra"]);
  const mcause = registers.get("mcause");
  if (mcause !== undefined) findings.push(note("mcause", `${trapName(mcause)}`));
  const mtval = registers.get("mtval");
  if (mcause !== undefined && mtval !== undefined) {
    if (ADDRESS_TRAPS.has(mcause)) findings.push(note("mtval", `the access was to 0x${toHex(mtval, 8)}`));
    else if (mcause === 2 && mtval !== 0) findings.push(note("mtval", `the instruction was 0x${toHex(mtval, 8)}`));
  }
  const mstatus = registers.get("mstatus");
  if (mstatus !== undefined) {
    const from = MPP_MODES[(mstatus >>> 11) & 3]!;
    const interrupts = (mstatus & 0x80) !== 0 ? "on" : "off";
    findings.push(note("mstatus", `the trap came from ${from} with interrupts ${interrupts}`));
  }
  return findings;
}

// -- architecture -----------------------------------------------------------------------------------------------------

function archNotes(cpu: CpuReport, arch: string | undefined, registers: Registers): CrashFinding[] {
  if (cpu.kind === "cortex-m" && arch === "ARMV6M") {
    const cfsr = registers.has("cfsr") ? "; the captured cfsr means nothing" : "";
    return [note("arch", `Armv6-M has no CFSR, HFSR, MMFAR and BFAR: every fault is a HardFault${cfsr}`)];
  }
  if (cpu.kind === "risc-v" && /^RV(64|128)/.test(arch ?? "")) {
    return [warning("arch", `registers of ${arch} are cut to 32 bits by the format: addresses may be incomplete`)];
  }
  return [];
}

// -- stack limits -----------------------------------------------------------------------------------------------------

type Thread = SnapshotReport["threads"]["threads"][number];

/** Which way a stack grows follows from its pointers; everything captured today grows down. */
function stackLimits({ name, stack }: Thread): CrashFinding[] {
  const { start, end, pointer, estimatedPeak } = stack;
  const about = name === "" ? "an unnamed thread" : name;
  if (start === undefined || end === undefined || start === end) return [];
  const [high, low] = start > end ? [start, end] : [end, start];
  const growsDown = start > end;
  const findings: CrashFinding[] = [];
  const check = (what: string, value: bigint | undefined): void => {
    if (value === undefined || (value >= low && value <= high)) return;
    const isOverflow = growsDown ? value < low : value > high;
    const distance = value < low ? low - value : value - high;
    const kind = isOverflow ? "overflow" : "underflow";
    findings.push(warning(about, `stack ${kind}: ${what} 0x${toHex(value, 8)} is ${distance} bytes outside the stack`));
  };
  check("the stack pointer", pointer);
  check("the estimated peak", estimatedPeak);
  if (findings.length === 0 && estimatedPeak !== undefined && estimatedPeak === (growsDown ? low : high)) {
    findings.push(warning(about, "the whole stack has been used: it may have overflowed before"));
  }
  if (!growsDown) findings.push(note(about, "the stack grows up: its start is below its end"));
  return findings;
}
