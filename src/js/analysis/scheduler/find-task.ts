import type { CapturedMap, CapturedTable, MapCapture, MapStore, MapStoreKind } from "../../model/maps.ts";
import { childrenOf, innermost, isStruct } from "../../model/nodes.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { ValueNode, ValueSource } from "../../model/values.ts";

/** How sure it is that a row is about the task: read, concluded with a reason, or a coincidence that may be more. */
export type Confidence = "certain" | "likely" | "possible";

/** One place that speaks of a task. */
export interface TaskSighting {
  readonly table: CapturedTable | "logs";
  /** Path into the value tree; for logs the record's number. */
  readonly path: string;
  readonly text: string;
  readonly confidence: Confidence;
  /** How it was concluded, unless certain. */
  readonly why?: string;
}

/** Where a task is, over all tables of a capture. */
export interface TaskWhereabouts {
  readonly pid: number;
  readonly comm?: string;
  /** The most certain first. */
  readonly sightings: readonly TaskSighting[];
  /** Addresses of its `task_struct`, where a table links one to it. */
  readonly addresses: readonly { readonly kva: bigint; readonly confidence: Confidence; readonly why: string }[];
  /** Tables with rows that say nothing of it. */
  readonly silent: readonly CapturedTable[];
}

/** Members of a value that name a task. */
const PID_MEMBER = /^(?:pid|tid|tgid|.*_pid|.*_tid)$/;
const OWN_PID_MEMBER = /^(?:pid|tid)$/;
const ENTRIES = 20_000;
const ORDER: Readonly<Record<Confidence, number>> = { certain: 0, likely: 1, possible: 2 };

/**
 * Joins the tables of a capture on a pid. Run queues and dispatch queues hold addresses, not pids: an address counts as
 * the task's only where some table has both, and what follows from it is no more certain than that.
 */
export function findTask(snapshot: Pick<Snapshot, "maps" | "values" | "logs">, pid: number): TaskWhereabouts {
  const capture = snapshot.maps;
  if (capture === undefined) return { pid, sightings: [], addresses: [], silent: [] };
  const search = new TaskSearch(capture, snapshot.values, pid);
  search.tables();
  search.maps();
  search.allocations();
  search.loneRunner();
  search.queues();
  search.logs(snapshot.logs);
  return search.result();
}

/** Members of a map that hold its entries, where a format keeps them in lists by kind. */
const LISTS: Readonly<Record<MapStoreKind, string>> = {
  hash: "entries",
  array: "array_entries",
  "percpu-array": "percpu_entries",
  "percpu-hash": "percpu_hash_entries",
  value: "value",
};

/** Path of an entry below `maps`, by its place: keys may be anything. */
function entryPath(values: ValueSource, map: CapturedMap, mapIx: number, store: MapStore, ix: number): string {
  if (!hasLists(values, map, store)) return `[#${mapIx}][#${ix}]`;
  const list = LISTS[store.kind];
  return store.kind === "value" ? `[#${mapIx}].value` : `[#${mapIx}].${list}[#${ix}]`;
}

function hasLists(values: ValueSource, map: CapturedMap, store: MapStore): boolean {
  return map.node.kind === "struct" && values.child(map.node, LISTS[store.kind]) !== undefined;
}

class TaskSearch {
  private readonly capture: MapCapture;
  private readonly values: ValueSource;
  private readonly pid: number;
  private readonly sightings: TaskSighting[] = [];
  private readonly addresses = new Map<bigint, { confidence: Confidence; why: string }>();
  private readonly queued: ReadonlySet<bigint>;
  private comm: string | undefined;

  constructor(capture: MapCapture, values: ValueSource, pid: number) {
    this.capture = capture;
    this.values = values;
    this.pid = pid;
    const { rq_scx_states, dsq_states } = capture.host;
    this.queued = new Set([
      ...rq_scx_states.flatMap(({ runnable_task_kvas }) => runnable_task_kvas),
      ...dsq_states.flatMap(({ task_kvas }) => task_kvas),
    ]);
  }

