import type { HostTables } from "../../model/host-tables.ts";
import type { FdArrayState, RingbufState, StackTraceState } from "../../model/maps.ts";
import {
  bool,
  type Decoder,
  defaulted,
  list,
  type Member,
  nullable,
  optional,
  record,
  reject,
  required,
  string,
  u32,
  u64,
} from "./decoders.ts";
import { ARRAY_ENTRY, type EntryParts, HASH_ENTRY, PERCPU_ENTRY, PERCPU_HASH_ENTRY } from "./entries.ts";
import {
  ALLOCATOR,
  CGROUP_PSI,
  DSQ_STATE,
  EVENT_SAMPLE,
  FD_ARRAY,
  PER_CPU_TIME,
  PER_NODE_NUMA,
  PROBE_COUNTERS,
  PROG_RUNTIME,
  type RawAllocator,
  RINGBUF,
  RQ_SCX_STATE,
  SCX_SCHED_STATE,
  STACK_TRACE,
  STATIC_RANGES,
  TASK_ENRICHMENT,
  VCPU_PERF,
  VCPU_REGS,
} from "./records.ts";
import { RENDERED } from "./rendered.ts";

/** Byte offset of a value in the file: it was checked, and is read again when asked for. */
export type Offset = number;

/** One map as the file has it; large contents stay in the file. Plain and cloneable. */
export interface DumpMap {
  readonly name: string;
  readonly map_kva: bigint;
  readonly map_type: number;
  readonly value_size: number;
  readonly max_entries: number;
  readonly value?: Offset | undefined;
  readonly entries: readonly Offset[];
  readonly array_entries: readonly Offset[];
  readonly percpu_entries: readonly Offset[];
  readonly percpu_hash_entries: readonly Offset[];
  readonly arena?: DumpArena | undefined;
  readonly ringbuf?: RingbufState | undefined;
  readonly stack_trace?: StackTraceState | undefined;
  readonly fd_array?: FdArrayState | undefined;
  readonly error?: string | undefined;
}

export interface DumpArena {
  readonly pages: readonly DumpPage[];
  readonly truncated: boolean;
  readonly declared_pages: bigint;
  readonly span_capped: boolean;
  readonly kern_vm_start: bigint;
  readonly user_vm_start: bigint;
}

export interface DumpPage {
  readonly user_addr: bigint;
  readonly bytes: PageSpan;
}

export interface PageSpan {
  readonly offset: Offset;
  /** Bytes of the page, not of its text. */
  readonly length: number;
  readonly isZero: boolean;
}

/** A whole report: 26 members. Side tables are read at once, maps as `DumpMap`. */
export interface DumpReport extends Omit<HostTables, "sdt_allocations" | "kernel_tasks"> {
  readonly schema: string;
  readonly maps: readonly DumpMap[];
  readonly active_obj_name?: string | undefined;
  readonly active_map_kvas: readonly bigint[];
  readonly sdt_allocations: readonly RawAllocator[];
  readonly is_placeholder: boolean;
  /** The report was redacted from a file that could be read in part only. Ours; other readers pass over it. */
  readonly redaction?: RedactionNote | undefined;
}

export interface RedactionNote {
  /** Codes of what could not be read. */
  readonly input_issues: readonly string[];
}

export const REDACTION_NOTE: Decoder<RedactionNote> = record<RedactionNote>({ input_issues: required(list(string)) });

/** Checks a value and keeps where it starts. */
function offsetOf<T>(decoder: Decoder<T>): Decoder<Offset> {
  return {
    fallback: 0,
    read(reader) {
      reader.kind();
      const { at } = reader;
      decoder.read(reader);
      return at;
    },
  };
}

function entryList(decoder: Decoder<EntryParts>): Member<readonly Offset[]> {
  return defaulted(list(offsetOf(decoder), true));
}

const PAGE_BYTES: Decoder<PageSpan> = {
  fallback: { offset: 0, length: 0, isZero: true },
  read(reader) {
    if (reader.kind() !== "array") return reject(reader, "an array of bytes", PAGE_BYTES.fallback);
    const offset = reader.at;
    const { count, isZero } = reader.readBytes();
    return { offset, length: count, isZero };
  },
};

const ARENA: Decoder<DumpArena> = record<DumpArena>({
  pages: defaulted(list(record<DumpPage>({ user_addr: required(u64), bytes: required(PAGE_BYTES) }), true)),
  truncated: defaulted(bool),
  declared_pages: required(u64),
  span_capped: defaulted(bool),
  kern_vm_start: required(u64),
  user_vm_start: required(u64),
});

const MAP: Decoder<DumpMap> = record<DumpMap>({
  name: required(string),
  map_kva: defaulted(u64),
  map_type: required(u32),
  value_size: required(u32),
  max_entries: required(u32),
  value: optional(offsetOf(RENDERED)),
  entries: entryList(HASH_ENTRY),
  array_entries: entryList(ARRAY_ENTRY),
  percpu_entries: entryList(PERCPU_ENTRY),
  percpu_hash_entries: entryList(PERCPU_HASH_ENTRY),
  arena: optional(ARENA),
  ringbuf: optional(RINGBUF),
  stack_trace: optional(STACK_TRACE),
  fd_array: optional(FD_ARRAY),
  error: optional(string),
});

/** A map that the end of the file cuts is kept with what it has. */
export const REPORT: Decoder<DumpReport> = record<DumpReport>({
  schema: required(string),
  maps: required(list(MAP, true)),
  vcpu_regs: defaulted(list(nullable(VCPU_REGS))),
  active_obj_name: optional(string),
  active_map_kvas: defaulted(list(u64)),
  sdt_allocations: defaulted(list(ALLOCATOR)),
  scx_static_ranges: optional(STATIC_RANGES),
  sdt_alloc_unavailable: optional(string),
  prog_runtime_stats: defaulted(list(PROG_RUNTIME)),
  prog_runtime_stats_unavailable: optional(string),
  per_cpu_time: defaulted(list(PER_CPU_TIME)),
  cgroup_psi: defaulted(list(CGROUP_PSI)),
  per_node_numa: defaulted(list(PER_NODE_NUMA)),
  per_node_numa_unavailable: optional(string),
  task_enrichments: defaulted(list(TASK_ENRICHMENT)),
  task_enrichments_unavailable: optional(string),
  event_counter_timeline: defaulted(list(EVENT_SAMPLE)),
  rq_scx_states: defaulted(list(RQ_SCX_STATE)),
  dsq_states: defaulted(list(DSQ_STATE)),
  scx_sched_state: optional(SCX_SCHED_STATE),
  scx_walker_unavailable: optional(string),
  vcpu_perf_at_freeze: defaulted(list(nullable(VCPU_PERF))),
  dump_truncated_at_us: optional(u64),
  maps_truncated: defaulted(u32),
  probe_counters: optional(PROBE_COUNTERS),
  is_placeholder: defaulted(bool),
  redaction: optional(REDACTION_NOTE),
});
