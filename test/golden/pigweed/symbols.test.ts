import { describe, expect, it } from "vitest";
import { ElfImage } from "../../../src/js/abi/elf-image.ts";
import { readBuildId } from "../../../src/js/base/build-id.ts";
import { toHexString } from "../../../src/js/base/bytes.ts";
import { ElfFile } from "../../../src/js/base/elf-file.ts";
import { isSnapshotError } from "../../../src/js/base/errors.ts";
import { readWasm } from "../../support/core.ts";
import { testElfCore } from "../../support/elf-core.ts";
import buildIds from "./cases/build_ids.json";
import symbols from "./cases/symbols.json";

const urls = import.meta.glob<string>("./artifacts/*/*.elf", { query: "?url", import: "default", eager: true });

async function readElf(path: string): Promise<Uint8Array> {
  const url = urls[`./${path}`];
  if (url === undefined) return new TextEncoder().encode("not an elf");
  const bytes = await readWasm(url);
  return bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

describe("upstream's symbol tables", () => {
  it.each(Object.keys(symbols))("every address of %s has upstream's name, file and line", async (path) => {
    const core = await testElfCore();
    const image = new ElfImage(core, new ElfFile(await readElf(path)));
    const rows = symbols[path as keyof typeof symbols];
    const found = rows.map(([address]) => {
      const symbol = image.symbol(BigInt(address as string));
      return [address, core.demangle(symbol?.name ?? "", "llvm"), symbol?.place?.file ?? "", symbol?.place?.line ?? 0];
    });
    expect(found).toEqual(rows);
  });

  it.each(Object.entries(buildIds))("build id of %s", async (path, expected) => {
    const bytes = await readElf(path);
    const read = (): string => {
      try {
        const id = readBuildId(new ElfFile(bytes));
        return id === undefined ? "none" : toHexString(id);
      } catch (error) {
        return isSnapshotError(error) ? `!${error.code}` : String(error);
      }
    };
    const codes = { "!GnuBuildIdError": "!MalformedBuildId", "!ELFError": "!MalformedElf" };
    const kind = /^![A-Za-z]+/.exec(expected)?.[0];
    expect(read()).toBe(kind === undefined ? expected : codes[kind as keyof typeof codes]);
  });
});
