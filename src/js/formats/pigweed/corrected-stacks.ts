import type { CorrectedStack } from "../../model/crash-analysis.ts";
import { symbolizeAddress, symbolizeStack } from "../../model/symbolized-address.ts";
import { isSymbolImage, type SymbolImage, type Symbolizer } from "../../model/symbols.ts";
import type { CpuReport } from "./cpu.ts";
import type { SnapshotReport } from "./report.ts";
import { CODE_REGISTERS } from "./stacks.ts";

/**
 * The frames that upstream looks up uncorrected, looked up as they should be.
 * @param first index of the snapshot's first context in the stacks of the file
 * @returns nothing without an image that knows inlined calls
 */
export function correctStacks(
  { cpu, threads }: SnapshotReport,
  first: number,
  symbols: Symbolizer | undefined,
): CorrectedStack[] {
  if (!isSymbolImage(symbols)) return [];
  const options = { arch: cpu?.kind === "risc-v" ? "riscv" : symbols.arch };
  const corrected: CorrectedStack[] = [];
  if (cpu !== undefined) {
    corrected.push({ context: first, name: "exception", addresses: correctCpu(cpu, symbols) });
  }
  const offset = first + corrected.length;
  for (const [ix, { name, backtrace }] of threads.threads.entries()) {
    const addresses = symbolizeStack(
      symbols,
      backtrace.map(({ address }) => address),
      options,
    );
    corrected.push({ context: offset + ix, name, addresses });
  }
  return corrected.filter(({ addresses }) => addresses.length > 0);
}

/** pc is where the processor was; lr is where the function would have returned to. */
function correctCpu({ kind, registers }: CpuReport, symbols: SymbolImage): CorrectedStack["addresses"] {
  const arch = kind === "cortex-m" ? "arm" : "riscv";
  return CODE_REGISTERS.flatMap((names, ix) => {
    const register = registers.find(({ name }) => names.includes(name));
    if (register === undefined) return [];
    const role = ix === 0 ? "instruction" : "return";
    return [symbolizeAddress(symbols, BigInt(register.value), role, { arch })];
  });
}
