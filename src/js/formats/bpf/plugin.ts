import type { Core } from "../../abi/core.ts";
import { SnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import { NO_HOST_TABLES } from "../../model/host-tables.ts";
import { NO_LOGS } from "../../model/logs.ts";
import type { MapCapture } from "../../model/maps.ts";
import { SNAPSHOT_SCHEMA, type SnapshotParts, type SnapshotSources } from "../../model/snapshot.ts";
import type { DecodeContext, FormatPlugin, Input } from "../plugin.ts";
import { BtfSet, btfIssues } from "./capture/btf-set.ts";
import { decodeCapture } from "./capture/decode.ts";
import { BpfMap } from "./capture/map-nodes.ts";
import type { BpfNative, ProblemRecord } from "./capture/records.ts";
import { captureTree } from "./capture/tree.ts";
import { captureFacts } from "./facts.ts";
import { probeBpf } from "./probe.ts";
import { renderNode } from "./render/entries.ts";
import { captureStacks } from "./stacks.ts";
import { TypedValues } from "./values/source.ts";

export const bpf: FormatPlugin = {
  id: "bpf",
  title: "Captures of BPF maps",
  severalFiles: "series",
  modules: ["btf"],
  probe: probeBpf,
  async decode(core, inputs, context): Promise<readonly SnapshotParts[]> {
    return inputs.map((input) => decodeInput(core, input, context));
  },
  attach: attachCapture,
};

function decodeInput(core: Core, input: Input, { options, limits, signal, progress }: DecodeContext): SnapshotParts {
  if (signal?.aborted === true) throw new SnapshotError("Cancelled", "reading a BPF capture was stopped");
  const { native, issues } = decodeCapture(core, input.bytes, {
    strict: options["strict"] === true,
    limits,
    progress:
      progress && ((doneBytes, totalBytes) => progress({ doneBytes, totalBytes, stage: "reading the capture" })),
  });
  const all = [
    ...issues,
    ...native.problems.map(problemIssue),
    ...mapIssues(native),
    ...btfIssues(core.getModule("btf"), native),
  ];
  const first = all.find(({ severity }) => severity === "error");
  if (options["strict"] === true && first !== undefined) {
    throw new SnapshotError(first.code, first.message, { format: "bpf", offset: first.offset });
  }
  return {
    schema: SNAPSHOT_SCHEMA,
    format: "bpf",
    inputs: [{ name: input.name, byteLength: input.bytes.length }],
    facts: captureFacts(native),
    stacks: captureStacks(native),
    issues: all.slice(0, limits.issues).map((issue) => ({ ...issue, input: input.name })),
    native,
  };
}

function problemIssue({ subject, message, errno }: ProblemRecord): Issue {
  const why = errno === 0 ? message : `${message} (errno ${errno})`;
  return { code: "CaptureIncomplete", severity: "warning", message: `${subject}: ${why}`, path: subject };
}

function mapIssues({ maps }: BpfNative): Issue[] {
  return maps
    .filter(({ error }) => error !== "")
    .map(({ name, id, error }) => ({
      code: "CaptureIncomplete",
      severity: "warning",
      message: `map ${id} ${JSON.stringify(name)}: ${error}`,
      path: name,
    }));
}

/** The lazy shapes over the plain parts: values, and the same values as maps. */
export function attachCapture(parts: SnapshotParts, core: Core): SnapshotSources {
  const native = parts.native as BpfNative;
  const types = new BtfSet(core.getModule("btf"), native);
  const maps = native.maps.map((record) => new BpfMap(record, native, types));
  const capture: MapCapture = { maps, activeMapKvas: [], isPlaceholder: false, host: NO_HOST_TABLES };
  const render = (node: Parameters<typeof renderNode>[0]): string => renderNode(node, { dialect: "c" });
  return { values: new TypedValues(captureTree(native, maps, types), render), logs: NO_LOGS, maps: capture };
}
