import { arch, hostname } from "node:os";
import {
  type GivenTypes,
  KERNEL_BTF_ID,
  type ListingSource,
  openObjectTypes,
  type RecordSummary,
  recordCapture,
} from "../../../js/bpf.ts";
import { SnapshotError } from "../../../js/index.ts";
import type { Call } from "../../command.ts";
import { EXIT, type ExitStatus } from "../../exit.ts";
import { readOptionFile } from "../../option-files.ts";
import { openListingFiles } from "./listing-files.ts";
import { LiveKernel, readKernelBtf } from "./live-kernel.ts";
import { openTarget } from "./target.ts";

/** Captures the maps of this kernel, or of listings in files. */
export async function captureBpf(call: Call, maps: readonly string[]): Promise<ExitStatus> {
  const { options, signal } = call;
  const from = options.last("from");
  const source: ListingSource = from === undefined ? new LiveKernel(call) : await openListingFiles(call, from);
  const bar = call.progress("capturing");
  const recorder = await recordCapture(source, {
    maps,
    signal,
    types: await givenTypes(call),
    // Listings in files are of another kernel, whose BTF may be among them.
    kernel: from === undefined ? readKernelBtf : async () => source.rawBtf?.(KERNEL_BTF_ID),
    progress: (stage, doneBytes) => bar.update(doneBytes, 0, stage),
  });
  const target = await openTarget(call, defaultName());
  let bytes = 0;
  try {
    for await (const piece of recorder.pieces()) {
      bytes += piece.length;
      await target.write(piece);
    }
    bar.end();
    await target.finish();
  } catch (error) {
    bar.end();
    await target.abandon();
    throw error;
  }
  await report(call, recorder.summary, bytes, target.path);
  if (recorder.summary.maps.length > 0 || maps.length === 0) return EXIT.ok;
  throw new SnapshotError("ToolFailed", "nothing could be captured", { fields: { tool: "bpftool", reason: "" } });
}

async function givenTypes(call: Call): Promise<GivenTypes | undefined> {
  const path = call.options.last("btf");
  if (path === undefined) return undefined;
  return openObjectTypes({ ...(await readOptionFile(call, path)), name: path });
}

function defaultName(): string {
  const name = hostname().replace(/[^\w.-]+/g, "-") || arch();
  return `${name}-${new Date()
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "")}.cfbpf`;
}

/** A summary on stderr, or as the one line of JSON when the capture itself went to a file. */
async function report(call: Call, summary: RecordSummary, bytes: number, path: string | undefined): Promise<void> {
  const { out } = call;
  if (out.json && path !== undefined) return out.jsonLine({ schema: 1, file: path, bytes, ...summary });
  for (const { subject, message } of summary.problems) out.warn(`${subject}: ${message}`);
  const failed = summary.maps.filter(({ error }) => error !== "");
  for (const { id, name, error } of failed) out.warn(`map ${id} ${name}: ${error}`);
  const entries = summary.maps.reduce((sum, map) => sum + map.entries, 0);
  const { maps, programs } = summary;
  const counts = [count(maps.length, "map"), count(entries, "entry", "entries"), count(programs, "program")].join(", ");
  out.note(`captured ${counts}, ${bytes} bytes${path === undefined ? "" : ` in ${path}`}`);
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
