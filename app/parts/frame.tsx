import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useApp, useStore } from "../state/context.ts";
import { takeEntries } from "../state/dropped.ts";
import { go } from "../state/store.ts";
import { currentView, viewsOf } from "../state/views.ts";
import { CommandBar } from "./command-bar.tsx";
import { DetailPanel } from "./detail-panel.tsx";
import { FileList } from "./file-list.tsx";
import { Footer } from "./footer.tsx";
import { HexPane } from "./hex-pane.tsx";
import { Progress } from "./progress.tsx";
import { StartPage } from "./start-page.tsx";
import { VerdictLine } from "./verdict-line.tsx";
import { ViewFrame } from "./view-frame.tsx";

/** The one frame: files, bar, verdict, view, detail, bytes. */
export function Frame(): JSX.Element {
  const app = useApp();
  const { store } = app;
  useDrops();
  const opened = store.current.value;
  const isEmpty = opened === undefined && store.companions.value.every(({ kind }) => kind !== "types");
  return (
    <div class={`frame ${store.dense.value ? "dense" : ""} ${isEmpty ? "empty" : ""}`}>
      <header class="top">
        <button type="button" class="plain brand" onClick={() => leaveAll(app)} title="To the start page">
          coldframe
        </button>
        <CommandBar />
        {opened !== undefined && <IssueButton />}
      </header>
      {isEmpty ? (
        <StartPage />
      ) : (
        <>
          <FileList />
          <main id="main">
            {opened === undefined ? <TypesAlone /> : <VerdictLine opened={opened} />}
            <Tabs />
            <ViewFrame />
            {store.bytesShown.value && opened !== undefined && <HexPane opened={opened} />}
          </main>
          <DetailPanel />
        </>
      )}
      <Progress />
      <Footer />
    </div>
  );
}

/** Types were dropped without a snapshot: there is nothing to judge, but much to look at. */
function TypesAlone(): JSX.Element {
  const { companions } = useStore();
  const names = companions.value.filter(({ kind }) => kind === "types").map(({ name }) => name);
  return (
    <section class="verdict" aria-label="What is open">
      <h1>{`Types of ${names.join(", ")}`}</h1>
      <p class="verdict-notes">Drop a capture or a failure dump of the same system and its bytes are read by them.</p>
    </section>
  );
}

function leaveAll({ store }: ReturnType<typeof useApp>): void {
  store.opened.value = [];
  store.companions.value = [];
  store.refusals.value = [];
  store.wanted.value = undefined;
  store.detail.value = undefined;
  store.sheet.value = "none";
  store.place.value = {};
}

function Tabs(): JSX.Element {
  const store = useStore();
  const current = currentView(store);
  return (
    <nav class="tabs" aria-label="Views">
      {viewsOf(store)
        .filter(({ scope }) => scope === "snapshot")
        .map((view, ix) => (
          <button
            key={view.id}
            type="button"
            class="plain tab"
            aria-current={view.id === current?.id ? "page" : undefined}
            title={`${view.what}${ix < 9 ? ` (${ix + 1})` : ""}`}
            onClick={() => go(store, { view: view.id })}
          >
            {view.title}
          </button>
        ))}
    </nav>
  );
}

function IssueButton(): JSX.Element {
  const store = useStore();
  const issues = store.current.value?.snapshot.issues ?? [];
  const worst = issues.some(({ severity }) => severity === "error")
    ? "fault"
    : issues.some(({ severity }) => severity === "warning")
      ? "warn"
      : "dim";
  return (
    <button type="button" class={`plain issues ${worst}`} onClick={() => go(store, { view: "facts" })}>
      {issues.length === 0
        ? "no issues"
        : `${issues.length.toLocaleString("en")} issue${issues.length === 1 ? "" : "s"}`}
    </button>
  );
}

/** The whole page takes files, from a drop or from the clipboard. */
function useDrops(): void {
  const { store, actions } = useApp();
  useEffect(() => {
    const over = (event: DragEvent): void => event.preventDefault();
    const take = (transfer: DataTransfer | null): void => {
      if (transfer === null) return;
      const entries = takeEntries(transfer);
      void entries().then((files) => {
        if (files.length > 0) void actions.open({ files });
      });
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      store.notice.value = "";
      take(event.dataTransfer);
    };
    const paste = (event: ClipboardEvent): void => {
      const isTyping = event.target instanceof Element && event.target.matches("input, textarea");
      if (!isTyping) take(event.clipboardData);
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
      removeEventListener("paste", paste);
    };
  }, []);
}
