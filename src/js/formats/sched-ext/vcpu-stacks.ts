import { NONE } from "../../base/brand.ts";
import type { VcpuRegs } from "../../model/host-tables.ts";
import { type Frame, type Register, type StackIx, type StackTable, StackTableBuilder } from "../../model/stacks.ts";
import type { DumpDocument } from "./document.ts";
import type { KernelDump } from "./kernel-text/kernel-dump.ts";
import type { DumpMap } from "./report.ts";

/** What has a stack in a dump: each vCPU (its instruction pointer alone) and each bucket of a stack-trace map. */
export function dumpStacks(document: DumpDocument): StackTable {
  const builder = new StackTableBuilder();
  switch (document.kind) {
    case "degraded":
      addVcpus(builder, document.degraded.vcpu_regs);
      break;
    case "dual":
      addReport(builder, document.dual.late);
      break;
    case "single":
      addReport(builder, document.report);
      break;
    case "sample":
      addReport(builder, document.sample.report);
      break;
    case "kernel-text":
      addKernelText(builder, document.dump);
      break;
    case "events":
      break;
    default:
      document satisfies never;
  }
  return builder.build();
}

interface Stacked {
  readonly vcpu_regs: readonly (VcpuRegs | null)[];
  readonly maps: readonly DumpMap[];
}

function addReport(builder: StackTableBuilder, report: Stacked): void {
  addVcpus(builder, report.vcpu_regs);
  for (const map of report.maps) addBuckets(builder, map);
}

/** Frames of the text have a name, an offset into it and no address. */
function addKernelText(builder: StackTableBuilder, { trigger, backtrace, tasks }: KernelDump): void {
  if (backtrace.length > 0) {
    const stack = addNames(builder, backtrace);
    const { comm = "scheduler exit", pid } = trigger ?? {};
    builder.addContext({
      kind: "exception",
      name: comm,
      count: 1n,
      stack,
      ...(pid !== undefined && { id: BigInt(pid) }),
    });
  }
  for (const task of tasks) {
    builder.addContext({
      kind: "task",
      name: task.comm,
      id: BigInt(task.pid),
      state: task.running ? `${task.state} running` : task.state,
      count: 1n,
      stack: task.backtrace.length === 0 ? (NONE as StackIx) : addNames(builder, task.backtrace),
      ...(task.pid === trigger?.stalled?.pid && { active: true }),
      labels: { cpu: String(task.cpu) },
    });
  }
}

function addNames(builder: StackTableBuilder, frames: readonly string[]): StackIx {
  return builder.addStack(frames.map((text) => builder.addFrame(frameOf(text))));
}

/** `do_exit+0x208/0xa90 [module]`: the offset belongs to the place, not to the function's name. */
function frameOf(text: string): Frame {
  const [, functionName = text, , module] = /^(.*)\+(0x[0-9a-f]+\/0x[0-9a-f]+)(?: \[(.*)\])?$/.exec(text) ?? [];
  return { functionName, ...(module !== undefined && { module }) };
}

function addVcpus(builder: StackTableBuilder, vcpus: readonly (VcpuRegs | null)[]): void {
  vcpus.forEach((regs, cpu) => {
    const stack = regs === null ? (NONE as StackIx) : addStack(builder, [regs.instruction_pointer]);
    builder.addContext({
      kind: "cpu",
      name: `vcpu ${cpu}`,
      id: BigInt(cpu),
      count: 1n,
      stack,
      ...(regs === null ? { state: "not parked" } : { registers: registersOf(regs) }),
    });
  });
}

function registersOf(regs: VcpuRegs): Register[] {
  return Object.entries(regs).flatMap(([name, value]) => (typeof value === "bigint" ? [{ name, value }] : []));
}

function addBuckets(builder: StackTableBuilder, { name, stack_trace }: DumpMap): void {
  for (const { bucket_id, pcs } of stack_trace?.entries ?? []) {
    builder.addContext({
      kind: "task",
      name: `${name} bucket ${bucket_id}`,
      id: BigInt(bucket_id),
      count: 1n,
      stack: pcs.length === 0 ? (NONE as StackIx) : addStack(builder, pcs),
    });
  }
}

function addStack(builder: StackTableBuilder, addresses: readonly bigint[]): StackIx {
  return builder.addStack(addresses.map((address) => builder.addFrame({ functionName: "", address })));
}
