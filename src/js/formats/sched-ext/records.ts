import type {
  CgroupPsi,
  DsqState,
  EventCounterSample,
  PerCpuTime,
  PerNodeNuma,
  ProbeCounters,
  ProgRuntime,
  RqScxState,
  ScxSchedState,
  ScxStaticRange,
  ScxStaticRanges,
  TaskEnrichment,
  VcpuPerf,
  VcpuRegs,
} from "../../model/host-tables.ts";
import type { FdArrayState, RingbufState, StackBucket, StackTraceState } from "../../model/maps.ts";
import {
  bool,
  type Decoder,
  defaulted,
  i32,
  i64,
  list,
  optional,
  record,
  required,
  string,
  u32,
  u64,
} from "./decoders.ts";
import { RENDERED, type Rendered } from "./rendered.ts";

/** The rows of the specification's sections 2.4 and 2.5, member by member, in serialization order. */
export const VCPU_REGS: Decoder<VcpuRegs> = record<VcpuRegs>({
  instruction_pointer: required(u64),
  stack_pointer: required(u64),
  page_table_root: required(u64),
  user_page_table_root: optional(u64),
  tcr_el1: optional(u64),
});

export const VCPU_PERF: Decoder<VcpuPerf> = record<VcpuPerf>({
  cycles: required(u64),
  instructions: required(u64),
  cache_misses: required(u64),
  branch_misses: required(u64),
  time_enabled_ns: required(u64),
  time_running_ns: required(u64),
});

export const PROG_RUNTIME: Decoder<ProgRuntime> = record<ProgRuntime>({
  name: required(string),
  cnt: required(u64),
  nsecs: required(u64),
  misses: required(u64),
});

export const PER_CPU_TIME: Decoder<PerCpuTime> = record<PerCpuTime>({
  cpu: required(u32),
  cpustat_user_ns: required(u64),
  cpustat_nice_ns: required(u64),
  cpustat_system_ns: required(u64),
  cpustat_softirq_ns: required(u64),
  cpustat_irq_ns: required(u64),
  cpustat_idle_ns: required(u64),
  cpustat_iowait_ns: required(u64),
  cpustat_steal_ns: required(u64),
  softirqs: required(list(u64)),
  irqs_sum: required(u64),
  iowait_sleeptime_ns: optional(u64),
});

export const CGROUP_PSI: Decoder<CgroupPsi> = record<CgroupPsi>({
  cgroup_kva: required(u64),
  total_ns: required(u64),
  avg10_raw: required(u64),
  serial_nr: required(u64),
});

export const PER_NODE_NUMA: Decoder<PerNodeNuma> = record<PerNodeNuma>({
  node: required(u32),
  numa_hit: required(u64),
  numa_miss: required(u64),
  numa_foreign: required(u64),
  numa_interleave_hit: required(u64),
  numa_local: required(u64),
  numa_other: required(u64),
});

export const TASK_ENRICHMENT: Decoder<TaskEnrichment> = record<TaskEnrichment>({
  pid: required(i32),
  tgid: required(i32),
  comm: required(string),
  group_leader_pid: optional(i32),
  real_parent_pid: optional(i32),
  real_parent_comm: optional(string),
  pgid: optional(i32),
  sid: optional(i32),
  nr_threads: optional(u32),
  weight: required(u32),
  prio: required(i32),
  static_prio: required(i32),
  normal_prio: required(i32),
  rt_priority: required(u32),
  sched_class: optional(string),
  core_cookie: optional(u64),
  pi_boosted_out_of_scx: required(bool),
  nvcsw: required(u64),
  nivcsw: required(u64),
  signal_nvcsw: optional(u64),
  signal_nivcsw: optional(u64),
  lock_slowpath_match: optional(string),
});

/** A sample of a dump has its time and all counters. */
export const EVENT_SAMPLE: Decoder<EventCounterSample> = record<EventCounterSample>({
  elapsed_ms: required(u64),
  select_cpu_fallback: required(i64),
  dispatch_local_dsq_offline: required(i64),
  dispatch_keep_last: required(i64),
  enq_skip_exiting: required(i64),
  enq_skip_migration_disabled: required(i64),
  reenq_immed: required(i64),
  reenq_local_repeat: required(i64),
  refill_slice_dfl: required(i64),
  bypass_duration: required(i64),
  bypass_dispatch: required(i64),
  bypass_activate: required(i64),
  insert_not_owned: required(i64),
  sub_bypass_dispatch: required(i64),
});

