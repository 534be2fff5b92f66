import { describe, expect, it } from "vitest";
import { registerOf } from "../../../../src/js/model/calls.ts";
import { framesOf } from "../../../../src/js/model/stacks.ts";
import { nativeOf, readDump, readGoroutines, recordOf } from "../../../support/goroutines.ts";

describe("debug=1", () => {
  const text = [
    "goroutine profile: total 4",
    "3 @ 0x473a4e 0x45311d 0x6959b1 0x47b2a1",
    '# labels: {"quote\\"key":"back\\\\slash", "tenant":"acme 0"}',
    "#\t0x474de4\tinternal/sync.runtime_SemacquireMutex+0x24\truntime/sema.go:95",
    "#\t0x6959b0\tmain.f[go.shape.struct { a int }]+0x30\t\t\texample.com/shop/main.go:70",
    "#\t0x481efc",
    "",
    "1 @ 0x1 0x2",
    "#\t0x1\truntime.goexit+0x0\truntime/asm.s:1",
    "",
  ].join("\n");

  it("reads records, labels, runs of tabs and frames without a symbol", async () => {
    const { stacks, issues } = await readDump(text);
    const [first, second] = stacks.contexts;
    expect(issues).toEqual([]);
    expect(first).toMatchObject({ count: 3n, labels: { 'quote"key': "back\\slash", tenant: "acme 0" } });
    expect(framesOf(stacks, first!.stack).map(({ functionName, file, line }) => [functionName, file, line])).toEqual([
      ["internal/sync.runtime_SemacquireMutex", "runtime/sema.go", 95],
      ["main.f[go.shape.struct { a int }]", "example.com/shop/main.go", 70],
      ["0x481efc", undefined, undefined],
    ]);
    expect([0, 1, 2].map((row) => registerOf(stacks.calls!, row, "pc"))).toEqual([0x474de4n, 0x6959b0n, 0x481efcn]);
    expect(second).toMatchObject({ count: 1n });
  });

  it("keeps the PCs that the frames leave out", async () => {
    const { counts } = recordOf(await readDump(text));
    expect(counts).toMatchObject({ profileName: "goroutine", total: 4 });
    expect([...counts!.pcEnd]).toEqual([4, 6]);
    expect([...counts!.pcs].filter((_, i) => i % 2 === 0)).toEqual([0x473a4e, 0x45311d, 0x6959b1, 0x47b2a1, 1, 2]);
  });

  it("says when the records do not add up", async () => {
    const parts = await readDump(text.replace("total 4", "total 5"));
    expect(parts.issues.map(({ code }) => code)).toEqual(["CountMismatch"]);
  });

  it("says that a profile of threads is not one of goroutines", async () => {
    const parts = await readDump("threadcreate profile: total 1\n1 @ 0x1\n#\t0x1\truntime.mstart+0x1\tr.go:1\n");
    expect(parts.issues.map(({ code }) => code)).toEqual(["OtherProfile"]);
    expect(parts.stacks.contexts).toHaveLength(1);
  });
});

describe("a race report", () => {
  const text = [
    "==================",
    "WARNING: DATA RACE",
    "Write at 0x00c0000b4018 by goroutine 7:",
    "  main.main.func1()",
    "      /src/x.go:10 +0x44",
    "",
    "Previous read at 0x00c0000b4018 by main goroutine:",
    "  main.get()",
    "      /src/x.go:14 +0x9c",
    "  main.main()",
    "      /src/x.go:13 +0x9c",
    "",
    "Goroutine 7 (running) created at:",
    "  main.main()",
    "      /src/x.go:9 +0x8c",
    "==================",
    "Found 1 data race(s)",
    "exit status 66",
    "",
  ].join("\n");

  it("gives both goroutines, what they did and who created them", async () => {
    const parts = await readDump(text);
    const { stacks } = parts;
    expect(nativeOf(parts).form).toBe("race");
    expect(
      stacks.contexts.map(({ id, state, stack }) => [id, state, framesOf(stacks, stack).map((f) => f.line)]),
    ).toEqual([
      [7n, "data race: write", [10]],
      [1n, "data race: previous read", [14, 13]],
    ]);
    expect(stacks.frames[stacks.contexts[0]!.creator!.frame]).toMatchObject({ functionName: "main.main", line: 9 });
    expect(parts.facts).toContainEqual({ key: "reason", value: "data race" });
  });

  it("two of them are two snapshots", async () => {
    expect(await readGoroutines({ log: text + text })).toHaveLength(2);
  });
});

describe("things dropped by mistake", () => {
  it("an execution trace is named", async () => {
    const parts = await readDump("go 1.22 trace\0\0\0rest");
    expect(parts.issues).toMatchObject([{ code: "Unsupported" }]);
    expect(parts.stacks.contexts).toEqual([]);
  });

  it("a text without goroutines says so", async () => {
    expect((await readDump("hello\nworld\n")).issues).toMatchObject([{ code: "NoGoroutines" }]);
    expect((await readDump("")).issues).toMatchObject([{ code: "NoGoroutines" }]);
  });
});
