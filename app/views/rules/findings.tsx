import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { PlaceLink } from "../../parts/place-link.tsx";
import { useStore } from "../../state/context.ts";
import { ruleSources, runRules } from "../../state/rule-run.ts";
import type { ViewProps } from "../../state/views.ts";
import { Outcomes } from "./outcomes.tsx";

/** Rules that fired with the values that fired them; the tree is one click away. */
export function FindingsView({ opened }: ViewProps): JSX.Element {
  const store = useStore();
  const { snapshot } = opened;
  const text = store.ruleText.value;
  const run = useMemo(() => runRules(ruleSources(text, snapshot), snapshot), [snapshot, text]);
  return (
    <div class="pane section" tabIndex={0} role="region" aria-label="Findings">
      <p class="dim">
        {text === "" ? "Judged by the rules that come with coldframe. " : "Judged by the edited rules. "}
        <PlaceLink place={{ view: "rules" }}>edit the rules</PlaceLink>
      </p>
      <Outcomes run={run} />
    </div>
  );
}
