import { proxy } from "comlink";
import {
  attach,
  type Content,
  type DetectedFile,
  type NamedContent,
  type OpenOptions,
  type OpenSource,
  readContent,
  type Snapshot,
  type SnapshotParts,
  withLimits,
} from "../js/index.ts";
import { buffersOf } from "./buffers.ts";
import { connect, type WorkerCall, type WorkerPort } from "./connection.ts";
import type { RemoteCall, WarmUpCall } from "./remote.ts";

export type { WorkerPort } from "./connection.ts";

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

/** What `open` takes, with files in place of live symbol sources, which cannot be posted. */
export interface WorkerOpenOptions extends OpenOptions {
  /**
   * Images, libraries and symbol maps that name addresses. The worker keeps those of the last call: give the same array
   * again to have it used again. What could not be read of them is told by the issues of the first snapshot.
   */
  readonly artifacts?: readonly NamedContent[] | undefined;
}

/**
 * The library in a worker of its own, with the same calls and the same errors. Options must be plain data; `signal` and
 * `progress` work as they do without a worker. A crashed or stopped worker is replaced at the next call.
 */
export interface WorkerClient {
  open(source: OpenSource, options?: WorkerOpenOptions): Promise<Snapshot>;
  openAll(source: OpenSource, options?: WorkerOpenOptions): Promise<readonly Snapshot[]>;
  detect(source: OpenSource, options?: OpenOptions): Promise<readonly DetectedFile[]>;
  /** Starts the worker, loads the code of every format and compiles the core, before there is anything to read. */
  warmUp(): Promise<void>;
  /** Stops the worker; calls under way fail with `WorkerFailed`. */
  close(): void;
}

/** Default of `timeoutMs`. */
export const TIMEOUT_MS = 120_000;
export function createClient(spawn: () => WorkerPort, settings: ClientOptions = {}): WorkerClient {
  const connection = connect(spawn, settings.timeoutMs ?? TIMEOUT_MS);
  const artifactIds = new WeakMap<readonly NamedContent[], number>();
  let lastArtifacts = 0;

  const toArtifacts = (files: WorkerOpenOptions["artifacts"]): RemoteCall["artifacts"] => {
    if (files === undefined || files.length === 0) return undefined;
    const id = artifactIds.get(files) ?? ++lastArtifacts;
    artifactIds.set(files, id);
    return { id, files };
  };

  const call = async <T>(
    source: OpenSource,
    { signal, progress: _progress, core: _core, artifacts, ...options }: WorkerOpenOptions,
    send: WorkerCall<RemoteCall, T>["send"],
  ): Promise<T> => {
    const contents = await toContents(source, { ...options, signal });
    return connection.call({
      message: (id) => ({ id, contents, options, artifacts: toArtifacts(artifacts), module: settings.module }),
      handedOver: settings.transfer === true ? buffersOf(contents) : [],
      signal,
      send,
    });
  };

  const openAll = async (source: OpenSource, options: WorkerOpenOptions = {}): Promise<readonly Snapshot[]> => {
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
    warmUp: () =>
      connection.call<WarmUpCall, void>({
        message: (id) => ({ id, module: settings.module }),
        send: (remote, message) => remote.warmUp(message),
      }),
    close: () => connection.close(),
  };
}

/** Streams are read here, because not every host can post them; bytes and Blobs go as they are. */
export async function toContents(source: OpenSource, { limits, signal }: OpenOptions): Promise<NamedContent[]> {
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

function furtherSnapshots(count: number): Snapshot["issues"][number] {
  const message = `the input holds ${count} more snapshot${count === 1 ? "" : "s"}; openAll returns them too`;
  return { code: "FurtherSnapshots", severity: "info", message };
}
