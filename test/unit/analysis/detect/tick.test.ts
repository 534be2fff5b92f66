import { describe, expect, it } from "vitest";
import { SnapshotError } from "../../../../src/js/base/errors.ts";
import {
  Detector,
  type DetectorOptions,
  detectOnce,
  OutboxFiling,
  type OutboxStore,
  parseDetectState,
  parsePendingReport,
  runDetectLoop,
  type SnapshotSource,
  type StateStore,
  tick,
} from "../../../../src/js/detect.ts";
import { loadRules } from "../../../../src/js/triage.ts";
import { inspectTree } from "../../../support/inspect.ts";

const RULES = loadRules([
  {
    namespace: "crash",
    text: `{ extended: true, select: { name: "INSPECT:core/app:root:name" },
      act: {
        one: { type: "Snapshot", trigger: "Len(name) > 0", repeat: "Nanos(0)", signature: "crash-{name}" },
        all: { type: "Snapshot", trigger: "Len(name) > 0", repeat: "Nanos(0)", signature: "any" },
      } }`,
  },
]);
const SNAPSHOTS = ["anna", "ben", "cleo"];
const HOUR = 3_600_000_000_000n;

function sourceOf(names: () => readonly string[]): SnapshotSource {
  return {
    list: async () => names(),
    open: async (name) => [inspectTree(`{"name":"${name}"}`)],
  };
}

class Killed extends Error {}

/** What outlives a kill, and a switch that kills before the nth step that changes it. */
class Durable {
  state: string | undefined;
  readonly outbox = new Map<string, string>();
  /** Every report that became visible, in order: the reader takes them away at once. */
  readonly delivered: string[] = [];
  private left: number;

  constructor(steps: number) {
    this.left = steps;
  }

  revive(): void {
    this.left = Number.POSITIVE_INFINITY;
  }

  private step<T>(change: () => T): T {
    if (this.left-- <= 0) throw new Killed("killed");
    return change();
  }

  get stateStore(): StateStore {
    return {
      load: async () => this.state,
      save: async (text) =>
        this.step(() => {
          this.state = text;
        }),
    };
  }

  get filing(): OutboxFiling {
    const store: OutboxStore = {
      list: async () => [...this.outbox.keys()],
      read: async (id) => this.outbox.get(id),
      put: async (id, text) => void this.step(() => this.outbox.set(id, text)),
      remove: async (id) => void (this.outbox.has(id) && this.step(() => this.outbox.delete(id))),
    };
    return new OutboxFiling({
      store,
      // One step, as a rename is.
      send: async ({ id }) =>
        this.step(() => {
          this.outbox.delete(id);
          this.delivered.push(id);
          return undefined;
        }),
    });
  }
}

async function run(durable: Durable, names: readonly string[], now: bigint): Promise<boolean> {
  try {
    const { filing, stateStore: state } = durable;
    await detectOnce({
      rules: RULES,
      filing,
      filingEnabled: true,
      testOnly: true,
      source: sourceOf(() => names),
      state,
      now,
    });
    return true;
  } catch (error) {
    if (error instanceof Killed) return false;
    // A kill within accept looks like a refusal to the detector; a real one would not come back at all.
    throw error;
  }
}

describe("killed before any step", () => {
  const whole = new Durable(Number.POSITIVE_INFINITY);
  const expected = run(whole, SNAPSHOTS, 1n).then(() => [...whole.delivered].sort());

  it("files two reports for each snapshot when nothing happens", async () => {
    expect((await expected).length).toBe(6);
  });

  for (let steps = 0; steps < 20; steps++) {
    it(`loses nothing and files nothing twice after ${steps} steps`, async () => {
      const durable = new Durable(steps);
      await run(durable, SNAPSHOTS, 1n);
      durable.revive();
      await run(durable, SNAPSHOTS, HOUR);
      await run(durable, SNAPSHOTS, 2n * HOUR);
      expect([...durable.delivered].sort()).toEqual(await expected);
      expect(durable.outbox.size).toBe(0);
    });
  }

  it("and again while it recovers", async () => {
    for (let first = 0; first < 14; first++) {
      for (let second = 0; second < 8; second++) {
        const durable = new Durable(first);
        await run(durable, SNAPSHOTS, 1n);
        Object.assign(durable, { left: second });
        await run(durable, SNAPSHOTS, 2n);
        durable.revive();
        await run(durable, SNAPSHOTS, HOUR);
        expect([...durable.delivered].sort()).toEqual(await expected);
      }
    }
  });
});

