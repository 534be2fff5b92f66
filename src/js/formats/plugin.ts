import type { Core, ModuleName } from "../abi/core.ts";
import type { FormatId } from "../base/format-id.ts";
import type { Limits } from "../base/limits.ts";
import type { SnapshotParts, SnapshotSources } from "../model/snapshot.ts";

/** One file, already decompressed. */
export interface Input {
  /** Last part of the path, or what the caller called it. */
  readonly name: string;
  /** Path inside a directory or archive, with `/`. */
  readonly path?: string;
  readonly bytes: Uint8Array;
}

export interface DecodeProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** What is being read, in a word or two. */
  readonly stage: string;
}

export interface DecodeContext {
  /** The caller's options for this format, e.g. `tokens`, `btf`, `strict`; each format documents its own. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly limits: Limits;
  readonly progress?: ((progress: DecodeProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TextOptions {
  readonly strict: boolean;
  readonly [option: string]: unknown;
}

export interface FormatPlugin {
  readonly id: FormatId;
  readonly title: string;
  /** Several files given together: one snapshot each, one snapshot of all, or a series in time. */
  readonly severalFiles: "each" | "together" | "series";
  /** Modules that `decode` and `attach` take with `core.getModule`; whoever calls them loads these first. */
  readonly modules?: readonly ModuleName[];
  /** `decode` takes the options `symbols` and `symbolizer` itself; of other formats, stacks are named afterwards. */
  readonly symbolizes?: boolean;
  /** Further modules that these options need for `decode`, or these parts for `attach`. */
  modulesFor?(about: {
    readonly options?: Readonly<Record<string, unknown>>;
    readonly parts?: SnapshotParts;
  }): readonly ModuleName[];
  /** 0 = no … 100 = certain. Looks at ≤ 4,096 leading bytes and the length. Pure, never throws. */
  probe(head: Uint8Array, byteLength: number, name?: string): number;
  /**
   * Reads the inputs into one or more snapshots (one log may hold several dumps). Never throws for bad bytes: returns
   * what was readable plus issues.
   * @throws SnapshotError `LimitExceeded`, `Unsupported`, `Cancelled`, `InternalError` only; in strict mode also the
   * code of the first issue.
   */
  decode(core: Core, inputs: readonly Input[], context: DecodeContext): Promise<readonly SnapshotParts[]>;
  /** Rebuilds the lazy shapes over plain parts: `decode(…)` → clone or post → `attach`. */
  attach(parts: SnapshotParts, core: Core): SnapshotSources;
  /**
   * The dump a compatible upstream tool prints, byte for byte, in UTF-8: pieces that begin and end with whole
   * characters. Absent if upstream has none.
   */
  text?(parts: SnapshotParts, options: TextOptions): readonly Uint8Array[];
}

/** What the registry knows of a format before its code is loaded: enough to recognise it. */
export interface FormatEntry extends Pick<FormatPlugin, "id" | "title" | "severalFiles" | "probe"> {
  load(): Promise<FormatPlugin>;
}

/** A format whose code is here already, or one that loads when a snapshot of it is opened. */
export type Format = FormatPlugin | FormatEntry;

export async function loadFormat(format: Format): Promise<FormatPlugin> {
  return "load" in format ? format.load() : format;
}
