import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import type { TableColumn } from "../state/types.ts";

export interface FilterFieldProps {
  readonly value: string;
  readonly columns: readonly TableColumn[];
  onChange(value: string | undefined): void;
}

/** Waits for a pause in typing before the rows are judged anew. */
const TYPING_MS = 200;

export function FilterField({ value, columns, onChange }: FilterFieldProps): JSX.Element {
  const [text, setText] = useState(value);
  const names = useId();
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text === "" ? undefined : text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <>
      <input
        class="filter"
        type="search"
        aria-label="Filter rows: an expression over the columns, or / and some text"
        placeholder={`filter: ${columns[0]?.name ?? "column"} == …, or /text`}
        spellcheck={false}
        autocomplete="off"
        list={names}
        value={text}
        data-key="filter"
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onChange(text === "" ? undefined : text);
        }}
      />
      <datalist id={names}>
        {columns.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
