import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { COMMANDS } from "../state/commands.ts";
import { type App, useApp } from "../state/context.ts";
import { type Hit, searchAll } from "../state/searching.ts";
import { go } from "../state/store.ts";
import { viewsOf } from "../state/views.ts";
import { PathField } from "./path-field.tsx";

interface Choice {
  readonly title: string;
  readonly note: string;
  readonly keys?: string | undefined;
  run(): void;
}

/** Path, commands and search: one line, one list below it. */
export function CommandBar(): JSX.Element {
  const app = useApp();
  const { sheet, current } = app.store;
  const isOpen = sheet.value === "palette" || sheet.value === "search";
  return (
    <div class="bar">
      {isOpen ? <ChoiceField /> : current.value !== undefined && <PathField opened={current.value} />}
      {!isOpen && (
        <>
          <button type="button" class="bar-button" onClick={() => run(app, "search")}>
            search <kbd>/</kbd>
          </button>
          <button type="button" class="bar-button" onClick={() => run(app, "palette")}>
            commands <kbd>Ctrl-K</kbd>
          </button>
        </>
      )}
    </div>
  );
}

function run(app: App, id: string): void {
  COMMANDS.find((command) => command.id === id)?.run(app);
}

const SHOWN = 60;

function ChoiceField(): JSX.Element {
  const app = useApp();
  const { store } = app;
  const mode = store.sheet.value;
  const text = useSignal("");
  const at = useSignal(0);
  const list = useRef<HTMLDivElement>(null);
  const hits = useHits(app, mode === "search" ? text.value : "");
  const choices = mode === "search" ? hits.map((hit) => toChoice(app, hit)) : commandChoices(app, text.value);
  const shown = choices.slice(0, SHOWN);
  useEffect(() => {
    at.value = 0;
  }, [text.value, mode]);
  useEffect(() => {
    list.current?.children[at.value]?.scrollIntoView({ block: "nearest" });
  }, [at.value]);
  const choose = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    store.sheet.value = "none";
    choice.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      at.value = Math.max(0, Math.min(shown.length - 1, at.value + step));
    } else if (event.key === "Enter") choose(shown[at.value]);
  };
  const label = mode === "search" ? "Search everything in this snapshot" : "Commands, views and samples";
  return (
    <>
      <input
        class="bar-input"
        data-key="bar"
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="choices"
        aria-activedescendant={shown.length > 0 ? `choice-${at.value}` : undefined}
        aria-label={label}
        placeholder={mode === "search" ? "search facts, stacks, logs, values …" : "what do you want to do?"}
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          if (!(event.relatedTarget instanceof Element && event.relatedTarget.closest("#choices")))
            store.sheet.value = "none";
        }}
      />
      <div id="choices" class="choices" role="listbox" aria-label={label} ref={list}>
        {shown.map((choice, ix) => (
          <div
            key={ix}
            id={`choice-${ix}`}
            role="option"
            tabIndex={-1}
            aria-selected={ix === at.value}
            onPointerDown={(event) => {
              event.preventDefault();
              choose(choice);
            }}
          >
            <span>{choice.title}</span>
            <span class="dim">{choice.note}</span>
            {choice.keys !== undefined && <kbd>{choice.keys}</kbd>}
          </div>
        ))}
        {shown.length === 0 && (
          <div role="option" aria-selected={false} aria-disabled="true" class="dim">
            {mode === "search" && text.value === "" ? "type to search" : "nothing of that name"}
          </div>
        )}
      </div>
    </>
  );
}

function commandChoices(app: App, text: string): Choice[] {
  const { store, actions } = app;
  const all: Choice[] = [
    ...viewsOf(store).map(({ id, title, what }) => ({
      title: `View: ${title}`,
      note: what,
      run: () => go(store, { view: id }),
    })),
    ...COMMANDS.filter(({ id }) => id !== "palette").map(({ id, title, keys, group }) => ({
      title,
      note: group,
      keys,
      run: () => run(app, id),
    })),
    ...store.opened.value
      .slice(0, SHOWN)
      .map(({ id, label }) => ({ title: `File: ${label}`, note: "", run: () => actions.choose(id) })),
    ...store.samples.value.map(({ id, title }) => ({
      title: `Sample: ${title}`,
      note: "",
      run: () => void actions.openSample(id),
    })),
  ];
  const words = text.toLowerCase().split(/\s+/);
  return all.filter(({ title, note }) => words.every((word) => `${title} ${note}`.toLowerCase().includes(word)));
}

function toChoice({ store }: App, { title, where, place }: Hit): Choice {
  return { title, note: where, run: () => go(store, place) };
}

/** Results as they come; a new text stops the search for the old one. */
function useHits({ store }: App, text: string): readonly Hit[] {
  const hits = useSignal<readonly Hit[]>([]);
  const opened = store.current.value;
  useEffect(() => {
    hits.value = [];
    if (opened === undefined || text.length < 2) return;
    const controller = new AbortController();
    void searchAll(opened.snapshot, text, controller.signal, (found) => {
      hits.value = found;
    }).catch(() => undefined);
    return () => controller.abort();
  }, [opened, text]);
  return hits.value;
}
