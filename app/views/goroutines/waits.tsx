import { useSignal } from "@preact/signals";
import type { Snapshot } from "coldframe";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Pending } from "../../parts/pending.tsx";
import { PlaceLink } from "../../parts/place-link.tsx";
import { Table } from "../../parts/table.tsx";
import { useStore } from "../../state/context.ts";
import { countOf, durationText } from "../../state/numbers.ts";
import { recordTable } from "../../state/records.ts";
import { go } from "../../state/store.ts";
import { useTask } from "../../state/use-task.ts";
import type { ViewProps } from "../../state/views.ts";
import { links, type Waits, waits } from "../../tasks/goroutines.ts";
import { contextDetail } from "../stacks/context-detail.tsx";

const LISTED = 12;

/** Who waits for what: states, locks with many waiters, what will never go on, links between processes. */
export function WaitsView({ opened }: ViewProps): JSX.Element {
  const { snapshot } = opened;
  const state = useTask(waits, [opened], null);
  if (state.value === undefined) return <Pending state={state} what={waits.what} />;
  const { suspicions, convoys, states, longest, labels } = state.value;
  return (
    <div class="pane section" tabIndex={0} role="region" aria-label="Waits">
      <Suspicions snapshot={snapshot} found={suspicions} />
      <Convoys snapshot={snapshot} convoys={convoys} />
      <States counts={states} />
      <Longest snapshot={snapshot} waits={longest} />
      {labels.length > 0 && <Links opened={opened} keys={labels} />}
    </div>
  );
}

interface SectionProps {
  readonly snapshot: Snapshot;
}

function Contexts({ snapshot, members }: SectionProps & { readonly members: readonly number[] }): JSX.Element {
  return (
    <>
      {members.slice(0, LISTED).map((ix) => (
        <span key={ix}>
          <PlaceLink place={{ view: "stacks", item: String(ix) }}>
            {String(snapshot.stacks.contexts[ix]!.id ?? ix)}
          </PlaceLink>{" "}
        </span>
      ))}
      {members.length > LISTED && <span class="dim">{`and ${members.length - LISTED} more`}</span>}
    </>
  );
}

