import { describe, expect, it } from "vitest";
import { isSymbolMap, SymbolMap } from "../../../src/js/analysis/symbol-map.ts";
import { encodeUtf8 } from "../../../src/js/base/bytes.ts";

const KALLSYMS = `ffffffff81000000 T startup_64
ffffffff81000000 T _stext
ffffffff81000000 t local_alias
ffffffff81000110 T secondary_startup_64
0000000000000000 U undefined
ffffffffc0200000 t scx_init\t[scx_simple]
ffffffffc0200080 T last
`;

describe("SymbolMap", () => {
  const map = new SymbolMap("kallsyms", encodeUtf8(KALLSYMS));

  it.each([
    [0xffffffff80ffffffn, undefined, undefined],
    [0xffffffff81000000n, "_stext", undefined],
    [0xffffffff8100010fn, "_stext", undefined],
    [0xffffffff81000110n, "secondary_startup_64", undefined],
    [0xffffffffc020007fn, "scx_init", "[scx_simple]"],
    [0xffffffffc0200080n, "last", undefined],
    [0xffffffffc0200081n, undefined, undefined],
  ])("names %x", (address, name, file) => {
    expect(map.lookup(address)?.name).toBe(name);
    expect(map.lookup(address)?.file).toBe(file);
    expect(map.frames(address).map((frame) => frame.name)).toEqual(name === undefined ? [] : [name]);
  });

  it("gives the offset into the symbol", () => {
    expect(map.offsetOf(0xffffffff81000120n)).toBe(0x10n);
    expect(map.offsetOf(0n)).toBeUndefined();
  });

  it("is told by content", () => {
    expect(isSymbolMap(encodeUtf8(KALLSYMS))).toBe(true);
    expect(isSymbolMap(encodeUtf8("hello world\nffffffff81000000 T x\n"))).toBe(false);
    expect(isSymbolMap(new Uint8Array(0))).toBe(false);
  });

  it("says when the addresses are hidden, and refuses a file without symbols", () => {
    const hidden = new SymbolMap("k", encodeUtf8("0000000000000000 T a\n0000000000000000 T b\n"));
    expect(hidden.issues.map((issue) => issue.code)).toEqual(["MalformedSymbolMap"]);
    expect(() => new SymbolMap("k", encodeUtf8("nothing here\n"))).toThrowError(/no line is a symbol/);
  });
});
