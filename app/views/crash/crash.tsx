import { useSignal } from "@preact/signals";
import { analyseCrash, asPigweed, type SnapshotReport, type ThreadReport, walkReports } from "coldframe/pigweed";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { ViewProps } from "../../state/views.ts";
import { Cause } from "./cause.tsx";
import { LastLogs } from "./last-logs.tsx";
import { Registers } from "./registers.tsx";
import { StackMemory } from "./stack-memory.tsx";
import { ThreadPanel, Threads } from "./threads.tsx";

/** The faulting thread first, its evidence around it, the other threads beside. */
export function CrashView({ opened }: ViewProps): JSX.Element {
  const { snapshot } = opened;
  const native = asPigweed(snapshot);
  const cores = useMemo(() => [...walkReports(native.report)], [native]);
  const analyses = useMemo(() => analyseCrash(native.report), [native]);
  const coreIx = useSignal(0);
  const core = cores[coreIx.value] ?? cores[0]!;
  return (
    <div class="pane" tabIndex={0} role="region" aria-label="Crash">
      {cores.length > 1 && (
        <p class="gestures">
          {cores.map(({ path, metadata }, ix) => (
            <button
              key={path}
              type="button"
              aria-pressed={ix === coreIx.value}
              onClick={() => {
                coreIx.value = ix;
              }}
            >
              {metadata?.deviceName ?? (path === "" ? "this core" : path)}
            </button>
          ))}
        </p>
      )}
      <Core key={core.path} core={core} snapshot={opened} analysis={analyses[coreIx.value]!} />
    </div>
  );
}

interface CoreProps {
  readonly core: SnapshotReport;
  readonly snapshot: ViewProps["opened"];
  readonly analysis: ReturnType<typeof analyseCrash>[number];
}

function Core({ core, snapshot, analysis }: CoreProps): JSX.Element {
  const { threads, activeIx } = core.threads;
  const chosen = useSignal(Math.max(0, activeIx));
  const thread: ThreadReport | undefined = threads[chosen.value];
  return (
    <div class="crash">
      <div>
        <Cause core={core} findings={analysis.findings} />
        {thread !== undefined && (
          <ThreadPanel
            thread={thread}
            path={`${core.path === "" ? "" : `${core.path}.`}threads[${chosen.value}]`}
            opened={snapshot}
            ix={chosen.value}
          />
        )}
        {core.path === "" && <LastLogs snapshot={snapshot.snapshot} />}
        {thread !== undefined && (
          <StackMemory thread={thread} finding={analysis.stacks.find((one) => one.thread === thread.name)} />
        )}
      </div>
      <div>
        {threads.length > 0 && <Threads threads={threads} chosen={chosen} />}
        {core.cpu !== undefined && <Registers cpu={core.cpu} findings={analysis.findings} />}
        {core.tags.length > 0 && (
          <>
            <h2>Tags</h2>
            <table class="plain-table">
              <tbody>
                {core.tags.map(({ key, value }) => (
                  <tr key={key}>
                    <th scope="row">{key}</th>
                    <td>{value}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </div>
    </div>
  );
}
