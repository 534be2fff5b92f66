import { type Endpoint, type Remote as Proxied, proxy, releaseProxy, transfer, wrap } from "comlink";
import {
  attach,
  type Content,
  type DetectedFile,
  type NamedContent,
  type OpenedSnapshot,
  type OpenOptions,
  type OpenSource,
  readContent,
  type Snapshot,
  SnapshotError,
  type SnapshotParts,
  withLimits,
} from "../js/index.ts";
import { buffersOf } from "./buffers.ts";
import { type Envelope, unseal } from "./envelope.ts";
import type { Remote, RemoteCall } from "./remote.ts";

/** A running worker: where to post, how to stop it, and how it says that it died. */
export interface WorkerPort {
  readonly endpoint: Endpoint;
  terminate(): void;
  onFailure(listener: (reason: string) => void): void;
}

export interface ClientOptions {
  /** Longest time for one call in milliseconds; default 120,000. The worker is then stopped and replaced. */
  readonly timeoutMs?: number | undefined;
  /**
   * Hands byte arrays over instead of copying them: the caller's arrays are detached (length 0) afterwards. Blobs and
   * files are never copied. Default false.
   */
  readonly transfer?: boolean | undefined;
  /** A compiled core for hosts whose workers may not compile. */
  readonly module?: WebAssembly.Module | undefined;
}

/**
 * The library in a worker of its own, with the same calls and the same errors. Options must be plain data; `signal` and
 * `progress` work as they do without a worker. A crashed or stopped worker is replaced at the next call.
 */
export interface WorkerClient {
  open(source: OpenSource, options?: OpenOptions): Promise<OpenedSnapshot>;
  openAll(source: OpenSource, options?: OpenOptions): Promise<readonly OpenedSnapshot[]>;
  detect(source: OpenSource, options?: OpenOptions): Promise<readonly DetectedFile[]>;
  /** Stops the worker; calls under way fail with `WorkerFailed`. */
  close(): void;
}

const TIMEOUT_MS = 120_000;
/** How long a cancelled call may take to notice. */
const GRACE_MS = 250;

interface Running {
  readonly port: WorkerPort;
  /** Kept for as long as the worker lives: a call on a proxy that is collected may never answer. */
  readonly remote: Proxied<Remote>;
  readonly pending: Set<(error: SnapshotError) => void>;
  /** A worker that is stopped still says that it has ended. */
  isStopped: boolean;
}

