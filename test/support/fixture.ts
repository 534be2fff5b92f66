/** Bytes of a file that vite knows by its URL (`import url from "…?url"` or `import.meta.glob`), in Node and Chromium. */
export async function readFixture(url: string): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof process === "undefined" || process.versions?.node === undefined) {
    return new Uint8Array(await (await fetch(url)).arrayBuffer());
  }
  const { readFile } = await import(/* @vite-ignore */ "node:fs/promises");
  return new Uint8Array(await readFile(`${process.cwd()}${url}`));
}
