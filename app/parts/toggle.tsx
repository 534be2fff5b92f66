import type { Signal } from "@preact/signals";
import type { JSX } from "preact";

/** A box to tick, bound to a signal. */
export function Toggle({ state, label }: { readonly state: Signal<boolean>; readonly label: string }): JSX.Element {
  return (
    <label>
      <input
        type="checkbox"
        checked={state.value}
        onChange={(event) => {
          state.value = event.currentTarget.checked;
        }}
      />
      {label}
    </label>
  );
}
