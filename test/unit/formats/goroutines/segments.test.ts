import { describe, expect, it } from "vitest";
import { goroutineText, nativeOf, readDump, readGoroutines, recordOf } from "../../../support/goroutines.ts";

const goroutine = (id: number, state = "select", name = "main.f"): string =>
  `goroutine ${id} [${state}]:\n${name}()\n\t/src/x.go:${id} +0x1\n\n`;
const dumper = (id: number): string => goroutine(id, "running", "runtime/pprof.writeGoroutineStacks");

async function idsOf(text: string): Promise<bigint[][]> {
  return (await readGoroutines({ log: text })).map((parts) => parts.stacks.contexts.map(({ id }) => id!));
}

describe("one log with several dumps", () => {
  it("is told apart by a repeated id", async () => {
    expect(await idsOf(goroutine(1) + goroutine(2) + goroutine(1) + goroutine(3))).toEqual([
      [1n, 2n],
      [1n, 3n],
    ]);
  });

  it("starts the next dump at the goroutine that writes it, even when its id is new", async () => {
    expect(await idsOf(dumper(40) + goroutine(1) + dumper(41) + goroutine(1))).toEqual([
      [40n, 1n],
      [41n, 1n],
    ]);
  });

  it("starts it at a running goroutine behind other text", async () => {
    const first = goroutine(50, "running") + goroutine(1) + goroutine(2);
    const second = goroutine(60, "running") + goroutine(1);
    expect(await idsOf(`${first}SIGUSR1 again\n${second}`)).toEqual([
      [50n, 1n, 2n],
      [60n, 1n],
    ]);
  });

  it("starts it at a crash message", async () => {
    const all = await readGoroutines({
      log: `panic: one\n\n${goroutine(1)}exit status 2\npanic: two\n\n${goroutine(5)}`,
    });
    expect(all.map((parts) => parts.facts.find(({ key }) => key === "reason")?.value)).toEqual([
      "panic: one",
      "panic: two",
    ]);
    expect(recordOf(all[0]!).crash!.exitStatus).toBe("2");
  });

  it("keeps forms apart", async () => {
    const counts = "goroutine profile: total 2\n2 @ 0x1 0x2\n#\t0x1\tmain.f+0x1\t/src/x.go:1\n\n";
    const all = await readGoroutines({ log: goroutine(1) + counts + goroutine(2) });
    expect(all.map((parts) => [nativeOf(parts).form, parts.stacks.contexts.length])).toEqual([
      ["stacks", 1],
      ["counts", 1],
      ["stacks", 1],
    ]);
  });

  it("does not start more than a thousand", async () => {
    const all = await readGoroutines({ log: goroutine(1).repeat(1500) });
    expect(all).toHaveLength(1000);
    expect(all.flatMap(({ stacks }) => stacks.contexts)).toHaveLength(1500);
    expect(all[0]!.issues.map(({ code }) => code)).toContain("LimitExceeded");
  });
});

describe("crashes", () => {
  it("GOTRACEBACK=crash prints a goroutine per thread again: the longest stack counts, once", async () => {
    const short = "goroutine 1 [running]:\nmain.f()\n\t/src/x.go:1 +0x1\n\n";
    const long = "goroutine 1 [running]:\nruntime.g()\n\t/r.go:1 +0x1\nmain.f()\n\t/src/x.go:1 +0x1\n\n";
    const parts = await readDump(
      `panic: x\n\n${short}\n-----\n\nSIGQUIT: quit\nPC=0x1 m=1 sigcode=0\n\n${long}rax    0x0\nrip    0x409bac\n`,
    );
    expect(parts.stacks.contexts).toHaveLength(1);
    expect(parts.stacks.frames.map(({ functionName }) => functionName)).toContain("runtime.g");
    expect(parts.issues.map(({ code }) => code)).toContain("RepeatedGoroutine");
    expect(recordOf(parts).statistics!.goroutineHeaders).toBe(2);
  });

  it("keeps nested panics, their marks and multi-line messages", async () => {
    const parts = await readDump(
      "panic: first\n\tsecond line [recovered]\n\tpanic: main.MyErr{Code:1}\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]\n\ngoroutine 1 [running]:\nmain.main()\n\tx.go:1 +0x1\nexit status 2\n",
    );
    expect(recordOf(parts).crash).toMatchObject({
      panics: [
        { message: "first\nsecond line", isRecovered: true, isRepanicked: false },
        { message: "main.MyErr{Code:1}", isRecovered: false, isRepanicked: false },
      ],
      exitStatus: "2",
    });
    expect(parts.facts).toContainEqual({ key: "fatal", value: true });
    expect(parts.stacks.contexts[0]!.active).toBe(true);
  });

  it("an unchanged value panicked again is one message", async () => {
    const parts = await readDump(
      "panic: x [recovered, repanicked]\n\ngoroutine 1 [running]:\nmain.main()\n\tx.go:1 +0x1\n",
    );
    expect(recordOf(parts).crash!.panics).toEqual([{ message: "x", isRecovered: true, isRepanicked: true }]);
  });

  it("a process that prints only its panic has no goroutines, and that is a result", async () => {
    const parts = await readDump(await goroutineText("tracebacks/panic-none-go1.24.txt"));
    expect(parts.stacks.contexts).toEqual([]);
    expect(recordOf(parts).crash!.panics.map(({ message }) => message)).toEqual([
      "wrapped: file does not exist",
      "second: wrapped: file does not exist",
    ]);
  });

  it("goroutine 0 and the runtime stack are threads", async () => {
    const parts = await readDump(
      "fatal error: x\n\nruntime stack:\nruntime.throw({0x1, 0x2})\n\tr.go:1 +0x1\n\ngoroutine 0 gp=0x1 m=0 mp=0x2 [idle]:\nruntime.mstart()\n\tr.go:2 +0x1\n\ngoroutine 1 [running]:\nmain.main()\n\tx.go:1 +0x1\n",
    );
    expect(parts.stacks.contexts.map(({ kind, id, state }) => [kind, id, state])).toEqual([
      ["thread", undefined, "runtime stack"],
      ["thread", undefined, "idle"],
      ["goroutine", 1n, "running"],
    ]);
    expect(recordOf(parts).statistics!.goroutineHeaders).toBe(2);
  });

  it("registers behind a signal are kept", async () => {
    const parts = await readDump(await goroutineText("zoo-go1.24/sigquit.txt"));
    expect(recordOf(parts).crash!.registers).toMatchObject({ rip: "0x409bac", r14: "0xc00011aa80", cs: "0x33" });
  });

  it("a go test time-out says which tests ran", async () => {
    const parts = await readDump(
      "panic: test timed out after 1s\nrunning tests:\n\tTestHang (1s)\n\ngoroutine 17 [running]:\ntesting.(*M).startAlarm.func1()\n\ttesting.go:1 +0x1\n",
    );
    expect(parts.facts).toContainEqual({
      key: "reason",
      value: "panic: test timed out after 1s\nrunning tests:\nTestHang (1s)",
    });
  });
});
