import { batch } from "@preact/signals";
import {
  type DecodeProgress,
  detect,
  type ErrorReport,
  type FormatId,
  groupFiles,
  HEAD_BYTES,
  type NamedContent,
  type Snapshot,
  unpack,
  withLimits,
} from "coldframe";
import { createWorker, type WorkerClient } from "coldframe/worker";
import { errorReport } from "../tasks/error-report.ts";
import type { Reading } from "../tasks/task.ts";
import { companionKind, HELPED, helpersOf } from "./companions.ts";
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
  private readonly onFormats: (formats: readonly FormatId[]) => void;
  private lastId = 0;
  private lastReading = 0;

  /** @param onFormats called before files are read with what they seem to be: what shows them can be loaded meanwhile */
  constructor(
    store: Store,
    scriptUrl: (name: string) => URL,
    onFormats: (formats: readonly FormatId[]) => void = () => undefined,
  ) {
    this.store = store;
    this.onFormats = onFormats;
    this.client = createWorker({ worker: () => new Worker(scriptUrl("worker-entry.js"), { type: "module" }) });
  }

  /** Starts the worker: the first drop need not wait for that. */
  start(): void {
    this.client.detect(new Uint8Array(0)).catch(() => undefined);
  }

  /** Gets everything that the worker may need. */
  async warmUp(): Promise<void> {
    await this.client.warmUp();
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
      const { sets, companions, formats } = await sortFiles(files, apart === true);
      this.onFormats(formats);
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

  /** Reads what is open again where files of these kinds help with it. */
  private async reopen(kinds: readonly Companion["kind"][]): Promise<void> {
    const { store } = this;
    const controller = new AbortController();
    const startedAt = performance.now();
    const formats = new Set(kinds.flatMap((kind) => HELPED[kind]));
    const readings = new Map<number, Promise<ReadFiles>>();
    const again = (one: Opened): Promise<ReadFiles> => {
      const found =
        readings.get(one.reading.key) ??
        this.decode(one.files, controller.signal, ({ doneBytes, stage }) => {
          const what = `${one.label}: ${stage}`;
          const totalBytes = sizeOf(one.files);
          store.work.value = { what, doneBytes, totalBytes, startedAt, cancel: () => controller.abort() };
        });
      readings.set(one.reading.key, found);
      return found;
    };
    try {
      const next = store.opened.value.map(async (one): Promise<Opened> => {
        if (!formats.has(one.snapshot.format)) return one;
        const { snapshots, reading } = await again(one);
        return { ...one, reading, snapshot: snapshots[one.ix] ?? one.snapshot };
      });
      store.opened.value = await Promise.all(next);
    } finally {
      store.work.value = undefined;
    }
  }

  private async addCompanions(companions: readonly Companion[], alone: boolean): Promise<void> {
    const { store } = this;
    store.companions.value = [...store.companions.value, ...companions];
    const last = (wanted: Companion["kind"]) => companions.findLast(({ kind }) => kind === wanted);
    const textOf = ({ bytes }: Companion): string => new TextDecoder().decode(bytes);
    const [rules, reports, types] = [last("rules"), last("reports"), last("types")];
    if (rules !== undefined) store.ruleText.value = textOf(rules);
    if (reports !== undefined) store.specText.value = textOf(reports);
    if (!alone) return;
    if (store.opened.value.length > 0) await this.reopen(companions.map(({ kind }) => kind));
    const names = companions.map(({ kind, name }) => `${name} (${kind})`).join(", ");
    store.notice.value = `${names} will be used for what is open and what you drop next.`;
    const view = types !== undefined ? "types" : rules !== undefined ? "rules" : reports !== undefined ? "query" : "";
    if (view !== "") store.place.value = { ...store.place.value, view };
  }

  private async openSet(files: readonly SourceFile[], step: GroupStep): Promise<readonly Opened[]> {
    const { store } = this;
    const name = files[0]!.path ?? files[0]!.name;
    const what = files.length === 1 ? name : `${name} and ${countOf(files.length - 1, "more file")}`;
    try {
      const progress = ({ doneBytes, stage }: DecodeProgress): void =>
        step.say(`${what}: ${stage}`, step.before + doneBytes);
      const { snapshots, reading } = await this.decode(files, step.signal, progress);
      const opened = snapshots.map((snapshot, ix): Opened => {
        const label = snapshots.length === 1 ? what : `${what} (${ix + 1} of ${snapshots.length})`;
        return {
          id: ++this.lastId,
          label,
          files,
          snapshot,
          reading,
          ix,
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

  private async decode(
    files: readonly SourceFile[],
    signal: AbortSignal,
    progress: (progress: DecodeProgress) => void,
  ): Promise<ReadFiles> {
    const contents = files.map(toContent);
    const { options, artifacts } = await helpersOf(this.store.companions.value);
    const reading = { key: ++this.lastReading, files: contents, options, artifacts };
    const all = { ...options, artifacts: artifacts.files, signal, progress };
    return { reading, snapshots: await this.client.openAll(contents, all) };
  }
}

interface ReadFiles {
  readonly reading: Reading;
  readonly snapshots: readonly Snapshot[];
}

function sizeOf(files: readonly SourceFile[]): number {
  return files.reduce((sum, { blob }) => sum + blob.size, 0);
}

function toContent({ name, path, blob }: SourceFile): NamedContent {
  return { name, content: blob, ...(path !== undefined && { path }) };
}

interface SortedFiles {
  /** What the files seem to be. */
  readonly formats: readonly FormatId[];
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
    const companion = await readCompanion(file, bytes);
    if (isZip(bytes)) companions.push(...(await companionsInside(file)));
    if (companion !== undefined) companions.push(companion);
    else {
      rest.push(file);
      heads.push({ name, bytes, byteLength: blob.size, ...(path !== undefined && { path }) });
    }
  }
  const formats = await formatsOf(heads);
  if (apart || rest.length < 2) return { sets: rest.map((file) => [file]), companions, formats };
  const { groups, rest: unknown } = await groupFiles(heads);
  // Files that no format recognises are tried one by one, so that each is refused with its own reason.
  const sets = [...groups, ...unknown.map((ix) => [ix])];
  return { sets: sets.map((set) => set.map((ix) => rest[ix]!)), companions, formats };
}

/** Of how many files the format is guessed: the others will mostly be of the same. */
const GUESSED = 4;

async function formatsOf(heads: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<FormatId[]> {
  const some = heads.slice(0, GUESSED).map(({ name, bytes }) => ({ name, content: bytes }));
  const detected = some.length === 0 ? [] : await detect(some).catch(() => []);
  return detected.flatMap(({ candidates }) => candidates.slice(0, 1).map(({ format }) => format));
}

/** A file that helps to read others, unpacked; undefined for all others. */
async function readCompanion({ name, blob }: SourceFile, head: Uint8Array): Promise<Companion | undefined> {
  const kind = companionKind(name, head);
  if (kind !== undefined) return { kind, name, bytes: new Uint8Array(await blob.arrayBuffer()) };
  if (!isPacked(head)) return undefined;
  const limits = withLimits({});
  const start = await unpack({ name, bytes: head }, limits).catch(() => undefined);
  const inner = start?.files[0];
  const packed = inner && companionKind(inner.name.replace(/\.(?:gz|zst)$/i, ""), inner.bytes);
  if (packed === undefined) return undefined;
  const { files } = await unpack({ name, bytes: new Uint8Array(await blob.arrayBuffer()) }, limits);
  return { kind: packed, name, bytes: new Uint8Array(files[0]!.bytes) };
}

/** Larger archives are not looked into for what helps: that would hold the page up. */
const MOST_ZIP_BYTES = 33_554_432;

/** An archive is opened as a whole, but an image or a token database in it is used as if it lay beside. */
async function companionsInside({ name, blob }: SourceFile): Promise<Companion[]> {
  if (blob.size > MOST_ZIP_BYTES) return [];
  const bytes = new Uint8Array(await blob.arrayBuffer());
  // What is wrong with the archive is said when it is opened.
  const unpacked = await unpack({ name, bytes }, withLimits({})).catch(() => undefined);
  return (unpacked?.files ?? []).flatMap((file) => {
    const kind = companionKind(file.name, file.bytes.subarray(0, HEAD_BYTES));
    return kind === undefined ? [] : [{ kind, name: file.path ?? file.name, bytes: new Uint8Array(file.bytes) }];
  });
}

function isZip([p, k, a, b]: Uint8Array): boolean {
  return p === 0x50 && k === 0x4b && a === 3 && b === 4;
}

/** gzip or zstd; an archive of several files is opened as a whole. */
function isPacked(head: Uint8Array): boolean {
  const [a, b, c] = head;
  return (a === 0x1f && b === 0x8b) || (a === 0x28 && b === 0xb5 && c === 0x2f);
}
