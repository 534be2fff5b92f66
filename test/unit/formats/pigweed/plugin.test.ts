import { beforeAll, describe, expect, it } from "vitest";
import type { Core } from "../../../../src/js/abi/core.ts";
import { withLimits } from "../../../../src/js/base/limits.ts";
import { asPigweed, attachPigweed, decodePigweed } from "../../../../src/js/formats/pigweed/plugin.ts";
import type { Snapshot } from "../../../../src/js/model/snapshot.ts";
import { framesOf } from "../../../../src/js/model/stacks.ts";
import type { Scalar } from "../../../../src/js/model/values.ts";
import { getPath, listChildren } from "../../../../src/js/view/path.ts";
import { testCore } from "../../../support/core.ts";
import { caseTokens, PIGWEED_CASES, readCaseFile } from "../../../support/pigweed-cases.ts";
import { reportText } from "../../../support/pigweed-open.ts";

let core: Core;
beforeAll(async () => {
  core = await testCore();
});

async function openCase(name: string, options: Record<string, unknown> = {}): Promise<Snapshot> {
  const found = PIGWEED_CASES.find((c) => c.name === name)!;
  const input = { name: found.pb, bytes: await readCaseFile(found.pb) };
  const tokens = await caseTokens(found.token_db);
  const parts = decodePigweed(core, input, { options: { tokens, ...options }, limits: withLimits() });
  return { ...parts, ...attachPigweed(parts) };
}

const at = (snapshot: Snapshot, path: string): Scalar => snapshot.values.scalar(getPath(snapshot, path));

describe("facts", () => {
  it("say what the snapshot is", async () => {
    const { facts } = await openCase("upstream_example");
    expect(Object.fromEntries(facts.map((fact) => [fact.key, fact.value]))).toEqual({
      format: "pigweed",
      producer: "Pigweed",
      version: "QUANTUM_CORE-0.1.325-e4a84b1a",
      "build-id": "ad2d39258c1bc487f07ca7e04991a836fdf7d0a0",
      device: "GSHOE-QUANTUM_CORE-REV_0.1",
      uuid: "8481bb12a162164f5c74855f6d94ea1a",
      reason: "../examples/example_rpc.cc: Assert failed: 1+1 == 42",
      fatal: true,
      "pigweed.project": "gShoe",
      "pigweed.reason-token": "0x6da096e2",
      "pigweed.active-thread": "Main Stack (Handler Mode)",
      "pigweed.threads": 2n,
    });
  });

  it("hold the time of the first wall clock and the uptime", async () => {
    const { facts } = await openCase("time_upstream_all");
    const of = (key: string) => facts.find((fact) => fact.key === key)?.value;
    expect([of("time"), of("pigweed.uptime")]).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      expect.anything(),
    ]);
  });
});

describe("values", () => {
  it("are reached by the names of the schema", async () => {
    const snapshot = await openCase("upstream_example");
    expect(at(snapshot, "threads[1].name")).toBe("Main Stack (Handler Mode)");
    expect(at(snapshot, "threads[1].state")).toBe("INTERRUPT_HANDLER");
    expect(snapshot.values.rawInteger?.(getPath(snapshot, "threads[1].state"))).toBe(1n);
    expect(at(snapshot, "threads[1].stack_start_pointer")).toBe(0x2001b000n);
    expect(at(snapshot, "threads[1].raw_stack")).toEqual(Uint8Array.of(0x00, 0xca, 0xad, 0xde));
    expect(at(snapshot, "metadata.fatal")).toBe(true);
  });

  it("know where in the input strings and messages are", async () => {
    const snapshot = await openCase("upstream_example");
    const bytes = await readCaseFile("upstream_example.pb");
    const { origin } = getPath(snapshot, "metadata.software_version");
    expect(new TextDecoder().decode(bytes.subarray(origin!.offset, origin!.offset + origin!.length))).toBe(
      "QUANTUM_CORE-0.1.325-e4a84b1a",
    );
    const thread = getPath(snapshot, "threads[0]").origin!;
    // The body of a thread comes after a key of two bytes and its length.
    expect([bytes[thread.offset - 3], bytes[thread.offset - 2], bytes[thread.offset - 1]]).toEqual([
      0x92,
      1,
      thread.length,
    ]);
  });

  it("have absent fields with their defaults, or as absent where that is a difference", async () => {
    const snapshot = await openCase("thread_empty");
    expect(at(snapshot, "threads[0].state")).toBe("UNKNOWN");
    expect(getPath(snapshot, "threads[0].stack_pointer").kind).toBe("absent");
    expect(getPath(snapshot, "metadata").kind).toBe("absent");
    expect(listChildren(snapshot, "threads[0]").total).toBe(0);
    expect(() => getPath(snapshot, "threads[0].nonsense")).toThrow(/nonsense/);
  });

  it("name tags by their keys", async () => {
    const snapshot = await openCase("tags_three");
    const tags = listChildren(snapshot, "tags").children.map(({ node }) => [node.name, snapshot.values.scalar(node)]);
    expect(tags.length).toBe(3);
    expect(at(snapshot, `tags["${String(tags[2]![0])}"]`)).toBe(tags[2]![1]);
  });

  it("give field 20 the names of the snapshot's own architecture", async () => {
    const arm = await openCase("arm_all_registers");
    const riscv = await openCase("riscv_all_registers");
    expect(
      listChildren(arm, "armv7m_cpu_state")
        .children.slice(0, 3)
        .map(({ node }) => node.name),
    ).toEqual(["pc", "lr", "psr"]);
    expect(
      listChildren(riscv, "riscv_cpu_state")
        .children.slice(0, 2)
        .map(({ node }) => node.name),
    ).toEqual(["mepc", "mcause"]);
    expect(getPath(riscv, "riscv_cpu_state.s11").kind).toBe("uint");
    expect(() => getPath(riscv, "armv7m_cpu_state")).toThrow();
  });

  it("read unpacked and packed addresses as one list", async () => {
    const snapshot = await openCase("thread_backtrace_unpacked");
    const list = listChildren(snapshot, "threads[0].raw_backtrace");
    expect(list.children.map(({ node }) => snapshot.values.scalar(node))).toEqual(
      asPigweed(snapshot).report.threads.threads[0]!.backtrace.map(({ address }) => address),
    );
  });
});

