import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ElfCore } from "../../src/js/abi/elf.ts";
import { ElfImage } from "../../src/js/abi/elf-image.ts";
import { ElfFile } from "../../src/js/base/elf-file.ts";
import { SnapshotError } from "../../src/js/base/errors.ts";
import { Btf, compileValue, renderEntries, renderLayout, TypeReader } from "../../src/js/btf.ts";
import { buildElf, symbolSections } from "../support/elf-builder.ts";
import { outcomes, PAGE } from "../support/memory-cap.ts";

describe("memory that the host refuses", () => {
  it("gives btf.wasm a coded limit at every page count, never a trap", async () => {
    const blob = Uint8Array.from(gunzipSync(readFileSync("test/golden/btf/vmlinux-6.18.btf.gz")));
    const { ends, initial, needed } = await outcomes(readFileSync("build/btf.wasm"), async (module) => {
      const btf = new Btf(module, blob);
      const id = btf.find("task_struct")!;
      const reader = new TypeReader(btf);
      const valueBytes = btf.sizeOf(id)!;
      const values = new Uint8Array(valueBytes * 20);
      const entries = { keys: new Uint8Array(0), keyBytes: 0, values, valueBytes, count: 20 };
      let bytes = 0;
      for (const chunk of renderEntries(reader, compileValue(reader, id, { dialect: "json" }), entries)) {
        bytes += chunk.length;
      }
      return { pages: Math.ceil(btf.core.memoryBytes / PAGE), text: `${renderLayout(btf, id)} ${bytes}` };
    });
    expect(needed).toBeGreaterThan(initial + 50);
    expect(new Set(ends)).toEqual(new Set(["LimitExceeded", "whole"]));
    expect(ends.at(-1)).toBe("whole");
  });

  it("loses no name of an ELF file without a word", async () => {
    const text = { name: ".text", flags: 6, address: 0x1000, bytes: new Uint8Array(0x40000) };
    const symbols = Array.from({ length: 20_000 }, (_, ix) => ({
      name: `function_number_${ix}`,
      value: 0x1000 + ix * 8,
      size: 8,
      type: 2,
      section: 1,
    }));
    const file = buildElf({ sections: [text, ...symbolSections(symbols, 3)] });
    const { ends, needed, initial } = await outcomes(readFileSync("build/elf.wasm"), async (module) => {
      const image = new ElfImage(new ElfCore(module), new ElfFile(file));
      const names = symbols.map(({ value }) => image.lookup(BigInt(value), (name) => name)?.name);
      const issue = image.issues.find(({ code }) => code === "LimitExceeded");
      if (issue !== undefined) throw new SnapshotError("LimitExceeded", issue.message);
      expect(names.filter((name) => name !== undefined)).toHaveLength(symbols.length);
      // The tables are built in an instance of their own, which needs more than what is kept.
      return { pages: 4 * Math.ceil(image.index.memoryBytes / PAGE), text: names.join() };
    });
    expect(needed).toBeGreaterThan(initial + 5);
    expect(new Set(ends)).toEqual(new Set(["LimitExceeded", "whole"]));
    expect(ends.at(-1)).toBe("whole");
  });
});
