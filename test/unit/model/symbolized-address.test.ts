import { describe, expect, it } from "vitest";
import { symbolizeAddress, symbolizeStack } from "../../../src/js/model/symbolized-address.ts";
import type { SymbolImage } from "../../../src/js/model/symbols.ts";

/** Functions of 16 bytes each: the name is the number of the function. */
const image: SymbolImage = {
  name: "image",
  arch: "arm",
  issues: [],
  lookup: (address) => ({ name: `f${address >> 4n}` }),
  frames: (address) => [{ name: `f${address >> 4n}`, inlined: false }],
};

describe("symbolizeAddress", () => {
  it("clears the Thumb bit and looks inside the call before a return address", () => {
    expect(symbolizeAddress(image, 0x31n, "instruction")).toMatchObject({ lookedUp: 0x30n, frames: [{ name: "f3" }] });
    expect(symbolizeAddress(image, 0x31n, "return")).toMatchObject({ lookedUp: 0x2fn, frames: [{ name: "f2" }] });
    expect(symbolizeAddress({ ...image, arch: "riscv" }, 0x31n, "instruction").lookedUp).toBe(0x31n);
    expect(symbolizeAddress(image, 0n, "return").lookedUp).toBe(0n);
  });

  it("names neither values that were not captured nor marks of an exception return", () => {
    expect(symbolizeAddress(image, 0xffff_ffffn, "instruction")).toMatchObject({ frames: [], special: "not-captured" });
    expect(symbolizeAddress(image, 0xffff_fff9n, "return")).toMatchObject({ frames: [], special: "exception-return" });
    expect(symbolizeAddress({ ...image, arch: "x86_64" }, 0xffff_fff9n, "return").special).toBeUndefined();
  });

  it("keeps addresses without an image", () => {
    expect(symbolizeAddress(undefined, 0x1234n, "return", { arch: "arm" })).toEqual({
      address: 0x1234n,
      lookedUp: 0x1233n,
      role: "return",
      frames: [],
    });
  });
});

describe("symbolizeStack", () => {
  it("takes the first address as an instruction and the others as return addresses", () => {
    const stack = symbolizeStack(image, [0x40n, 0x40n, 0x51n]);
    expect(stack.map(({ role, frames }) => [role, frames[0]!.name])).toEqual([
      ["instruction", "f4"],
      ["return", "f3"],
      ["return", "f4"],
    ]);
    expect(symbolizeStack(image, [0x40n], { topRole: "return" })[0]!.frames[0]!.name).toBe("f3");
  });
});
