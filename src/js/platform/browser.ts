/** Compiles a fetched module, streaming where the server sent `application/wasm`. */
export function compileResponse(response: Response): Promise<WebAssembly.Module> {
  const streams = response.headers.get("content-type")?.startsWith("application/wasm") === true;
  return streams ? WebAssembly.compileStreaming(response) : response.arrayBuffer().then((b) => WebAssembly.compile(b));
}