describe("detectOnce", () => {
  const options = (durable: Durable, names: readonly string[], now: bigint) => ({
    rules: RULES,
    filing: durable.filing,
    filingEnabled: true,
    source: sourceOf(() => names),
    state: durable.stateStore,
    now,
  });

  it("throttles a signature for an hour from run to run", async () => {
    const durable = new Durable(Number.POSITIVE_INFINITY);
    expect((await detectOnce(options(durable, ["anna"], 1n))).filed).toEqual([
      "fuchsia-detect-crash-anna",
      "fuchsia-detect-any",
    ]);
    expect((await detectOnce(options(durable, ["anna", "ben"], HOUR))).filed).toEqual(["fuchsia-detect-crash-ben"]);
    expect((await detectOnce(options(durable, ["ben", "cleo"], HOUR + 1n))).filed).toEqual([
      "fuchsia-detect-crash-cleo",
      "fuchsia-detect-any",
    ]);
    expect(parseDetectState(durable.state!).judged).toEqual(["ben", "cleo"]);
  });

  it("is not kept silent by a clock that was ahead", async () => {
    const durable = new Durable(Number.POSITIVE_INFINITY);
    await detectOnce(options(durable, ["anna"], 1_000n * HOUR));
    await detectOnce(options(durable, ["anna"], 1n));
    const { filed } = await detectOnce(options(durable, ["anna", "ben"], HOUR + 1n));
    expect(filed).toContain("fuchsia-detect-any");
  });

  it("judges again what could not be accepted, and only that", async () => {
    const durable = new Durable(Number.POSITIVE_INFINITY);
    const store: OutboxStore = {
      list: async () => [...durable.outbox.keys()],
      read: async (id) => durable.outbox.get(id),
      put: async (id, text) => void durable.outbox.set(id, text),
      remove: async (id) => void durable.outbox.delete(id),
    };
    const full = new OutboxFiling({ store, send: async () => "the endpoint is away", max: 1 });
    const log: string[] = [];
    const first = await detectOnce({
      ...options(durable, ["anna"], 1n),
      filing: full,
      log: ({ text }) => log.push(text),
    });
    expect(first.filed).toEqual(["fuchsia-detect-crash-anna"]);
    expect(log).toContain("Snapshot request failed: Pending crash reports exceeds max (1)");
    expect(parseDetectState(durable.state!)).toMatchObject({ judged: [] });
    const sent: string[] = [];
    const open = new OutboxFiling({ store, send: async ({ report }) => void sent.push(report.crash_signature) });
    const second = await detectOnce({ ...options(durable, ["anna"], 2n), filing: open });
    expect(second.filed).toEqual(["fuchsia-detect-any"]);
    expect(sent).toEqual(["fuchsia-detect-crash-anna", "fuchsia-detect-any"]);
    expect(parseDetectState(durable.state!)).toMatchObject({ judged: ["anna"], accepted: new Map() });
  });

  it("goes on past a snapshot that cannot be read, and does not read it again", async () => {
    const durable = new Durable(Number.POSITIVE_INFINITY);
    let opened = 0;
    const source: SnapshotSource = {
      list: async () => ["bad", "anna"],
      open: async (name) => {
        if (name === "anna") return [inspectTree('{"name":"anna"}')];
        opened++;
        throw new SnapshotError("UnknownFormat", "no format recognises it", { fields: { candidates: [] } });
      },
    };
    expect((await detectOnce({ ...options(durable, [], 1n), source })).judged).toBe(1);
    await detectOnce({ ...options(durable, [], 2n), source });
    expect(opened).toBe(1);
  });

  it("files nothing and keeps no throttle while filing is off", async () => {
    const durable = new Durable(Number.POSITIVE_INFINITY);
    const log: string[] = [];
    const off = {
      ...options(durable, ["anna"], 1n),
      filingEnabled: false,
      log: (line: { text: string }) => log.push(line.text),
    };
    expect((await detectOnce(off)).filed).toEqual([]);
    expect(log).toContain("Detect would have filed fuchsia-detect-crash-anna");
    expect(parseDetectState(durable.state!)).toMatchObject({ judged: [] });
    expect(parseDetectState(durable.state!).throttle.size).toBe(0);
    // Once filing is on, what was only spoken of is filed.
    expect((await detectOnce(options(durable, ["anna"], 2n))).filed).toEqual([
      "fuchsia-detect-crash-anna",
      "fuchsia-detect-any",
    ]);
  });
});

