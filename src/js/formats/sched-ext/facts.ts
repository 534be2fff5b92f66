import { append } from "../../base/append.ts";
import type { Fact, FactValue } from "../../model/facts.ts";
import { exitKindText, isErrorExit } from "../../model/scx-exit.ts";
import type { DumpDocument } from "./document.ts";
import { kernelTextIdentity, reportIdentity } from "./identity-facts.ts";
import type { KernelTrigger } from "./kernel-text/kernel-dump.ts";
import type { DumpReport } from "./report.ts";

/** Facts of one document; keys of this format start with `sched-ext.`. */
export function dumpFacts(document: DumpDocument): Fact[] {
  const facts: Fact[] = [{ key: "format", value: "sched-ext" }];
  const add = (key: string, value: FactValue | undefined, origin?: string, unit?: string): void => {
    if (value !== undefined)
      facts.push({ key, value, ...(unit !== undefined && { unit }), ...(origin !== undefined && { origin }) });
  };
  add("sched-ext.document", document.kind);
  switch (document.kind) {
    case "single":
      addReport(document.report, "", add);
      append(facts, reportIdentity(document.report, ""));
      break;
    case "dual":
      addReport(document.dual.late, "late.", add);
      append(facts, reportIdentity(document.dual.late, "late."));
      add("sched-ext.early", document.dual.early !== undefined, "early");
      break;
    case "degraded":
      add("reason", document.degraded.reason, "reason");
      add("fatal", true, "inferred");
      if (document.degraded.exit_kind !== undefined)
        add("sched-ext.exit-kind", exitKindText(document.degraded.exit_kind), "exit_kind");
      break;
    case "sample":
      add("sched-ext.tag", document.sample.tag, "tag");
      add("sched-ext.elapsed", document.sample.elapsed_ms, "elapsed_ms", "ms");
      add("sched-ext.phase", document.sample.step_index, "step_index");
      addReport(document.sample.report, "report.", add);
      append(facts, reportIdentity(document.sample.report, "report."));
      break;
    case "kernel-text":
      addTrigger(document.dump.trigger, add);
      append(facts, kernelTextIdentity(document.dump));
      break;
    case "events":
      break;
    default:
      document satisfies never;
  }
  return facts;
}

type Add = (key: string, value: FactValue | undefined, origin?: string, unit?: string) => void;

function addReport(report: DumpReport, prefix: string, add: Add): void {
  const { scx_sched_state: sched } = report;
  add("sched-ext.active-object", report.active_obj_name, `${prefix}active_obj_name`);
  add("sched-ext.maps", BigInt(report.maps.length), `${prefix}maps`);
  if (report.is_placeholder) add("sched-ext.placeholder", true, `${prefix}is_placeholder`);
  if (sched === undefined) return;
  addExit(sched.exit_kind, `${prefix}scx_sched_state.exit_kind`, add);
  add("sched-ext.watchdog-timeout", sched.watchdog_timeout, `${prefix}scx_sched_state.watchdog_timeout`, "jiffies");
}

function addTrigger(trigger: KernelTrigger | undefined, add: Add): void {
  if (trigger === undefined) return;
  const { exit_kind, reason, message, stalled } = trigger;
  if (exit_kind !== undefined) add("sched-ext.exit-kind", exitKindText(exit_kind), "trigger.exit_kind");
  add("reason", message === undefined ? reason : `${reason} (${message})`, "trigger.reason");
  add("fatal", exit_kind !== undefined && isErrorExit(exit_kind), "trigger.exit_kind");
  if (stalled === undefined) return;
  add("sched-ext.stalled-task", `${stalled.comm}[${stalled.pid}]`, "trigger.stalled");
  add("sched-ext.stalled-for", BigInt(stalled.waited_ms), "trigger.stalled.waited_ms", "ms");
}

function addExit(kind: number, origin: string, add: Add): void {
  add("sched-ext.exit-kind", exitKindText(kind), origin);
  if (!isErrorExit(kind)) return;
  add("reason", `scheduler ended: ${exitKindText(kind)}`, origin);
  add("fatal", true, origin);
}
