import { renderJson } from "coldframe";
import { errorReport } from "../tasks/error-report.ts";
import { json, page } from "../tasks/texts.ts";
import type { Analyses } from "./analyses.ts";
import { copyText, markdownOf, plainJson } from "./copying.ts";
import { toSource } from "./dropped.ts";
import type { Opening, OpenRequest } from "./opening.ts";
import type { Place } from "./place.ts";
import { sha256Of } from "./restoring.ts";
import { saveFile } from "./saving.ts";
import { go, type Store } from "./store.ts";
import type { Opened, SourceFile } from "./types.ts";

export type CopyForm = "json" | "markdown" | "path" | "folded" | "snapshot" | "link";

/** What a person can do. Parts and commands call these; nothing else changes what is open. */
export interface Actions {
  open(request: OpenRequest): Promise<void>;
  openSample(id: string): Promise<void>;
  /** Files of `coldframe ui`. */
  openServed(): Promise<void>;
  pickFiles(folder: boolean): void;
  close(id: number): void;
  choose(id: number): void;
  go(place: Place): void;
  copy(form: CopyForm): Promise<void>;
  downloadReport(): Promise<void>;
}

export function createActions(store: Store, opening: Opening, analyses: Analyses): Actions {
  const open = async (request: OpenRequest): Promise<void> => {
    const opened = await opening.open(request);
    const first = opened[0];
    if (first !== undefined) await settle(store, first);
    else if (request.sample !== undefined) stay(store, request.sample);
  };
  return {
    open,
    openSample: (id) => openSample(store, id, open),
    openServed: async () => {
      const names = (await (await fetch("served/list.json")).json()) as readonly string[];
      await open({ files: await fetchFiles("served", names), sample: "served" });
    },
    pickFiles: (folder) => pickFiles(folder, (files) => void open({ files })),
    close(id) {
      store.opened.value = store.opened.value.filter((one) => one.id !== id);
      if (store.otherId.value === id) store.otherId.value = undefined;
      if (store.currentId.value === id) choose(store, store.opened.value[0]?.id ?? 0);
    },
    choose: (id) => choose(store, id),
    go: (place) => go(store, place),
    copy: (form) => copyForm(store, analyses, form),
    downloadReport: () => downloadReport(store, analyses),
  };
}

function choose(store: Store, id: number): void {
  const next = store.opened.value.find((one) => one.id === id);
  const format = store.current.value?.snapshot.format;
  store.currentId.value = id;
  store.detail.value = undefined;
  const { view } = store.place.value;
  // The same view of another snapshot of the same kind; else its own best view.
  store.place.value = next?.snapshot.format === format ? { view } : {};
  if (next !== undefined) void settle(store, next);
}

/** Puts the file's identity into the address, and goes where a link wanted to go once its file is there. */
async function settle(store: Store, opened: Opened): Promise<void> {
  const file = opened.files[0]!;
  const sha256 = await sha256Of(file.blob);
  if (store.current.value?.id !== opened.id) return;
  const wanted = store.wanted.value;
  const identity = { sha256, file: file.name, sample: opened.sample };
  const isWanted = wanted !== undefined && (wanted.sha256 === undefined || wanted.sha256 === sha256);
  store.place.value = isWanted ? { ...wanted, ...identity } : { ...store.place.value, ...identity };
  if (isWanted) store.wanted.value = undefined;
}

/** A sample without a snapshot, of types alone for one, has an address as well. */
function stay({ place, wanted }: Store, sample: string): void {
  place.value = { ...place.value, ...wanted.value, sample };
  wanted.value = undefined;
}

async function openSample(store: Store, id: string, open: (request: OpenRequest) => Promise<void>): Promise<void> {
  const sample = store.samples.value.find((one) => one.id === id);
  if (sample === undefined) {
    store.notice.value = `There is no sample ${id} here.`;
    return;
  }
  store.opened.value = [];
  store.companions.value = [];
  store.refusals.value = [];
  store.detail.value = undefined;
  if (store.wanted.value === undefined) store.place.value = {};
  try {
    await open({ files: await fetchFiles(`samples/${id}`, sample.files), sample: id, apart: sample.apart });
  } catch (error) {
    store.notice.value = `The sample could not be fetched: ${errorReport(error).message}`;
  }
}

async function fetchFiles(folder: string, names: readonly string[]): Promise<SourceFile[]> {
  return Promise.all(
    names.map(async (name) => {
      const response = await fetch(`${folder}/${encodeURIComponent(name)}`);
      if (!response.ok) throw new Error(`${name}: status ${response.status}`);
      return { name, blob: await response.blob() };
    }),
  );
}

function pickFiles(folder: boolean, use: (files: readonly SourceFile[]) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  if (folder) input.webkitdirectory = true;
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])].map(toSource);
    if (files.length > 0) use(files);
  });
  input.click();
}

async function copyForm(store: Store, analyses: Analyses, form: CopyForm): Promise<void> {
  const { detail, current, notice } = store;
  const texts: Readonly<Record<CopyForm, () => string | undefined | Promise<string>>> = {
    json: () => detail.value && renderJson(plainJson(detail.value.json()), { indent: 2 }),
    markdown: () => detail.value && markdownOf(detail.value),
    path: () => detail.value?.path,
    folded: () => detail.value?.folded?.(),
    snapshot: () => current.value && analyses.run(json, [current.value], null),
    link: () => location.href,
  };
  let text: string | undefined;
  try {
    text = await texts[form]();
  } catch (error) {
    notice.value = `Nothing was copied: ${errorReport(error).message}`;
    return;
  }
  if (text === undefined) {
    notice.value = form === "folded" ? "The selection has no stack." : "Nothing is selected.";
    return;
  }
  notice.value = (await copyText(text))
    ? `Copied ${text.length.toLocaleString("en")} characters (${form}).`
    : "The browser refused to write to the clipboard.";
}

/** One page that needs no script, no network and no other file. */
async function downloadReport(store: Store, analyses: Analyses): Promise<void> {
  const opened = store.current.value;
  if (opened === undefined) return;
  const name = `${opened.files[0]?.name ?? "snapshot"}.html`;
  try {
    saveFile(name, await analyses.run(page, [opened], opened.label), "text/html");
    store.notice.value = `Wrote ${name}: one file that opens anywhere.`;
  } catch (error) {
    store.notice.value = `${name} was not written: ${errorReport(error).message}`;
  }
}
