import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../../src/js/base/bytes.ts";
import { withLimits } from "../../../../src/js/base/limits.ts";
import { type FailureDump, readFailureDumps } from "../../../../src/js/formats/sched-ext/failure-dump.ts";
import type { KernelDump } from "../../../../src/js/formats/sched-ext/kernel-text/kernel-dump.ts";
import { attachDump, decodeDump } from "../../../../src/js/formats/sched-ext/plugin.ts";
import { probeSchedExt } from "../../../../src/js/formats/sched-ext/probe.ts";
import { framesOf } from "../../../../src/js/model/stacks.ts";
import { viewCapture } from "../../../../src/js/view/capture.ts";
import { getPath } from "../../../../src/js/view/path.ts";
import { goldenText } from "../../../support/sched-ext-cases.ts";

const PLAIN = goldenText("context/kernel_text_dump.txt");

function dumpsOf(text: string): readonly FailureDump[] {
  return readFailureDumps(text).dumps;
}

function textOf(dump: FailureDump | undefined): KernelDump {
  if (dump?.document.kind !== "kernel-text") throw new Error("no kernel text");
  return dump.document.dump;
}

describe("the kernel's text dump", () => {
  it("is read whole", () => {
    expect(textOf(dumpsOf(PLAIN)[0])).toEqual({
      trigger: {
        comm: "kworker/u16:4",
        pid: 173,
        exit_kind: 1026,
        reason: "runnable task stall",
        message: "stress[1530] failed to run for 6.841s",
        stalled: { comm: "stress", pid: 1530, waited_ms: 6841 },
      },
      backtrace: ["scx_watchdog_workfn+0x143/0x1d0", "process_scheduled_works+0x245/0x4e0", "kthread+0xeb/0x110"],
      cpus: [
        {
          cpu: 0,
          nr_running: 2,
          flags: 1,
          cpu_released: false,
          ops_qseq: 435n,
          pnt_seq: 440n,
          curr_comm: "stress",
          curr_pid: 1643,
          curr_class: "ext_sched_class",
          runnable_task_kvas: [],
          runnable_truncated: false,
        },
        {
          cpu: 1,
          nr_running: 0,
          flags: 0,
          cpu_released: true,
          ops_qseq: 77n,
          pnt_seq: 80n,
          curr_comm: "swapper/1",
          curr_pid: 0,
          curr_class: "idle_sched_class",
          runnable_task_kvas: [],
          runnable_truncated: false,
        },
      ],
      tasks: [
        {
          cpu: 0,
          pid: 1643,
          comm: "stress",
          running: true,
          state: "R",
          runnable_at_ms: -17n,
          scx_state: 3n,
          scx_flags: 5n,
          dsq_flags: 0n,
          ops_state: 0n,
          ops_qseq: 0n,
          sticky_cpu: -1n,
          holding_cpu: -1n,
          dsq_vtime: 831272254783601n,
          cpus: "f",
          backtrace: [],
        },
        {
          cpu: 0,
          pid: 1530,
          comm: "stress",
          running: false,
          state: "R",
          runnable_at_ms: -6841n,
          scx_state: 3n,
          scx_flags: 9n,
          dsq_flags: 0n,
          ops_state: 0n,
          ops_qseq: 0n,
          sticky_cpu: -1n,
          holding_cpu: -1n,
          dsq_id: 0x8000000000000002n,
          dsq_vtime: 831272272285269n,
          cpus: "f",
          backtrace: ["do_exit+0x208/0xa90"],
        },
      ],
      scheduler_text: [
        { line: 12, text: "LAYER[0] nr_cpus=0 nr_queued=0 -0ms cpus=" },
        { line: 13, text: "LAYER[2] nr_cpus=3 nr_queued=41 -1ms cpus=e" },
      ],
      truncated: false,
    });
  });

  it("is read out of dmesg, several to a log, with what only newer and older kernels print", () => {
    const dumps = dumpsOf(goldenText("context/dmesg_two_dumps.txt"));
    expect(dumps).toHaveLength(2);
    expect(textOf(dumps[0])).toEqual({
      trigger: { reason: "SysRq-D" },
      backtrace: [],
      cpus: [
        {
          cpu: 12,
          nr_running: 1,
          flags: 4,
          ops_qseq: 18446744073709551615n,
          pnt_seq: 0n,
          curr_comm: "my [x] task",
          curr_pid: 77,
          curr_class: "ext_sched_class",
          cpus_to_kick: "00000000,00001000",
          runnable_task_kvas: [],
          runnable_truncated: false,
        },
      ],
      tasks: [
        {
          cpu: 12,
          pid: 77,
          comm: "my [x] task",
          running: true,
          state: "R",
          runnable_at_ms: 4n,
          scx_state: 3n,
          scx_flags: 13n,
          dsq_flags: 1n,
          ops_state: 2n,
          ops_qseq: 99n,
          sticky_cpu: -1n,
          holding_cpu: 12n,
          dsq_id: 0xc00000000000000cn,
          dsq_vtime: 0n,
          slice: 20000000n,
          weight: 100n,
          cpus: "ffff",
          backtrace: ["__x64_sys_poll+0x1a/0x30", "kvm_vcpu_run+0x10/0x20 [kvm]"],
        },
      ],
      events: { select_cpu_fallback: 9n, refill_slice_dfl: -1n, new_counter: 5n },
      scheduler_text: [
        { line: 10, text: "  bigtop: local_q=3", cpu: 12 },
        { line: 17, text: "    bigtop: tier=1", cpu: 12, pid: 77 },
      ],
      truncated: false,
    });
    expect(textOf(dumps[1])).toEqual({
      trigger: {
        comm: "kworker/u40:0",
        pid: 88,
        exit_kind: 1024,
        reason: "scx_bpf_error",
        message: "dsq 5 (user) does not exist",
      },
      backtrace: ["scx_exit+0x5d/0x80"],
      cpus: [],
      tasks: [],
      scheduler_text: [],
      truncated: true,
    });
  });

  it("is read without its head, as far as the rule below it", () => {
    const [dump, ...rest] = dumpsOf(goldenText("context/journal_headless.txt"));
    expect(rest).toEqual([]);
    expect(textOf(dump)).toMatchObject({ cpus: [{ cpu: 3, nr_running: 0, cpu_released: true }], scheduler_text: [] });
  });

  it("is read out of a trace", () => {
    const traced = PLAIN.split("\n").map((line) => `  <...>-173     [003] d.... 1203.11: sched_ext_dump: ${line}`);
    expect(textOf(dumpsOf(traced.join("\n"))[0])).toEqual(textOf(dumpsOf(PLAIN)[0]));
  });

  it("fills the tables, stacks, logs and facts of a snapshot", () => {
    const [parts] = decodeDump({ name: "dump.txt", bytes: encodeUtf8(PLAIN) }, { options: {}, limits: withLimits() });
    const { maps, values, logs } = attachDump(structuredClone(parts!));
    expect(viewCapture({ values, maps: maps! }).host).toMatchObject({
      rq_scx_states: [{ cpu: 0 }, { cpu: 1 }],
      kernel_tasks: [{ pid: 1643 }, { pid: 1530 }],
      scx_sched_state: { exit_kind: 1026 },
    });
    expect(values.scalar(getPath({ values }, "tasks[1].dsq_id"))).toBe(0x8000000000000002n);
    expect(logs.at(1).text).toBe("LAYER[2] nr_cpus=3 nr_queued=41 -1ms cpus=e");
    const active = parts!.stacks.contexts.find((context) => context.active);
    expect(active).toMatchObject({ kind: "task", name: "stress", id: 1530n });
    expect(framesOf(parts!.stacks, active!.stack).map((frame) => frame.functionName)).toEqual(["do_exit"]);
    const facts = Object.fromEntries(parts!.facts.map(({ key, value }) => [key, value]));
    expect(facts).toMatchObject({
      "sched-ext.exit-kind": "ERROR_STALL (1026)",
      "sched-ext.stalled-task": "stress[1530]",
      "sched-ext.stalled-for": 6841n,
      fatal: true,
    });
  });

  it("is told from other texts", () => {
    const score = (text: string): number => probeSchedExt(encodeUtf8(text).subarray(0, 4096));
    for (const name of ["kernel_text_dump", "dmesg_two_dumps", "journal_headless", "scx_events"]) {
      expect(score(goldenText(`context/${name}.txt`))).toBeGreaterThanOrEqual(80);
    }
    expect(score("goroutine 1 [running]:\nmain.main()\n")).toBe(0);
    expect(score("CPU states are fine\n")).toBe(0);
  });

  it("keeps every line of garbage below a head, and stays fast on long ones", () => {
    const line = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.constantFrom("CPU 1   : nr_run=x", "  a=", "      dsq_id=", " *R [[1] +1ms"),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const { dumps } = readFailureDumps(`DEBUG DUMP\nx[1] triggered exit kind 9:\n  r\n${lines.join("\n")}`);
        expect(dumps.length).toBeGreaterThan(0);
      }),
    );
    const long = ["=", " ", "x=", "[1", "(", "0", ": "].map((part) => part.repeat(300_000)).join("\n");
    expect(textOf(dumpsOf(`DEBUG DUMP\nx[1] triggered exit kind 9:\n${long}`)[0]).trigger?.exit_kind).toBe(9);
  });
});

describe("a file of event counters", () => {
  it("becomes one sample without a time, older names included", () => {
    const [dump] = dumpsOf(goldenText("context/scx_events.txt"));
    expect(viewCapture(dump!).host.event_counter_timeline).toMatchObject([
      { dispatch_keep_last: 123n, refill_slice_dfl: 456789n, sub_bypass_dispatch: 0n },
    ]);
    expect(viewCapture(dump!).host.event_counter_timeline[0]).not.toHaveProperty("elapsed_ms");
    const [older] = dumpsOf("SCX_EV_ENQ_SLICE_DFL 7\n");
    expect(older?.document).toEqual({ kind: "events", events: { refill_slice_dfl: 7n } });
  });
});
