import { transfer } from "comlink";
import type { SignatureRules, SnapshotDigest } from "../js/identity.ts";
import {
  createOpener,
  type DecodeProgress,
  type DetectedFile,
  embeddedCore,
  embeddedModule,
  FORMATS,
  type Issue,
  loadCore,
  type NamedContent,
  type Opener,
  type OpenOptions,
  readContent,
  SnapshotError,
  type SnapshotParts,
  withLimits,
} from "../js/index.ts";
import type { ArtifactSet } from "../js/symbols.ts";
import { buffersOf } from "./buffers.ts";
import { type Envelope, seal } from "./envelope.ts";

/** What the worker offers. Everything that crosses is plain data; progress is a call back to the page. */
export interface Remote {
  decodeAll(
    call: RemoteCall,
    progress?: (progress: DecodeProgress) => void,
  ): Promise<Envelope<readonly SnapshotParts[]>>;
  detect(call: RemoteCall): Promise<Envelope<readonly DetectedFile[]>>;
  /** Loads and compiles what reading will need, so that the first file need not wait for it. */
  warmUp(call: WarmUpCall): Promise<Envelope<void>>;
  /** Opens many files, each on its own: what is wrong with one is an answer like any other. */
  decodeMany(call: BatchCall): Promise<Envelope<readonly Envelope<readonly SnapshotParts[]>[]>>;
  /** Like `decodeMany`, but only what tells snapshots apart comes back. */
  digestMany(call: BatchCall): Promise<Envelope<readonly Envelope<readonly FileDigest[]>[]>>;
  /** Asks a running call to stop at its next pause. */
  cancel(id: number): void;
}

export interface RemoteCall {
  readonly id: number;
  readonly contents: readonly NamedContent[];
  /** Without `signal`, `progress` and `core`, which cannot cross. */
  readonly options: OpenOptions;
  /** Files whose symbols are used: the sources themselves are live and cannot cross. */
  readonly artifacts?: ArtifactFiles | undefined;
  /** A compiled core to use instead of the embedded one. */
  readonly module?: WebAssembly.Module | undefined;
}

export interface WarmUpCall {
  readonly id: number;
  readonly module?: WebAssembly.Module | undefined;
}

/** Artifacts by content; equal numbers stand for equal files, which are then opened once. */
export interface ArtifactFiles {
  readonly id: number;
  readonly files: readonly NamedContent[];
}

/** Many files in one message. */
export interface BatchCall {
  readonly id: number;
  /** The files of each item. */
  readonly items: readonly (readonly BatchFile[])[];
  /** The bytes of all files that are not Blobs, one after the other. */
  readonly packed: Uint8Array;
  readonly options: OpenOptions;
  /** For digests; default the built-in ones. */
  readonly rules?: SignatureRules | undefined;
  readonly module?: WebAssembly.Module | undefined;
}

export interface BatchFile {
  readonly name: string;
  readonly path?: string | undefined;
  /** A Blob, or offset and length in the packed bytes. */
  readonly content: Blob | readonly [number, number];
}

/** What tells one snapshot from another. */
export interface FileDigest extends Omit<SnapshotDigest, "name"> {
  readonly issues: readonly Issue[];
}

/** Smaller buffers are copied: some of them are constants of the library, which must not be given away. */
const HANDED_OVER = 65_536;

