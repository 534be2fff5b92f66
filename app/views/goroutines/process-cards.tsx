import type { Snapshot } from "coldframe";
import { countStates } from "coldframe/goroutines";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useStore } from "../../state/context.ts";
import { go } from "../../state/store.ts";

const STATES = 3;
const SHOWN = 24;

/** Each process with its count and its commonest states; a click lists its goroutines. */
export function ProcessCards({ snapshot }: { readonly snapshot: Snapshot }): JSX.Element | null {
  const store = useStore();
  const { processes, rows } = useMemo(() => countStates(snapshot.stacks), [snapshot]);
  if (processes.length < 2) return null;
  const about = new Map((snapshot.stacks.processes ?? []).map((process) => [process.name, process]));
  return (
    <div class="cards">
      {processes.slice(0, SHOWN).map((name, ix) => {
        const own = rows
          .filter(({ perProcess }) => perProcess[ix]! > 0n)
          .sort((a, b) => Number(b.perProcess[ix]! - a.perProcess[ix]!));
        const total = own.reduce((sum, { perProcess }) => sum + perProcess[ix]!, 0n);
        const process = about.get(name);
        return (
          <button
            key={name}
            type="button"
            class="plain process"
            onClick={() => go(store, { view: "stacks", filter: `process == '${name.replaceAll("'", "\\'")}'` })}
          >
            <strong>{name || "(no name)"}</strong>
            <span>{`${total.toLocaleString("en")} goroutines`}</span>
            <span class="dim">
              {own
                .slice(0, STATES)
                .map(({ state, perProcess }) => `${perProcess[ix]} ${state}`)
                .join(", ")}
            </span>
            {process?.error !== undefined && <span class="fault">{process.error}</span>}
            {process?.isTruncated === true && <span class="warn">cut short</span>}
          </button>
        );
      })}
    </div>
  );
}
