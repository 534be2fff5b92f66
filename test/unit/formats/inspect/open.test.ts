import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { open, openAll } from "../../../../src/js/index.ts";

const TREE = '[{"moniker":"core/app","metadata":{},"payload":{"root":{"n":1}}}]';
const FILES = {
  "inspect.json": TREE,
  "annotations.json": '{"build.version":"7","device.uptime":"0d0h0m1s"}',
  "log.kernel.txt": "k1\nk2",
  "log.system.txt": "s1",
  "log.system.json": "[]",
  "build.snapshot.xml": "<manifest/>",
};

function zip(folder: string): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`${folder}${name}`, strToU8(text)])));
}

describe("a device snapshot", () => {
  it.each(["", "snapshot/"])("is read from a zip with its files in %j", async (folder) => {
    const snapshot = await open(zip(folder));
    expect(snapshot.format).toBe("inspect");
    expect(snapshot.facts.find((fact) => fact.key === "version")?.value).toBe("7");
    expect(Array.from({ length: snapshot.logs.length }, (_, ix) => snapshot.logs.at(ix).text)).toEqual([
      "k1",
      "k2",
      "s1",
    ]);
    expect(snapshot.issues.map((issue) => [issue.code, issue.severity])).toEqual([
      ["SkippedEntry", "info"],
      ["SkippedEntry", "info"],
    ]);
  });

  it("is read from its files given together", async () => {
    const contents = Object.entries(FILES).map(([name, text]) => ({ name, content: strToU8(text) }));
    const snapshots = await openAll(contents);
    expect(snapshots.map((snapshot) => snapshot.inputs.length)).toEqual([4]);
  });

  it("is one of several in different folders", async () => {
    const named = ["a", "b"].map((folder) => ({
      name: "inspect.json",
      path: `${folder}/inspect.json`,
      content: strToU8(TREE),
    }));
    expect(await openAll(named)).toHaveLength(2);
  });

  it("is refused in strict mode for the first bad element", async () => {
    const bad = strToU8('[{"moniker":"a","metadata":{},"payload":{"root":{"x":null}}}]');
    await expect(open(bad, { strict: true })).rejects.toMatchObject({ code: "UnreadableTree", offset: 1 });
    expect((await open(bad)).issues).toMatchObject([{ code: "UnreadableTree" }]);
  });
});
