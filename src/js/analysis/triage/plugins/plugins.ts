import type { Snapshot } from "../../../model/snapshot.ts";
import type { PluginResult, ResultLists } from "../results.ts";
import { createWorld } from "../snapshot-world.ts";
import { findCrashes, findRoutingErrors, findSandboxErrors } from "./log-findings.ts";
import { summarizeMemory } from "./memory.ts";

type Findings = Pick<ResultLists, "errors" | "warnings" | "gauges">;

interface Plugin {
  readonly name: string;
  readonly displayName: string;
  find(snapshot: Snapshot): Partial<Findings>;
}

/** Findings that need no rule, in the order of the report. Source: specs/triage.md section 8. */
const PLUGINS: readonly Plugin[] = [
  { name: "crashes", displayName: "Process Crashes", find: (s) => ({ warnings: findCrashes(kernelAndSystem(s)) }) },
  {
    name: "sandbox_errors",
    displayName: "Sandbox Errors",
    find: (s) => ({ warnings: findSandboxErrors(kernelAndSystem(s)) }),
  },
  {
    name: "routing_errors",
    displayName: "Routing Errors",
    find: (s) => ({ warnings: findRoutingErrors(kernelAndSystem(s)) }),
  },
  { name: "memory", displayName: "Memory Summary", find: summarizeMemory },
];

export function runPlugins(snapshot: Snapshot): readonly PluginResult[] {
  return PLUGINS.map(({ name, displayName, find }) => {
    const { errors = [], warnings = [], gauges = [] } = find(snapshot);
    return { name, displayName, errors, warnings, gauges, brokenGauges: [], infos: [] };
  });
}

function* kernelAndSystem(snapshot: Snapshot): Iterable<string> {
  const { logs } = createWorld(snapshot);
  yield* logs.lines("klog");
  yield* logs.lines("syslog");
}
