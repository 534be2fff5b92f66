import { EVENT_COUNTERS, type HostTables } from "coldframe/sched-ext";
import type { JSX } from "preact";
import { Spark } from "../../parts/spark.tsx";
import { durationText } from "../../state/numbers.ts";

/** The kernel's counters of unusual events, each over the samples that were taken. */
export function Counters({ host }: { readonly host: HostTables }): JSX.Element | null {
  const { event_counter_timeline: samples } = host;
  if (samples.length === 0) return null;
  const shown = EVENT_COUNTERS.filter((name) => samples.some((sample) => (sample[name] ?? 0n) !== 0n));
  const silent = EVENT_COUNTERS.length - shown.length;
  return (
    <>
      <h2>{`Event counters (${samples.length === 1 ? "one reading" : `${samples.length} readings`})`}</h2>
      <div class="counters">
        {shown.map((name) => {
          const values = samples.map((sample) => sample[name] ?? 0n);
          const last = values.at(-1)!;
          const text = name === "bypass_duration" ? durationText(last) : last.toLocaleString("en");
          const grown = last - values[0]!;
          return (
            <figure key={name} class="counter">
              <figcaption>{name}</figcaption>
              {values.length > 1 && (
                <Spark points={values.map(Number)} label={`${name}: from ${values[0]} to ${last}`} />
              )}
              <strong class="mono">{text}</strong>
              {values.length > 1 && (
                <span class="dim">{` ${grown >= 0n ? "+" : ""}${grown.toLocaleString("en")}`}</span>
              )}
            </figure>
          );
        })}
      </div>
      {silent > 0 && <p class="dim">{`${silent} further counters stayed at zero or were not captured.`}</p>}
    </>
  );
}
