import type { SignatureRules } from "../js/identity.ts";
import {
  attach,
  type Content,
  embeddedCore,
  isSnapshotError,
  loadCore,
  type NamedContent,
  type OpenOptions,
  type OpenSource,
  type Snapshot,
  type SnapshotError,
  type SnapshotParts,
} from "../js/index.ts";
import { type ClientOptions, TIMEOUT_MS, toContents } from "./client.ts";
import { type Connection, connect, type WorkerCall, type WorkerPort } from "./connection.ts";
import { type Envelope, unseal } from "./envelope.ts";
import type { BatchCall, BatchFile, FileDigest } from "./remote.ts";

export interface PoolOptions extends Omit<ClientOptions, "transfer"> {
  /** Number of workers; default one per processor, at most 8. */
  readonly workers?: number | undefined;
}

/** What became of one source, in the order of the sources. */
export type BatchResult<T> =
  | { readonly ix: number; readonly ok: true; readonly value: T }
  | { readonly ix: number; readonly ok: false; readonly error: SnapshotError };

/**
 * Several workers that share many sources. Results come in the order of the sources, and only a few messages are under
 * way at a time, so a caller that reads slowly slows the pool down instead of filling the memory. What is wrong with
 * one source is a result like any other; only `Cancelled` and wrong options throw. Leaving the loop early cancels.
 */
export interface WorkerPool {
  readonly workers: number;
  /** Opens every source. */
  openMany(sources: Sources, options?: OpenOptions): AsyncGenerator<BatchResult<readonly Snapshot[]>, void, undefined>;
  /** Facts, signature and content hash of every snapshot: what grouping needs. The snapshots stay in the workers. */
  digestMany(
    sources: Sources,
    options?: DigestOptions,
  ): AsyncGenerator<BatchResult<readonly FileDigest[]>, void, undefined>;
  /** Stops the workers; calls under way fail with `WorkerFailed`. */
  close(): void;
}

export type Sources = Iterable<OpenSource> | AsyncIterable<OpenSource>;

export interface DigestOptions extends OpenOptions {
  /** Default: the built-in rules. */
  readonly rules?: SignatureRules | undefined;
}

/** One message holds sources up to this many bytes and items: small files would otherwise wait for the post. */
const MESSAGE_BYTES = 1_048_576;
const MESSAGE_ITEMS = 256;
/** Messages under way for each worker: one that it works on, one that waits. */
const AHEAD = 2;
const MAX_WORKERS = 8;
const MAX_FAILED_FIRST = 3;

interface Chunk {
  /** Number of the first source. */
  readonly first: number;
  readonly items: (readonly NamedContent[])[];
}

interface Slot {
  readonly connection: Connection;
  waiting: number;
}

interface Batch<T> {
  readonly options: DigestOptions;
  readonly send: Send<T>;
  /** Calls under way, each with a signal of its own: one with many listeners makes Node suspect a leak. */
  readonly calls: Set<AbortController>;
}

type Send<T> = WorkerCall<BatchCall, readonly Envelope<T>[]>["send"];

