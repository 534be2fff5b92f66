import type { Signal } from "@preact/signals";
import { findFact } from "coldframe";
import type { StackReport, ThreadReport } from "coldframe/pigweed";
import type { SymbolizedAddress } from "coldframe/symbols";
import type { JSX } from "preact";
import { useStore } from "../../state/context.ts";
import { hexText } from "../../state/numbers.ts";
import { go } from "../../state/store.ts";
import type { Opened } from "../../state/types.ts";
import { useTask } from "../../state/use-task.ts";
import { inlineChain } from "../../tasks/symbols.ts";

export function Threads({
  threads,
  chosen,
}: {
  readonly threads: readonly ThreadReport[];
  readonly chosen: Signal<number>;
}): JSX.Element {
  return (
    <section class="section threads">
      <h2>{`Threads (${threads.length})`}</h2>
      {threads.map((thread, ix) => (
        <button
          key={ix}
          type="button"
          class="plain"
          aria-current={ix === chosen.value ? "true" : undefined}
          onClick={() => {
            chosen.value = ix;
          }}
        >
          <span class={thread.isActive ? "fault" : ""}>{thread.name || "(unnamed)"}</span>{" "}
          <span class="dim">{thread.stateName ?? thread.state}</span>
          {thread.isActive && <strong class="fault"> active</strong>}
          <StackMeter stack={thread.stack} />
        </button>
      ))}
    </section>
  );
}

interface ThreadPanelProps {
  readonly thread: ThreadReport;
  readonly path: string;
  readonly ix: number;
  readonly opened: Opened;
}

/** One thread: its stack's limits and its frames, inlined calls included where the image is at hand. */
export function ThreadPanel({ thread, path, opened }: ThreadPanelProps): JSX.Element {
  const store = useStore();
  const { name, stack, backtrace } = thread;
  return (
    <section class="section">
      <h2>
        {`${thread.isActive ? "Faulting thread" : "Thread"} ${name || "(unnamed)"} `}
        <button type="button" class="plain link" onClick={() => go(store, { view: "values", path })}>
          as values
        </button>
      </h2>
      <StackMeter stack={stack} />
      {thread.cpuUsageHundredths !== undefined && (
        <p class="dim">{`CPU ${(thread.cpuUsageHundredths / 100).toFixed(2)} %`}</p>
      )}
      {backtrace.length === 0 && thread.symbolizedBacktrace.length === 0 && (
        <p class="dim">No backtrace was captured.</p>
      )}
      {backtrace.length > 0 && <Frames thread={thread} opened={opened} />}
      {thread.symbolizedBacktrace.length > 0 && (
        <ol class="frame-list">
          {thread.symbolizedBacktrace.map((line, ix) => (
            <li key={ix}>{line}</li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Frames({ thread, opened }: { readonly thread: ThreadReport; readonly opened: Opened }): JSX.Element {
  const store = useStore();
  const chain = useInlineChain(thread, opened);
  const pick = (frame: ThreadReport["backtrace"][number], symbolized: SymbolizedAddress | undefined): void => {
    store.detail.value = {
      title: frame.symbol?.name ?? hexText(frame.address),
      fields: [
        { name: "address", value: hexText(frame.address) },
        ...(symbolized === undefined
          ? []
          : [{ name: "looked up at", value: `${hexText(symbolized.lookedUp)} (${symbolized.role} address)` }]),
        ...(frame.symbol?.file === undefined
          ? []
          : [{ name: "as upstream", value: `${frame.symbol.file}:${frame.symbol.line ?? "?"}` }]),
        ...(symbolized?.frames ?? []).map((one) => ({
          name: one.inlined ? "inlined" : "in",
          value: `${one.name}\n${one.file ?? "??"}:${one.line ?? "?"}`,
        })),
      ],
      folded: () =>
        `${thread.backtrace
          .map(({ address, symbol }) => symbol?.name ?? hexText(address))
          .reverse()
          .join(";")} 1\n`,
      json: () => ({ ...frame, chain: symbolized?.frames }),
    };
  };
  return (
    <ol class="frames stack">
      {thread.backtrace.map((frame, ix) => {
        const symbolized = chain[ix];
        const known = symbolized !== undefined && symbolized.frames.length > 0;
        return (
          <li key={ix}>
            <button type="button" class="plain" onClick={() => pick(frame, symbolized)}>
              <span class="dim">{ix}</span>
              <span>
                {known ? (
                  symbolized.frames.map((one, depth) => (
                    <span key={depth} class="frame-line">
                      <span class={one.inlined ? "inlined" : "name"}>{one.name || "?"}</span>{" "}
                      <span class="dim">{`${one.file ?? "??"}:${one.line ?? "?"}${one.inlined ? " (inlined)" : ""}`}</span>
                    </span>
                  ))
                ) : (
                  <span class="frame-line">
                    <span class="name">{frame.symbol?.name ?? hexText(frame.address)}</span>{" "}
                    <span class="dim">
                      {frame.symbol?.file === undefined ? "" : `${frame.symbol.file}:${frame.symbol.line ?? "?"}`}
                    </span>
                  </span>
                )}
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

/** Frames with what the compiler inlined, corrected for return addresses; empty without the image. */
function useInlineChain(thread: ThreadReport, opened: Opened): readonly SymbolizedAddress[] {
  const id = findFact(opened.snapshot.facts, "build-id");
  const addresses = thread.backtrace.map(({ address }) => address);
  return useTask(inlineChain, [opened], { buildId: typeof id === "string" ? id : "", addresses }).value ?? [];
}

function StackMeter({ stack }: { readonly stack: StackReport }): JSX.Element | null {
  const { usedBytes, sizeBytes, peakBytes } = stack;
  if (usedBytes === undefined || sizeBytes === undefined || sizeBytes === 0n) return null;
  const share = Number((usedBytes * 1000n) / sizeBytes) / 10;
  const peak = peakBytes === undefined ? "" : `, peak ${Number((peakBytes * 1000n) / sizeBytes) / 10} %`;
  return (
    <span class="meter-line">
      <span class={`meter ${share > 90 ? "full" : ""}`} aria-hidden="true">
        <span style={{ width: `${Math.min(100, share)}%` }} />
      </span>
      <span class={share > 90 ? "fault" : "dim"}>{`stack ${share} % of ${sizeBytes} bytes${peak}`}</span>
    </span>
  );
}
