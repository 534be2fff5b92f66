import { counterSeries } from "../../analysis/scheduler/counters.ts";
import { coverageOf } from "../../analysis/scheduler/coverage.ts";
import { hintsOf } from "../../analysis/scheduler/hints.ts";
import { append } from "../../base/append.ts";
import { escapeTerminal } from "../../base/text.ts";
import type { HostTables } from "../../model/host-tables.ts";
import { mapTypeName } from "../../model/map-type-names.ts";
import type { CapturedMap, MapCapture } from "../../model/maps.ts";
import { exitKindText } from "../../model/scx-exit.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { ValueNode, ValueSource } from "../../model/values.ts";
import { renderValue } from "../scalar.ts";
import { renderTable } from "../table.ts";
import { renderFacts, renderStacks } from "../text.ts";
import { type MapTextOptions, mapText } from "./map-text.ts";
import { rowTable } from "./row-table.ts";
import { sparkline } from "./sparkline.ts";
import { valueLines } from "./value-lines.ts";

export interface CaptureTextOptions extends MapTextOptions {
  /** One sentence for the first line. */
  readonly headline?: string | undefined;
}

/** The report of a capture of maps and of the tables beside them. Everything is escaped for terminals. */
export function renderCapture(snapshot: Snapshot, options: CaptureTextOptions = {}): string {
  return [...captureSections(snapshot, options)].filter((section) => section !== "").join("\n");
}

/** The report section by section; each ends with a line break. */
function* captureSections(snapshot: Snapshot, options: CaptureTextOptions = {}): Generator<string> {
  const { maps: capture, values } = snapshot;
  if (options.headline !== undefined) yield `${escapeTerminal(options.headline, false)}\n`;
  yield missingSection(snapshot);
  yield renderFacts(snapshot);
  yield section("Document", documentLines(values));
  if (capture === undefined) return;
  if (snapshot.stacks.frames.some(({ functionName }) => functionName !== "")) yield renderStacks(snapshot.stacks);
  yield section(
    "Worth a look",
    hintsOf(capture).map(({ text, path }) => `${text}  [${path}]`),
  );
  const { earlier } = capture;
  if (earlier !== undefined) {
    yield "Early capture\n=============\n";
    yield* oneCapture(values, earlier, options);
    yield "Late capture\n============\n";
  }
  yield* oneCapture(values, capture, options);
  yield logSection(snapshot);
}

function section(title: string, lines: readonly string[], count?: number): string {
  if (lines.length === 0) return "";
  const body = lines.map((line) => `  ${escapeTerminal(line, false).trimEnd()}\n`).join("");
  return `${title}${count === undefined ? "" : ` (${count})`}\n${body}`;
}

function missingSection(snapshot: Snapshot): string {
  const { gaps } = coverageOf(snapshot);
  const rows = gaps.map(({ path, why, severity }) => [severity, path ?? "", why]);
  if (rows.length === 0) return "";
  const columns = [{ title: "" }, { title: "WHERE" }, { title: "WHAT IS MISSING, AND WHY" }];
  return section("Missing or damaged", renderTable(columns, rows).trimEnd().split("\n"), rows.length);
}

/** Scalars at the root of the document: times, reasons, latch states, which are in no table. */
function documentLines(values: ValueSource): string[] {
  const lines: string[] = [];
  for (const node of values.page(values.root, 0, values.count(values.root))) {
    if (isScalar(values, node) && node.name !== "is_placeholder")
      lines.push(`${node.name}: ${renderValue(values, node)}`);
    else if (node.name === "trigger" || node.name === "backtrace" || node.name === "stats")
      append(
        lines,
        valueLines(values, node).map((line, ix) => (ix === 0 ? `${node.name}: ${line}` : `  ${line}`)),
      );
  }
  return lines;
}

function isScalar(values: ValueSource, node: ValueNode): boolean {
  return values.count(node) === 0 && values.scalar(node) !== null;
}

function* oneCapture(values: ValueSource, capture: MapCapture, options: CaptureTextOptions): Generator<string> {
  const { host, maps } = capture;
  if (capture.isPlaceholder) yield "The capture failed: this report is a placeholder.\n";
  yield schedulerSection(host);
  yield table("CPUs", host.rq_scx_states, options);
  yield table("Dispatch queues", host.dsq_states, options);
  yield table("Tasks in the kernel's dump", host.kernel_tasks, options);
  yield table("Tasks", host.task_enrichments, options);
  yield counterSection(host);
  yield mapList(maps);
  if (maps.length > 0) yield `Maps (${maps.length})\n`;
  for (const map of maps) yield mapText(values, map, options).replace(/^(?=.)/gm, "  ");
  yield* sideTables(values, host, options);
}

function* sideTables(values: ValueSource, host: HostTables, options: CaptureTextOptions): Generator<string> {
  yield table("Registers of virtual CPUs", numbered(host.vcpu_regs), options);
  yield allocatorSection(values, host, options);
  yield table("Static ranges", host.scx_static_ranges?.ranges ?? [], options);
  yield table("Program run times", host.prog_runtime_stats.map(withMean), options);
  yield table("CPU times", host.per_cpu_time, options);
  yield table("Cgroup pressure", host.cgroup_psi.map(withPercent), options);
  yield table("NUMA", host.per_node_numa, options);
  yield table("Performance counters at the freeze", numbered(host.vcpu_perf_at_freeze).map(withIpc), options);
  yield table("Probe counters", host.probe_counters === undefined ? [] : [host.probe_counters], options);
}

