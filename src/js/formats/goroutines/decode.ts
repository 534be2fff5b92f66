import type { Core } from "../../abi/core.ts";
import { append } from "../../base/append.ts";
import { SnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { SnapshotParts } from "../../model/snapshot.ts";
import type { DecodeContext, Input } from "../plugin.ts";
import { type CaptureManifest, isManifestName, readManifest } from "./capture-manifest.ts";
import { type Dump, profileDump, RUNTIME_LIMIT_BYTES, textDump } from "./dump.ts";
import { inputKind, otherTextProfile } from "./probe.ts";
import { processNameOf } from "./process-names.ts";
import { readProfile } from "./profile.ts";
import { assembleSnapshots, type ReadInput } from "./snapshot-assembly.ts";
import { learnWrapping, type ScannedStream, TextReader } from "./text-reader.ts";

/** Bytes read between looks at the caller's signal. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/**
 * Reads goroutine dumps and profiles of any number of processes. Inputs that hold one dump each are joined into one
 * snapshot per form — forms are captured one after another, so they are different instants and stay apart; an input
 * with several dumps (a log) gives one snapshot per dump.
 */
export async function decodeGoroutines(
  core: Core,
  inputs: readonly Input[],
  context: DecodeContext,
): Promise<readonly SnapshotParts[]> {
  const issues: Issue[] = [];
  const manifest = findManifest(inputs, issues);
  const read: ReadInput[] = [];
  const totalBytes = inputs.reduce((sum, input) => sum + input.bytes.length, 0);
  let doneBytes = 0;
  for (const input of inputs) {
    if (isManifestName(baseName(input.name))) continue;
    const progress = (bytes: number): void => {
      context.progress?.({ doneBytes: doneBytes + bytes, totalBytes, stage: input.name });
    };
    read.push(await readInput(core, input, context, progress));
    doneBytes += input.bytes.length;
  }
  return assembleSnapshots(read, inputs, manifest, issues, context);
}

function baseName(name: string): string {
  return name.replace(/^.*[/\\]/, "");
}

function findManifest(inputs: readonly Input[], issues: Issue[]): CaptureManifest | undefined {
  for (const input of inputs) {
    if (!isManifestName(baseName(input.name))) continue;
    const manifest = readManifest(input.bytes, input.name);
    if ("batches" in manifest) return manifest;
    issues.push(manifest);
  }
  return undefined;
}

type Progress = (bytes: number) => void;

async function readInput(core: Core, input: Input, context: DecodeContext, progress: Progress): Promise<ReadInput> {
  const { bytes, name } = input;
  switch (inputKind(bytes, false)) {
    case "profile": {
      const { tables, issues } = readProfile(core, bytes, context.limits);
      const isCut = issues.some(({ code }) => code === "TruncatedMessage" || code === "LengthBeyondEnd");
      return { input, dumps: [profileDump(tables, name, processNameOf(name), issues, isCut)], issues: [] };
    }
    case "trace":
      return {
        input,
        dumps: [],
        issues: [unsupported(name, "a Go execution trace: it is a time line, not a snapshot")],
      };
    default:
      return readText(input, context, progress);
  }
}

function unsupported(input: string, what: string): Issue {
  return { code: "Unsupported", severity: "error", message: `reading ${input}: ${what}`, input };
}

async function readText(input: Input, context: DecodeContext, progress: Progress): Promise<ReadInput> {
  const { bytes, name } = input;
  let reader = new TextReader();
  if (!(await pushAll(reader, bytes, context, progress))) {
    reader = new TextReader(learnWrapping(bytes));
    await pushAll(reader, bytes, context, progress);
  }
  const streams = reader.finish();
  const dumps: Dump[] = [];
  const issues: Issue[] = [];
  for (const stream of streams) {
    const { scanner } = stream;
    const isCut = stream.isBroken || (bytes.length === RUNTIME_LIMIT_BYTES && streams.length === 1);
    scanner.segments.all.forEach((segment, ix, all) => {
      const cut = { isTruncated: isCut && ix === all.length - 1, byteLength: bytes.length };
      dumps.push(textDump(scanner, segment, name, streamName(name, stream), cut));
    });
    append(issues, streamIssues(stream, name));
  }
  if (dumps.length === 0) issues.push(nothingIn(input));
  return { input, dumps, issues };
}

/** @returns false when the text turned out to be wrapped: then it must be read again. */
async function pushAll(
  reader: TextReader,
  bytes: Uint8Array,
  context: DecodeContext,
  progress: Progress,
): Promise<boolean> {
  for (let at = 0; at < bytes.length; at += WINDOW_BYTES) {
    if (context.signal?.aborted) throw new SnapshotError("Cancelled", "reading goroutines was stopped");
    reader.push(bytes.subarray(at, at + WINDOW_BYTES));
    if (reader.mustUnwrap) return false;
    if (bytes.length > WINDOW_BYTES) await Promise.resolve();
    progress(Math.min(bytes.length, at + WINDOW_BYTES));
  }
  return true;
}

function streamName(input: string, stream: ScannedStream): string {
  return stream.label === "" ? processNameOf(input) : stream.label;
}

function streamIssues({ scanner }: ScannedStream, input: string): readonly Issue[] {
  const issues: Issue[] = [];
  const { unknownLines, unknownOffset, segments } = scanner;
  if (unknownLines > 0 && segments.all.length > 0) {
    const message = `reading ${input}: ${unknownLines} lines belong to no goroutine, the first one at byte ${unknownOffset}`;
    issues.push({ code: "UnreadLines", severity: "info", message, offset: unknownOffset, input });
  }
  if (segments.overflowed) {
    const message = `reading ${input}: more than ${segments.all.length} dumps; the rest is in the last one`;
    issues.push({ code: "LimitExceeded", severity: "warning", message, input });
  }
  return issues;
}

function nothingIn(input: Input): Issue {
  const other = otherTextProfile(input.bytes.subarray(0, 4096));
  if (other !== undefined) return unsupported(input.name, `a ${other} profile in text form: it has no goroutines`);
  const message = `reading ${input.name}: no goroutines among its ${input.bytes.length} bytes`;
  return { code: "NoGoroutines", severity: "error", message, input: input.name };
}
