import debugUrl from "../../build/btf.debug.wasm?url";
import releaseUrl from "../../build/btf.wasm?url";
import { gunzip, isGzip } from "../../src/js/archive/gunzip.ts";
import { decodeBase64 } from "../../src/js/base/base64.ts";
import { decodeUtf8Lossy } from "../../src/js/base/bytes.ts";
import { type JsonValue, parseJson } from "../../src/js/base/json.ts";
import { DEFAULT_LIMITS } from "../../src/js/base/limits.ts";
import { Btf, type BtfOptions } from "../../src/js/formats/bpf/btf/btf.ts";
import { readWasm } from "./core.ts";
import { readFixture } from "./fixture.ts";

export const BUILDS = ["release", "debug"] as const;
export type Build = (typeof BUILDS)[number];

const GOLDEN = import.meta.glob<string>(["../golden/btf/**/*.gz", "../golden/btf/*.json"], {
  query: "?url",
  import: "default",
  eager: true,
});

/** The compiled module of a build of btf.wasm. */
export async function btfModule(build: Build = "release"): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readWasm(build === "release" ? releaseUrl : debugUrl));
}

export async function openBtf(blob: Uint8Array, options: BtfOptions = {}, build: Build = "release"): Promise<Btf> {
  return new Btf(await btfModule(build), blob, options);
}

/** A file of test/golden/btf, decompressed. */
async function readGolden(name: string): Promise<Uint8Array> {
  const url = GOLDEN[`../golden/btf/${name}`];
  if (url === undefined) throw new Error(`no golden file ${name}`);
  const bytes = await readFixture(url);
  // A browser has taken the compression off already.
  return isGzip(bytes) ? gunzip(bytes, DEFAULT_LIMITS).bytes : bytes;
}

/** JSON of test/golden/btf without loss: integers beyond 2^53 are bigint. */
export async function readGoldenExact(name: string): Promise<unknown> {
  return toPlain(parseJson(decodeUtf8Lossy(await readGolden(name))));
}

function toPlain(value: JsonValue): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [key, toPlain(member)]));
  return value;
}

/** JSON of test/golden/btf. Numbers beyond 2^53 lose digits: for files that have none where it matters. */
export async function readGoldenJson<T>(name: string): Promise<T> {
  return JSON.parse(decodeUtf8Lossy(await readGolden(name))) as T;
}

export function fromBase64(text: string): Uint8Array {
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw new Error("not base64");
  return bytes;
}

let vmlinux: Promise<Btf> | undefined;

/** BTF of a whole kernel, opened once per test file. */
export function openVmlinux(): Promise<Btf> {
  vmlinux ??= readGolden("vmlinux-6.18.btf.gz").then((blob) => openBtf(blob, { name: "vmlinux" }));
  return vmlinux;
}
