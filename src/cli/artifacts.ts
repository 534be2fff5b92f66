import { type FileHandle, open as openHandle, readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { compareText, SnapshotError } from "../js/index.ts";
import { fileNotReadable } from "../js/platform/node.ts";
import {
  type ArtifactFile,
  type ArtifactSet,
  isSymbolMap,
  type KernelOffset,
  loadArtifacts,
  type SymbolImage,
  type SymbolOptions,
} from "../js/symbols.ts";
import type { Call } from "./command.ts";
import { readOptionFile } from "./option-files.ts";

const HEAD_BYTES = 4096;
const MAGICS: readonly (readonly number[])[] = [
  [0x7f, 0x45, 0x4c, 0x46],
  [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e],
  [0x50, 0x4b, 0x03, 0x04],
  [0x1f, 0x8b],
  [0x28, 0xb5, 0x2f, 0xfd],
];

/** What `--artifacts` names, or undefined without the option. Files that could not be used are noted on stderr. */
export async function readArtifacts(call: Call): Promise<ArtifactSet | undefined> {
  const paths = call.options.list("artifacts");
  if (paths.length === 0) return undefined;
  const options = { limits: call.limits, kernelOffset: readKernelOffset(call) };
  const { set, issues } = await loadArtifacts(artifactFiles(call, paths), options);
  call.out.issues([...issues, ...set.issues]);
  return set;
}

/** What `--artifacts` and `--image` say, as options of `open`. @throws SnapshotError `ArtifactNotFound`, `UsageError` */
export async function readSymbols(call: Call): Promise<SymbolOptions> {
  const symbols = await readArtifacts(call);
  const image = call.options.last("image");
  if (symbols === undefined) {
    if (image !== undefined) throw new SnapshotError("UsageError", "--image needs --artifacts PATH");
    return {};
  }
  return image === undefined ? { symbols } : { symbolizer: getNamedImage(symbols, image) };
}

/** @throws SnapshotError `ArtifactNotFound` naming those that there are */
function getNamedImage(set: ArtifactSet, name: string): SymbolImage {
  const image = set.named(name);
  if (image !== undefined) return image;
  throw new SnapshotError("ArtifactNotFound", `choosing the artifact: none of ${set.images.length} is named ${name}`, {
    fields: { wanted: name },
    available: set.available,
  });
}

/** `--kernel-offset`: the number that a kernel prints when it panics, or `NAME=ADDRESS` of the running kernel. */
function readKernelOffset({ options }: Call): KernelOffset | undefined {
  const text = options.last("kernel-offset");
  if (text === undefined) return undefined;
  const [, name, number] = /^(?:([^\s=]+)=)?((?:0[xX][0-9a-fA-F]{1,16})|\d{1,20})$/.exec(text) ?? [];
  if (number === undefined || BigInt(number) >= 1n << 64n) {
    throw new SnapshotError("UsageError", `--kernel-offset ${text}: bytes (0x1a000000) or NAME=ADDRESS expected`);
  }
  return name === undefined ? BigInt(number) : { symbol: name, address: BigInt(number) };
}

async function* artifactFiles(call: Call, paths: readonly string[]): AsyncGenerator<ArtifactFile> {
  for (const path of paths) {
    const whole = resolve(call.host.cwd, path);
    const found = await stat(whole).catch((error: unknown) => {
      throw fileNotReadable(path, error);
    });
    if (!found.isDirectory()) {
      yield { ...(await readOptionFile(call, path)), name: path };
      continue;
    }
    const files = (await readdir(whole, { recursive: true })).map((name) => join(whole, name));
    for (const file of files.sort(compareText)) {
      if (call.signal.aborted) throw new SnapshotError("Cancelled", "reading the artifacts: stopped by a signal");
      if (await mayBeArtifact(file)) yield { ...(await readOptionFile(call, file)), name: file };
    }
  }
}

/** By the leading bytes, so that a build directory's other files are not read whole. */
async function mayBeArtifact(path: string): Promise<boolean> {
  let handle: FileHandle | undefined;
  try {
    handle = await openHandle(path);
    const { bytesRead, buffer } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    return (
      path.endsWith(".elf") || MAGICS.some((magic) => magic.every((byte, i) => head[i] === byte)) || isSymbolMap(head)
    );
  } catch {
    return false;
  } finally {
    await handle?.close();
  }
}
