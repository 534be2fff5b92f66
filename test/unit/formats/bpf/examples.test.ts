import { describe, expect, it } from "vitest";
import { MapTable, viewCapture } from "../../../../src/js/bpf.ts";
import { findTypes, getLayout, openBtf, renderCTypes, renderLayout } from "../../../../src/js/btf.ts";
import { getPath } from "../../../../src/js/view/path.ts";
import { openCapture } from "../../../support/bpf-capture.ts";
import { readGoldenJson } from "../../../support/btf.ts";
import { BtfBuilder } from "../../../support/btf-builder.ts";
import { captureOf, type RecordedObject } from "../../../support/recorded-object.ts";

/** The examples of docs/formats/btf.md and docs/formats/bpf.md. */
describe("documented examples", () => {
  it("types", async () => {
    const builder = new BtfBuilder();
    const int = builder.int("int", 4, 1);
    builder.struct("task", 8, [
      { name: "pid", type: int, at: 0 },
      { name: "nice", type: int, at: 32 },
    ]);
    const btf = await openBtf(builder.build());
    const [id] = findTypes(btf, "struct task");
    expect(renderLayout(btf, id!)).toContain("\tint nice;  /*     4     4 */\n");
    expect(renderCTypes(btf, [id!])).toBe("struct task {\n\tint pid;\n\tint nice;\n};\n\n");
    expect(getLayout(btf, id!)?.fields.map(({ name }) => name)).toEqual(["pid", "nice"]);
    expect(btf.verify()).toEqual({ accepted: true });
    expect(() => findTypes(btf, "tusk")).toThrow("did you mean task");
  });

  it("maps", async () => {
    const object = await readGoldenJson<RecordedObject>("maps/o08_sched.json.gz");
    const snapshot = await openCapture(await captureOf(object));
    const view = viewCapture(snapshot);
    const tasks = view.map("scx_per_task");
    const sorted = new MapTable(tasks, snapshot.values).sort("key", "descending");
    const keys = sorted.page(0, 5).map((entry) => entry.key("").asU64());
    expect(keys).toEqual([...keys].sort((a, b) => (a < b ? 1 : -1)));
    const first = sorted.page(0, 1)[0]!;
    expect(sorted.filter((entry) => entry.key("").asU64() === keys[0]).length).toBe(1);
    const byPath = getPath(snapshot, `scx_per_task["${keys[0]}"]`);
    expect(byPath.name).toBe(first.keyText());
    expect(view.map("cpu_ctx_stor").at(0).cpuEach("").length).toBe(2);
  });
});