describe("stacks", () => {
  it("are the threads with their addresses, and where the CPU was", async () => {
    const snapshot = await openCase("elf_main");
    const [cpu, ...threads] = snapshot.stacks.contexts;
    expect(cpu?.kind).toBe("exception");
    expect(cpu?.registers?.slice(0, 2)).toEqual([
      { name: "pc", value: 0x0800008an },
      { name: "lr", value: 0x0800010dn },
    ]);
    expect(framesOf(snapshot.stacks, cpu!.stack).map((frame) => frame.address)).toEqual([0x0800008an, 0x0800010dn]);
    expect(threads.length).toBe(asPigweed(snapshot).report.threads.threads.length);
    expect(framesOf(snapshot.stacks, threads[0]!.stack).map((frame) => frame.address)).toEqual(
      asPigweed(snapshot).report.threads.threads[0]!.backtrace.map(({ address }) => address),
    );
  });
});

describe("logs", () => {
  it("have what the report hides: days, deltas, threads, flags", async () => {
    const { logs } = await openCase("log_timestamps");
    const records = Array.from({ length: logs.length }, (_, ix) => logs.at(ix));
    expect(records.some((record) => (record.time ?? 0n) >= 86_400_000_000_000n)).toBe(true);
    expect(records.at(-1)).toEqual({ text: "delta", tags: [expect.stringMatching(/^time_since_last_entry=/)] });
    const hidden = await openCase("log_thread_flags_hidden");
    expect(hidden.logs.at(0)).toEqual(
      expect.objectContaining({ thread: expect.any(String), flags: expect.any(Number) }),
    );
  });

  it("of related snapshots follow, tagged with their place", async () => {
    const snapshot = await openCase("everything_1");
    const count = snapshot.values.count(getPath(snapshot, "logs"));
    expect(snapshot.logs.length).toBeGreaterThanOrEqual(count);
    expect(snapshot.logs.at(0).tags).toBeUndefined();
  });

  it("fill what a record leaves empty from the fields of its message", async () => {
    const { logs } = await openCase("log_upstream_tokenized");
    expect(logs.at(0)).toEqual(
      expect.objectContaining({ level: expect.any(String), module: expect.any(String), file: expect.any(String) }),
    );
  });

  it("refuse an index that is not there", async () => {
    const { logs } = await openCase("empty");
    expect(() => logs.at(0)).toThrow(RangeError);
  });
});

describe("parts", () => {
  it("are plain: a clone gives the same report, values and logs", async () => {
    const snapshot = await openCase("everything_6");
    const { values: _values, logs: _logs, ...parts } = snapshot;
    const clone = structuredClone(parts);
    expect(reportText(clone, { strict: false })).toBe(reportText(parts, { strict: false }));
    const sources = attachPigweed(clone);
    expect(sources.logs.at(0)).toEqual(snapshot.logs.at(0));
    expect(sources.values.count(sources.values.root)).toBe(snapshot.values.count(snapshot.values.root));
  });

  it("of another format are refused", async () => {
    const snapshot = await openCase("empty");
    expect(() => asPigweed({ ...snapshot, format: "inspect" })).toThrow(/inspect/);
  });
});

describe("options", () => {
  it.each([
    ["tokens", 7],
    ["tokens", [{ name: "x" }]],
    ["symbols", {}],
    ["symbolizer", { lookup: 1 }],
    ["project", { message: "X" }],
  ])("%s of a wrong kind is a usage error", async (name, value) => {
    await expect(openCase("empty", { [name]: value })).rejects.toMatchObject({ code: "UsageError", path: name });
  });

  it("widths centre the fatal banner", async () => {
    const snapshot = await openCase("meta_fatal_no_reason");
    const margin = (width: number) => /\n( *)▪▄▄▄/.exec(reportText(snapshot, { strict: false, width }))![1]!.length;
    expect([80, 81, 24, 10, 25].map(margin)).toEqual([28, 29, 0, 0, 1]);
  });

  it("logs can be left out", async () => {
    const snapshot = await openCase("log_levels");
    expect(reportText(snapshot, { strict: false, logs: "none" })).not.toContain("Logs:");
  });
});
