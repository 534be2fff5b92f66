import type { JSX } from "preact";
import { useApp } from "../state/context.ts";
import { bytesText } from "../state/numbers.ts";
import { go } from "../state/store.ts";
import type { Opened } from "../state/types.ts";
import { currentView, viewsOf } from "../state/views.ts";

/** Most files that are listed one by one; beyond it the groups are the list. */
const LISTED = 500;

export function FileList(): JSX.Element {
  const { store, actions } = useApp();
  const { opened, companions, refusals } = store;
  const current = currentView(store);
  return (
    <nav class="files" aria-label="Files">
      {opened.value.length > 0 && <h2>Files</h2>}
      <ul>
        {opened.value.slice(0, LISTED).map((one) => (
          <FileItem key={one.id} one={one} />
        ))}
        {opened.value.length > LISTED && <li class="dim">{opened.value.length - LISTED} more: see the groups</li>}
      </ul>
      {refusals.value.length > 0 && (
        <>
          <h2>Not opened</h2>
          <ul>
            {refusals.value.map(({ name, error }) => (
              <li key={name} class="refused">
                <span class="file-name">{name}</span>
                <span class="fault">{error.code}</span>
                <span class="dim">{error.message}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {companions.value.length > 0 && (
        <>
          <h2>Beside them</h2>
          <ul>
            {companions.value.map(({ name, kind, bytes }) => (
              <li key={name} class="companion">
                <span class="file-name">{name}</span>
                <span class="dim">{`${kind}, ${bytesText(bytes.length)}`}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="file-buttons">
        <button type="button" onClick={() => actions.pickFiles(false)}>
          Open …
        </button>
      </p>
      <h2>Across files</h2>
      <ul>
        {viewsOf(store)
          .filter(({ scope }) => scope === "files")
          .map((view) => (
            <li key={view.id}>
              <button
                type="button"
                class="plain file"
                aria-current={view.id === current?.id ? "page" : undefined}
                title={view.what}
                onClick={() => go(store, { view: view.id })}
              >
                {view.title}
              </button>
            </li>
          ))}
      </ul>
    </nav>
  );
}

function FileItem({ one }: { readonly one: Opened }): JSX.Element {
  const { store, actions, judgements } = useApp();
  const isCurrent = store.current.value?.id === one.id;
  const judged = judgements.of(one).value;
  const severity = typeof judged === "object" ? judged.verdict.severity : "unknown";
  const isTold = severity === "failure" || severity === "attention";
  const size = one.snapshot.inputs.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return (
    <li class="file-item">
      <button
        type="button"
        class="plain file"
        aria-current={isCurrent ? "true" : undefined}
        onClick={() => actions.choose(one.id)}
      >
        <span class={`mark ${severity}`} aria-hidden="true" />
        <span class="file-name">{one.label}</span>
        <span class="dim">{`${one.snapshot.format}, ${bytesText(size)}${isTold ? `, ${severity}` : ""}`}</span>
      </button>
      <button type="button" class="plain close" aria-label={`Close ${one.label}`} onClick={() => actions.close(one.id)}>
        ×
      </button>
    </li>
  );
}
