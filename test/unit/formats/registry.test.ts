import { expect, it } from "vitest";
import { loadFormat } from "../../../src/js/formats/plugin.ts";
import { FORMATS } from "../../../src/js/formats/registry.ts";

it.each(FORMATS.map((format) => [format.id, format] as const))(
  "%s is registered as it describes itself",
  async (id, entry) => {
    const plugin = await loadFormat(entry);
    expect([plugin.id, plugin.title, plugin.severalFiles]).toEqual([id, entry.title, entry.severalFiles]);
    expect(plugin.probe).toBe(entry.probe);
  },
);

it("registers each format once", () => {
  expect(new Set(FORMATS.map(({ id }) => id)).size).toBe(FORMATS.length);
});
