import { describe, expect, it } from "vitest";
import { goroutineFixture, nativeOf, readGoroutines } from "../../../support/goroutines.ts";

const SET = "shop-go1.24";
const PROCESSES = ["server", "client-a", "client-b", "pipeline"];

async function capture(suffixes: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const files: Record<string, string | Uint8Array> = { ...more };
  for (const process of PROCESSES) {
    for (const suffix of suffixes)
      files[`${process}.${suffix}`] = await goroutineFixture(`${SET}/${process}.${suffix}`);
  }
  return readGoroutines(files);
}

describe("a capture of four processes", () => {
  it("is one snapshot whose ids are never merged", async () => {
    const all = await capture(["debug2.txt"]);
    expect(all).toHaveLength(1);
    const { stacks, facts } = all[0]!;
    expect(stacks.processes!.map(({ name }) => name)).toEqual(PROCESSES);
    expect(stacks.contexts.filter(({ id }) => id === 1n).map(({ process }) => process)).toEqual(PROCESSES);
    expect(facts).toContainEqual({ key: "goroutines.count", value: 196n });
  });

  it("gives one snapshot per form: they are different instants", async () => {
    const all = await capture(["debug2.txt", "pb.gz", "debug1.txt"]);
    expect(all.map((parts) => nativeOf(parts).form)).toEqual(["stacks", "profile", "counts"]);
    const totals = all.map(({ facts }) => facts.find(({ key }) => key === "goroutines.count")?.value);
    expect(totals).toEqual([196n, 222n, 222n]);
    for (const { issues } of all) expect(issues.map(({ code }) => code)).toContain("DifferentInstants");
  });

  it("takes times, and the skew, from the older capture.json", async () => {
    const json = new TextDecoder().decode(await goroutineFixture(`${SET}/capture.json`));
    const [parts] = await capture(["debug2.txt"], { "capture.json": json });
    const server = parts!.stacks.processes!.find(({ name }) => name === "server");
    expect(server).toMatchObject({ sentUs: 135, firstByteUs: 7029, batchStartNs: 1795225406044000000n });
    expect(parts!.facts).toContainEqual({ key: "goroutines.skew-lower", value: 0, unit: "us" });
    expect(parts!.facts).toContainEqual({ key: "goroutines.skew-upper", value: 6894, unit: "us" });
  });

  it("takes names, labels and failures from manifest.json", async () => {
    const manifest = JSON.stringify({
      schema: 1,
      batches: [
        {
          debug: 2,
          start: "2026-11-21T01:43:26.044Z",
          targets: [
            { name: "shop/server", file: "server.debug2.txt", sentUs: 1, firstByteUs: 5, pid: 77 },
            { name: "shop/gone", error: { kind: "UNREACHABLE", message: "connection refused" } },
          ],
        },
      ],
    });
    const [parts] = await capture(["debug2.txt"], { "manifest.json": manifest });
    expect(parts!.stacks.processes).toMatchObject([
      { name: "shop/server", pid: 77n },
      { name: "client-a" },
      { name: "client-b" },
      { name: "pipeline" },
      { name: "shop/gone", error: "UNREACHABLE: connection refused" },
    ]);
    expect(parts!.facts).toContainEqual({ key: "goroutines.failed-processes", value: 1n });
  });

  it.each(["not json", "{}", "[1, 2]", '"text"'])("goes on without a manifest that is %s", async (text) => {
    const [parts] = await capture(["debug2.txt"], { "manifest.json": text });
    expect(parts!.issues.map(({ code }) => code)).toEqual(["MalformedManifest"]);
    expect(parts!.stacks.contexts).toHaveLength(196);
  });

  it("gives two files of one name two names", async () => {
    const bytes = await goroutineFixture(`${SET}/pipeline.debug2.txt`);
    const [parts] = await readGoroutines({ "a/p.txt": bytes, "b/p.txt": bytes });
    expect(parts!.stacks.processes!.map(({ name }) => name)).toEqual(["p", "p (2)"]);
    expect(parts!.stacks.contexts).toHaveLength(62);
  });

  it("a cut dump takes its true total from the profile beside it", async () => {
    const whole = await goroutineFixture(`${SET}/server.debug2.txt`);
    const all = await readGoroutines({
      "server.debug2.txt": whole.slice(0, 50_001),
      "server.pb.gz": await goroutineFixture(`${SET}/server.pb.gz`),
    });
    expect(all[0]!.stacks.processes).toMatchObject([{ name: "server", isTruncated: true, total: 97n }]);
    expect(all[0]!.issues.map(({ code }) => code)).toContain("TruncatedDump");
    expect(all[0]!.facts).toContainEqual({ key: "goroutines.truncated", value: true });
  });
});
