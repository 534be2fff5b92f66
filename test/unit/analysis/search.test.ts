import { describe, expect, it } from "vitest";
import { type SearchOptions, type SearchTarget, search } from "../../../src/js/search.ts";
import { canonicalPath, getPath } from "../../../src/js/view/path.ts";
import { walkTree } from "../../../src/js/view/tree-walk.ts";
import { goldenText, openDumps, reportNames } from "../../support/sched-ext-cases.ts";
import { everyShape } from "../../support/snapshots.ts";
import { openBoth } from "../../support/two-sources.ts";
import { arrayOf, leaf, sourceOf, struct } from "../../support/value-tree.ts";

const stall = openDumps("layered_stall.json", goldenText("reports/layered_stall.json"))[0]!;
const places = (target: SearchTarget, text: string, options?: SearchOptions): string[] =>
  search(target, text, options).matches.map(({ path, where, at }) => path ?? `${where} ${at}`);

describe("search", () => {
  it("finds a pid wherever a table, a map or an allocation has it", () => {
    expect(places(stall, "1530")).toEqual(
      expect.arrayContaining([
        "maps.task_ctxs.entries[1530]",
        "maps.task_ctxs.entries[1530].value.pid",
        "sdt_allocations[0].entries[0].payload.pid",
        "task_enrichments[0].pid",
      ]),
    );
  });

  it("finds an address in pointers and tables, in decimal and hex alike", () => {
    const hex = places(stall, "0xffff88810a3c4000");
    expect(hex).toEqual(places(stall, "18446612686536720384"));
    expect(hex).toContain('maps["scx_layered.bss"].map_kva');
    expect(hex).toContain("active_map_kvas[0]");
  });

  it("finds an address in captured bytes, and says at which one", () => {
    const bytes = Uint8Array.of(9, 0x00, 0x40, 0x3c, 0x0a, 0x81, 0x88, 0xff, 0xff, 1);
    const target = { ...everyShape(), values: sourceOf(struct([["page", { kind: "bytes", value: bytes }]])) };
    const { matches } = search(target, "0xffff88810a3c4000");
    expect(matches).toMatchObject([{ where: "value", matched: "bytes", path: "page", offset: 1 }]);
    expect(search(target, "0xffff88810a3c4000", { bytes: false }).matches).toEqual([]);
  });

  it("finds text in names, strings, arrays of characters and enums, whatever its case", () => {
    expect(places(stall, "KWORKER")).toEqual(["task_enrichments[1].comm"]);
    expect(places(stall, "batch")).toEqual(['maps["scx_layered.bss"].value.layer_names[0]']);
    expect(places(stall, "error_stall")).toContain('maps["scx_layered.bss"].value.exit_kind');
  });

  it("finds facts, stacks and logs, too", () => {
    expect(places(stall, "scx_layered")).toContain("fact sched-ext.active-object");
    expect(places(stall, "0x55d0c0de")).toContain("stack 3");
    const [text] = openDumps("dump.txt", goldenText("context/kernel_text_dump.txt"));
    expect(places(text!, "nr_queued=41")).toContain("log 1");
  });

  it.each(reportNames())("gives paths that lead to what was found: %s", (name) => {
    const snapshot = openDumps(name, goldenText(`reports/${name}.json`))[0]!;
    for (const { path, where } of search(snapshot, "1").matches) {
      if (where === "value") expect(canonicalPath(snapshot, path!)).toBe(path);
    }
  });

  it("finds the same in a capture and in a dump typed later", async () => {
    const { capture, dump } = await openBoth("o08_sched");
    const inValues = (target: SearchTarget): string[] =>
      search(target, "2542168935943").matches.map(({ text }) => text);
    expect(inValues(dump)).toEqual(inValues(capture));
    expect(inValues(dump).length).toBeGreaterThan(0);
  });

  it("ends at its limits and says so", () => {
    expect(search(stall, "1", { limit: 3 })).toMatchObject({ isComplete: false, matches: { length: 3 } });
    expect(search(stall, "1530", { visits: 5 })).toMatchObject({ isComplete: false, visited: 6 });
    expect(search(stall, "")).toMatchObject({ isComplete: true, matches: [] });
    expect(search(stall, "1530", { signal: AbortSignal.abort() }).isComplete).toBe(false);
  });

  it("finds hostile text as text", () => {
    expect(places(everyShape(), "onerror=")).not.toEqual([]);
  });
});

describe("walkTree", () => {
  it("visits every value once, parents first, beyond a page of children", () => {
    const many = Array.from({ length: 700 }, (_, ix) => leaf(BigInt(ix)));
    const source = sourceOf(
      struct([
        ["list", arrayOf(many)],
        ["last", leaf(1n)],
      ]),
    );
    const names = [...walkTree(source, source.root)].map((visit) => visit.path());
    expect(names.length).toBe(702);
    expect([names[0], names[700], names[701]]).toEqual(["list", "list[699]", "last"]);
  });

  it("does not descend where it is told not to, nor deeper than asked", () => {
    const source = sourceOf(struct([["a", struct([["b", struct([["c", leaf(1n)]])]])]]));
    const walked = (options: object): string[] => [...walkTree(source, source.root, options)].map((v) => v.path());
    expect(walked({ depth: 2 })).toEqual(["a", "a.b"]);
    expect(walked({ enter: (visit: { node: { name: string } }) => visit.node.name !== "a" })).toEqual(["a"]);
    expect(getPath({ values: source }, "a.b.c").name).toBe("c");
  });
});
