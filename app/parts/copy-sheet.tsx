import type { JSX } from "preact";
import type { CopyForm } from "../state/actions.ts";
import { useApp } from "../state/context.ts";

const FORMS: readonly (readonly [CopyForm, string])[] = [
  ["json", "Selection as JSON"],
  ["markdown", "Selection as Markdown"],
  ["path", "Path"],
  ["folded", "Folded stacks"],
  ["snapshot", "Whole snapshot as JSON"],
  ["link", "Link to this place"],
];

export function CopySheet(): JSX.Element {
  const { store, actions } = useApp();
  return (
    <section class="sheet" aria-label="Copy">
      <h2>Copy</h2>
      <p class="stack">
        {FORMS.map(([form, title]) => (
          <button
            key={form}
            type="button"
            onClick={() => {
              store.sheet.value = "none";
              void actions.copy(form);
            }}
          >
            {title}
          </button>
        ))}
      </p>
    </section>
  );
}
