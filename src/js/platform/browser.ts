import { SnapshotError } from "../base/errors.ts";

/**
 * Fetches and compiles a module, streaming where the server sends `application/wasm`.
 * @throws SnapshotError `WasmUnavailable`
 */
export async function fetchCore(url: string | URL | Request): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) {
    const reason = `${response.status} ${response.statusText}`.trim();
    throw new SnapshotError("WasmUnavailable", `fetching the core: the server answered ${reason}`, {
      fields: { reason },
    });
  }
  return compileResponse(response);
}

export function compileResponse(response: Response): Promise<WebAssembly.Module> {
  const streams = response.headers.get("content-type")?.startsWith("application/wasm") === true;
  return streams ? WebAssembly.compileStreaming(response) : response.arrayBuffer().then((b) => WebAssembly.compile(b));
}
