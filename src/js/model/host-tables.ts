import type { ValueNode } from "./values.ts";

/**
 * Tables that a capture of a kernel may hold beside its maps. Property names are those of the serialized form, so that
 * a row reads the same in a file, in a path and in code. u64 and i64 are bigint, smaller integers are number.
 */
export interface HostTables {
  readonly vcpu_regs: readonly (VcpuRegs | null)[];
  readonly sdt_allocations: readonly SdtAllocator[];
  readonly scx_static_ranges?: ScxStaticRanges;
  readonly prog_runtime_stats: readonly ProgRuntime[];
  readonly per_cpu_time: readonly PerCpuTime[];
  readonly cgroup_psi: readonly CgroupPsi[];
  readonly per_node_numa: readonly PerNodeNuma[];
  readonly task_enrichments: readonly TaskEnrichment[];
  readonly event_counter_timeline: readonly EventCounterSample[];
  readonly rq_scx_states: readonly RqScxState[];
  readonly dsq_states: readonly DsqState[];
  readonly kernel_tasks: readonly KernelTask[];
  readonly scx_sched_state?: ScxSchedState;
  readonly vcpu_perf_at_freeze: readonly (VcpuPerf | null)[];
  readonly probe_counters?: ProbeCounters;
  readonly scx_walker_unavailable?: string;
  readonly task_enrichments_unavailable?: string;
  readonly prog_runtime_stats_unavailable?: string;
  readonly per_node_numa_unavailable?: string;
  readonly sdt_alloc_unavailable?: string;
  /** Microseconds from the start of the capture to the step that crossed its deadline. */
  readonly dump_truncated_at_us?: bigint;
  /** Maps left out by that deadline. */
  readonly maps_truncated: number;
}

/** The tables that are lists: what `length` and `get` address by name. */
export type HostListName = {
  [Name in keyof HostTables]-?: HostTables[Name] extends readonly unknown[] ? Name : never;
}[keyof HostTables];

/** Page table roots keep their PCID or ASID bits. */
export interface VcpuRegs {
  readonly instruction_pointer: bigint;
  readonly stack_pointer: bigint;
  readonly page_table_root: bigint;
  readonly user_page_table_root?: bigint;
  readonly tcr_el1?: bigint;
}

/** Raw counts; scale by enabled / running where the counters were multiplexed. */
export interface VcpuPerf {
  readonly cycles: bigint;
  readonly instructions: bigint;
  readonly cache_misses: bigint;
  readonly branch_misses: bigint;
  readonly time_enabled_ns: bigint;
  readonly time_running_ns: bigint;
}

export interface ProgRuntime {
  readonly name: string;
  readonly cnt: bigint;
  readonly nsecs: bigint;
  readonly misses: bigint;
}

export interface PerCpuTime {
  readonly cpu: number;
  readonly cpustat_user_ns: bigint;
  readonly cpustat_nice_ns: bigint;
  readonly cpustat_system_ns: bigint;
  readonly cpustat_softirq_ns: bigint;
  readonly cpustat_irq_ns: bigint;
  readonly cpustat_idle_ns: bigint;
  readonly cpustat_iowait_ns: bigint;
  readonly cpustat_steal_ns: bigint;
  /** HI, TIMER, NET_TX, NET_RX, BLOCK, IRQ_POLL, TASKLET, SCHED, HRTIMER, RCU. */
  readonly softirqs: readonly bigint[];
  readonly irqs_sum: bigint;
  readonly iowait_sleeptime_ns?: bigint;
}

/** Identity is (cgroup_kva, serial_nr): an address alone may be reused. */
export interface CgroupPsi {
  readonly cgroup_kva: bigint;
  readonly total_ns: bigint;
  /** Percent × 2048. */
  readonly avg10_raw: bigint;
  readonly serial_nr: bigint;
}

export interface PerNodeNuma {
  readonly node: number;
  readonly numa_hit: bigint;
  readonly numa_miss: bigint;
  readonly numa_foreign: bigint;
  readonly numa_interleave_hit: bigint;
  readonly numa_local: bigint;
  readonly numa_other: bigint;
}

export interface TaskEnrichment {
  readonly pid: number;
  readonly tgid: number;
  readonly comm: string;
  readonly group_leader_pid?: number;
  readonly real_parent_pid?: number;
  readonly real_parent_comm?: string;
  readonly pgid?: number;
  readonly sid?: number;
  readonly nr_threads?: number;
  readonly weight: number;
  readonly prio: number;
  readonly static_prio: number;
  readonly normal_prio: number;
  readonly rt_priority: number;
  /** fair, rt, dl, idle, stop or ext. */
  readonly sched_class?: string;
  readonly core_cookie?: bigint;
  readonly pi_boosted_out_of_scx: boolean;
  readonly nvcsw: bigint;
  readonly nivcsw: bigint;
  readonly signal_nvcsw?: bigint;
  readonly signal_nivcsw?: bigint;
  readonly lock_slowpath_match?: string;
}

