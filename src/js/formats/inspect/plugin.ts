import { decodeUtf8Lossy } from "../../base/bytes.ts";
import { SnapshotError } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { JsonObject } from "../../base/json.ts";
import type { SnapshotParts, SnapshotSources } from "../../model/snapshot.ts";
import { NO_STACKS } from "../../model/stacks.ts";
import type { DecodeContext, FormatPlugin, Input } from "../plugin.ts";
import { decodeAnnotations, decodeInspectFile } from "./decode.ts";
import { inspectFacts } from "./facts.ts";
import { ANNOTATIONS_FILE, groupInputs, INSPECT_FILE, LOG_FILES, roleOf } from "./file-roles.ts";
import { createInspectLogs, type LogKind, type LogTexts } from "./log-text.ts";
import { probeInspect } from "./probe.ts";
import type { InspectTree } from "./tree.ts";
import { createInspectValues } from "./values.ts";

/** What an Inspect snapshot keeps beyond the common shapes. */
export interface InspectNative {
  readonly trees: readonly InspectTree[];
  readonly annotations?: JsonObject;
  readonly logs: LogTexts;
}

export const inspect: FormatPlugin = {
  id: "inspect",
  title: "Fuchsia Inspect and device snapshots",
  severalFiles: "together",
  probe: probeInspect,
  async decode(_core, inputs, context): Promise<readonly SnapshotParts[]> {
    const snapshots: SnapshotParts[] = [];
    const { groups, skipped } = groupInputs(inputs);
    for (const group of groups) {
      if (context.signal?.aborted) throw new SnapshotError("Cancelled", "reading Inspect was stopped");
      const parts = decodeInspectSnapshot(group, context);
      if (context.options["strict"] === true) refuseBadBytes(parts);
      snapshots.push(parts);
    }
    const [first, ...rest] = snapshots;
    return first === undefined ? [] : [{ ...first, issues: [...first.issues, ...skipped] }, ...rest];
  },
  attach(parts): SnapshotSources {
    return attachInspect(parts);
  },
};

function refuseBadBytes({ issues }: SnapshotParts): void {
  const first = issues.find((issue) => issue.severity === "error");
  if (first !== undefined)
    throw new SnapshotError(first.code, first.message, { format: "inspect", offset: first.offset });
}

/** The lazy shapes over the plain parts of an Inspect snapshot. */
export function attachInspect(parts: SnapshotParts): SnapshotSources {
  const native = parts.native as InspectNative;
  return { values: createInspectValues(native.trees, native.annotations), logs: createInspectLogs(native.logs) };
}

/**
 * Reads the files of one device snapshot. Of several files of one role the last wins.
 * Options: `legacy` also reads the element form of 2020 (no `metadata`, `path` for `moniker`).
 */
export function decodeInspectSnapshot(
  inputs: readonly Input[],
  context: Pick<DecodeContext, "limits" | "options">,
): SnapshotParts {
  const files = new Map(inputs.map((input) => [roleOf(input, inputs.length === 1), input]));
  const issues: Issue[] = [];
  const keep = (input: Input, found: readonly Issue[]): void => {
    for (const issue of found) issues.push({ ...issue, input: input.name });
  };
  const main = files.get(INSPECT_FILE);
  let trees: readonly InspectTree[] = [];
  if (main !== undefined) {
    const legacy = context.options["legacy"] === true;
    const read = decodeInspectFile(main.bytes, { legacy, limits: context.limits });
    trees = read.trees;
    keep(main, read.issues);
  }
  const described = files.get(ANNOTATIONS_FILE);
  const read = described && decodeAnnotations(described.bytes, context.limits);
  if (described !== undefined && read !== undefined) keep(described, read.issues);
  const annotations = read?.annotations;
  return {
    schema: 1,
    format: "inspect",
    inputs: inputs.map(({ name, bytes }) => ({ name, byteLength: bytes.length })),
    facts: inspectFacts(trees, annotations),
    stacks: NO_STACKS,
    issues: limitIssues(issues, context.limits.issues),
    native: { trees, logs: logTexts(files), ...(annotations && { annotations }) } satisfies InspectNative,
  };
}

function logTexts(files: ReadonlyMap<string, Input>): LogTexts {
  const texts: { [Kind in LogKind]?: string } = {};
  for (const [name, kind] of Object.entries(LOG_FILES)) {
    const input = files.get(name);
    if (input !== undefined) texts[kind] = decodeUtf8Lossy(input.bytes);
  }
  return texts;
}

function limitIssues(issues: readonly Issue[], most: number): readonly Issue[] {
  if (issues.length <= most) return issues;
  const message = `${issues.length - most} further issues are not listed`;
  return [...issues.slice(0, most), { code: "LimitExceeded", severity: "warning", message }];
}
