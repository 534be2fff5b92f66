import { describe, expect, it } from "vitest";
import twin from "../../assembly/layout.ts?raw";
import { loadCore } from "../../src/js/abi/core.ts";
import * as layout from "../../src/js/abi/layout.ts";
import { BUILDS, testCore } from "../support/core.ts";

const EXPORTS = [
  "abi_version",
  "cap_memory",
  "input_ptr",
  "issues_ptr",
  "memory",
  "pb_encode",
  "pb_scan",
  "reserve",
  "result_ptr",
  "schema_ptr",
  "tape_ptr",
  "tape_reserve",
];

describe.each(BUILDS)("core.wasm (%s)", (build) => {
  it("imports nothing", async () => {
    expect(WebAssembly.Module.imports((await testCore(build)).module)).toEqual([]);
  });

  it("exports exactly the documented names", async () => {
    const names = WebAssembly.Module.exports((await testCore(build)).module).map((e) => e.name);
    expect(names.sort()).toEqual(EXPORTS);
  });
});

describe("the seam", () => {
  it("has the same constants on both sides", () => {
    const constants = [...twin.matchAll(/^export const (\w+): u32 = (\d+);/gm)].map(([, name, value]) => [
      name,
      Number(value),
    ]);
    expect(constants.length).toBeGreaterThan(50);
    expect(Object.fromEntries(constants)).toEqual({ ...layout });
  });

  it("refuses a module of another ABI version, naming both", async () => {
    // (module (func (export "abi_version") (result i32) i32.const 99))
    const other = new Uint8Array([
      0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 7, 15, 1, 11, 0x61, 0x62, 0x69, 0x5f,
      0x76, 0x65, 0x72, 0x73, 0x69, 0x6f, 0x6e, 0, 0, 10, 7, 1, 5, 0, 0x41, 0xe3, 0, 0x0b,
    ]);
    await expect(loadCore(other)).rejects.toMatchObject({
      code: "AbiMismatch",
      fields: { found: 99, expected: layout.ABI_VERSION },
    });
  });

  it("says so when the bytes are no module", async () => {
    await expect(loadCore(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: "WasmUnavailable" });
  });
});
