import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ElfCore } from "../../src/js/abi/elf.ts";
import { ElfImage } from "../../src/js/abi/elf-image.ts";
import { ElfFile } from "../../src/js/base/elf-file.ts";
import { isSnapshotError, SnapshotError } from "../../src/js/base/errors.ts";
import { Btf, compileValue, renderEntries, renderLayout, TypeReader } from "../../src/js/btf.ts";
import { buildElf, symbolSections } from "../support/elf-builder.ts";

const PAGE = 65_536;
const MEMORY_SECTION = 5;

interface Limits {
  readonly at: number;
  readonly end: number;
  readonly initial: number;
}

/** The memory of a module: where its limits are in the bytes, and how many pages it starts with. */
function findMemory(wasm: Uint8Array): Limits {
  for (let at = 8; at < wasm.length; ) {
    const id = wasm[at]!;
    const size = readLeb(wasm, at + 1);
    const body = size.next;
    if (id === MEMORY_SECTION) {
      const initial = readLeb(wasm, body + 2);
      return { at: body, end: body + size.value, initial: initial.value };
    }
    at = body + size.value;
  }
  throw new Error("the module has no memory");
}

function readLeb(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  for (let at = from; ; at++) {
    value += (bytes[at]! & 127) * 2 ** (7 * (at - from));
    if (bytes[at]! < 128) return { value, next: at + 1 };
  }
}

const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);

/** The module with a memory that never grows beyond `pages`. */
function capModule(wasm: Uint8Array, pages: number): WebAssembly.Module {
  const { at, end, initial } = findMemory(wasm);
  const body = [1, 1, ...leb(initial), ...leb(pages)];
  const head = at - 1 - (at - 1 > 0 && wasm[at - 2] !== MEMORY_SECTION ? 1 : 0);
  return new WebAssembly.Module(
    Uint8Array.from([...wasm.subarray(0, head), ...leb(body.length), ...body, ...wasm.subarray(end)]),
  );
}

/** Runs `work` with every number of pages from the initial one to what it needs. @returns how each run ended. */
async function outcomes(
  wasm: Uint8Array,
  work: (module: WebAssembly.Module) => Promise<{ pages: number; text: string }>,
) {
  const whole = await work(new WebAssembly.Module(wasm as BufferSource));
  const { initial } = findMemory(wasm);
  const ends: string[] = [];
  for (let pages = initial; pages <= whole.pages; pages++) {
    try {
      const { text } = await work(capModule(wasm, pages));
      ends.push(text === whole.text ? "whole" : "lost without a word");
    } catch (error) {
      if (!isSnapshotError(error)) throw error;
      ends.push(error.code);
    }
  }
  return { ends, initial, needed: whole.pages };
}

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
