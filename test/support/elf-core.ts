import debugUrl from "../../build/elf.debug.wasm?url";
import releaseUrl from "../../build/elf.wasm?url";
import { type ElfCore, loadElfCore } from "../../src/js/abi/elf.ts";
import { type BUILDS, readWasm } from "./core.ts";

/** Both builds of elf.wasm. */
export async function testElfCore(build: (typeof BUILDS)[number] = "release"): Promise<ElfCore> {
  return loadElfCore(await readWasm(build === "release" ? releaseUrl : debugUrl));
}
