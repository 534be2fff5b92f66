// BPF captures: the format's records, and the ways to write one.
import { loadWriter } from "./abi/writer.ts";
import { CaptureEncoder } from "./formats/bpf/capture/encoder.ts";
import type { ListingSource } from "./formats/bpf/capture/listing-source.ts";
import { typesOfObject } from "./formats/bpf/capture/object-types.ts";
import { CaptureRecorder, type GivenTypes, type RecordOptions } from "./formats/bpf/capture/recorder.ts";
import { embeddedModule } from "./platform/embedded.ts";

export { isSnapshotError, SnapshotError } from "./base/errors.ts";
export { MapDumpReader, readMapShow, readProgramShow } from "./formats/bpf/capture/bpftool-listing.ts";
export { CaptureEncoder, CHUNK_BYTES, type EntryBatch, entryStride } from "./formats/bpf/capture/encoder.ts";
export { type ListingSource, type RawEntries, toolFailed } from "./formats/bpf/capture/listing-source.ts";

export type {
  CaptureRecorder,
  GivenTypes,
  MapSummary,
  RecordOptions,
  RecordSummary,
} from "./formats/bpf/capture/recorder.ts";
export {
  type BpfNative,
  type BtfRecord,
  type EntryChunk,
  type HostRecord,
  KERNEL_BTF_ID,
  type MapInfo,
  type MapRecord,
  type MemoryRecord,
  NO_HOST,
  NO_MAP,
  type ObjectRecord,
  type ProblemRecord,
  type ProgramRecord,
} from "./formats/bpf/capture/records.ts";

export { CaptureView, type VarHit, type ViewOptions, viewCapture } from "./view/capture.ts";
export { Entry, type EntryKind } from "./view/entry.ts";
export { Field } from "./view/field.ts";
export { type EntryKey, type EntryPredicate, MapView } from "./view/map.ts";
export { MapTable, type TableColumn, tableColumn } from "./view/table.ts";

/** Modules for hosts that refuse to compile; default the embedded ones. */
export interface CaptureModules {
  readonly btf?: WebAssembly.Module | undefined;
  readonly writer?: WebAssembly.Module | undefined;
}

/** A writer of captures, record by record. */
export async function createCaptureEncoder(modules: CaptureModules = {}): Promise<CaptureEncoder> {
  return new CaptureEncoder(await loadWriter(modules.writer ?? (await embeddedModule("writer"))));
}

/**
 * Records maps through what bpftool prints, live or kept in files.
 * @example for await (const piece of (await recordCapture(source)).pieces()) file.write(piece);
 */
export async function recordCapture(
  source: ListingSource,
  options: Omit<RecordOptions, "module"> & { readonly modules?: CaptureModules | undefined } = {},
): Promise<CaptureRecorder> {
  const module = options.modules?.btf ?? (await embeddedModule("btf"));
  return new CaptureRecorder(await createCaptureEncoder(options.modules), source, { ...options, module });
}

/** Key and value types of maps out of the object file, or the raw blob, that defines them. */
export async function openObjectTypes(
  file: { readonly name: string; readonly bytes: Uint8Array },
  modules: CaptureModules = {},
): Promise<GivenTypes> {
  return typesOfObject(modules.btf ?? (await embeddedModule("btf")), file.bytes, file.name);
}
export { MAP_TYPE_NAMES, mapTypeName } from "./model/map-type-names.ts";
