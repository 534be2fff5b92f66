import { type Core, loadCore, type ModuleSource } from "./abi/core.ts";
import { type Content, lengthOf, type ReadingContext, readContent, throwIfCancelled } from "./archive/content.ts";
import { isArchive, type PackedFile, type Unpacked, unpack } from "./archive/unpack.ts";
import { append } from "./base/append.ts";
import { isSnapshotError, SnapshotError } from "./base/errors.ts";
import type { FormatId } from "./base/format-id.ts";
import { type Issue, issueOf } from "./base/issue.ts";
import { type Limits, withLimits } from "./base/limits.ts";
import { type FormatCandidate, getFormat, groupInputs, type InputGroup, rankFormats } from "./formats/detect.ts";
import {
  type DecodeContext,
  type DecodeProgress,
  type Format,
  type FormatPlugin,
  type Input,
  loadFormat,
} from "./formats/plugin.ts";
import type { SnapshotParts } from "./model/snapshot.ts";
import { isSymbolizer, isSymbolSource } from "./model/symbols.ts";
import type { OpenedSnapshot } from "./view/access.ts";

/** Content with a name for messages and, inside a directory, a path. */
export interface NamedContent {
  readonly name: string;
  readonly path?: string | undefined;
  readonly content: Content;
}

/** One file, or several that were given together. */
export type OpenSource = Content | NamedContent | readonly (Content | NamedContent)[];

export interface OpenOptions {
  /** Read as this format instead of detecting it. */
  readonly format?: FormatId | undefined;
  /** Refuse what the format's own tools refuse, instead of keeping what can be read. Default false. */
  readonly strict?: boolean | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((progress: DecodeProgress) => void) | undefined;
  /** An instance to use instead of a fresh one. */
  readonly core?: Core | undefined;
  /** Options of the formats, e.g. `tokens`, `symbols`, `btf`; see docs/formats/. */
  readonly [option: string]: unknown;
}

/** What the composition root needs from its surroundings. */
export interface OpenEnvironment {
  readonly formats: readonly Format[];
  /** The compiled core or its bytes. */
  coreSource(): Promise<WebAssembly.Module | BufferSource>;
  /** The modules that some formats need beside the core. */
  readonly moduleSource?: ModuleSource | undefined;
}

/** The calls that open snapshots, bound to one way of getting the core. */
export interface Opener {
  /**
   * Opens one snapshot. The format is found by content, never by name; gzip, zstd and zip are looked into.
   * When the input holds several, the first is returned with an issue `FurtherSnapshots`.
   * @throws SnapshotError `UnknownFormat`, `AmbiguousFormat`, `LimitExceeded`, `Cancelled`, …; in strict mode also for
   * bad bytes. Otherwise bad bytes are issues of the snapshot.
   */
  open(source: OpenSource, options?: OpenOptions): Promise<OpenedSnapshot>;
  /** Opens every snapshot of the input, in input order. */
  openAll(source: OpenSource, options?: OpenOptions): Promise<readonly OpenedSnapshot[]>;
  /** Like `openAll`, but only the plain halves: what a worker posts. `attach` completes them. */
  decodeAll(source: OpenSource, options?: OpenOptions): Promise<readonly SnapshotParts[]>;
  /** Rebuilds a snapshot from its plain half. */
  attach(parts: SnapshotParts, options?: { readonly core?: Core | undefined }): Promise<OpenedSnapshot>;
  /**
   * Which of many files belong together, by their leading bytes (4 KiB of content, whatever it is packed in): groups
   * of indices to be opened by one call each, and the files that no format recognises.
   */
  groupFiles(heads: readonly FileHead[], options?: OpenOptions): Promise<FileGroups>;
  /** How sure each format is of each file of the input, the surest first. */
  detect(source: OpenSource, options?: OpenOptions): Promise<readonly DetectedFile[]>;
  /** Gets the core and the code of every format, so that the first file need not wait for them. */
  preload(): Promise<void>;
}

/** The start of a file. */
export interface FileHead {
  readonly name: string;
  readonly path?: string;
  readonly bytes: Uint8Array;
  /** Of the whole file. */
  readonly byteLength: number;
}

export interface FileGroups {
  readonly groups: readonly (readonly number[])[];
  readonly rest: readonly number[];
}

export interface DetectedFile {
  readonly name: string;
  readonly path?: string;
  readonly byteLength: number;
  readonly candidates: readonly FormatCandidate[];
}

