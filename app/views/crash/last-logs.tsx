import { renderTime, type Snapshot } from "coldframe";
import type { JSX } from "preact";
import { useStore } from "../../state/context.ts";
import { go } from "../../state/store.ts";

/** Records up to the moment of the capture; the whole log has its own view. */
const SHOWN = 12;

export function LastLogs({ snapshot }: { readonly snapshot: Snapshot }): JSX.Element | null {
  const store = useStore();
  const { logs } = snapshot;
  if (logs.length === 0) return null;
  const first = Math.max(0, logs.length - SHOWN);
  const records = Array.from({ length: logs.length - first }, (_, ix) => logs.at(first + ix));
  return (
    <section class="section">
      <h2>Last logs</h2>
      {records.map(({ time, level, text, module, file, line }, ix) => (
        <div key={ix} class="log-line">
          <span class="dim number">{time === undefined ? "" : renderTime(time, logs)}</span>
          <span class={LEVELS[level ?? ""] ?? "dim"}>{`${level ?? ""}`}</span>
          <span>
            {text}{" "}
            <span class="dim">
              {[module, file === undefined ? undefined : `${file}${line === undefined ? "" : `:${line}`}`]
                .filter((part) => part !== undefined)
                .join(" ")}
            </span>
          </span>
        </div>
      ))}
      {first > 0 && (
        <button type="button" class="plain link" onClick={() => go(store, { view: "logs" })}>
          {`all ${logs.length.toLocaleString("en")} records`}
        </button>
      )}
    </section>
  );
}

const LEVELS: Readonly<Record<string, string>> = { warning: "warn", error: "fault", critical: "fault", fatal: "fault" };
