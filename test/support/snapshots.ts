import { NONE } from "../../src/js/base/brand.ts";
import { encodeUtf8 } from "../../src/js/base/bytes.ts";
import { NO_CODE_OFFSET } from "../../src/js/model/calls.ts";
import type { Snapshot } from "../../src/js/model/snapshot.ts";
import type { StackIx } from "../../src/js/model/stacks.ts";
import { StackTableBuilder } from "../../src/js/model/stacks.ts";
import { arrayOf, entry, leaf, mapOf, pointerTo, sourceOf, struct, type Tree } from "./value-tree.ts";

const hostile = `<img src=x onerror=alert(1)>"'&\x1b[31m\u202e=1+1\ud800`;

/** A snapshot that fills every member of every shape, with hostile text wherever text can be. */
export function everyShape(): Snapshot {
  const stacks = new StackTableBuilder();
  const frames = [
    stacks.addFrame({
      functionName: "Poll()",
      file: "sensor.cc",
      line: 88,
      address: 0xffff_ffff_8000_0010n,
      inlined: true,
    }),
    stacks.addFrame({ functionName: hostile, module: "fw.elf" }),
    stacks.addFrame({ functionName: "", address: 0x10n }),
  ];
  stacks.addContext({
    kind: "thread",
    name: hostile,
    id: 2n ** 64n - 1n,
    state: "RUNNING",
    stack: stacks.addStack(frames),
    count: 1n,
    active: true,
    process: "main core",
    labels: { [hostile]: hostile },
    registers: [
      { name: "pc", value: 0x0800_1234n },
      { name: "x0", value: 2n ** 63n },
    ],
  });
  stacks.addContext({ kind: "goroutine", name: "", stack: stacks.addStack(frames.slice(1)), count: 2n ** 53n + 1n });
  stacks.addContext({
    kind: "cpu",
    name: "empty",
    stack: NONE as StackIx,
    count: 1n,
    stateInferred: true,
    normalState: hostile,
    waitAtLeastNs: 60_000_000_000n,
    traits: ["locked", "stack-cut"],
    elidedFrames: Number.NaN,
    creator: { frame: frames[0]!, id: 7n },
    ancestors: [{ id: 9n, stack: stacks.addStack(frames.slice(2)), creator: frames[1]! }, { stack: NONE as StackIx }],
    attributes: { [hostile]: hostile },
    offset: 12,
  });
  const records = [
    {
      text: hostile,
      time: -1_500_000n,
      level: "error",
      module: "NET",
      file: "a.cc",
      line: 7,
      thread: "Main",
      flags: 3,
      tags: ["t"],
    },
    { text: "after a gap", time: 9_007_199_254_740_993n, dropped: 12 },
  ] as const;
  return {
    schema: 1,
    format: "pigweed",
    inputs: [{ name: `${hostile}.pb`, byteLength: 4096 }],
    facts: [
      { key: "format", value: "pigweed" },
      { key: "uuid", value: hostile, unit: "hex", origin: "metadata.uuid" },
      { key: "time", value: 2n ** 64n - 1n, unit: "ns" },
      { key: "load", value: 2 },
      { key: "fatal", value: true },
    ],
    issues: [
      { code: "TruncatedMessage", severity: "error", message: hostile, offset: 17, path: "threads[0]", input: "x" },
    ],
    analysis: [
      {
        path: hostile,
        findings: [{ about: hostile, severity: "warning", text: hostile }],
        corrected: [
          {
            context: 0,
            name: hostile,
            addresses: [
              {
                address: 2n ** 64n - 2n,
                lookedUp: 2n ** 64n - 3n,
                role: "return",
                frames: [
                  { name: hostile, file: hostile, line: 3, column: 9, inlined: true },
                  { name: "", inlined: false },
                ],
              },
              {
                address: 0xffff_ffffn,
                lookedUp: 0xffff_ffffn,
                role: "instruction",
                frames: [],
                special: "not-captured",
              },
            ],
          },
        ],
        stacks: [
          {
            thread: hostile,
            words: 12,
            candidates: [
              { offset: 4, value: 1n, address: 0x2000_0004n, confirmed: true, symbol: { name: hostile, line: 0 } },
              { offset: 8, value: 2n ** 32n - 3n, confirmed: false },
            ],
          },
        ],
      },
    ],
    stacks: {
      ...stacks.build(),
      calls: {
        first: Uint32Array.of(0, 3, 5, 5),
        argumentBytes: encodeUtf8(`0x1, ${hostile}`),
        argumentEnd: Uint32Array.of(3, 3, 3, 3, encodeUtf8(`0x1, ${hostile}`).length),
        codeOffset: Uint32Array.of(0, NO_CODE_OFFSET, 29, NO_CODE_OFFSET, 1),
        registers: Uint32Array.from({ length: 30 }, (_, i) => (i % 7 === 0 ? 0xffff_fffe : 0)),
      },
      processes: [
        { name: hostile, input: "a.txt", pid: 3n, timeNs: -1n, sentUs: 1.5, firstByteUs: 20, isTruncated: true },
        { name: "gone", input: "b.txt", error: hostile, total: 12n },
      ],
    },
    timelines: [
      {
        path: hostile,
        events: [
          { timeUs: 0, phase: "begin", name: hostile, lane: hostile, arguments: { [hostile]: hostile, n: 2n ** 63n } },
          { timeUs: 12.5, phase: "end", name: "e", lane: hostile, id: -1n },
          { timeUs: 13, phase: "async-begin", name: "a", lane: "l", id: 5n, arguments: { half: 0.5, yes: true } },
          { timeUs: 15, phase: "counter", name: "c", lane: "l" },
        ],
      },
    ],
    logs: { length: records.length, timeUnit: "ns", epoch: "boot", at: (ix) => records[ix]! },
    values: sourceOf(everyValue()),
    native: undefined,
  };
}

function everyValue(): Tree {
  const float = (value: number): Tree => ({ kind: "float", value });
  return struct([
    ["u64", leaf(2n ** 64n - 1n)],
    ["i64", { kind: "int", value: -(2n ** 63n) }],
    ["whole", float(2)],
    ["nan", float(Number.NaN)],
    ["minus", float(-0)],
    ["text", leaf(hostile)],
    ["flag", { kind: "bool", value: true }],
    ["raw", { kind: "bytes", value: Uint8Array.of(0, 255, 60) }],
    ["no bytes", { kind: "bytes", value: new Uint8Array(0) }],
    ["nothing", { kind: "null" }],
    ["gone", { kind: "absent", problem: { code: "PathNotFound", message: hostile } }],
    [hostile, arrayOf([leaf(1n), struct([]), arrayOf([leaf("deep")])])],
    ["table", mapOf([["k", entry(leaf("k"), leaf(5n))]])],
    ["next", pointerTo(struct([["cycle", leaf(1n)]]))],
  ]);
}
