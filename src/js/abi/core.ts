import { SnapshotError } from "../base/errors.ts";
import * as L from "./layout.ts";
import { RowMemory } from "./row-memory.ts";
import type { CompiledSchema } from "./schema.ts";

/** Exports of core.wasm; assembly/abi.ts says what they do. */
interface CoreExports {
  readonly memory: WebAssembly.Memory;
  abi_version(): number;
  reserve(schemaBytes: number, inputBytes: number, maxTapeBytes: number): number;
  schema_ptr(): number;
  input_ptr(): number;
  tape_ptr(): number;
  issues_ptr(): number;
  result_ptr(): number;
  cap_memory(pages: number): void;
  pb_scan(message: number, length: number, flags: number, depth: number, steps: number, softTapeBytes: number): number;
  tape_reserve(words: number): number;
  pb_encode(message: number, tapeWords: number): number;
}

export interface ScanLimits {
  readonly depth: number;
  readonly steps: number;
  /** Hard limit of the tape of one window. */
  readonly tapeBytes: number;
  /** A window ends early when its tape has grown beyond this. */
  readonly softTapeBytes: number;
}

/** What one window gave. The arrays are views of Wasm memory: valid until the next call on the same core. */
export interface ScanResult {
  readonly status: number;
  readonly reason: number;
  /** Bytes of the window that were read; what follows is left for the next window. */
  readonly consumed: number;
  readonly tape: Uint32Array;
  readonly issueCount: number;
  readonly issues: Uint32Array;
  readonly steps: number;
}

/** Modules of the package beside the core: loaded when a format needs them. */
export type ModuleName = "btf" | "elf" | "writer";
/** Where those modules come from: compiled, or their bytes. */
export type ModuleSource = (name: ModuleName) => Promise<WebAssembly.Module | BufferSource>;

/** Linear memory never shrinks: an instance that has grown beyond this is dropped after the call. */
const KEEP_MEMORY_BYTES = 64 * 1024 * 1024;

/**
 * One instance of core.wasm at a time, passed explicitly; there is no global one. A trap is a bug of ours: the
 * instance is thrown away and `InternalError` raised.
 */
export class Core {
  readonly module: WebAssembly.Module;
  readonly rowMemory: RowMemory = new RowMemory();
  private wasm: CoreExports | undefined;
  private loaded: Uint32Array | undefined;
  private pageCap: number | undefined;
  private readonly modules = new Map<ModuleName, WebAssembly.Module>();

  constructor(module: WebAssembly.Module) {
    this.module = module;
  }

  /** Test hook and host limit: Wasm memory is refused beyond so many 64 KiB pages. */
  capMemory(pages: number): void {
    this.pageCap = pages;
    this.wasm = undefined;
  }

  /** Bytes of Wasm memory held now. */
  get memoryBytes(): number {
    return this.wasm?.memory.buffer.byteLength ?? 0;
  }

  /**
   * Makes a further module available to `getModule`; once loaded it stays.
   * @throws SnapshotError `WasmUnavailable` if there is no source or it gives no module.
   */
  async loadModule(name: ModuleName, source: ModuleSource | undefined): Promise<WebAssembly.Module> {
    const found = this.modules.get(name);
    if (found !== undefined) return found;
    if (source === undefined) throw moduleUnavailable(name, "the host gave none");
    const given = await source(name);
    const module = given instanceof WebAssembly.Module ? given : await compile(given);
    this.modules.set(name, module);
    return module;
  }

  /** A module that `loadModule` has loaded. @throws SnapshotError `WasmUnavailable` */
  getModule(name: ModuleName): WebAssembly.Module {
    const module = this.modules.get(name);
    if (module === undefined) throw moduleUnavailable(name, "it was not loaded");
    return module;
  }

  /** Scans one window of input. @throws SnapshotError `LimitExceeded` when memory for the input itself is refused. */
  scan(schema: CompiledSchema, messageIx: number, input: Uint8Array, flags: number, limits: ScanLimits): ScanResult {
    const wasm = this.instance();
    this.place(wasm, schema, input, limits.tapeBytes);
    const status = this.guard("pb_scan", () =>
      wasm.pb_scan(messageIx, input.length, flags, limits.depth, limits.steps, limits.softTapeBytes),
    );
    const result = new Uint32Array(wasm.memory.buffer, wasm.result_ptr(), L.RESULT_WORDS);
    return {
      status,
      reason: result[L.RESULT_REASON]!,
      consumed: result[L.RESULT_CONSUMED]!,
      tape: new Uint32Array(wasm.memory.buffer, wasm.tape_ptr(), result[L.RESULT_TAPE_WORDS]!),
      issueCount: result[L.RESULT_ISSUES]!,
      issues: new Uint32Array(wasm.memory.buffer, wasm.issues_ptr(), result[L.RESULT_ISSUE_WORDS]!),
      steps: result[L.RESULT_STEPS]!,
    };
  }

