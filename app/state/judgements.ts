import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type SnapshotVerdict, verdict } from "coldframe/verdict";
import { errorReport } from "../tasks/error-report.ts";
import { type Judgement, judgement } from "../tasks/judgement.ts";
import type { Analyses } from "./analyses.ts";
import type { Opened } from "./types.ts";

/** Undefined while a worker is at it; a text says why there is none. */
export type Judged = Judgement | string | undefined;

/** Worked out once for each snapshot: lists ask for it at every drawing. Small ones are judged at once. */
export class Judgements {
  private readonly analyses: Analyses;
  private readonly kept = new WeakMap<Opened["snapshot"], Signal<Judged>>();

  constructor(analyses: Analyses) {
    this.analyses = analyses;
  }

  of(opened: Opened): ReadonlySignal<Judged> {
    const found = this.kept.get(opened.snapshot);
    if (found !== undefined) return found;
    const judged = signal<Judged>(this.judgeHere(opened));
    this.kept.set(opened.snapshot, judged);
    if (judged.peek() === undefined) {
      // Not while the page is being drawn: the work that it starts is drawn as well.
      queueMicrotask(() => {
        this.analyses.run(judgement, [opened], null).then(
          (value) => {
            judged.value = value;
          },
          (error: unknown) => {
            judged.value = errorReport(error).message;
          },
        );
      });
    }
    return judged;
  }

  private judgeHere(opened: Opened): Judged {
    try {
      const here = this.analyses.runHere(judgement, [opened], null);
      return here instanceof Promise ? undefined : here;
    } catch (error) {
      return errorReport(error).message;
    }
  }

  /**
   * The verdict with what the rules of the format say, for the formats that are judged by rules: those are loaded only
   * then. Undefined for the others.
   */
  async byRules(opened: Opened, ruleText: string, stop: AbortSignal): Promise<SnapshotVerdict | undefined> {
    const { snapshot } = opened;
    if (snapshot.format !== "inspect") return undefined;
    const { rulesTask } = await import("../tasks/rules.ts");
    const [run] = await this.analyses.run(rulesTask(ruleText), [opened], ruleText, stop);
    if (run?.outcomes === undefined) return undefined;
    const alerts = run.outcomes.filter(({ type }) => type === "Alert");
    const fired = alerts.filter(({ status }) => status === "fired").map(({ text, action }) => text ?? action);
    return verdict(snapshot, { rules: { total: alerts.length, fired } });
  }
}
