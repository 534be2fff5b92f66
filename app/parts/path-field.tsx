import { useSignal } from "@preact/signals";
import { canonicalPath, isSnapshotError, listChildren } from "coldframe";
import type { JSX } from "preact";
import { useEffect, useId } from "preact/hooks";
import { useStore } from "../state/context.ts";
import { go } from "../state/store.ts";
import type { Opened } from "../state/types.ts";

const OFFERED = 200;

/** The path of what is selected, to read, to edit and to complete with the names that are there. */
export function PathField({ opened }: { readonly opened: Opened }): JSX.Element {
  const store = useStore();
  const names = useId();
  const text = useSignal(store.detail.value?.path ?? "");
  const problem = useSignal("");
  const path = store.detail.value?.path;
  useEffect(() => {
    text.value = path ?? "";
    problem.value = "";
  }, [path, opened]);
  const enter = (): void => {
    try {
      go(store, { view: "values", path: canonicalPath(opened.snapshot, text.value) });
      problem.value = "";
    } catch (error) {
      problem.value = isSnapshotError(error) ? error.message : String(error);
    }
  };
  return (
    <div class="path">
      <input
        class="bar-input"
        data-key="path"
        aria-label="Path of the selection"
        aria-invalid={problem.value !== ""}
        placeholder="path, e.g. threads[0].name"
        spellcheck={false}
        autocomplete="off"
        list={names}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          problem.value = "";
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") enter();
        }}
      />
      <datalist id={names}>
        {completions(opened, text.value).map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
      {problem.value !== "" && (
        <p class="path-problem fault" role="alert">
          {problem.value}
        </p>
      )}
    </div>
  );
}

/** Real names at the level that is being typed. */
function completions({ snapshot }: Opened, text: string): readonly string[] {
  const cut = Math.max(text.lastIndexOf("."), text.lastIndexOf("["));
  for (const parent of [text, text.slice(0, Math.max(0, cut))]) {
    try {
      return listChildren(snapshot, parent, { count: OFFERED }).children.map((child) => child.path);
    } catch {
      // Not a path yet.
    }
  }
  return [];
}
