import { type ElfCore, loadElfCore } from "../abi/elf.ts";
import { unpack } from "../archive/unpack.ts";
import { append } from "../base/append.ts";
import { isSnapshotError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import { type Limits, withLimits } from "../base/limits.ts";
import { embeddedModule } from "../platform/embedded.ts";
import { ArtifactSet } from "./artifact-set.ts";
import type { KernelOffset } from "./kernel-offset.ts";

export interface ArtifactFile {
  /** Path for messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ArtifactOptions {
  readonly limits?: Partial<Limits> | undefined;
  /** The compiled elf.wasm, its bytes, or an instance of it; the embedded one by default. */
  readonly core?: ElfCore | WebAssembly.Module | BufferSource | undefined;
  /** Where the kernel was (KASLR), for System.map and vmlinux; `/proc/kallsyms` has the running addresses already. */
  readonly kernelOffset?: KernelOffset | undefined;
}

export interface LoadedArtifacts {
  readonly set: ArtifactSet;
  /** What could not be unpacked. */
  readonly issues: readonly Issue[];
}

/** @throws SnapshotError `WasmUnavailable`, `AbiMismatch` */
export async function openElfCore(source?: ArtifactOptions["core"]): Promise<ElfCore> {
  if (source === undefined) return loadElfCore(await embeddedModule("elf"));
  return "module" in source ? source : loadElfCore(source);
}

/**
 * Images, libraries and kernel symbol maps as a source of names. gzip, zstd and zip are looked into; files that are no
 * artifacts are passed over.
 * @throws SnapshotError `ArtifactNotFound` for a `kernelOffset` that fits none of them
 */
export async function loadArtifacts(
  files: Iterable<ArtifactFile> | AsyncIterable<ArtifactFile>,
  options: ArtifactOptions = {},
): Promise<LoadedArtifacts> {
  const limits = withLimits(options.limits);
  const set = new ArtifactSet(await openElfCore(options.core), limits);
  const issues: Issue[] = [];
  for await (const file of files) {
    try {
      const unpacked = await unpack(file, limits);
      append(issues, unpacked.issues);
      for (const inner of unpacked.files) {
        set.add(inner.path === undefined ? file.name : `${file.name}/${inner.path}`, inner.bytes);
      }
    } catch (error) {
      if (!isSnapshotError(error)) throw error;
      issues.push({ code: error.code, severity: "warning", message: error.message, input: file.name });
    }
  }
  if (options.kernelOffset !== undefined) set.moveKernel(options.kernelOffset);
  return { set, issues };
}
