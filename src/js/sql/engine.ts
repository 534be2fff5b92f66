import type { SqlJsStatic } from "sql.js";
import { SnapshotError } from "../base/errors.ts";

/** SQLite, compiled to WebAssembly. */
export type SqlEngine = SqlJsStatic;

/**
 * Loads SQLite (sql.js, 0.7 MB), the first time it is needed. By default its bytes are those shipped with the library;
 * hosts that refuse to compile at run time cannot use it.
 * @throws SnapshotError `WasmUnavailable`
 */
export async function loadSqlEngine(wasm?: ArrayBuffer): Promise<SqlEngine> {
  try {
    const { default: initSqlJs } = await import("sql.js/dist/sql-wasm-browser.js");
    return await initSqlJs({ wasmBinary: wasm ?? (await embeddedSqlite()) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SnapshotError("WasmUnavailable", `loading SQLite: ${reason}`, { fields: { reason }, cause });
  }
}

async function embeddedSqlite(): Promise<ArrayBuffer> {
  const { SQLITE_WASM_BASE64 } = await import("./sqlite.generated.ts");
  const text = atob(SQLITE_WASM_BASE64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}
