import type { CrashFinding, SnapshotReport } from "coldframe/pigweed";
import type { JSX } from "preact";
import { Mentions } from "./mentions.tsx";

/** Why it crashed: what the device said, what the processor's status registers say, and what follows from both. */
export function Cause({
  core,
  findings,
}: {
  readonly core: SnapshotReport;
  readonly findings: readonly CrashFinding[];
}): JSX.Element {
  const { cpu, metadata } = core;
  return (
    <section class="section">
      <h2>Cause</h2>
      {metadata?.reason !== undefined && <p class="mono">{metadata.reason}</p>}
      {cpu?.kind === "cortex-m" && (
        <p>
          Exception: <strong class="fault">{cpu.cause}</strong>
          {cpu.isNestedFault && ", a fault while another was handled"}
          {cpu.activeBits.length > 0 && <span class="dim">{` (CFSR ${cpu.activeBits.join(", ")})`}</span>}
        </p>
      )}
      {cpu === undefined && metadata?.reason === undefined && (
        <p class="dim">Neither a reason nor a processor state was captured.</p>
      )}
      <ul class="findings">
        {findings.map(({ about, severity, text }, ix) => (
          <li key={ix} class={severity === "warning" ? "warn" : ""}>
            <code>{about}</code> <Mentions text={text} />
          </li>
        ))}
      </ul>
    </section>
  );
}