describe("reports", () => {
  it("come back as they were written, and a broken one blocks no other", async () => {
    const durable = new Durable(Number.POSITIVE_INFINITY);
    durable.outbox.set("broken", "{");
    const failures = await durable.filing.flush();
    expect(failures[0]).toContain("the waiting report broken cannot be read");
    const { filing } = durable;
    const report = {
      schema: 1,
      id: "a-1",
      throttleKey: "a",
      detectedAt: 9_007_199_254_740_993n,
      rule: "n::a",
      snapshot: "x",
      report: { program_name: "triage_detect", program_uptime: 5n, crash_signature: "a", is_fatal: false },
    } as const;
    await filing.accept(report);
    expect(parsePendingReport(durable.outbox.get("a-1")!)).toEqual(report);
    await filing.flush();
    expect(durable.delivered).toEqual(["a-1"]);
    expect(() => parsePendingReport('{"schema":2}')).toThrow("schema 2, expected 1");
    expect(() => parsePendingReport("[]")).toThrow('"id" is not a text');
  });
});

describe("the loop", () => {
  it("scans at once, then at a fixed rate, and tells of missed deadlines", async () => {
    const stop = new AbortController();
    const log: string[] = [];
    const scans: bigint[] = [];
    let uptime = 0n;
    const detectorOptions: DetectorOptions = {
      rules: RULES,
      filing: new Durable(100).filing,
      filingEnabled: false,
      log: ({ text }) => log.push(text),
    };
    const detector = new Detector(detectorOptions);
    await runDetectLoop({
      detector,
      source: sourceOf(() => []),
      checkEvery: 100n,
      signal: stop.signal,
      clock: {
        now: () => uptime,
        uptime: () => uptime,
        sleepUntil: async (at) => {
          uptime = at;
        },
      },
      afterScan: async () => {
        scans.push(uptime);
        // The second scan takes longer than the period.
        if (scans.length === 2) uptime += 150n;
        if (scans.length === 4) stop.abort();
      },
    });
    expect(scans).toEqual([0n, 100n, 250n, 350n]);
    expect(detector.stats.counters.missed_deadlines).toBe(1);
    expect(log).toEqual(["A scan took longer than the time between scans"]);
  });

  it("tells of a source that gives nothing and goes on", async () => {
    const log: string[] = [];
    const detector = new Detector({
      rules: RULES,
      filing: new Durable(9).filing,
      filingEnabled: true,
      log: ({ text }) => log.push(text),
    });
    const source: SnapshotSource = {
      list: async () => {
        throw new SnapshotError("FileNotReadable", "it is away", { fields: { file: "x", reason: "away" } });
      },
      open: async () => [],
    };
    expect(await tick(detector, source, { now: 1n })).toEqual({ judged: 0, filed: [] });
    expect(log).toEqual(["Fetching diagnostics failed: it is away"]);
  });
});
