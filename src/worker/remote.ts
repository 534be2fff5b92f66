import { transfer } from "comlink";
import {
  createOpener,
  type DecodeProgress,
  type DetectedFile,
  embeddedCore,
  embeddedModule,
  FORMATS,
  type NamedContent,
  type Opener,
  type OpenOptions,
  type SnapshotParts,
} from "../js/index.ts";
import { buffersOf } from "./buffers.ts";
import { type Envelope, seal } from "./envelope.ts";

/** What the worker offers. Everything that crosses is plain data; progress is a call back to the page. */
export interface Remote {
  decodeAll(
    call: RemoteCall,
    progress?: (progress: DecodeProgress) => void,
  ): Promise<Envelope<readonly SnapshotParts[]>>;
  detect(call: RemoteCall): Promise<Envelope<readonly DetectedFile[]>>;
  /** Asks a running call to stop at its next pause. */
  cancel(id: number): void;
}

export interface RemoteCall {
  readonly id: number;
  readonly contents: readonly NamedContent[];
  /** Without `signal`, `progress` and `core`, which cannot cross. */
  readonly options: OpenOptions;
  /** A compiled core to use instead of the embedded one. */
  readonly module?: WebAssembly.Module | undefined;
}

/** Smaller buffers are copied: some of them are constants of the library, which must not be given away. */
const HANDED_OVER = 65_536;

export function createRemote(): Remote {
  const running = new Map<number, AbortController>();
  const run = <T>({ id, module }: RemoteCall, work: (opener: Opener, signal: AbortSignal) => Promise<T>) =>
    seal(async () => {
      const controller = new AbortController();
      running.set(id, controller);
      try {
        const coreSource = module === undefined ? embeddedCore : () => Promise.resolve(module);
        return await work(
          createOpener({ formats: FORMATS, coreSource, moduleSource: embeddedModule }),
          controller.signal,
        );
      } finally {
        running.delete(id);
      }
    });
  return {
    async decodeAll(call, progress) {
      const envelope = await run(call, (opener, signal) =>
        opener.decodeAll(call.contents, {
          ...call.options,
          signal,
          progress: progress && ((step) => void progress(step)),
        }),
      );
      return transfer(envelope, buffersOf(envelope, HANDED_OVER));
    },
    detect: (call) => run(call, (opener, signal) => opener.detect(call.contents, { ...call.options, signal })),
    cancel: (id) => running.get(id)?.abort(),
  };
}
