import type { Signal } from "@preact/signals";
import type { JSX, RefObject } from "preact";

/** Text to edit as code, bound to a signal. */
export function TextEditor({
  text,
  label,
  kind,
  area,
  onKeyDown,
}: {
  readonly text: Signal<string>;
  readonly label: string;
  /** A class that sets its size. */
  readonly kind?: string;
  readonly area?: RefObject<HTMLTextAreaElement | null>;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}): JSX.Element {
  return (
    <textarea
      {...(area && { ref: area })}
      class={kind === undefined ? "editor" : `editor ${kind}`}
      aria-label={label}
      spellcheck={false}
      value={text.value}
      {...(onKeyDown && { onKeyDown })}
      onInput={(event) => {
        text.value = event.currentTarget.value;
      }}
    />
  );
}
