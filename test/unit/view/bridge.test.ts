import { describe, expect, it } from "vitest";
import { SnapshotBridge, type StoredReport } from "../../../src/js/view/bridge.ts";
import { BridgeScope } from "../../../src/js/view/bridge-scope.ts";

const REPORT: StoredReport = { schema: "single", isPlaceholder: false };

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe("SnapshotBridge", () => {
  it("has one capture in flight at a time, in the order asked", async () => {
    const gates = [deferred<StoredReport>(), deferred<StoredReport>()];
    const started: string[] = [];
    const bridge = new SnapshotBridge({
      capture(tag) {
        started.push(tag);
        return gates[started.length - 1]!.promise;
      },
    });
    const both = [bridge.capture("a"), bridge.capture("b")];
    await Promise.resolve();
    expect(started).toEqual(["a"]);
    gates[0]!.resolve(REPORT);
    expect(await both[0]).toBe(true);
    gates[1]!.resolve(REPORT);
    expect(await both[1]).toBe(true);
    expect(bridge.drainOrdered().map(([tag]) => tag)).toEqual(["a", "b"]);
  });

  it("goes on after a capture that threw", async () => {
    let calls = 0;
    const bridge = new SnapshotBridge({
      capture: () => {
        if (calls++ === 0) throw new Error("frozen");
        return REPORT;
      },
    });
    const [first, second] = await Promise.allSettled([bridge.capture("a"), bridge.capture("b")]);
    expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
    expect(bridge.has("b")).toBe(true);
  });

  it("replaces all that was beside an overwritten capture", () => {
    const bridge = new SnapshotBridge();
    bridge.store("a", REPORT, { stats: { ok: true, value: 1n }, elapsedMs: 5n, boundaryOffsetMs: 6n, stepIndex: 7 });
    bridge.store("b", REPORT);
    bridge.store("a", REPORT);
    expect(bridge.drainOrderedWithStats()).toMatchObject([
      { tag: "b" },
      {
        tag: "a",
        stats: { ok: false, reason: "NoSchedulerBinary" },
        elapsedMs: undefined,
        boundaryOffsetMs: undefined,
      },
    ]);
    expect(bridge.drainEvents()).toEqual([{ Overwrite: { tag: "a", prior_schema: "single" } }]);
  });

  it("never stores more than 64, and drops the oldest events beyond 1024", () => {
    const bridge = new SnapshotBridge();
    for (let i = 0; i < 64 + 1030; i++) bridge.store(`t${i}`, REPORT);
    expect(bridge.length).toBe(64);
    expect(bridge.eventCount()).toBe(1024);
    const events = bridge.drainEvents();
    expect(events).toHaveLength(1025);
    expect(events[0]).toEqual({ Eviction: { evicted_tag: "t6", new_tag: "t70", cap: 64 } });
    expect(events.at(-1)).toEqual({ EventLogTruncated: { dropped_count: 6 } });
    expect(bridge.drainEvents()).toEqual([]);
  });

  it("counts periodic captures that are real", () => {
    const bridge = new SnapshotBridge();
    for (const tag of ["periodic_000", "periodic_12", "periodic_1234", "periodic_00a", "xperiodic_000"])
      bridge.store(tag, REPORT);
    bridge.store("periodic_001", { schema: "single", isPlaceholder: true });
    expect(bridge.periodicRealCount()).toBe(1);
  });

  it("lets three watchpoints be armed and refuses the fourth before asking", async () => {
    const asked: string[] = [];
    const bridge = new SnapshotBridge({
      watch: (symbol) => {
        asked.push(symbol);
        return symbol === "bad" ? "no such symbol" : undefined;
      },
    });
    await bridge.registerWatch("a");
    await expect(bridge.registerWatch("bad")).rejects.toMatchObject({
      code: "WatchRefused",
      fields: { reason: "no such symbol" },
    });
    await bridge.registerWatch("b");
    await bridge.registerWatch("c");
    await expect(bridge.registerWatch("d")).rejects.toMatchObject({ code: "WatchLimitReached", fields: { cap: 3 } });
    expect(asked).toEqual(["a", "bad", "b", "c"]);
    expect(bridge.watchCount()).toBe(3);
  });

  it("says loudly that nobody serves a watchpoint or a capture", async () => {
    const bridge = new SnapshotBridge();
    await expect(bridge.registerWatch("jiffies")).rejects.toMatchObject({
      code: "WatchUnavailable",
      fields: { symbol: "jiffies" },
    });
    expect(await bridge.capture("x")).toBe(false);
    expect(bridge.drainEvents()).toEqual([{ CaptureUnavailable: { tag: "x" } }]);
    expect(() => new BridgeScope().requireActive()).toThrow(expect.objectContaining({ code: "NoActiveBridge" }));
  });

  it("finds the first successful value of a kernel operation", async () => {
    const bridge = new SnapshotBridge();
    expect(
      await bridge.dispatchKernelOp({ request_id: 1, mode: "Hot", direction: "Read", tag: "t", entries: [] }),
    ).toBeUndefined();
    bridge.recordKernelOpReply("t", { request_id: 1, success: false, reason: "no", read_values: [{ U32: 1 }] });
    bridge.recordKernelOpReply("t", { request_id: 2, success: true, reason: "", read_values: [] });
    bridge.recordKernelOpReply("t", { request_id: 3, success: true, reason: "", read_values: [{ U64: 9n }] });
    expect(bridge.kernelOpValue("t")).toEqual({ U64: 9n });
    expect(bridge.drainKernelOps()).toHaveLength(3);
    expect(bridge.kernelOpValue("t")).toBeUndefined();
  });

  it("waits for the accessor, and gives up when it failed or time is over", async () => {
    const deadline = new AbortController();
    let seq = 4n;
    const accessor = { state: () => 0 as const, publishSeq: () => seq, pause: async () => void seq++ };
    expect(await new SnapshotBridge().waitForAccessorPublishAdvance(9n, deadline.signal, "x")).toBe(0n);
    const bridge = new SnapshotBridge({ accessor });
    expect(await bridge.waitForAccessorPublishAdvance(6n, deadline.signal, "x")).toBe(7n);
    deadline.abort();
    await expect(bridge.waitForAccessorPublishAdvance(99n, deadline.signal, "x")).rejects.toMatchObject({
      code: "TransportFailed",
    });
    const failed = new SnapshotBridge({ accessor: { ...accessor, state: () => 2 as const } });
    await expect(failed.waitForAccessorPublishAdvance(99n, new AbortController().signal, "x")).rejects.toThrow(
      "for good",
    );
  });
});

describe("BridgeScope", () => {
  it("brings the previous bridge back, also when guards end out of order", () => {
    const scope = new BridgeScope<string>();
    const outer = scope.install("outer");
    const inner = scope.install("inner");
    outer.release();
    expect(scope.active).toBe("inner");
    inner.release();
    inner.release();
    expect(scope.withActive((name) => name)).toBeUndefined();
  });
});
