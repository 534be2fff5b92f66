import { decodeUtf8Lossy } from "../../src/js/base/bytes.ts";
import { SnapshotError } from "../../src/js/base/errors.ts";
import type { FormatId } from "../../src/js/base/format-id.ts";
import type { Issue } from "../../src/js/base/issue.ts";
import type { FormatPlugin, Input } from "../../src/js/formats/plugin.ts";
import type { Fact } from "../../src/js/model/facts.ts";
import { SNAPSHOT_SCHEMA, type SnapshotParts } from "../../src/js/model/snapshot.ts";
import { StackTableBuilder } from "../../src/js/model/stacks.ts";
import { leaf, sourceOf, struct } from "./value-tree.ts";

/**
 * A format for tests of everything that is not a format: a first line of magic, then lines of one word and its
 * arguments: `fact KEY VALUE`, `thread NAME FRAME…`, `log TEXT`, `value NAME TEXT`, `bad TEXT`, `---` between snapshots.
 */
export function fakeFormat(
  id: FormatId,
  setting: Partial<Pick<FormatPlugin, "severalFiles" | "text">> & { score?: number; magic?: string } = {},
): FormatPlugin {
  const { magic = id, score = 90, severalFiles = "each", text } = setting;
  return {
    id,
    title: `the fake ${id}`,
    severalFiles,
    probe: (head) => (decodeUtf8Lossy(head).startsWith(`${magic}\n`) ? score : 0),
    async decode(_core, inputs, { options, progress, signal }) {
      progress?.({ doneBytes: 1, totalBytes: 1, stage: "decoding" });
      if (signal?.aborted === true) throw new SnapshotError("Cancelled", "decoding: cancelled");
      if (severalFiles === "together") return [decodeSnapshot(id, inputs, allText(inputs), options["strict"] === true)];
      return inputs.flatMap((input) =>
        allText([input])
          .split("---\n")
          .map((part) => decodeSnapshot(id, [input], part, options["strict"] === true)),
      );
    },
    attach(parts) {
      const { values, logs } = parts.native as FakeNative;
      return {
        values: sourceOf(struct(values.map(([name, value]) => [name, leaf(value)] as const))),
        logs: { length: logs.length, at: (ix) => ({ text: logs[ix]! }) },
      };
    },
    ...(text !== undefined && { text }),
  };
}

interface FakeNative {
  readonly values: readonly (readonly [string, string])[];
  readonly logs: readonly string[];
}

function allText(inputs: readonly Input[]): string {
  return inputs.map(({ bytes }) => decodeUtf8Lossy(bytes)).join("");
}

function decodeSnapshot(format: FormatId, inputs: readonly Input[], text: string, strict: boolean): SnapshotParts {
  const facts: Fact[] = [{ key: "format", value: format }];
  const issues: Issue[] = [];
  const stacks = new StackTableBuilder();
  const native = { values: [] as (readonly [string, string])[], logs: [] as string[] };
  let offset = 0;
  for (const line of text.split("\n")) {
    const [word, first = "", ...rest] = line.split(" ");
    if (word === "fact") facts.push({ key: first, value: rest.join(" ") });
    if (word === "value") native.values.push([first, rest.join(" ")]);
    if (word === "log") native.logs.push([first, ...rest].join(" "));
    if (word === "thread") {
      const frames = rest.map((functionName) => stacks.addFrame({ functionName }));
      stacks.addContext({ kind: "thread", name: first, stack: stacks.addStack(frames), count: 1n });
    }
    if (word === "bad") issues.push({ code: "TruncatedMessage", severity: "error", message: `found ${line}`, offset });
    if (word === "huge") issues.push({ code: "LimitExceeded", severity: "error", message: "too huge", offset });
    offset += line.length + 1;
  }
  if (strict && issues[0] !== undefined)
    throw new SnapshotError(issues[0].code, issues[0].message, { offset: issues[0].offset });
  return {
    schema: SNAPSHOT_SCHEMA,
    format,
    inputs: inputs.map(({ name, bytes }) => ({ name, byteLength: bytes.length })),
    facts,
    stacks: stacks.build(),
    issues,
    native,
  };
}