function Suspicions({ snapshot, found }: SectionProps & { readonly found: Waits["suspicions"] }): JSX.Element {
  return (
    <>
      <h2>{found.length === 0 ? "Nothing suspicious was found" : "Suspicious"}</h2>
      <ul class="findings">
        {found.map(({ kind, isCertain, message, contexts }, ix) => (
          <li key={ix}>
            <strong class={isCertain ? "fault" : "warn"}>{isCertain ? "certain" : "likely"}</strong> {message}{" "}
            <span class="dim">{kind}</span> <Contexts snapshot={snapshot} members={contexts} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Convoys({ snapshot, convoys }: SectionProps & { readonly convoys: Waits["convoys"] }): JSX.Element | null {
  if (convoys.length === 0) return null;
  return (
    <>
      <h2>Locks with many waiters</h2>
      <ul class="findings">
        {convoys.map(({ site, process, waiters, count, lock, longestWaitNs, possibleHolders }, ix) => (
          <li key={ix}>
            <strong class="wait">{countOf(count, "goroutine")}</strong>
            {` wait for the lock in `}
            <code>{site.functionName}</code>
            <span class="dim">{` ${site.file ?? ""}:${site.line ?? ""}${process === undefined ? "" : ` of ${process}`}${lock === undefined ? "" : `, lock 0x${lock.toString(16)}`}`}</span>
            {longestWaitNs !== undefined && `, the longest for at least ${durationText(longestWaitNs)}`}
            <br />
            waiters: <Contexts snapshot={snapshot} members={waiters} />
            {possibleHolders.length > 0 && (
              <>
                <br />
                perhaps held by (a guess: a dump does not say):{" "}
                <Contexts snapshot={snapshot} members={possibleHolders} />
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function States({ counts: { processes, rows } }: { readonly counts: Waits["states"] }): JSX.Element {
  const store = useStore();
  const apart = processes.length > 1 && processes.length <= 8;
  return (
    <>
      <h2>States</h2>
      <table class="plain-table">
        <thead>
          <tr>
            <th>state</th>
            <th class="number">count</th>
            <th class="number">longest ≥</th>
            {apart &&
              processes.map((name) => (
                <th key={name} class="number">
                  {name}
                </th>
              ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ state, count, perProcess, longestWaitNs }) => (
            <tr key={state}>
              <th scope="row">
                <button
                  type="button"
                  class="plain link"
                  onClick={() => go(store, { view: "stacks", filter: `state == '${state.replaceAll("'", "\\'")}'` })}
                >
                  {state}
                </button>
              </th>
              <td class="number">{count.toLocaleString("en")}</td>
              <td class="number">{longestWaitNs === undefined ? "" : durationText(longestWaitNs)}</td>
              {apart &&
                perProcess.map((own, ix) => (
                  <td key={ix} class="number">
                    {own === 0n ? "" : own.toLocaleString("en")}
                  </td>
                ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Longest({ snapshot, waits }: SectionProps & { readonly waits: Waits["longest"] }): JSX.Element | null {
  if (waits.length === 0) return null;
  return (
    <>
      <h2>Longest known waits</h2>
      <table class="plain-table">
        <tbody>
          {waits.map(({ context, atLeastNs }) => {
            const { name, state, process } = snapshot.stacks.contexts[context]!;
            return (
              <tr key={context}>
                <td class="number">{`≥ ${durationText(atLeastNs)}`}</td>
                <td>
                  <PlaceLink place={{ view: "stacks", item: String(context) }}>{name}</PlaceLink>
                </td>
                <td class="wait">{state}</td>
                <td class="dim">{process}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

/** Goroutines of different processes that carry the same value of a label. */
function Links({ opened, keys }: ViewProps & { readonly keys: Waits["labels"] }): JSX.Element {
  const store = useStore();
  const { snapshot } = opened;
  const label = useSignal(keys[0]!.key);
  const state = useTask(links, [opened], label.value);
  const found = state.value;
  const model = useMemo(() => {
    if (found === undefined) return undefined;
    const { contexts } = snapshot.stacks;
    const side = (ix: number): string => `${contexts[ix]!.process ?? ""} ${contexts[ix]!.id ?? ix}`;
    return recordTable({
      name: "links",
      rows: found.links,
      columns: [
        { name: "key", width: 200, read: ({ key }) => key },
        { name: "from", read: ({ from }) => side(from) },
        {
          name: "from_state",
          title: "state",
          width: 140,
          read: ({ from }) => contexts[from]!.state ?? null,
          tone: () => "wait",
        },
        { name: "to", read: ({ to }) => side(to) },
        {
          name: "to_state",
          title: "state",
          width: 140,
          read: ({ to }) => contexts[to]!.state ?? null,
          tone: () => "wait",
        },
      ],
      detail: ({ from }) => contextDetail(snapshot, contexts[from]!),
      enter: ({ to }) => go(store, { view: "stacks", item: String(to) }),
    });
  }, [found]);
  return (
    <>
      <h2>Links between processes</h2>
      <p class="gestures">
        <label>
          same{" "}
          <select
            value={label.value}
            onChange={(event) => {
              label.value = event.currentTarget.value;
            }}
          >
            {keys.map(({ key, values }) => (
              <option key={key} value={key}>{`${key} (${values} values)`}</option>
            ))}
          </select>
        </label>
        {found !== undefined && (
          <span class="dim">{`${found.links.length.toLocaleString("en")} links${found.isCut ? ", more were left out" : ""}`}</span>
        )}
      </p>
      <div class="boxed-table">
        {model === undefined ? <Pending state={state} what={links.what} /> : <Table model={model} />}
      </div>
    </>
  );
}