/** The kernel's counters of unusual events, in its order; the kernel's names are these in capitals behind `SCX_EV_`. */
export const EVENT_COUNTERS = [
  "select_cpu_fallback",
  "dispatch_local_dsq_offline",
  "dispatch_keep_last",
  "enq_skip_exiting",
  "enq_skip_migration_disabled",
  "reenq_immed",
  "reenq_local_repeat",
  "refill_slice_dfl",
  "bypass_duration",
  "bypass_dispatch",
  "bypass_activate",
  "insert_not_owned",
  "sub_bypass_dispatch",
] as const;

export type EventCounterName = (typeof EVENT_COUNTERS)[number];

/** Sums over all CPUs at one tick of the monitor; `bypass_duration` is in ns. Older kernels lack some. */
export interface EventCounterSample extends Readonly<Partial<Record<EventCounterName, bigint>>> {
  /** Absent where only one reading was taken, at no known time. */
  readonly elapsed_ms?: bigint;
}

/** A task as the kernel's own text dump prints it. */
export interface KernelTask {
  readonly cpu: number;
  readonly pid: number;
  readonly comm: string;
  /** It was running on that CPU. */
  readonly running: boolean;
  /** State letter: R runnable, S sleeping, D in uninterruptible sleep, … */
  readonly state: string;
  /** When it became runnable, relative to the dump: negative is in the past. */
  readonly runnable_at_ms: bigint;
  readonly scx_state?: bigint;
  readonly scx_flags?: bigint;
  readonly dsq_flags?: bigint;
  readonly ops_state?: bigint;
  readonly ops_qseq?: bigint;
  readonly sticky_cpu?: bigint;
  readonly holding_cpu?: bigint;
  /** Absent while the task is on no dispatch queue. */
  readonly dsq_id?: bigint;
  readonly dsq_vtime?: bigint;
  readonly slice?: bigint;
  readonly weight?: bigint;
  /** Mask of the CPUs it may run on, in hex. */
  readonly cpus?: string;
  /** Innermost first, as printed: `do_exit+0x208/0xa90`. */
  readonly backtrace: readonly string[];
}

export interface RqScxState {
  readonly cpu: number;
  readonly nr_running: number;
  readonly flags: number;
  readonly cpu_released?: boolean;
  readonly ops_qseq?: bigint;
  readonly kick_sync?: bigint;
  readonly nr_immed?: number;
  readonly rq_clock?: bigint;
  readonly curr_pid?: number;
  readonly curr_comm?: string;
  readonly runnable_task_kvas: readonly bigint[];
  readonly runnable_truncated: boolean;
}

export interface DsqState {
  readonly id: bigint;
  /** `local cpu N`, `bypass cpu N`, `global node N` or `user`. */
  readonly origin: string;
  readonly nr: number;
  readonly seq: number;
  readonly task_kvas: readonly bigint[];
  readonly truncated: boolean;
}

export interface ScxSchedState {
  /** Absent in the kernel's own text dump, like the depth. */
  readonly aborting?: boolean;
  readonly bypass_depth?: number;
  readonly exit_kind: number;
  /** Jiffies. */
  readonly watchdog_timeout?: bigint;
  /** live or bss_snapshot. */
  readonly source?: string;
  readonly sched_kva?: bigint;
}

export interface SdtAllocator {
  readonly allocator_name: string;
  readonly entries: readonly SdtAllocation[];
  readonly truncated: boolean;
  readonly skipped_subtrees: number;
  readonly elem_size: bigint;
  readonly target_type_id: number;
  readonly payload_type_reason: string;
}

export interface SdtAllocation {
  readonly idx: number;
  readonly genn: number;
  /** Low 32 bits only, unlike an arena page's address. */
  readonly user_addr: bigint;
  readonly payload: ValueNode;
}

export interface ScxStaticRanges {
  readonly ranges: readonly ScxStaticRange[];
  readonly skipped: number;
}

export interface ScxStaticRange {
  readonly instance_name: string;
  readonly start_low32: number;
  readonly size: bigint;
  readonly capacity: bigint;
}

export interface ProbeCounters {
  readonly probe_count: bigint;
  readonly kprobe_returns: bigint;
  readonly meta_miss: bigint;
  readonly ringbuf_drops: bigint;
  readonly timeline_count: bigint;
  readonly timeline_drops: bigint;
  readonly pi_count: bigint;
  readonly pi_orphan_fexits: bigint;
  readonly pi_class_change_count: bigint;
  readonly pi_drops: bigint;
  readonly lock_contend_count: bigint;
  readonly lock_contend_drops: bigint;
  readonly preempt_disable_count: bigint;
  readonly preempt_enable_count: bigint;
  readonly trigger_count: bigint;
}

export const NO_HOST_TABLES: HostTables = {
  vcpu_regs: [],
  sdt_allocations: [],
  prog_runtime_stats: [],
  per_cpu_time: [],
  cgroup_psi: [],
  per_node_numa: [],
  task_enrichments: [],
  event_counter_timeline: [],
  rq_scx_states: [],
  dsq_states: [],
  kernel_tasks: [],
  vcpu_perf_at_freeze: [],
  maps_truncated: 0,
};