export function createPool(spawn: () => WorkerPort, settings: PoolOptions & { processors: number }): WorkerPool {
  const workers = Math.max(1, Math.floor(settings.workers ?? Math.min(settings.processors, MAX_WORKERS)));
  const newSlot = (): Slot => ({ connection: connect(spawn, settings.timeoutMs ?? TIMEOUT_MS), waiting: 0 });
  const slots: Slot[] = Array.from({ length: workers }, newSlot);
  /** For sources whose worker died while it had others to read, too. */
  const spare = newSlot();
  let alone: Promise<unknown> = Promise.resolve();

  let isClosed = false;
  /** Sources that a worker died of before any was answered: then it is the workers that are broken. */
  let failedFirst = 0;

  const post = async <T>(items: Chunk["items"], { options, calls, send }: Batch<T>, slot: Slot) => {
    const call = new AbortController();
    if (options.signal?.aborted === true) call.abort(options.signal.reason);
    calls.add(call);
    slot.waiting++;
    try {
      const { files, packed } = packItems(items);
      const { signal: _signal, progress: _progress, core: _core, rules, ...plain } = options;
      const envelopes = await slot.connection.call({
        message: (id) => ({ id, items: files, packed, options: plain, rules, module: settings.module }),
        handedOver: [packed.buffer],
        signal: call.signal,
        send,
      });
      failedFirst = Number.NEGATIVE_INFINITY;
      return envelopes;
    } finally {
      calls.delete(call);
      slot.waiting--;
    }
  };

  /** Asks a worker that has nothing else to do, one source after the other: who dies now did so on his own account. */
  const askAlone = <T>(chunk: Chunk, batch: Batch<T>): Promise<readonly BatchResult<T>[]> => {
    const asked = alone.then(async () => {
      const results: BatchResult<T>[] = [];
      for (const [at, item] of chunk.items.entries()) {
        const ix = chunk.first + at;
        try {
          results.push(toResult(ix, (await post([item], batch, spare))[0]!));
        } catch (error) {
          if (!isWorkerLost(error) || isClosed || ++failedFirst > MAX_FAILED_FIRST) throw error;
          results.push({ ix, ok: false, error });
        }
      }
      return results;
    });
    alone = asked.catch(() => {});
    return asked;
  };

  const answer = async <T>(chunk: Chunk, batch: Batch<T>): Promise<readonly BatchResult<T>[]> => {
    try {
      const slot = slots.reduce((least, one) => (one.waiting < least.waiting ? one : least));
      const envelopes = await post(chunk.items, batch, slot);
      return envelopes.map((envelope, at) => toResult(chunk.first + at, envelope));
    } catch (error) {
      if (!isWorkerLost(error) || isClosed) throw error;
      return askAlone(chunk, batch);
    }
  };

  async function* run<T>(sources: Sources, options: DigestOptions, send: Send<T>): AsyncGenerator<BatchResult<T>> {
    const batch: Batch<T> = { options, send, calls: new Set() };
    const cancel = (): void => {
      for (const call of batch.calls) call.abort(options.signal?.reason);
    };
    const underWay: Promise<readonly BatchResult<T>[]>[] = [];
    options.signal?.addEventListener("abort", cancel);
    try {
      for await (const chunk of chunksOf(sources, options)) {
        const answered = answer(chunk, batch);
        // An answer that nobody waits for any more may still fail.
        answered.catch(() => {});
        underWay.push(answered);
        if (underWay.length >= workers * AHEAD) yield* await underWay.shift()!;
      }
      while (underWay.length > 0) yield* await underWay.shift()!;
    } finally {
      options.signal?.removeEventListener("abort", cancel);
      if (underWay.length > 0) cancel();
    }
  }

  return {
    workers,
    async *openMany(sources, options = {}) {
      const core = options.core ?? (await loadCore(settings.module ?? (await embeddedCore())));
      const parts = run<readonly SnapshotParts[]>(sources, options, (remote, call) => remote.decodeMany(call));
      for await (const result of parts) {
        if (!result.ok) yield result;
        else yield { ...result, value: await Promise.all(result.value.map((part) => attach(part, { core }))) };
      }
    },
    digestMany: (sources, options = {}) =>
      run<readonly FileDigest[]>(sources, options, (remote, call) => remote.digestMany(call)),
    close() {
      isClosed = true;
      for (const { connection } of [...slots, spare]) connection.close();
    },
  };
}

function isWorkerLost(error: unknown): error is SnapshotError {
  return isSnapshotError(error) && (error.code === "WorkerFailed" || error.code === "WorkerTimeout");
}

function toResult<T>(ix: number, envelope: Envelope<T>): BatchResult<T> {
  try {
    return { ix, ok: true, value: unseal(envelope) };
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    return { ix, ok: false, error };
  }
}

async function* chunksOf(sources: Sources, options: OpenOptions): AsyncGenerator<Chunk> {
  let items: Chunk["items"] = [];
  let bytes = 0;
  let first = 0;
  for await (const source of sources) {
    const contents = await toContents(source, options);
    const size = contents.reduce((sum, { content }) => sum + sizeOf(content), 0);
    if (items.length > 0 && (bytes + size > MESSAGE_BYTES || items.length === MESSAGE_ITEMS)) {
      yield { first, items };
      first += items.length;
      items = [];
      bytes = 0;
    }
    items.push(contents);
    bytes += size;
  }
  if (items.length > 0) yield { first, items };
}

function sizeOf(content: Content): number {
  if (content instanceof Blob) return content.size;
  return content instanceof ReadableStream ? 0 : content.byteLength;
}

/** Copies the bytes of all files into one buffer that can be handed over; Blobs go as they are. */
function packItems(items: Chunk["items"]): {
  files: readonly (readonly BatchFile[])[];
  packed: Uint8Array<ArrayBuffer>;
} {
  const total = items.flat().reduce((sum, { content }) => sum + (content instanceof Blob ? 0 : sizeOf(content)), 0);
  const packed = new Uint8Array(total);
  let at = 0;
  const files = items.map((item) =>
    item.map(({ name, path, content }): BatchFile => {
      if (content instanceof Blob || content instanceof ReadableStream) return { name, path, content: content as Blob };
      const from = at;
      packed.set(content instanceof Uint8Array ? content : new Uint8Array(content), from);
      at += content.byteLength;
      return { name, path, content: [from, content.byteLength] };
    }),
  );
  return { files, packed };
}
