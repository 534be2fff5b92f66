import { toHex } from "../../../base/int64.ts";
import { CFSR_BITS } from "../cfsr.ts";
import type { CortexMReport } from "../cortex-m.ts";
import type { CpuReport } from "../cpu.ts";
import type { CapturedRegister } from "../registers.ts";
import { renderSymbol } from "./symbol.ts";

/** The CPU state, one piece of the report. Source: specification 7, 8. */
export function renderCpu(cpu: CpuReport): string {
  return `${cpu.kind === "cortex-m" ? `${renderException(cpu)}\n\n` : ""}${renderRegisters(cpu.registers)}\n`;
}

/** Cause and active bits of a Cortex-M exception, and its registers, without the empty line that ends the piece. */
export function renderCortexM(report: CortexMReport): string {
  return `${renderException(report)}\n\n${renderRegisters(report.registers)}`;
}

/** The cause followed by the active bits in brackets, which reports do not print. */
export function renderLongCause(report: CortexMReport): string {
  return [report.cause, ...report.activeBits.map((bit) => `[${bit}]`)].join(" ");
}

function renderException(report: CortexMReport): string {
  const lines = [`Exception caused by a ${report.cause}.`, ""];
  const active = CFSR_BITS.filter((bit) => report.activeBits.includes(bit.name));
  if (active.length === 0) lines.push("No active Crash Fault Status Register (CFSR) fields.");
  else lines.push("Active Crash Fault Status Register (CFSR) fields:");
  for (const bit of active) {
    lines.push(`${bit.name.padEnd(11)} ${bit.description}`, ...bit.text.map((line) => `    ${line}`));
  }
  return lines.join("\n");
}

/** With no register at all the heading is followed by an empty line. */
function renderRegisters(registers: readonly CapturedRegister[]): string {
  return `All registers:\n${registers.map(renderRegister).join("\n")}`;
}

function renderRegister({ name, value, symbol }: CapturedRegister): string {
  const line = `${name.padEnd(10)} 0x${toHex(value, 8)}`;
  return symbol === undefined ? line : `${line} ${renderSymbol(BigInt(value), symbol)}`;
}