/** From so many maps on a list of them comes first. */
const LISTED = 8;

function mapList(maps: readonly CapturedMap[]): string {
  if (maps.length < LISTED) return "";
  const rows = maps.map(({ name, mapType, stores, maxEntries, valueSize, error }) => {
    const count = stores.reduce((sum, { length }) => sum + length, 0);
    const share = maxEntries === 0 ? "" : `${Math.round((count * 100) / maxEntries)} %`;
    return [name, mapTypeName(mapType), String(count), String(maxEntries), share, String(valueSize), error ?? ""];
  });
  const right = "right" as const;
  const columns = [
    { title: "map" },
    { title: "type" },
    ...["entries", "max", "full", "value bytes"].map((title) => ({ title, align: right })),
    { title: "missing" },
  ];
  return section("List of maps", renderTable(columns, rows).trimEnd().split("\n"), maps.length);
}

function table(title: string, rows: readonly (object | null)[], options: CaptureTextOptions): string {
  if (rows.length === 0) return "";
  const text = rowTable(rows, { zeros: options.zeros, rows: options.entries });
  return section(title, text.trimEnd().split("\n"), rows.length);
}

/** Rows that are known by where they stand. */
function numbered(rows: readonly (object | null)[]): (object | null)[] {
  return rows.map((row, cpu) => (row === null ? { cpu, state: "not captured" } : { cpu, ...row }));
}

function withMean<Row extends { readonly cnt: bigint; readonly nsecs: bigint }>(row: Row): object {
  return { ...row, ns_per_call: row.cnt === 0n ? 0n : row.nsecs / row.cnt };
}

/** Percent × 2048, from 0 to 100. */
function withPercent<Row extends { readonly avg10_raw: bigint }>(row: Row): object {
  const percent = Math.min(100, Math.max(0, Number(row.avg10_raw) / 2048));
  return { ...row, avg10: `${percent.toFixed(2)} %` };
}

function withIpc(row: object | null): object | null {
  const { cycles, instructions } = { cycles: 0n, instructions: 0n, ...row };
  if (row === null || !("cycles" in row)) return row;
  return { ...row, ipc: cycles === 0n ? "0.00" : (Number(instructions) / Number(cycles)).toFixed(2) };
}

function schedulerSection({ scx_sched_state: state }: HostTables): string {
  if (state === undefined) return "";
  const { exit_kind, aborting, bypass_depth, watchdog_timeout, source, sched_kva } = state;
  const lines = [
    `exit kind: ${exitKindText(exit_kind)}`,
    ...(aborting === undefined ? [] : [`aborting: ${aborting ? "yes" : "no"}`]),
    ...(bypass_depth === undefined ? [] : [`bypass depth: ${bypass_depth}`]),
    ...(watchdog_timeout === undefined ? [] : [`watchdog: ${watchdog_timeout} jiffies`]),
    ...(source === undefined ? [] : [`read from: ${source}`]),
    ...(sched_kva === undefined ? [] : [`at 0x${sched_kva.toString(16)}`]),
  ];
  return section("Scheduler", lines);
}

function counterSection({ event_counter_timeline: timeline }: HostTables): string {
  const series = counterSeries(timeline);
  const moving = series.filter(({ last, total }) => last !== 0n || total !== 0n);
  const rows = moving.map(({ name, last, total, perSecond, increases }) => [
    name,
    String(last),
    `+${total}`,
    perSecond === undefined ? "" : `${perSecond.toFixed(1)}/s`,
    sparkline(increases),
  ]);
  const columns = [
    { title: "counter" },
    { title: "last", align: "right" as const },
    { title: "since first", align: "right" as const },
    { title: "rate", align: "right" as const },
    { title: "increase per sample" },
  ];
  const lines = rows.length === 0 ? [] : renderTable(columns, rows).trimEnd().split("\n");
  const still = series.filter((one) => !moving.includes(one)).map(({ name }) => name);
  if (still.length > 0) lines.push(`zero throughout: ${still.join(", ")}`);
  return section("Event counters", lines, timeline.length);
}

function allocatorSection(values: ValueSource, host: HostTables, options: CaptureTextOptions): string {
  const lines = host.sdt_allocations.flatMap((allocator) => {
    const { allocator_name, entries, truncated, skipped_subtrees, elem_size, payload_type_reason } = allocator;
    const rest = `${truncated ? ", cut" : ""}${skipped_subtrees > 0 ? `, ${skipped_subtrees} subtrees skipped` : ""}`;
    const why = payload_type_reason === "" ? "" : `, payloads without type: ${payload_type_reason}`;
    const shown = entries.slice(0, options.entries ?? 64);
    return [
      `${allocator_name}: ${entries.length} allocations of ${elem_size} bytes${rest}${why}`,
      ...shown.flatMap(({ idx, genn, user_addr, payload }) =>
        valueLines(values, payload, options).map((line, ix) =>
          ix === 0 ? `  ${idx} (generation ${genn}, 0x…${user_addr.toString(16)}): ${line}` : `    ${line}`,
        ),
      ),
      ...(entries.length > shown.length ? [`  … ${entries.length - shown.length} more`] : []),
    ];
  });
  return section("Allocations", lines);
}

function logSection({ logs }: Snapshot): string {
  const lines: string[] = [];
  for (let ix = 0; ix < logs.length; ix++) {
    const { text, thread } = logs.at(ix);
    lines.push(escapeTerminal(thread === undefined ? text : `${thread}: ${text}`, false));
  }
  return section("Lines of the scheduler", lines, logs.length);
}
