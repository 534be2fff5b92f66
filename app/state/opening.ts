import { batch } from "@preact/signals";
import {
  type DecodeProgress,
  type ErrorReport,
  groupFiles,
  HEAD_BYTES,
  isSnapshotError,
  type NamedContent,
  openAll as openAllHere,
  open as openHere,
  type Snapshot,
  toErrorReport,
} from "coldframe";
import { createWorker, type WorkerClient } from "coldframe/worker";
import { companionKind, openOptions } from "./companions.ts";
import { countOf } from "./numbers.ts";
import type { Store } from "./store.ts";
import type { Companion, Opened, SourceFile } from "./types.ts";

export interface OpenRequest {
  readonly files: readonly SourceFile[];
  readonly sample?: string | undefined;
  /** Every file is a snapshot of its own. */
  readonly apart?: boolean | undefined;
}

interface GroupStep {
  readonly sample: string | undefined;
  readonly startedAt: number;
  readonly signal: AbortSignal;
  /** Bytes of the groups before this one. */
  readonly before: number;
  say(what: string, doneBytes: number): void;
}

/** Opens files in the worker and keeps the store told. Files that fail are listed with their reason; the others open. */
export class Opening {
  private readonly store: Store;
  private readonly client: WorkerClient;
  private lastId = 0;

  constructor(store: Store, scriptUrl: (name: string) => URL) {
    this.store = store;
    this.client = createWorker({ worker: () => new Worker(scriptUrl("worker-entry.js"), { type: "module" }) });
  }

  /** Starts the worker and loads its code before there is anything to read: the first drop need not wait for it. */
  warmUp(): void {
    this.client.detect(new Uint8Array(0)).catch(() => undefined);
  }

  async open({ files, sample, apart }: OpenRequest): Promise<readonly Opened[]> {
    const { store } = this;
    const startedAt = performance.now();
    const controller = new AbortController();
    const totalBytes = sizeOf(files);
    const say = (what: string, doneBytes: number): void => {
      store.work.value = { what, doneBytes, totalBytes, startedAt, cancel: () => controller.abort() };
    };
    say(`reading ${countOf(files.length, "file")}`, 0);
    try {
      const { sets, companions } = await sortFiles(files, apart === true);
      if (companions.length > 0) await this.addCompanions(companions, sets.length === 0);
      const found: Opened[] = [];
      let before = 0;
      for (const set of sets) {
        if (controller.signal.aborted) break;
        found.push(...(await this.openSet(set, { sample, startedAt, signal: controller.signal, say, before })));
        before += sizeOf(set);
      }
      return found;
    } finally {
      store.work.value = undefined;
    }
  }

  /** Reads open Pigweed snapshots again, now with the images and tokens that are there. */
  async reopen(): Promise<void> {
    const { store } = this;
    const options = await openOptions(store.companions.value);
    const next: Opened[] = [];
    for (const one of store.opened.value) {
      if (one.snapshot.format !== "pigweed") next.push(one);
      else next.push({ ...one, snapshot: await openHere(one.files.map(toContent), options) });
    }
    store.opened.value = next;
  }

  private async addCompanions(companions: readonly Companion[], alone: boolean): Promise<void> {
    const { store } = this;
    store.companions.value = [...store.companions.value, ...companions];
    const rules = companions.find(({ kind }) => kind === "rules");
    if (rules !== undefined) store.ruleText.value = new TextDecoder().decode(rules.bytes);
    if (!alone) return;
    const helps = companions.some(({ kind }) => kind === "symbols" || kind === "tokens");
    if (helps && store.opened.value.length > 0) await this.reopen();
    const names = companions.map(({ kind, name }) => `${name} (${kind})`).join(", ");
    store.notice.value = `${names} will be used for what is open and what you drop next.`;
    const view = companions.some(({ kind }) => kind === "types") ? "types" : rules === undefined ? undefined : "rules";
    if (view !== undefined) store.place.value = { ...store.place.value, view };
  }

  private async openSet(files: readonly SourceFile[], step: GroupStep): Promise<readonly Opened[]> {
    const { store } = this;
    const name = files[0]!.path ?? files[0]!.name;
    const what = files.length === 1 ? name : `${name} and ${countOf(files.length - 1, "more file")}`;
    try {
      const snapshots = await this.decode(files, what, step);
      const opened = snapshots.map((snapshot, ix): Opened => {
        const label = snapshots.length === 1 ? what : `${what} (${ix + 1} of ${snapshots.length})`;
        return {
          id: ++this.lastId,
          label,
          files,
          snapshot,
          openedInMs: performance.now() - step.startedAt,
          sample: step.sample,
        };
      });
      batch(() => {
        store.opened.value = [...store.opened.value, ...opened];
        if (step.before === 0) store.currentId.value = opened[0]!.id;
      });
      return opened;
    } catch (error) {
      this.refuse(what, errorReport(error));
      return [];
    }
  }

  private refuse(name: string, error: ErrorReport): void {
    const { store } = this;
    if (error.code === "Cancelled") store.notice.value = `Stopped reading ${name}. What was read before stays open.`;
    else store.refusals.value = [...store.refusals.value, { name, error }];
  }

  private async decode(files: readonly SourceFile[], what: string, step: GroupStep): Promise<readonly Snapshot[]> {
    const contents = files.map(toContent);
    const progress = ({ doneBytes, stage }: DecodeProgress): void =>
      step.say(`${what}: ${stage}`, step.before + doneBytes);
    const helpers = await openOptions(this.store.companions.value);
    const options = { ...helpers, signal: step.signal, progress };
    // Symbol sources are live objects and cannot be posted: with images at hand the page decodes by itself.
    if (helpers["symbols"] !== undefined) return openAllHere(contents, options);
    return this.client.openAll(contents, options);
  }
}

function sizeOf(files: readonly SourceFile[]): number {
  return files.reduce((sum, { blob }) => sum + blob.size, 0);
}

function toContent({ name, path, blob }: SourceFile): NamedContent {
  return { name, content: blob, ...(path !== undefined && { path }) };
}

interface SortedFiles {
  /** Files that belong together. */
  readonly sets: readonly (readonly SourceFile[])[];
  readonly companions: readonly Companion[];
}

/** Which files are snapshots, which belong together, and which help to read the others. */
async function sortFiles(files: readonly SourceFile[], apart: boolean): Promise<SortedFiles> {
  const companions: Companion[] = [];
  const rest: SourceFile[] = [];
  const heads = [];
  for (const file of files) {
    const { name, path, blob } = file;
    const bytes = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
    const kind = companionKind(name, bytes);
    if (kind !== undefined) companions.push({ kind, name, bytes: new Uint8Array(await blob.arrayBuffer()) });
    else {
      rest.push(file);
      heads.push({ name, bytes, byteLength: blob.size, ...(path !== undefined && { path }) });
    }
  }
  if (apart || rest.length < 2) return { sets: rest.map((file) => [file]), companions };
  const { groups, rest: unknown } = await groupFiles(heads);
  // Files that no format recognises are tried one by one, so that each is refused with its own reason.
  const sets = [...groups, ...unknown.map((ix) => [ix])];
  return { sets: sets.map((set) => set.map((ix) => rest[ix]!)), companions };
}

export function errorReport(error: unknown): ErrorReport {
  if (isSnapshotError(error)) return toErrorReport(error);
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "InternalError", message };
}