export function createRemote(): Remote {
  const running = new Map<number, AbortController>();
  const artifacts = new KeptArtifacts();
  let builtInRules: Promise<SignatureRules> | undefined;
  /** Read once: their patterns take longer to compile than a small file to open. */
  const builtIn = (): Promise<SignatureRules> => {
    builtInRules ??= import("../js/identity.ts").then(({ defaultSignatureRules }) => defaultSignatureRules());
    return builtInRules;
  };
  const run = <T>({ id, module }: RemoteCall | BatchCall, work: (opener: Opener, signal: AbortSignal) => Promise<T>) =>
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
  /** One core for the whole batch: an instance for each of many small files would cost more than the files do. */
  const runMany = <T>(
    call: BatchCall,
    read: (opener: Opener, files: NamedContent[], options: OpenOptions) => Promise<T>,
  ) =>
    run(call, async (opener, signal) => {
      const core = await loadCore(call.module ?? (await embeddedCore()));
      const options = { ...call.options, core, signal };
      const answers: Envelope<T>[] = [];
      for (const files of call.items) {
        const answer = await seal(() => read(opener, filesOf(files, call.packed), options));
        if (signal.aborted) throw new SnapshotError("Cancelled", "opening many files: cancelled by the caller");
        answers.push(answer);
      }
      return answers;
    });
  return {
    async decodeMany(call) {
      const envelope = await runMany(call, (opener, files, options) => opener.decodeAll(files, options));
      return transfer(envelope, buffersOf(envelope, HANDED_OVER));
    },
    digestMany: (call) => {
      const rules = call.rules === undefined ? builtIn() : Promise.resolve(call.rules);
      return runMany(call, async (opener, files, options) => digestFiles(opener, files, options, await rules));
    },
    async decodeAll(call, progress) {
      const envelope = await run(call, async (opener, signal) => {
        const { symbols, issues } = await artifacts.open(call.artifacts, call.options);
        const parts = await opener.decodeAll(call.contents, {
          ...call.options,
          ...(symbols !== undefined && { symbols }),
          signal,
          progress: progress && ((step) => void progress(step)),
        });
        const [first, ...rest] = parts;
        return issues.length === 0 ? parts : [{ ...first!, issues: [...issues, ...first!.issues] }, ...rest];
      });
      return transfer(envelope, buffersOf(envelope, HANDED_OVER));
    },
    detect: (call) => run(call, (opener, signal) => opener.detect(call.contents, { ...call.options, signal })),
    warmUp: ({ module }) =>
      seal(() => {
        const coreSource = module === undefined ? embeddedCore : () => Promise.resolve(module);
        return createOpener({ formats: FORMATS, coreSource }).preload();
      }),
    cancel: (id) => running.get(id)?.abort(),
  };
}

interface OpenedArtifacts {
  readonly symbols?: ArtifactSet;
  readonly issues: readonly Issue[];
}

/** The artifacts of the last call that had some: many snapshots are read with the same images. */
class KeptArtifacts {
  private id = Number.NaN;
  private opened: Promise<OpenedArtifacts> | undefined;

  open(given: ArtifactFiles | undefined, options: OpenOptions): Promise<OpenedArtifacts> {
    if (given === undefined) return Promise.resolve({ issues: [] });
    if (given.id !== this.id || this.opened === undefined) {
      this.id = given.id;
      this.opened = openArtifacts(given.files, options);
      // A failure is told to those who wait for it, and tried anew by the next call.
      this.opened.catch(() => {
        this.opened = undefined;
      });
    }
    return this.opened;
  }
}

async function openArtifacts(files: readonly NamedContent[], { limits }: OpenOptions): Promise<OpenedArtifacts> {
  const { loadArtifacts } = await import("../js/symbols.ts");
  const read = async function* (): AsyncGenerator<{ name: string; bytes: Uint8Array }> {
    for (const { name, content } of files) {
      yield { name, bytes: (await readContent(content, { limits: withLimits(limits) })).bytes };
    }
  };
  const { set, issues } = await loadArtifacts(read(), { limits });
  return { symbols: set, issues: [...issues, ...set.issues] };
}

function filesOf(files: readonly BatchFile[], packed: Uint8Array): NamedContent[] {
  return files.map(({ name, path, content }) => ({
    name,
    path,
    // Bytes are copied out: a snapshot that goes back may not take the batch's buffer along.
    content: content instanceof Blob ? content : packed.slice(content[0], content[0] + content[1]),
  }));
}

async function digestFiles(
  opener: Opener,
  files: readonly NamedContent[],
  options: OpenOptions,
  rules: SignatureRules,
): Promise<readonly FileDigest[]> {
  const { sha256, signatureOf } = await import("../js/identity.ts");
  const hashes: string[] = [];
  const read: NamedContent[] = [];
  for (const file of files) {
    const bytes = file.content instanceof Blob ? new Uint8Array(await file.content.arrayBuffer()) : file.content;
    if (bytes instanceof Uint8Array) hashes.push(hexOf(sha256(bytes)));
    read.push({ ...file, content: bytes });
  }
  const parts = await opener.decodeAll(read, options);
  return parts.map((part, ix) => ({
    format: part.format,
    facts: part.facts,
    // Not how it came about: that is many times as much to post.
    signature: nameOf(signatureOf(part, rules)),
    contentHash: `${hashes
      .map((hash) => hash.slice(0, 32))
      .join("")
      .slice(0, 36)}#${ix}`,
    issues: part.issues,
  }));
}

function nameOf({ id, rules: name, title }: SnapshotDigest["signature"]): SnapshotDigest["signature"] {
  return { id, rules: name, title };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
