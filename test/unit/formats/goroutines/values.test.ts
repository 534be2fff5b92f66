import { describe, expect, it } from "vitest";
import { asGoroutines, goroutines } from "../../../../src/js/formats/goroutines/plugin.ts";
import type { Snapshot } from "../../../../src/js/model/snapshot.ts";
import { getPath, listChildren } from "../../../../src/js/view/path.ts";
import { testCore } from "../../../support/core.ts";
import { goroutineFixture, readDump } from "../../../support/goroutines.ts";

/** Opened from parts that were posted to somebody else first. */
async function open(path: string): Promise<Snapshot> {
  const parts = structuredClone(await readDump(await goroutineFixture(path)));
  return { ...parts, ...goroutines.attach(parts, await testCore()) };
}

describe("values of a goroutine snapshot", () => {
  it.each<[string, string, unknown]>([
    ["zoo-go1.24/zoo.debug2.txt", "goroutines[1].id", 1n],
    ["zoo-go1.24/zoo.debug2.txt", "goroutines[1].wait_at_least_ns", 360_000_000_000n],
    ["zoo-go1.24/zoo.debug2.txt", "goroutines[0].frames[0].function", "runtime/pprof.writeGoroutineStacks"],
    ["zoo-go1.24/zoo.debug2.txt", "goroutines[0].frames[0].arguments", "{0x8154e0, 0xc0000c2000}"],
    ["zoo-go1.24/zoo.debug2.txt", "goroutines[0].creator.function", "net/http.(*Server).Serve"],
    ["zoo-go1.24/zoo.debug2.txt", "processes[0].headers", 65],
    ["zoo-go1.24/ancestors.debug2.txt", "goroutines[0].ancestors[1].frames[1].function", "main.main"],
    ["zoo-go1.24/sigquit.txt", "goroutines[0].frames[0].sp", 0xc000124708n],
    ["zoo-go1.24/sigquit.txt", "goroutines[0].attributes.gp", "0xc00011aa80"],
    ["zoo-go1.24/sigquit.txt", "crash.registers.rip", "0x409bac"],
    ["tracebacks/panic-none-go1.24.txt", "crash.panics[0].recovered", true],
    ["zoo-go1.24/zoo.pb.gz", "goroutines[0].count", 25n],
    ["zoo-go1.24/zoo.pb.gz", "goroutines[0].frames[0].address", 0x473a4dn],
  ])("of %s: %s", async (file, path, value) => {
    const snapshot = await open(file);
    expect(snapshot.values.scalar(getPath(snapshot, path))).toEqual(value);
  });

  it("page, count and leave out what is not there", async () => {
    const snapshot = await open("zoo-go1.24/zoo.debug2.txt");
    const page = listChildren(snapshot, "goroutines", { from: 63, count: 10 });
    expect([page.total, page.children.length]).toEqual([65, 2]);
    expect(() => getPath(snapshot, "goroutines[0].labels")).toThrow(expect.objectContaining({ code: "PathNotFound" }));
    expect(() => getPath(snapshot, "goroutines[65]")).toThrow(expect.objectContaining({ code: "PathNotFound" }));
    expect(() => getPath(snapshot, "crash")).toThrow(expect.objectContaining({ code: "PathNotFound" }));
  });

  it("show labels by name", async () => {
    const snapshot = await open("zoo-go1.27/zoo.debug2.txt");
    const ix = snapshot.stacks.contexts.findIndex(({ labels }) => labels !== undefined);
    expect(snapshot.values.scalar(getPath(snapshot, `goroutines[${ix}].labels.tenant`))).toBe("acme 0");
    expect(snapshot.values.scalar(getPath(snapshot, `goroutines[${ix}].labels["quote\\"key"]`))).toBe("back\\slash");
  });

  it("are for goroutine snapshots only", async () => {
    const snapshot = await open("zoo-go1.24/zoo.debug2.txt");
    expect(asGoroutines(snapshot).form).toBe("stacks");
    expect(() => asGoroutines({ ...snapshot, format: "inspect" })).toThrow(
      expect.objectContaining({ code: "WrongFormat" }),
    );
  });
});
