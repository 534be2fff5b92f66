import { describe, expect, it } from "vitest";
import { testElfCore } from "../../support/elf-core.ts";
import table from "./names.tsv?raw";

/** Names whose LLVM wording differs; docs/symbols.md says how. */
const KNOWN_DIFFERENCES = {
  gnu: [] as readonly string[],
  llvm: [
    // LLVM forgets the name of a lambda's constructor.
    "_ZN1AUlvE_C1Ev",
    // We keep the parentheses around operands of && that LLVM's precedences allow to drop.
    "_ZN3FooIXaaltLi1ELi2EltLi3ELi4EEE1fEv",
    // The second substitution does not exist; c++filt refuses the name as we do.
    "_ZZN1A1fIiEEvT_ENKUlS1_E_clES1_",
  ] as readonly string[],
};

const rows = table.split("\n").filter((line) => line !== "");

describe("demangled names", () => {
  it.each([
    ["gnu", 1],
    ["llvm", 2],
  ] as const)("equal the recorded ones (%s)", async (style, column) => {
    const core = await testElfCore();
    const different = rows
      .map((line) => line.split("\t"))
      .filter((cells) => core.demangle(cells[0]!, style) !== cells[column])
      .map((cells) => cells[0]!);
    expect(rows.length).toBeGreaterThan(1500);
    expect(different).toEqual(KNOWN_DIFFERENCES[style]);
  });

  it("have short forms that are the same for every build", async () => {
    const core = await testElfCore();
    expect(core.demangle("_ZNSsC1ERKSs", "short")).toBe(
      "std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string(std::string const&)",
    );
    expect(core.demangle("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE", "short")).toBe("core::fmt::Formatter::pad");
    expect(core.demangle("_RNvCs5TUvLSCJZTT_3foo3bar", "short")).toBe("foo::bar");
  });
});

describe("names that are not well formed", () => {
  it("stay as they are at every truncation", async () => {
    const core = await testElfCore();
    for (const line of rows.filter((_, i) => i % 20 === 0)) {
      const name = line.split("\t")[0]!;
      for (let length = 0; length < name.length; length++) {
        const cut = name.slice(0, length);
        expect(core.demangle(cut).length).toBeGreaterThanOrEqual(cut === "" ? 0 : 1);
      }
    }
  });

  it("end within the budget: nesting, substitution bombs, back references to themselves", async () => {
    const core = await testElfCore();
    const deep = [`_Z1f${"P".repeat(100_000)}i`, `_Z1f${"N".repeat(100_000)}`, `_Z${"1fI".repeat(30_000)}`];
    let doubling = "_Z1fSt4pairIiiE";
    for (let i = 1; i < 36; i++) {
      const id = i.toString(36).toUpperCase();
      doubling += `St4pairIS${id}_S${id}_E`;
    }
    const rust = [`_R${"Y".repeat(100_000)}`, `_RYT${"B2_".repeat(20_000)}E`, `_RINvC1a1fTTB8_B8_E${"B9_B9_E".repeat(50)}E`];
    for (const name of [...deep, doubling, ...rust]) {
      const text = core.demangle(name);
      expect(text.length).toBeLessThanOrEqual(Math.max(name.length, 65_536));
    }
  });
});