  result(): TaskWhereabouts {
    const sightings = [...this.sightings].sort((a, b) => ORDER[a.confidence] - ORDER[b.confidence]);
    const seen = new Set(sightings.map(({ table }) => table));
    const { host, maps } = this.capture;
    const filled: [CapturedTable, number][] = [
      ["task_enrichments", host.task_enrichments.length],
      ["kernel_tasks", host.kernel_tasks.length],
      ["rq_scx_states", host.rq_scx_states.length],
      ["dsq_states", host.dsq_states.length],
      ["maps", maps.length],
      ["sdt_allocations", host.sdt_allocations.length],
    ];
    return {
      pid: this.pid,
      ...(this.comm !== undefined && { comm: this.comm }),
      sightings,
      addresses: [...this.addresses].map(([kva, { confidence, why }]) => ({ kva, confidence, why })),
      silent: filled.flatMap(([table, rows]) => (rows > 0 && !seen.has(table) ? [table] : [])),
    };
  }

  // -- tables that have pids -----------------------------------------------------------------------------------------

  tables(): void {
    const { task_enrichments, kernel_tasks, rq_scx_states } = this.capture.host;
    task_enrichments.forEach((task, row) => {
      if (task.pid === this.pid) {
        this.comm ??= task.comm;
        const lock = task.lock_slowpath_match === undefined ? "" : `, waits in ${task.lock_slowpath_match}`;
        const state = `${task.sched_class ?? "?"} class, weight ${task.weight}, ${task.nvcsw} + ${task.nivcsw} switches`;
        this.add("task_enrichments", row, `${task.comm}: ${state}${lock}`);
      } else if (task.real_parent_pid === this.pid)
        this.add("task_enrichments", row, `parent of ${task.comm}[${task.pid}]`);
      else if (task.tgid === this.pid)
        this.add("task_enrichments", row, `process of the thread ${task.comm}[${task.pid}]`);
    });
    kernel_tasks.forEach((task, row) => {
      if (task.pid !== this.pid) return;
      this.comm ??= task.comm;
      const queue = task.dsq_id === undefined ? "on no queue" : `on the queue 0x${task.dsq_id.toString(16)}`;
      const what = task.running ? "running" : `state ${task.state}`;
      this.add("kernel_tasks", row, `${what} on CPU ${task.cpu}, runnable since ${task.runnable_at_ms} ms, ${queue}`);
    });
    rq_scx_states.forEach((cpu, row) => {
      if (cpu.curr_pid !== this.pid) return;
      this.comm ??= cpu.curr_comm;
      this.add("rq_scx_states", row, `running on CPU ${cpu.cpu}`);
    });
  }

  private add(
    table: CapturedTable,
    row: number | string,
    text: string,
    confidence: Confidence = "certain",
    why?: string,
  ): void {
    const base = this.capture.tablePath?.(table) ?? table;
    const path = typeof row === "number" ? `${base}[${row}]` : `${base}${row}`;
    this.sightings.push({ table, path, text, confidence, ...(why !== undefined && { why }) });
  }

  // -- maps ----------------------------------------------------------------------------------------------------------

  maps(): void {
    for (const [mapIx, map] of this.capture.maps.entries()) {
      for (const store of map.stores) {
        for (let ix = 0; ix < Math.min(store.length, ENTRIES); ix++) {
          const { key, keyNumber, value, perCpu } = store.entry(ix);
          const place = entryPath(this.values, map, mapIx, store, ix);
          const name = `${map.name}, entry ${ix}`;
          const isKey = keyNumber === this.pid || (key !== undefined && this.isPid(key));
          this.entry(place, name, isKey, value);
          perCpu?.forEach((slot, cpu) => {
            if (slot !== undefined)
              this.entry(
                `${place}.${hasLists(this.values, map, store) ? "per_cpu" : "value"}[${cpu}]`,
                `${name}, CPU ${cpu}`,
                false,
                slot,
              );
          });
        }
      }
    }
  }

  private entry(place: string, name: string, isKey: boolean, value: ValueNode | undefined): void {
    const members = value === undefined ? [] : this.pidMembers(value);
    const own = members.find(({ name: member }) => OWN_PID_MEMBER.test(member));
    if (own !== undefined) {
      this.add(
        "maps",
        place,
        name,
        "likely",
        `the value has ${own.name} = ${this.pid}${isKey ? ", and so has the key" : ""}`,
      );
      this.linkAddresses(value!, `${name} has the pid beside the address`);
    } else if (members[0] !== undefined) {
      this.add("maps", place, name, "possible", `the value has ${members[0].name} = ${this.pid}`);
    } else if (isKey) {
      this.add("maps", place, name, "possible", `the key is ${this.pid}; the value names no task`);
    }
  }

