import { describe, expect, it } from "vitest";
import twin from "../../assembly/elf/layout.ts?raw";
import { loadElfCore } from "../../src/js/abi/elf.ts";
import * as layout from "../../src/js/abi/elf-layout.ts";
import { BUILDS } from "../support/core.ts";
import { testElfCore } from "../support/elf-core.ts";

const EXPORTS = [
  "elf_abbreviations",
  "elf_abi_version",
  "elf_begin",
  "elf_demangle",
  "elf_entry_name",
  "elf_find",
  "elf_frames",
  "elf_keep",
  "elf_line_file",
  "elf_lines_begin",
  "elf_lines_finish",
  "elf_lines_step",
  "elf_mark",
  "elf_range_sections",
  "elf_rewind",
  "elf_scratch",
  "elf_symbols",
  "elf_unit_header",
  "elf_unit_root",
  "elf_use_symbols",
  "memory",
];

describe.each(BUILDS)("elf.wasm (%s)", (build) => {
  it("imports nothing", async () => {
    expect(WebAssembly.Module.imports((await testElfCore(build)).module)).toEqual([]);
  });

  it("exports exactly the documented names", async () => {
    const names = WebAssembly.Module.exports((await testElfCore(build)).module).map((e) => e.name);
    expect(names.sort()).toEqual(EXPORTS);
  });
});

describe("the seam of elf.wasm", () => {
  it("has the same constants on both sides", () => {
    const constant = (name: string): number =>
      Number(new RegExp(`^export const ${name}: u32 = (\\w+);`, "m").exec(twin)?.[1]?.replaceAll("_", ""));
    expect(constant("ABI_VERSION")).toBe(layout.ELF_ABI_VERSION);
    expect(constant("NONE")).toBe(layout.ELF_NONE);
    expect(constant("SYMBOL_STRIDE")).toBe(layout.SYMBOL_STRIDE);
    expect(constant("FRAME_STRIDE")).toBe(layout.FRAME_STRIDE);
    const upper = (name: string): string => name.replace(/[A-Z]/g, "_$&").toUpperCase();
    for (const [name, value] of Object.entries(layout.ELF_STATUS)) {
      expect([name, constant(`STATUS_${upper(name)}`)]).toEqual([name, value]);
    }
    for (const [name, value] of Object.entries(layout.STRING_KIND)) {
      expect([name, constant(`STRING_${upper(name)}`)]).toEqual([name, value]);
    }
  });

  it("refuses bytes that are no module", async () => {
    await expect(loadElfCore(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: "WasmUnavailable" });
  });
});