export function createOpener(environment: OpenEnvironment): Opener {
  const coreOf = async (core: Core | undefined): Promise<Core> => core ?? loadCore(await environment.coreSource());
  const decode = async (source: OpenSource, options: OpenOptions): Promise<Decoded> => {
    const unpacked = await readSource(source, options);
    return decodeFiles(unpacked, options, environment, await coreOf(options.core));
  };
  return {
    async open(source, options = {}) {
      const { parts, core } = await decode(source, options);
      const [first, ...further] = parts;
      const shown = further.length === 0 ? first! : withIssues(first!, [furtherSnapshots(further.length)]);
      return attachTo(shown, core, environment);
    },
    async openAll(source, options = {}) {
      const { parts, core } = await decode(source, options);
      return Promise.all(parts.map((part) => attachTo(part, core, environment)));
    },
    async decodeAll(source, options = {}) {
      return (await decode(source, options)).parts;
    },
    async attach(parts, { core } = {}) {
      return attachTo(parts, await coreOf(core), environment);
    },
    async groupFiles(heads, options = {}) {
      const forced = options.format === undefined ? undefined : getFormat(environment.formats, options.format);
      const packed = await Promise.all(heads.map((head) => unpackHead(head, withLimits(options.limits))));
      const whole = packed.flatMap((head, ix) => (head === undefined ? [[ix]] : []));
      const inputs = packed.flatMap((head, ix) => (head === undefined ? [] : [{ ...head, ix }]));
      const { groups, rest } = groupInputs(environment.formats, inputs, forced);
      const loose = groups.map(({ members }) => members.map((member) => inputs[member]!.ix));
      return {
        groups: [...whole, ...loose].sort((a, b) => a[0]! - b[0]!),
        rest: rest.map(({ member }) => inputs[member]!.ix),
      };
    },
    async detect(source, options = {}) {
      const { files } = await readSource(source, options);
      return files.map((file) => ({
        name: file.name,
        ...(file.path !== undefined && { path: file.path }),
        byteLength: file.bytes.length,
        candidates: rankFormats(environment.formats, file),
      }));
    },
    async preload() {
      const formats = environment.formats.map((format) => loadFormat(format));
      await Promise.all([environment.coreSource(), import("./view/access.ts"), ...formats]);
    },
  };
}

interface Decoded {
  /** At least one. */
  readonly parts: readonly SnapshotParts[];
  readonly core: Core;
}

/** Reads and unpacks everything that was given. */
async function readSource(source: OpenSource, options: OpenOptions): Promise<Unpacked> {
  const limits = withLimits(options.limits);
  const given = (Array.isArray(source) ? source : [source]).map(toNamed);
  const progress = readingProgress(given, options.progress);
  const context: ReadingContext = { limits, signal: options.signal, onBytes: progress };
  const files: PackedFile[] = [];
  const issues: Issue[] = [];
  const errors: SnapshotError[] = [];
  for (const one of given) {
    try {
      const { bytes, problem } = await readContent(one.content, context);
      if (problem !== undefined) issues.push(inputIssue(problem, one.name));
      const unpacked = await unpack(
        { name: one.name, ...(one.path !== undefined && { path: one.path }), bytes },
        limits,
      );
      append(files, unpacked.files);
      append(issues, unpacked.issues);
    } catch (error) {
      if (!isSnapshotError(error) || error.code === "Cancelled") throw error;
      errors.push(error);
      issues.push(inputIssue(error, one.name));
    }
    throwIfCancelled(options.signal);
  }
  if (files.length === 0 && errors[0] !== undefined) throw errors[0];
  return { files, issues };
}

/** A head as its format sees it; undefined for an archive, which is opened on its own. */
async function unpackHead(head: FileHead, limits: Limits): Promise<(Input & { byteLength: number }) | undefined> {
  const { name, bytes, byteLength } = head;
  if (isArchive(bytes)) return undefined;
  const unpacked = await unpack({ name, bytes }, limits).catch(() => undefined);
  const inner = unpacked?.files[0]?.bytes ?? bytes;
  return { name, bytes: inner, byteLength: inner === bytes ? byteLength : inner.length };
}

async function decodeFiles(
  { files, issues }: Unpacked,
  options: OpenOptions,
  environment: OpenEnvironment,
  core: Core,
): Promise<Decoded> {
  const { formats } = environment;
  if (files.length === 0) throw new SnapshotError("UsageError", "opening a snapshot: no file was given");
  if (options.strict === true && issues[0] !== undefined) throw strictError(issues[0]);
  const forced = options.format === undefined ? undefined : getFormat(formats, options.format);
  const { groups, rest } = groupInputs(formats, files, forced);
  const context = decodeContext(options);
  const errors = rest.map(({ error, member }) => ({ error, name: files[member]!.name }));
  const parts: SnapshotParts[] = [];
  for (const group of groups) {
    throwIfCancelled(options.signal);
    try {
      for (const part of await decodeGroup(group, files, context, core, environment)) parts.push(part);
    } catch (error) {
      if (!isSnapshotError(error) || error.code === "Cancelled") throw error;
      errors.push({ error, name: files[group.members[0]!]!.name });
    }
  }
  if (parts[0] === undefined) throw cutShort(issues) ?? errors[0]?.error ?? nothingFound(files);
  const all = [...issues, ...errors.map(({ error, name }) => inputIssue(error, name))];
  return { parts: [withIssues(parts[0], all), ...parts.slice(1)], core };
}