  /** Members that look like pids and have this one, at most two levels down. */
  private pidMembers(root: ValueNode): ValueNode[] {
    const inner = innermost(this.values, root);
    if (!isStruct(inner)) return [];
    return childrenOf(this.values, inner).flatMap((member) => {
      if (PID_MEMBER.test(member.name) && this.isPid(member)) return [member];
      const nested = isStruct(member) ? childrenOf(this.values, member) : [];
      return nested.filter(({ name }) => PID_MEMBER.test(name)).filter((one) => this.isPid(one));
    });
  }

  private isPid(node: ValueNode): boolean {
    const value = this.values.scalar(node);
    return typeof value === "bigint" && value === BigInt(this.pid) && (node.kind === "int" || node.kind === "uint");
  }

  /** A value that has the pid and an address that some queue holds links the two. */
  private linkAddresses(root: ValueNode, why: string): void {
    for (const member of childrenOf(this.values, innermost(this.values, root))) {
      const value = this.values.rawInteger?.(member) ?? this.values.scalar(member);
      if (typeof value === "bigint" && this.queued.has(value)) this.addresses.set(value, { confidence: "likely", why });
    }
  }

  allocations(): void {
    this.capture.host.sdt_allocations.forEach(({ allocator_name, entries }, row) => {
      entries.forEach(({ payload, idx }, ix) => {
        const [member] = this.pidMembers(payload);
        if (member === undefined) return;
        const why = `its payload has ${member.name} = ${this.pid}`;
        this.add("sdt_allocations", `[${row}].entries[${ix}]`, `${allocator_name}, slot ${idx}`, "likely", why);
        this.linkAddresses(payload, `${allocator_name}, slot ${idx}, has the pid beside the address`);
      });
    });
  }

  // -- queues, which have addresses ------------------------------------------------------------------------------------

  /** The only runnable task of the CPU it runs on is itself. */
  loneRunner(): void {
    for (const { curr_pid, cpu, nr_running, runnable_task_kvas } of this.capture.host.rq_scx_states) {
      const [only] = runnable_task_kvas;
      if (curr_pid !== this.pid || nr_running !== 1 || runnable_task_kvas.length !== 1 || only === undefined) continue;
      this.addresses.set(only, { confidence: "likely", why: `CPU ${cpu} runs it and has no other runnable task` });
    }
  }

  queues(): void {
    const { rq_scx_states, dsq_states } = this.capture.host;
    for (const [kva, { confidence, why }] of this.addresses) {
      const because = `its address is probably 0x${kva.toString(16)}: ${why}`;
      rq_scx_states.forEach(({ cpu, runnable_task_kvas }, row) => {
        const ix = runnable_task_kvas.indexOf(kva);
        if (ix < 0) return;
        const text = `number ${ix + 1} of ${runnable_task_kvas.length} runnable on CPU ${cpu}`;
        this.add("rq_scx_states", `[${row}].runnable_task_kvas[${ix}]`, text, confidence, because);
      });
      dsq_states.forEach(({ id, origin, nr, task_kvas }, row) => {
        const ix = task_kvas.indexOf(kva);
        if (ix < 0) return;
        const text = `number ${ix + 1} of ${nr} in the queue ${id} (${origin})`;
        this.add("dsq_states", `[${row}].task_kvas[${ix}]`, text, confidence, because);
      });
    }
  }

  /** Lines of the scheduler that stand below the task, or name it as `comm[pid]`. */
  logs(logs: Snapshot["logs"]): void {
    for (let ix = 0; ix < logs.length; ix++) {
      const { text, thread = "" } = logs.at(ix);
      const isOwn = new RegExp(`\\bpid ${this.pid}$`).test(thread);
      if (!isOwn && !text.includes(`[${this.pid}]`)) continue;
      const why = isOwn ? "the line stands below the task" : "the line has the number in brackets";
      this.sightings.push({
        table: "logs",
        path: `${ix}`,
        text: text.trim(),
        confidence: isOwn ? "likely" : "possible",
        why,
      });
    }
  }
}
