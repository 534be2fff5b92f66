import { type OpenOptions, type Snapshot, SnapshotError } from "../js/index.ts";
import type { ModuleName, OpenSource } from "../js/lite.ts";
import { loadArtifacts } from "../js/symbols.ts";
import { toSource, type Uploads } from "./request-body.ts";
import { openingLimits, overLimit, type RequestLimits } from "./request-limits.ts";

/** What the endpoint needs of the library, whichever way its Wasm arrives. */
export interface Library {
  openAll(source: OpenSource, options?: OpenOptions): Promise<readonly Snapshot[]>;
  embeddedModule(name: ModuleName): Promise<WebAssembly.Module>;
}

/** The snapshot that a request is about. */
export interface OpenedUpload {
  readonly snapshot: Snapshot;
  /** Of the snapshots in the input; which one is chosen by `?snapshot=N`. */
  readonly count: number;
}

/**
 * Opens the files of a request with its tokens, artifacts and types.
 * @throws SnapshotError also `LimitExceeded` where the library would return a part: a body over the limits is refused
 */
export async function openUploads(
  library: Library,
  uploads: Uploads,
  query: URLSearchParams,
  limits: RequestLimits,
): Promise<OpenedUpload> {
  const options: OpenOptions = {
    limits: openingLimits(limits),
    strict: query.has("strict") && query.get("strict") !== "0",
    ...formatOption(query),
    ...(uploads.tokens.length > 0 && { tokens: uploads.tokens }),
    ...(uploads.btf.length > 0 && { btf: uploads.btf[0]!.bytes }),
    ...(uploads.artifact.length > 0 && { symbols: await openArtifacts(library, uploads, limits) }),
  };
  const snapshots = await library.openAll(toSource(uploads.file), options);
  for (const { issues } of snapshots) {
    const cut = issues.find(({ limit }) => limit !== undefined && limit.name in limits)?.limit;
    if (cut !== undefined)
      throw overLimit(cut.name as keyof RequestLimits, cut.max, cut.actual, "unpacking the request's files");
  }
  return { snapshot: pick(snapshots, query), count: snapshots.length };
}

function formatOption(query: URLSearchParams): OpenOptions {
  const format = query.get("format");
  // An unknown word is refused by the library, with the formats there are.
  return format === null ? {} : { format: format as NonNullable<OpenOptions["format"]> };
}

async function openArtifacts(library: Library, { artifact }: Uploads, limits: RequestLimits): Promise<unknown> {
  const core = await library.embeddedModule("elf");
  return (await loadArtifacts(artifact, { core, limits: openingLimits(limits) })).set;
}

function pick(snapshots: readonly Snapshot[], query: URLSearchParams): Snapshot {
  const wanted = query.get("snapshot") ?? "0";
  const snapshot = /^\d{1,9}$/.test(wanted) ? snapshots[Number(wanted)] : undefined;
  if (snapshot !== undefined) return snapshot;
  throw new SnapshotError("PathNotFound", `there is no snapshot ${JSON.stringify(wanted)} in the request`, {
    available: snapshots.map((_, ix) => String(ix)).slice(0, 100),
  });
}
