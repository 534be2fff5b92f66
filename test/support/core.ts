import debugUrl from "../../build/core.debug.wasm?url";
import releaseUrl from "../../build/core.wasm?url";
import { type Core, loadCore } from "../../src/js/abi/core.ts";

/** Both builds of the core: every suite of test/abi runs on both. */
export const BUILDS = ["release", "debug"] as const;

export async function testCore(build: (typeof BUILDS)[number] = "release"): Promise<Core> {
  return loadCore(await readWasm(build === "release" ? releaseUrl : debugUrl));
}

export async function readWasm(url: string): Promise<BufferSource> {
  if (typeof process === "undefined" || process.versions?.node === undefined) return (await fetch(url)).arrayBuffer();
  const { readFile } = await import(/* @vite-ignore */ "node:fs/promises");
  const { pathToFileURL } = await import(/* @vite-ignore */ "node:url");
  return readFile(new URL(`.${url}`, pathToFileURL(`${process.cwd()}/`)));
}
