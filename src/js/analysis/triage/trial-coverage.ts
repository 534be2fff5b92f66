import type { Action, RuleFile } from "./rules.ts";

/** How often the trials of its file try an action. */
export interface ActionCoverage {
  readonly namespace: string;
  readonly action: string;
  readonly type: Action["type"];
  /** Trials in which it must fire. */
  readonly fires: number;
  /** Trials in which it must not. */
  readonly quiet: number;
  /** Texts and intervals that must come out: gauges, prints, signatures, repeats. */
  readonly texts: number;
}

/** One entry for every action, in the order of the file. */
export function coverageOf({ namespace, actions, trials }: RuleFile): readonly ActionCoverage[] {
  const count = (namesOf: (trial: RuleFile["trials"][number]) => Iterable<string>): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const trial of trials) for (const name of namesOf(trial)) counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  };
  const fires = count(({ yes }) => yes ?? []);
  const quiet = count(({ no }) => no ?? []);
  const texts = count(({ expectations }) => Object.values(expectations ?? {}).flatMap((named) => [...named.keys()]));
  return Array.from(actions.values(), ({ name, type }) => ({
    namespace,
    action: name,
    type,
    fires: fires.get(name) ?? 0,
    quiet: quiet.get(name) ?? 0,
    texts: texts.get(name) ?? 0,
  }));
}

export function isTried({ fires, quiet, texts }: ActionCoverage): boolean {
  return fires + quiet + texts > 0;
}
