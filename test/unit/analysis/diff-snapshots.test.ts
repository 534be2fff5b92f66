import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffSnapshots } from "../../../src/js/analysis/diff-snapshots.ts";
import { diffSequences } from "../../../src/js/analysis/sequence-diff.ts";
import type { Fact } from "../../../src/js/model/facts.ts";
import type { LogRecord } from "../../../src/js/model/logs.ts";
import type { Snapshot } from "../../../src/js/model/snapshot.ts";
import { StackTableBuilder } from "../../../src/js/model/stacks.ts";
import { NO_VALUES } from "../../../src/js/model/values.ts";
import { renderDiffHtml, renderDiffJson, renderDiffText } from "../../../src/js/render/diff.ts";

interface Plan {
  readonly facts?: readonly Fact[];
  readonly logs?: readonly string[];
  readonly thread?: {
    readonly name: string;
    readonly frames: readonly string[];
    readonly pc: bigint;
    readonly used: string;
  };
}

function snapshot({ facts = [], logs = [], thread }: Plan): Snapshot {
  const builder = new StackTableBuilder();
  if (thread !== undefined) {
    const frames = thread.frames.map((functionName) => builder.addFrame({ functionName }));
    builder.addContext({
      kind: "thread",
      name: thread.name,
      stack: builder.addStack(frames),
      count: 1n,
      registers: [{ name: "pc", value: thread.pc }],
      labels: { "stack-used-bytes": thread.used },
    });
  }
  return {
    schema: 1,
    format: "pigweed",
    inputs: [{ name: "a.pb", byteLength: 1 }],
    facts,
    stacks: builder.build(),
    issues: [],
    native: undefined,
    values: NO_VALUES,
    logs: { length: logs.length, at: (ix): LogRecord => ({ text: logs[ix]!, time: BigInt(ix) }) },
  };
}

const BEFORE = snapshot({
  facts: [
    { key: "version", value: "1.0" },
    { key: "pigweed.uptime", value: 100n, unit: "us" },
  ],
  logs: ["boot", "ready", "fault"],
  thread: { name: "main", frames: ["step.isra.0", "loop", "main"], pc: 0x8000n, used: "100" },
});
const AFTER = snapshot({
  facts: [
    { key: "version", value: "1.1" },
    { key: "pigweed.uptime", value: 250n, unit: "us" },
    { key: "device", value: "<b>d</b>" },
  ],
  logs: ["boot", "retry\u001b[31m", "ready", "fault"],
  thread: { name: "main", frames: ["step.isra.7", "main"], pc: 0x8010n, used: "164" },
});

describe("diffSnapshots", () => {
  const diff = diffSnapshots(BEFORE, AFTER);

  it("gives typed differences by path, numbers as deltas", () => {
    expect(diff.isEqual).toBe(false);
    expect(diff.sections.map(({ name, entries }) => [name, entries])).toEqual([
      [
        "facts",
        [
          { path: "facts.version", kind: "changed", before: "1.0", after: "1.1" },
          { path: 'facts["pigweed.uptime"]', kind: "changed", before: 100n, after: 250n, delta: 150n, unit: "us" },
          { path: "facts.device", kind: "added", after: "<b>d</b>" },
        ],
      ],
      [
        "threads",
        [
          { path: "threads.main.labels.stack-used-bytes", kind: "changed", before: 100n, after: 164n, delta: 64n },
          { path: "threads.main.registers.pc", kind: "changed", before: 0x8000n, after: 0x8010n, delta: 16n },
          { path: "threads.main.frames[1]", kind: "removed", before: "loop" },
        ],
      ],
      ["logs", [{ path: "logs[1]", kind: "added", after: "retry\u001b[31m" }]],
      ["values", []],
    ]);
  });

  it("renders harmless text and HTML, and exact JSON", () => {
    const text = renderDiffText(diff);
    expect(text).toContain("~ threads.main.registers.pc: 0x00008000 → 0x00008010 (+0x10)");
    expect(text).not.toContain("\u001b");
    const html = renderDiffHtml(diff);
    expect(html).toContain("&lt;b&gt;d&lt;/b&gt;");
    expect(html).not.toContain("<b>d");
    expect(JSON.parse(renderDiffJson(diff)).sections[0].entries[1].delta).toBe(150);
    expect(renderDiffText(diffSnapshots(BEFORE, BEFORE))).toMatch(/No differences/);
  });

  it("counts what is beyond the limit", () => {
    const [facts] = diffSnapshots(BEFORE, AFTER, { maxEntries: 1 }).sections;
    expect([facts?.entries.length, facts?.omitted]).toEqual([1, 2]);
  });
});

describe("diffSequences", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });

  it("turns the old sequence into the new one", () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const edits = diffSequences(a, b);
        expect(edits.filter((e) => e.kind !== "added").map((e) => a[e.before])).toEqual(a);
        expect(edits.filter((e) => e.kind !== "removed").map((e) => b[e.after])).toEqual(b);
        for (const e of edits) if (e.kind === "same") expect(a[e.before]).toBe(b[e.after]);
      }),
    );
  });

  it("is as short as the longest common subsequence allows", () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const changes = diffSequences(a, b).filter((edit) => edit.kind !== "same").length;
        expect(changes).toBe(a.length + b.length - 2 * commonLength(a, b));
      }),
    );
  });

  it("gives up on exactness, not on correctness, when everything differs", () => {
    const a = Array.from({ length: 3000 }, (_, i) => `a${i}`);
    const b = Array.from({ length: 3000 }, (_, i) => `b${i}`);
    const edits = diffSequences(a, b);
    expect(edits.length).toBe(6000);
  });
});

function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    for (const [j, y] of b.entries()) next.push(x === y ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!));
    row = next;
  }
  return row[b.length]!;
}
