import type { JSX } from "preact";
import { Pending } from "../../parts/pending.tsx";
import { PlaceLink } from "../../parts/place-link.tsx";
import { useStore } from "../../state/context.ts";
import { useTask } from "../../state/use-task.ts";
import type { ViewProps } from "../../state/views.ts";
import { builtInRules, rulesTask } from "../../tasks/rules.ts";
import { Outcomes } from "./outcomes.tsx";

/** Rules that fired with the values that fired them; the tree is one click away. */
export function FindingsView({ opened }: ViewProps): JSX.Element {
  const store = useStore();
  const text = store.ruleText.value;
  const state = useTask(rulesTask(text), [opened], text);
  const run = state.value?.[0];
  return (
    <div class="pane section" tabIndex={0} role="region" aria-label="Findings">
      <p class="dim">
        {text === "" ? "Judged by the rules that come with coldframe. " : "Judged by the edited rules. "}
        <PlaceLink place={{ view: "rules" }}>edit the rules</PlaceLink>
      </p>
      {run === undefined ? <Pending state={state} what={builtInRules.what} /> : <Outcomes run={run} />}
    </div>
  );
}