export const RQ_SCX_STATE: Decoder<RqScxState> = record<RqScxState>({
  cpu: required(u32),
  nr_running: required(u32),
  flags: required(u32),
  cpu_released: required(bool),
  ops_qseq: required(u64),
  kick_sync: optional(u64),
  nr_immed: optional(u32),
  rq_clock: optional(u64),
  curr_pid: optional(i32),
  curr_comm: optional(string),
  runnable_task_kvas: required(list(u64)),
  runnable_truncated: defaulted(bool),
});

export const DSQ_STATE: Decoder<DsqState> = record<DsqState>({
  id: required(u64),
  origin: required(string),
  nr: required(u32),
  seq: required(u32),
  task_kvas: required(list(u64)),
  truncated: defaulted(bool),
});

export const SCX_SCHED_STATE: Decoder<ScxSchedState> = record<ScxSchedState>({
  aborting: required(bool),
  bypass_depth: required(i32),
  exit_kind: required(u32),
  watchdog_timeout: optional(u64),
  source: optional(string),
  sched_kva: optional(u64),
});

/** An allocator as the file has it: payloads are still rendered values. */
export interface RawAllocator {
  readonly allocator_name: string;
  readonly entries: readonly RawAllocation[];
  readonly truncated: boolean;
  readonly skipped_subtrees: number;
  readonly elem_size: bigint;
  readonly target_type_id: number;
  readonly payload_type_reason: string;
}

export interface RawAllocation {
  readonly idx: number;
  readonly genn: number;
  readonly user_addr: bigint;
  readonly payload: Rendered;
}

const ALLOCATION: Decoder<RawAllocation> = record<RawAllocation>({
  idx: required(i32),
  genn: required(i32),
  user_addr: required(u64),
  payload: required(RENDERED),
});

export const ALLOCATOR: Decoder<RawAllocator> = record<RawAllocator>({
  allocator_name: required(string),
  entries: defaulted(list(ALLOCATION)),
  truncated: defaulted(bool),
  skipped_subtrees: required(u32),
  elem_size: required(u64),
  target_type_id: required(u32),
  payload_type_reason: defaulted(string),
});

const STATIC_RANGE: Decoder<ScxStaticRange> = record<ScxStaticRange>({
  instance_name: required(string),
  start_low32: required(u32),
  size: required(u64),
  capacity: required(u64),
});

export const STATIC_RANGES: Decoder<ScxStaticRanges> = record<ScxStaticRanges>({
  ranges: defaulted(list(STATIC_RANGE)),
  skipped: required(u32),
});

export const PROBE_COUNTERS: Decoder<ProbeCounters> = record<ProbeCounters>({
  probe_count: required(u64),
  kprobe_returns: required(u64),
  meta_miss: required(u64),
  ringbuf_drops: required(u64),
  timeline_count: required(u64),
  timeline_drops: required(u64),
  pi_count: required(u64),
  pi_orphan_fexits: required(u64),
  pi_class_change_count: required(u64),
  pi_drops: required(u64),
  lock_contend_count: required(u64),
  lock_contend_drops: required(u64),
  preempt_disable_count: required(u64),
  preempt_enable_count: required(u64),
  trigger_count: required(u64),
});

export const RINGBUF: Decoder<RingbufState> = record<RingbufState>({
  capacity: required(u64),
  consumer_pos: required(u64),
  producer_pos: required(u64),
  pending_pos: required(u64),
  pending_bytes: required(u64),
});

const STACK_BUCKET: Decoder<StackBucket> = record<StackBucket>({
  bucket_id: required(u32),
  nr: required(u32),
  pcs: defaulted(list(u64)),
  data_hex: required(string),
});

export const STACK_TRACE: Decoder<StackTraceState> = record<StackTraceState>({
  n_buckets: required(u32),
  entries: defaulted(list(STACK_BUCKET)),
  truncated: defaulted(bool),
  buckets_unreadable: defaulted(u32),
});

export const FD_ARRAY: Decoder<FdArrayState> = record<FdArrayState>({
  populated: required(u32),
  scanned: required(u32),
  indices: defaulted(list(u32)),
  truncated: defaulted(bool),
  indices_truncated: defaulted(bool),
  unreadable: defaulted(u32),
});
