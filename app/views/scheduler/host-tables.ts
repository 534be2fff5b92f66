import type { Scalar } from "coldframe";
import type { HostTables } from "coldframe/sched-ext";
import { type RecordColumn, recordDetail, recordTable } from "../../state/records.ts";
import type { TableModel } from "../../state/types.ts";

export interface HostTable {
  readonly id: string;
  readonly title: string;
  readonly model: TableModel;
}

/** Tables worth a name of their own, in the order of use; every other list follows under its name in the file. */
const TITLES: Readonly<Record<string, string>> = {
  kernel_tasks: "Tasks",
  dsq_states: "Queues",
  rq_scx_states: "Run queues",
  task_enrichments: "Task details",
  per_cpu_time: "CPU time",
  prog_runtime_stats: "Programs",
  event_counter_timeline: "Events",
  cgroup_psi: "Pressure",
  per_node_numa: "NUMA",
  vcpu_regs: "vCPU registers",
  vcpu_perf_at_freeze: "vCPU counters",
};

/** Every list of the capture that has rows, as a table. */
export function hostTables(host: HostTables): readonly HostTable[] {
  const lists = Object.entries(host).filter(
    (entry): entry is [string, readonly object[]] => Array.isArray(entry[1]) && entry[1].length > 0,
  );
  const order = Object.keys(TITLES);
  const place = (id: string): number => (order.includes(id) ? order.indexOf(id) : order.length);
  return lists
    .sort(([a], [b]) => place(a) - place(b))
    .map(([id, rows]) => ({
      id,
      title: TITLES[id] ?? id,
      model: listTable(
        id,
        rows.map((row, ix) => ({ ix, ...row })),
      ),
    }));
}

type Row = Readonly<Record<string, unknown>>;

const WIDE: ReadonlySet<string> = new Set([
  "comm",
  "name",
  "origin",
  "backtrace",
  "curr_comm",
  "real_parent_comm",
  "cpus",
]);

function listTable(id: string, rows: readonly Row[]): TableModel {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map(
    (name): RecordColumn<Row> => ({
      name,
      width: WIDE.has(name) ? 160 : Math.max(60, name.length * 7 + 14),
      ...(rows.some((row) => isNumber(row[name])) && { align: "end" as const }),
      read: (row) => toScalar(row[name]),
      tone: (row) => (name === "running" && row[name] === true ? "run" : undefined),
    }),
  );
  return recordTable({ name: id, rows, columns, detail: (row) => recordDetail(titleOf(id, row), row) });
}

function titleOf(id: string, row: Row): string {
  const name = row["comm"] ?? row["curr_comm"] ?? row["name"] ?? row["origin"];
  return name === undefined
    ? `${TITLES[id] ?? id} ${row["ix"]}`
    : `${name}${row["pid"] === undefined ? "" : ` (${row["pid"]})`}`;
}

function isNumber(value: unknown): boolean {
  return typeof value === "bigint" || typeof value === "number";
}

function toScalar(value: unknown): Scalar {
  if (value === undefined || value === null) return null;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === "bigint" || typeof value === "string" || typeof value === "boolean") return value;
  if (Array.isArray(value))
    return value.map((item) => (typeof item === "bigint" ? `0x${item.toString(16)}` : String(item))).join(", ");
  return Object.entries(value)
    .map(([key, item]) => `${key}=${String(item)}`)
    .join(" ");
}
