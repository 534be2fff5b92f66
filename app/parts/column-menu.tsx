import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { TableColumn } from "../state/types.ts";

export interface ColumnMenuProps {
  readonly columns: readonly TableColumn[];
  readonly hidden: Signal<ReadonlySet<string>>;
}

export function ColumnMenu({ columns, hidden }: ColumnMenuProps): JSX.Element {
  const toggle = (name: string): void => {
    const next = new Set(hidden.value);
    if (!next.delete(name)) next.add(name);
    hidden.value = next;
  };
  return (
    <details class="menu">
      <summary>columns</summary>
      <div class="menu-body">
        {columns.map(({ name, title }) => (
          <label key={name}>
            <input type="checkbox" checked={!hidden.value.has(name)} onChange={() => toggle(name)} /> {title ?? name}
          </label>
        ))}
      </div>
    </details>
  );
}
