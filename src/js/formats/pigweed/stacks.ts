import { type Frame, type StackTable, StackTableBuilder } from "../../model/stacks.ts";
import type { CodeSymbol } from "../../model/symbols.ts";
import type { CpuReport } from "./cpu.ts";
import { type SnapshotReport, walkReports } from "./report.ts";
import type { ThreadReport } from "./threads.ts";

/** What a capture writes into a register that it could not read. */
const NOT_CAPTURED = 0xffff_ffff;
/** Where the CPU was and where it would have returned to. */
export const CODE_REGISTERS: readonly (readonly string[])[] = [
  ["pc", "mepc"],
  ["lr", "ra"],
];

/** The threads of a snapshot and its related ones, and where each CPU was when the exception hit. */
export function snapshotStacks(report: SnapshotReport): StackTable {
  const builder = new StackTableBuilder();
  for (const snapshot of walkReports(report)) {
    const process = nameOf(snapshot);
    if (snapshot.cpu !== undefined) addCpu(builder, snapshot.cpu, process);
    for (const thread of snapshot.threads.threads) addThread(builder, thread, process);
  }
  return builder.build();
}

/** A related snapshot goes by the name of its device, and by its place where it has none. */
function nameOf({ path, metadata }: SnapshotReport): string | undefined {
  return path === "" ? undefined : (metadata?.deviceName ?? path);
}

function addCpu(builder: StackTableBuilder, cpu: CpuReport, process: string | undefined): void {
  const frames: Frame[] = [];
  for (const names of CODE_REGISTERS) {
    const register = cpu.registers.find(({ name }) => names.includes(name));
    if (register !== undefined && register.value !== NOT_CAPTURED) {
      frames.push(toFrame(BigInt(register.value), register.symbol));
    }
  }
  builder.addContext({
    kind: "exception",
    name: cpu.kind === "cortex-m" ? cpu.cause : "exception",
    stack: builder.addStack(frames.map((frame) => builder.addFrame(frame))),
    count: 1n,
    ...(process !== undefined && { process }),
    registers: cpu.registers.map(({ name, value }) => ({ name, value: BigInt(value) })),
  });
}

function addThread(builder: StackTableBuilder, thread: ThreadReport, process: string | undefined): void {
  builder.addContext({
    kind: "thread",
    name: thread.name,
    ...(thread.id !== undefined && { id: thread.id }),
    state: thread.stateName ?? String(thread.state),
    stack: builder.addStack(framesOf(thread).map((frame) => builder.addFrame(frame))),
    count: 1n,
    ...(thread.isActive && { active: true }),
    ...(process !== undefined && { process }),
    ...stackLabels(thread),
  });
}

/** What the device named itself stands in where there are no addresses. */
function framesOf({ backtrace, symbolizedBacktrace }: ThreadReport): Frame[] {
  if (backtrace.length > 0) return backtrace.map(({ address, symbol }) => toFrame(address, symbol));
  return symbolizedBacktrace.map((functionName) => ({ functionName }));
}

function toFrame(address: bigint, symbol: CodeSymbol | undefined): Frame {
  return {
    functionName: symbol?.name ?? "",
    address,
    ...(symbol?.file !== undefined && { file: symbol.file }),
    ...(symbol?.line !== undefined && symbol.line > 0 && { line: symbol.line }),
  };
}

/** Sizes that a list of threads shows. */
function stackLabels({ stack, cpuUsageHundredths }: ThreadReport): { labels?: Record<string, string> } {
  const labels: Record<string, string> = {};
  const add = (name: string, value: bigint | undefined) => {
    if (value !== undefined) labels[name] = String(value);
  };
  add("stack-used-bytes", stack.usedBytes);
  add("stack-peak-bytes", stack.peakBytes);
  add("stack-size-bytes", stack.sizeBytes);
  if (cpuUsageHundredths !== undefined) labels["cpu-usage-percent"] = (cpuUsageHundredths / 100).toFixed(2);
  return Object.keys(labels).length === 0 ? {} : { labels };
}
