import { gunzipSync } from "fflate";
import type { Core } from "../../src/js/abi/core.ts";
import { encodeUtf8 } from "../../src/js/base/bytes.ts";
import { withLimits } from "../../src/js/base/limits.ts";
import { decodeGoroutines } from "../../src/js/formats/goroutines/decode.ts";
import type { DumpRecord, GoroutinesNative } from "../../src/js/formats/goroutines/native.ts";
import type { SnapshotParts } from "../../src/js/model/snapshot.ts";
import { testCore } from "./core.ts";
import { readFixture } from "./fixture.ts";

const urls = import.meta.glob<string>(["../golden/goroutines/**/*", "!../golden/goroutines/**/*.ts"], {
  query: "?url",
  import: "default",
  eager: true,
});

/** Paths below test/golden/goroutines, sorted. */
export const GOROUTINE_FILES: readonly string[] = Object.keys(urls)
  .map((path) => path.replace("../golden/goroutines/", ""))
  .sort();

/** Bytes of a fixture, gunzipped. */
export async function goroutineFixture(path: string): Promise<Uint8Array> {
  const url = urls[`../golden/goroutines/${path}`];
  if (url === undefined) throw new Error(`no fixture ${path}`);
  const bytes = await readFixture(url);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

export async function goroutineJson<T>(path: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await goroutineFixture(path))) as T;
}

export async function goroutineText(path: string): Promise<string> {
  return new TextDecoder().decode(await goroutineFixture(path));
}

let core: Promise<Core> | undefined;

/** Snapshots of files given together, by name. */
export async function readGoroutines(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<readonly SnapshotParts[]> {
  core ??= testCore();
  const inputs = Object.entries(files).map(([name, content]) => ({
    name,
    bytes: typeof content === "string" ? encodeUtf8(content) : content,
  }));
  return decodeGoroutines(await core, inputs, { options: {}, limits: withLimits() });
}

/** The only snapshot of one text. */
export async function readDump(content: string | Uint8Array, name = "app.txt"): Promise<SnapshotParts> {
  const all = await readGoroutines({ [name]: content });
  if (all.length !== 1) throw new Error(`${all.length} snapshots`);
  return all[0]!;
}

export function nativeOf(parts: SnapshotParts): GoroutinesNative {
  return parts.native as GoroutinesNative;
}

export function recordOf(parts: SnapshotParts): DumpRecord {
  return nativeOf(parts).dumps[0]!;
}