async function decodeGroup(
  { plugin, members }: InputGroup,
  files: readonly Input[],
  context: DecodeContext,
  core: Core,
  environment: OpenEnvironment,
): Promise<readonly SnapshotParts[]> {
  const inputs = members.map((member) => files[member]!);
  const ready = await readyPlugin(plugin, core, environment, { options: context.options });
  const parts = await ready.decode(core, inputs, context);
  return ready.symbolizes === true ? parts : nameAddresses(parts, context.options);
}

/** Names in the stacks of formats that hold bare addresses; the code for it loads when symbols are given. */
async function nameAddresses(
  parts: readonly SnapshotParts[],
  { symbols, symbolizer }: DecodeContext["options"],
): Promise<readonly SnapshotParts[]> {
  if (!isSymbolSource(symbols) && !isSymbolizer(symbolizer)) return parts;
  const { symbolizeStacks } = await import("./analysis/symbolize-stacks.ts");
  const given = {
    ...(isSymbolSource(symbols) && { symbols }),
    ...(isSymbolizer(symbolizer) && { symbolizer }),
  };
  return parts.map((part) => symbolizeStacks(part, given));
}

/** A format with its code and the modules that it needs. */
async function readyPlugin(
  format: Format,
  core: Core,
  { moduleSource }: OpenEnvironment,
  about: Parameters<NonNullable<FormatPlugin["modulesFor"]>>[0],
): Promise<FormatPlugin> {
  const plugin = await loadFormat(format);
  const names = [...(plugin.modules ?? []), ...(plugin.modulesFor?.(about) ?? [])];
  for (const name of names) await core.loadModule(name, moduleSource);
  return plugin;
}

function decodeContext(options: OpenOptions): DecodeContext {
  const { limits, signal, progress, format: _format, core: _core, ...own } = options;
  return { options: own, limits: withLimits(limits), signal, progress };
}

async function attachTo(parts: SnapshotParts, core: Core, environment: OpenEnvironment): Promise<OpenedSnapshot> {
  const plugin = await readyPlugin(getFormat(environment.formats, parts.format), core, environment, { parts });
  // Arrives with the first snapshot, as the format's own code does, so that the entry points stay small.
  const { withAccess } = await import("./view/access.ts");
  return withAccess({ ...parts, ...plugin.attach(parts, core) });
}

function toNamed(one: Content | NamedContent): NamedContent {
  if (typeof one === "object" && one !== null && "content" in one) return one;
  const name = typeof File !== "undefined" && one instanceof File ? one.name : "input";
  return { name, content: one };
}

function readingProgress(
  given: readonly NamedContent[],
  report: OpenOptions["progress"],
): ((count: number) => void) | undefined {
  if (report === undefined) return undefined;
  const lengths = given.map(({ content }) => lengthOf(content));
  const totalBytes = lengths.includes(0) ? 0 : lengths.reduce((sum, length) => sum + length, 0);
  let doneBytes = 0;
  return (count) => {
    doneBytes += count;
    report({ doneBytes, totalBytes, stage: "reading" });
  };
}

function withIssues(parts: SnapshotParts, issues: readonly Issue[]): SnapshotParts {
  return issues.length === 0 ? parts : { ...parts, issues: [...issues, ...parts.issues] };
}

/** What a limit cut off is missing; anything else was a doubt. */
function inputIssue(error: SnapshotError, input: string): Issue {
  return issueOf(error, { input, severity: error.code === "LimitExceeded" ? "error" : "warning" });
}

function strictError({ code, message, offset, path }: Issue): SnapshotError {
  return new SnapshotError(code, message, { offset, path });
}

/** Where a limit cut the input, that is the first reason why nothing was recognised. */
function cutShort(issues: readonly Issue[]): SnapshotError | undefined {
  const cut = issues.find(({ limit }) => limit !== undefined);
  return cut === undefined ? undefined : new SnapshotError(cut.code, cut.message, { limit: cut.limit });
}

function furtherSnapshots(count: number): Issue {
  const message = `the input holds ${count} more snapshot${count === 1 ? "" : "s"}; openAll returns them too`;
  return { code: "FurtherSnapshots", severity: "info", message };
}

function nothingFound(files: readonly Input[]): SnapshotError {
  return new SnapshotError("UnknownFormat", `opening ${files[0]!.name}: it holds no snapshot`, {
    fields: { candidates: [] },
  });
}
