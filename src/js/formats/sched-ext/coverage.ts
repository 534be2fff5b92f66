import type { Issue } from "../../base/issue.ts";
import type { DegradedDump, DualDump, DumpDocument } from "./document.ts";
import type { DumpMap, DumpReport, RedactionNote } from "./report.ts";

/**
 * What a capture lacks and why, as issues with the code `CaptureIncomplete` and the path of what is concerned. These
 * are facts about the capture; what is wrong with the file itself has other codes.
 */
export function coverageIssues(document: DumpDocument): Issue[] {
  switch (document.kind) {
    case "single":
      return reportGaps(document.report, "");
    case "dual":
      return dualGaps(document.dual);
    case "degraded":
      return degradedGaps(document.degraded);
    case "sample":
      return reportGaps(document.sample.report, "report");
    case "kernel-text":
      return document.dump.truncated ? [gap("truncated", "the kernel's buffer was full: the dump ends early")] : [];
    case "events":
      return [];
    default:
      return document satisfies never;
  }
}

function gap(path: string, message: string, severity: Issue["severity"] = "warning"): Issue {
  return { code: "CaptureIncomplete", severity, message, path };
}

function dualGaps({ early, late, early_skipped_reason }: DualDump): Issue[] {
  const gaps =
    early === undefined
      ? [gap("early", `no early capture: ${early_skipped_reason ?? "no reason given"}`)]
      : reportGaps(early, "early");
  return [...gaps, ...reportGaps(late, "late")];
}

function redactionGaps(note: RedactionNote | undefined, path: string): Issue[] {
  if (note === undefined) return [];
  return [gap(path, `what was redacted could be read in part only: ${note.input_issues.join(", ")}`, "error")];
}

function degradedGaps({ reason, vcpu_regs, redaction }: DegradedDump): Issue[] {
  const never = vcpu_regs.filter((regs) => regs === null).length;
  const parked = never > 0 ? [gap("vcpu_regs", `${never} of ${vcpu_regs.length} vCPUs never parked`)] : [];
  const degraded = gap("reason", `the capture is degraded: ${reason}`, "error");
  return [...redactionGaps(redaction, "redaction"), degraded, ...parked];
}

function reportGaps(report: DumpReport, prefix: string): Issue[] {
  const at = (path: string): string => (prefix === "" ? path : `${prefix}.${path}`);
  const gaps = redactionGaps(report.redaction, at("redaction"));
  if (report.is_placeholder)
    gaps.push(gap(at("is_placeholder"), "the capture failed: this report is a placeholder", "error"));
  for (const name of UNAVAILABLE) {
    const reason = report[name];
    if (reason !== undefined) gaps.push(gap(at(name), `${UNAVAILABLE_WORDS[name]}: ${reason}`));
  }
  if (report.dump_truncated_at_us !== undefined || report.maps_truncated > 0) gaps.push(deadlineGap(report, at));
  report.maps.forEach((map, ix) => {
    for (const one of mapGaps(map)) gaps.push(gap(at(`maps[#${ix}]`), `${JSON.stringify(map.name)}: ${one}`));
  });
  return [...gaps, ...tableGaps(report, at)];
}

const UNAVAILABLE = [
  "scx_walker_unavailable",
  "task_enrichments_unavailable",
  "prog_runtime_stats_unavailable",
  "per_node_numa_unavailable",
  "sdt_alloc_unavailable",
] as const;

const UNAVAILABLE_WORDS: Readonly<Record<(typeof UNAVAILABLE)[number], string>> = {
  scx_walker_unavailable: "the scheduler, its run queues and dispatch queues were not captured",
  task_enrichments_unavailable: "tasks were not captured",
  prog_runtime_stats_unavailable: "program run times were not captured",
  per_node_numa_unavailable: "NUMA counters were not captured",
  sdt_alloc_unavailable: "allocations of the scheduler were not captured",
};

function deadlineGap(report: DumpReport, at: (path: string) => string): Issue {
  const when = report.dump_truncated_at_us === undefined ? "" : ` after ${report.dump_truncated_at_us} µs`;
  return gap(at("maps_truncated"), `the capture met its deadline${when} and left out ${report.maps_truncated} maps`);
}

function mapGaps(map: DumpMap): string[] {
  const { arena, stack_trace, fd_array } = map;
  const gaps: string[] = [];
  if (map.error !== undefined) gaps.push(map.error);
  if (arena?.truncated === true) gaps.push(`only ${arena.pages.length} pages of the arena were captured`);
  if (arena?.span_capped === true) gaps.push("the arena is larger than the span that is captured");
  if (stack_trace?.truncated === true)
    gaps.push(`only ${stack_trace.entries.length} of ${stack_trace.n_buckets} stack buckets were captured`);
  if (stack_trace !== undefined && stack_trace.buckets_unreadable > 0)
    gaps.push(`${stack_trace.buckets_unreadable} stack buckets were not readable`);
  if (fd_array?.truncated === true) gaps.push(`only ${fd_array.scanned} slots were looked at`);
  if (fd_array?.indices_truncated === true)
    gaps.push(`only ${fd_array.indices.length} of ${fd_array.populated} populated slots are listed`);
  if (fd_array !== undefined && fd_array.unreadable > 0) gaps.push(`${fd_array.unreadable} slots were not readable`);
  return gaps;
}

function tableGaps(report: DumpReport, at: (path: string) => string): Issue[] {
  const gaps: Issue[] = [];
  report.rq_scx_states.forEach((row, ix) => {
    if (row.runnable_truncated)
      gaps.push(gap(at(`rq_scx_states[${ix}]`), `the list of runnable tasks of CPU ${row.cpu} is cut`));
  });
  report.dsq_states.forEach((row, ix) => {
    if (row.truncated)
      gaps.push(
        gap(
          at(`dsq_states[${ix}]`),
          `the list of tasks of the queue ${row.id} (${row.origin}) is cut: ${row.task_kvas.length} of ${row.nr}`,
        ),
      );
  });
  report.sdt_allocations.forEach((row, ix) => {
    const path = at(`sdt_allocations[${ix}]`);
    if (row.truncated)
      gaps.push(gap(path, `the allocations of ${row.allocator_name} are cut at ${row.entries.length}`));
    if (row.skipped_subtrees > 0)
      gaps.push(gap(path, `${row.skipped_subtrees} subtrees of ${row.allocator_name} were skipped`));
    if (row.payload_type_reason !== "")
      gaps.push(gap(path, `payloads of ${row.allocator_name} have no type: ${row.payload_type_reason}`));
  });
  const skipped = report.scx_static_ranges?.skipped ?? 0;
  if (skipped > 0) gaps.push(gap(at("scx_static_ranges"), `${skipped} static ranges were skipped`));
  report.vcpu_regs.forEach((regs, ix) => {
    if (regs === null) gaps.push(gap(at(`vcpu_regs[${ix}]`), `registers of vCPU ${ix} were not captured`, "info"));
  });
  report.vcpu_perf_at_freeze.forEach((perf, ix) => {
    if (perf === null)
      gaps.push(gap(at(`vcpu_perf_at_freeze[${ix}]`), `performance counters of vCPU ${ix} were not captured`, "info"));
  });
  return gaps;
}
