import type { HostTables } from "coldframe/sched-ext";
import type { JSX } from "preact";
import { waitText } from "./cpu-grid.tsx";

/** Everything that the capture says about the place of one task. */
export function findTask(host: HostTables, wanted: string): readonly string[] {
  const isWanted = (pid: number | undefined, comm: string | undefined): boolean =>
    /^\d+$/.test(wanted) ? pid === Number(wanted) : comm?.toLowerCase().includes(wanted.toLowerCase()) === true;
  const found: string[] = [];
  for (const { cpu, pid, comm, running, state, runnable_at_ms, dsq_id, cpus } of host.kernel_tasks) {
    if (!isWanted(pid, comm)) continue;
    const place = running ? `runs on CPU ${cpu}` : `waits on CPU ${cpu} since ${waitText(runnable_at_ms)}`;
    const queue = dsq_id === undefined ? "on no dispatch queue" : `on dispatch queue 0x${dsq_id.toString(16)}`;
    found.push(
      `${comm} (${pid}), state ${state}: ${place}, ${queue}${cpus === undefined ? "" : `, may run on CPUs ${cpus}`}`,
    );
  }
  for (const { cpu, curr_pid, curr_comm } of host.rq_scx_states) {
    if (isWanted(curr_pid, curr_comm)) found.push(`${curr_comm ?? "?"} (${curr_pid}) is what CPU ${cpu} runs`);
  }
  for (const task of host.task_enrichments) {
    if (isWanted(task.pid, task.comm)) {
      found.push(
        `${task.comm} (${task.pid}) of process ${task.tgid}, class ${task.sched_class ?? "unknown"}, weight ${task.weight}, ${task.nvcsw} voluntary and ${task.nivcsw} involuntary switches`,
      );
    }
  }
  return found;
}

export function PlaceOfTask({
  wanted,
  found,
}: {
  readonly wanted: string;
  readonly found: readonly string[];
}): JSX.Element {
  if (found.length === 0) {
    return (
      <p role="status">{`Nothing that was captured names ${wanted}: it ran nowhere, waited in no queue that was read, or its list was cut.`}</p>
    );
  }
  return (
    <ul role="status">
      {found.map((line, ix) => (
        <li key={ix}>{line}</li>
      ))}
    </ul>
  );
}