  /**
   * Writes the message whose rows are `tape` (row 0 is the root) and whose strings and bytes are in `heap`.
   * @returns the bytes, copied out.
   */
  encode(schema: CompiledSchema, messageIx: number, tape: Uint32Array, heap: Uint8Array): Uint8Array<ArrayBuffer> {
    const wasm = this.instance();
    this.place(wasm, schema, heap, 0xffffffff);
    const status = this.guard("pb_encode", () => {
      if (wasm.tape_reserve(tape.length) !== L.STATUS_OK) return L.STATUS_LIMIT;
      new Uint32Array(wasm.memory.buffer, wasm.tape_ptr(), tape.length).set(tape);
      return wasm.pb_encode(messageIx, tape.length);
    });
    if (status !== L.STATUS_OK) throw memoryRefused(tape.byteLength + heap.length);
    const result = new Uint32Array(wasm.memory.buffer, wasm.result_ptr(), L.RESULT_WORDS);
    const at = result[L.RESULT_CONSUMED]!;
    const bytes = new Uint8Array(wasm.memory.buffer, at, result[L.RESULT_OUTPUT_BYTES]!).slice();
    this.release();
    return bytes;
  }

  /** Drops an instance that has grown large. Views of its memory that are still held keep it alive. */
  release(): void {
    if (this.memoryBytes > KEEP_MEMORY_BYTES) this.wasm = undefined;
  }

  private place(wasm: CoreExports, schema: CompiledSchema, input: Uint8Array, maxTapeBytes: number): void {
    const status = wasm.reserve(schema.words.byteLength, input.length, Math.min(maxTapeBytes, 0xffffffff));
    if (status !== L.STATUS_OK) throw memoryRefused(input.length);
    if (this.loaded !== schema.words) {
      new Uint32Array(wasm.memory.buffer, wasm.schema_ptr(), schema.words.length).set(schema.words);
      this.loaded = schema.words;
    }
    new Uint8Array(wasm.memory.buffer, wasm.input_ptr(), input.length).set(input);
  }

  private instance(): CoreExports {
    if (this.wasm === undefined) {
      this.wasm = new WebAssembly.Instance(this.module, {}).exports as unknown as CoreExports;
      this.loaded = undefined;
      if (this.pageCap !== undefined) this.wasm.cap_memory(this.pageCap);
    }
    return this.wasm;
  }

  private guard(call: string, run: () => number): number {
    try {
      return run();
    } catch (cause) {
      this.wasm = undefined;
      throw new SnapshotError("InternalError", `the core failed in ${call}: ${String(cause)}; please report this`, {
        fields: { call, abi: L.ABI_VERSION },
        cause,
      });
    }
  }
}

/**
 * Compiles (where needed) and checks core.wasm.
 * @throws SnapshotError `WasmUnavailable`, `AbiMismatch`.
 */
export async function loadCore(source: WebAssembly.Module | BufferSource): Promise<Core> {
  const module = source instanceof WebAssembly.Module ? source : await compile(source);
  const found = (new WebAssembly.Instance(module, {}).exports as unknown as CoreExports).abi_version();
  if (found !== L.ABI_VERSION) {
    throw new SnapshotError("AbiMismatch", `loading the core: it is of ABI ${found}, expected ${L.ABI_VERSION}`, {
      fields: { found, expected: L.ABI_VERSION },
    });
  }
  return new Core(module);
}

async function compile(source: BufferSource): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(source);
  } catch (cause) {
    throw new SnapshotError("WasmUnavailable", `compiling the core: ${String(cause)}`, {
      fields: { reason: String(cause) },
      cause,
    });
  }
}

function moduleUnavailable(name: ModuleName, reason: string): SnapshotError {
  return new SnapshotError("WasmUnavailable", `loading the module ${name}: ${reason}`, { fields: { reason } });
}

function memoryRefused(bytes: number): SnapshotError {
  return new SnapshotError("LimitExceeded", `memory for ${bytes} bytes was refused`, {
    limit: { name: "memory", max: 0xffffffff, actual: bytes },
  });
}
