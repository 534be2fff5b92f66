import type { JSX } from "preact";
import { useApp } from "../state/context.ts";
import { KeySheet } from "./key-sheet.tsx";

/** What the app is for, where to put a file, and what it can show. */
export function StartPage(): JSX.Element {
  const { store, actions } = useApp();
  const { wanted, refusals, samples, sheet } = store;
  return (
    <main id="main" class="start">
      <h1>Open the frozen state of a system</h1>
      {wanted.value?.sha256 !== undefined && (
        <p class="wanted" role="status">
          This address is about <strong>{wanted.value.file ?? "a file"}</strong> (SHA-256{" "}
          {wanted.value.sha256.slice(0, 16)}…). Files are never kept, so the page cannot open it again by itself after a
          reload or a tab that ran out of memory. Drop the same file here and you are back where you were.
        </p>
      )}
      {refusals.value.map(({ name, error }) => (
        <p key={name} class="refusal" role="alert">
          <strong>{name}</strong> could not be opened: {error.message} <code>{error.code}</code>
        </p>
      ))}
      <div class="drop">
        <p>Drop files or a folder here, or paste text.</p>
        <p>
          <button type="button" class="primary" onClick={() => actions.pickFiles(false)}>
            Open files … <kbd>o</kbd>
          </button>
          <button type="button" onClick={() => actions.pickFiles(true)}>
            Open a folder … <kbd>O</kbd>
          </button>
        </p>
        <p class="dim">
          Pigweed crash snapshots, sched_ext failure dumps, captures of BPF maps, Fuchsia Inspect, goroutine dumps and
          profiles; packed with gzip, zstd or zip or not. ELF files, token databases, BTF and rules beside them are
          used. Nothing is uploaded.
        </p>
      </div>
      {sheet.value === "keys" && <KeySheet />}
      {samples.value.length > 0 && (
        <>
          <h2>Or look at a real one</h2>
          <ul class="gallery">
            {samples.value.map(({ id, title, what, files }) => (
              <li key={id}>
                <button type="button" class="plain card" onClick={() => void actions.openSample(id)}>
                  <strong>{title}</strong>
                  <span>{what}</span>
                  <span class="dim">{files.length === 1 ? files[0] : `${files.length} files`}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </main>
  );
}
