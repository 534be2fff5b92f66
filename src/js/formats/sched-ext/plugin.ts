import type { Core } from "../../abi/core.ts";
import { SnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { ByteTypes } from "../../model/byte-types.ts";
import { NO_LOGS } from "../../model/logs.ts";
import { SNAPSHOT_SCHEMA, type SnapshotParts, type SnapshotSources } from "../../model/snapshot.ts";
import type { DecodeContext, FormatPlugin, Input } from "../plugin.ts";
import { coverageIssues } from "./coverage.ts";
import { type DumpDocument, readAnyDocuments, readerLimits } from "./document.ts";
import { dumpFacts } from "./facts.ts";
import { openDocument, reportOf, reportPath } from "./failure-dump.ts";
import { schedulerLogs } from "./kernel-text/capture.ts";
import { probeSchedExt } from "./probe.ts";
import { Retyping, type RetypingOptions, retypingOptions, untypedIssues } from "./retyping.ts";
import { dumpStacks } from "./vcpu-stacks.ts";

/** What a failure dump keeps beyond the common shapes: its index, and the bytes that the index points into. */
export interface SchedExtNative {
  readonly document: DumpDocument;
  readonly bytes: Uint8Array;
  readonly depth: number;
  /** A BTF file given at opening, for bytes without a type. */
  readonly retyping?: RetypingOptions | undefined;
}

/** Opens a BTF file with the compiled btf.wasm. */
export type OpenByteTypes = (module: WebAssembly.Module, file: Uint8Array) => ByteTypes;

/** @param openTypes how a BTF file is read: BTF is another format's, so whoever knows all formats brings it. */
export function schedExtWith(openTypes: OpenByteTypes): FormatPlugin {
  const retype = (core: Core, options: RetypingOptions | undefined): Retyping | undefined =>
    options && new Retyping(openTypes(core.getModule("btf"), options.file), options);
  return {
    id: "sched-ext",
    title: "sched_ext failure dumps",
    severalFiles: "series",
    probe: probeSchedExt,
    modulesFor({ options, parts }) {
      const native = parts?.native as SchedExtNative | undefined;
      return options?.["btf"] !== undefined || native?.retyping !== undefined ? ["btf"] : [];
    },
    async decode(core, inputs, context): Promise<readonly SnapshotParts[]> {
      const retyping = retype(core, retypingOptions(context.options));
      return inputs.flatMap((input) => decodeDump(input, context, retyping));
    },
    attach(parts, core) {
      return attachDump(parts, retype(core, (parts.native as SchedExtNative).retyping));
    },
  };
}

/** One snapshot per dump of the input; the array of a series has one for each sample. */
export function decodeDump(input: Input, context: DecodeContext, retyping?: Retyping): SnapshotParts[] {
  const { bytes, name } = input;
  const { limits } = context;
  const read = readAnyDocuments(bytes, readerLimits(limits.depth, limits.issues), (at) =>
    step(context, at, bytes.length),
  );
  const first = read.issues[0];
  if (context.options["strict"] === true && first !== undefined) {
    throw new SnapshotError(first.code, first.message, { format: "sched-ext", offset: first.offset, path: first.path });
  }
  const own: Issue[] = read.issues.map((issue) => ({ ...issue, input: name }));
  if (read.droppedIssues > 0) own.push({ ...own.at(-1)!, message: `${read.droppedIssues} further issues like these` });
  return read.documents.map((document, ix) => ({
    schema: SNAPSHOT_SCHEMA,
    format: "sched-ext",
    inputs: [{ name, byteLength: bytes.length }],
    facts: dumpFacts(document),
    stacks: dumpStacks(document),
    issues: [...(ix === 0 ? own : []), ...coverageIssues(document), ...stillUntyped(document, retyping)],
    native: {
      document,
      bytes,
      depth: limits.depth,
      retyping: retypingOptions(context.options),
    } satisfies SchedExtNative,
  }));
}

function stillUntyped(document: DumpDocument, retyping: Retyping | undefined): Issue[] {
  const report = reportOf(document);
  return retyping === undefined || report === undefined ? [] : untypedIssues(retyping, report, reportPath(document));
}

function step({ signal, progress }: DecodeContext, doneBytes: number, totalBytes: number): void {
  if (signal?.aborted === true) throw new SnapshotError("Cancelled", "reading a failure dump was stopped");
  progress?.({ doneBytes, totalBytes, stage: "reading the dump" });
}

/** The lazy shapes over the plain parts. Of a dual dump the maps are those of the late capture. */
export function attachDump(parts: SnapshotParts, retyping?: Retyping): SnapshotSources {
  const { document, bytes, depth } = parts.native as SchedExtNative;
  const { values, maps } = openDocument(document, bytes, readerLimits(depth, 0), retyping);
  const logs = document.kind === "kernel-text" ? schedulerLogs(document.dump) : NO_LOGS;
  return { values, maps, logs };
}