export function createClient(spawn: () => WorkerPort, settings: ClientOptions = {}): WorkerClient {
  let running: Running | undefined;
  let lastId = 0;
  const timeoutMs = settings.timeoutMs ?? TIMEOUT_MS;

  const start = (): Running => {
    const port = spawn();
    const started: Running = { port, remote: wrap<Remote>(port.endpoint), pending: new Set(), isStopped: false };
    port.onFailure((reason) => stop(started, reason));
    return started;
  };

  const stop = (stopped: Running, reason: string): void => {
    if (stopped.isStopped) return;
    stopped.isStopped = true;
    if (running === stopped) running = undefined;
    stopped.remote[releaseProxy]();
    stopped.port.terminate();
    const error = new SnapshotError("WorkerFailed", `the worker ended: ${reason}`, { fields: { reason } });
    for (const fail of stopped.pending) fail(error);
    stopped.pending.clear();
  };

  const call = async <T>(
    source: OpenSource,
    { signal, progress: _progress, core: _core, ...options }: OpenOptions,
    send: (remote: Proxied<Remote>, call: RemoteCall) => Promise<Envelope<T>>,
  ): Promise<T> => {
    const contents = await toContents(source, { ...options, signal });
    if (signal?.aborted === true) throw cancelled(signal);
    const id = ++lastId;
    running ??= start();
    const message: RemoteCall = { id, contents, options, module: settings.module };
    return ask(running, message, signal, send);
  };

  const ask = <T>(
    asked: Running,
    message: RemoteCall,
    signal: AbortSignal | undefined,
    send: (remote: Proxied<Remote>, call: RemoteCall) => Promise<Envelope<T>>,
  ): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      let answered = false;
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        asked.pending.delete(fail);
        act();
      };
      const fail = (error: SnapshotError): void => settle(() => reject(error));
      const onAbort = (): void => {
        fail(cancelled(signal!));
        void asked.remote.cancel(message.id);
        setTimeout(() => {
          if (!answered) stop(asked, "a cancelled call did not stop");
        }, GRACE_MS);
      };
      const timer = setTimeout(() => {
        fail(timedOut(timeoutMs));
        stop(asked, "a call took too long");
      }, timeoutMs);
      asked.pending.add(fail);
      signal?.addEventListener("abort", onAbort, { once: true });
      const bytes = settings.transfer === true ? buffersOf(message.contents) : [];
      send(asked.remote, transfer(message, bytes)).then(
        (envelope) => {
          answered = true;
          settle(() => settleWith(envelope, resolve, reject));
        },
        (error: unknown) => {
          answered = true;
          fail(notSent(error));
        },
      );
    });

  const openAll = async (source: OpenSource, options: OpenOptions = {}): Promise<readonly OpenedSnapshot[]> => {
    const progress = options.progress === undefined ? undefined : proxy(options.progress);
    const parts = await call<readonly SnapshotParts[]>(source, options, (remote, message) =>
      remote.decodeAll(message, progress),
    );
    return Promise.all(parts.map((part) => attach(part, { core: options.core })));
  };

  return {
    openAll,
    async open(source, options) {
      const [first, ...further] = await openAll(source, options);
      if (further.length === 0) return first!;
      return { ...first!, issues: [furtherSnapshots(further.length), ...first!.issues] };
    },
    detect: (source, options = {}) => call(source, options, (remote, message) => remote.detect(message)),
    close() {
      if (running !== undefined) stop(running, "it was closed");
    },
  };
}

function settleWith<T>(envelope: Envelope<T>, resolve: (value: T) => void, reject: (error: unknown) => void): void {
  try {
    resolve(unseal(envelope));
  } catch (error) {
    reject(error);
  }
}

/** Streams are read here, because not every host can post them; bytes and Blobs go as they are. */
async function toContents(source: OpenSource, { limits, signal }: OpenOptions): Promise<NamedContent[]> {
  const given = (Array.isArray(source) ? source : [source]) as readonly (Content | NamedContent)[];
  return Promise.all(
    given.map(async (one) => {
      const named = "content" in one ? one : { name: one instanceof File ? one.name : "input", content: one };
      if (!(named.content instanceof ReadableStream)) return { ...named };
      const { bytes } = await readContent(named.content, { limits: withLimits(limits), signal });
      return { ...named, content: bytes };
    }),
  );
}

function cancelled(signal: AbortSignal): SnapshotError {
  return new SnapshotError("Cancelled", "opening a snapshot: cancelled by the caller", { cause: signal.reason });
}

function timedOut(timeoutMs: number): SnapshotError {
  return new SnapshotError("WorkerTimeout", `the worker did not answer in ${timeoutMs} ms`, { fields: { timeoutMs } });
}

/** What cannot be posted is the caller's: a function or a live object among the options. The rest is a bug of ours. */
function notSent(error: unknown): SnapshotError {
  const reason = error instanceof Error ? error.message : String(error);
  if ((error as { name?: unknown } | undefined)?.name === "DataCloneError") {
    return new SnapshotError("UsageError", `the options cannot be sent to a worker: ${reason}`, { cause: error });
  }
  return new SnapshotError("InternalError", `calling the worker: ${reason}`, {
    fields: { call: "worker" },
    cause: error,
  });
}

function furtherSnapshots(count: number): Snapshot["issues"][number] {
  const message = `the input holds ${count} more snapshot${count === 1 ? "" : "s"}; openAll returns them too`;
  return { code: "FurtherSnapshots", severity: "info", message };
}
