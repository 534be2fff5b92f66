import type { HostTables, KernelTask, RqScxState } from "coldframe/sched-ext";
import type { JSX } from "preact";
import { useStore } from "../../state/context.ts";
import { recordDetail } from "../../state/records.ts";

const SHOWN = 512;
const QUEUED = 3;

interface Cpu {
  readonly cpu: number;
  readonly rq?: RqScxState | undefined;
  readonly running?: KernelTask | undefined;
  readonly waiting: readonly KernelTask[];
}

/** One box per CPU: who runs, how many wait, the longest of them in red. */
export function CpuGrid({ host }: { readonly host: HostTables }): JSX.Element | null {
  const store = useStore();
  const cpus = cpusOf(host);
  if (cpus.length === 0) return null;
  return (
    <>
      <h2>{`CPUs (${cpus.length})`}</h2>
      <div class="cpu-grid">
        {cpus.slice(0, SHOWN).map(({ cpu, rq, running, waiting }) => {
          const name = running?.comm ?? rq?.curr_comm;
          const pid = running?.pid ?? rq?.curr_pid;
          return (
            <button
              key={cpu}
              type="button"
              class="plain"
              onClick={() => {
                store.detail.value = recordDetail(`CPU ${cpu}`, {
                  running: name === undefined ? undefined : `${name} (${pid ?? "?"})`,
                  waiting: waiting.length,
                  ...rq,
                });
              }}
            >
              <strong>{`CPU ${cpu}`}</strong>{" "}
              <span class="dim">{rq === undefined ? "" : `${rq.nr_running} runnable`}</span>
              <br />
              <span class="run">{name === undefined ? "nobody known" : `runs ${name} (${pid ?? "?"})`}</span>
              {waiting.slice(0, QUEUED).map((task) => (
                <span key={task.pid} class="waiting">
                  <span class="fault">{`waits ${waitText(task.runnable_at_ms)}`}</span> {`${task.comm} (${task.pid})`}
                </span>
              ))}
              {waiting.length > QUEUED && <span class="dim">{`and ${waiting.length - QUEUED} more`}</span>}
              {rq?.runnable_truncated === true && <span class="warn"> list cut</span>}
            </button>
          );
        })}
      </div>
    </>
  );
}

function cpusOf({ rq_scx_states, kernel_tasks }: HostTables): Cpu[] {
  const numbers = new Set([...rq_scx_states.map(({ cpu }) => cpu), ...kernel_tasks.map(({ cpu }) => cpu)]);
  return [...numbers]
    .sort((a, b) => a - b)
    .map((cpu) => ({
      cpu,
      rq: rq_scx_states.find((rq) => rq.cpu === cpu),
      running: kernel_tasks.find((task) => task.cpu === cpu && task.running),
      waiting: kernel_tasks
        .filter((task) => task.cpu === cpu && !task.running)
        .sort((a, b) => Number(a.runnable_at_ms - b.runnable_at_ms)),
    }));
}

/** Negative is in the past: it has been runnable since then. */
export function waitText(runnableAtMs: bigint): string {
  return runnableAtMs <= 0n ? `${(-Number(runnableAtMs) / 1000).toFixed(1)} s` : "not yet";
}
