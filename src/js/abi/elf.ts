import { decodeUtf8Lossy, encodeUtf8 } from "../base/bytes.ts";
import { SnapshotError } from "../base/errors.ts";
import { ELF_ABI_VERSION, ELF_STATUS, REFUSED_WORD, RESULT_WORDS } from "./elf-layout.ts";

/** Exports of elf.wasm; assembly/elf/abi.ts says what they do. */
interface ElfExports {
  readonly memory: WebAssembly.Memory;
  elf_abi_version(): number;
  elf_begin(littleEndian: number): number;
  elf_keep(n: number): number;
  elf_scratch(n: number): number;
  elf_mark(): number;
  elf_rewind(mark: number): void;
  elf_symbols(
    symbols: number,
    symbolsLength: number,
    names: number,
    namesLength: number,
    allocated: number,
    sectionCount: number,
    extended: number,
    extendedLength: number,
    is64: number,
    machine: number,
  ): number;
  elf_use_symbols(ptr: number, count: number): void;
  elf_lines_begin(ptr: number, length: number): void;
  elf_lines_step(byteBudget: number): number;
  elf_lines_finish(): number;
  elf_find(low: number, high: number): void;
  elf_line_file(unit: number, file: number): number;
  elf_abbreviations(ptr: number, length: number, offset: number): number;
  elf_unit_header(ptr: number, length: number, offset: number): number;
  elf_unit_root(ptr: number, length: number, offset: number): number;
  elf_range_sections(lists: number, listsLength: number, addresses: number, addressesLength: number): void;
  elf_frames(ptr: number, length: number, offset: number): number;
  elf_entry_name(
    ptr: number,
    length: number,
    unit: number,
    version: number,
    offsetSize: number,
    addressSize: number,
  ): number;
  elf_demangle(ptr: number, length: number, style: number): number;
}

/**
 * Wording of demangled names: `gnu` is c++filt's, `llvm` that of llvm-symbolizer, `short` is GNU's with `std::string`
 * for its template and without the hashes of Rust crates, so that it is the same for every build.
 */
export type DemangleStyle = "gnu" | "llvm" | "short";
const STYLE_BITS: Readonly<Record<DemangleStyle, number>> = { gnu: 0, llvm: 1, short: 2 };

/** One instance of elf.wasm. Freed as a whole by the garbage collector. */
export class ElfInstance {
  readonly wasm: ElfExports;
  private readonly resultAt: number;
  private words: Uint32Array;

  constructor(module: WebAssembly.Module, littleEndian: boolean) {
    this.wasm = new WebAssembly.Instance(module, {}).exports as unknown as ElfExports;
    this.resultAt = this.wasm.elf_begin(littleEndian ? 1 : 0) >>> 0;
    this.words = new Uint32Array(this.wasm.memory.buffer, this.resultAt, RESULT_WORDS);
  }

  get memoryBytes(): number {
    return this.wasm.memory.buffer.byteLength;
  }

  /** Result words of the last call. A view: valid until the next one. */
  get result(): Uint32Array {
    if (this.words.length === 0) this.words = new Uint32Array(this.wasm.memory.buffer, this.resultAt, RESULT_WORDS);
    return this.words;
  }

  /** Copies bytes in until `rewind`. @throws SnapshotError `LimitExceeded` when memory is refused. */
  load(bytes: Uint8Array): number {
    return this.place(bytes, this.wasm.elf_scratch(bytes.length) >>> 0);
  }

  /** Copies bytes in for good. @throws SnapshotError `LimitExceeded` when memory is refused. */
  keep(bytes: Uint8Array): number {
    return this.place(bytes, this.wasm.elf_keep(bytes.length) >>> 0);
  }

  /** Copies `length` bytes out. */
  copyOut(at: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.wasm.memory.buffer, at, length).slice();
  }

  /**
   * Runs a call; a trap is a bug of ours.
   * @throws SnapshotError `InternalError`; `LimitExceeded` when memory was refused meanwhile, whatever the call says
   */
  guard<T>(call: string, run: () => T): T {
    this.result[REFUSED_WORD] = 0;
    let answer: T;
    try {
      answer = run();
    } catch (cause) {
      throw trapped(call, cause);
    }
    if (this.result[REFUSED_WORD] !== 0) throw memoryRefused(this.memoryBytes);
    return answer;
  }

  private place(bytes: Uint8Array, at: number): number {
    if (at === 0) throw memoryRefused(bytes.length);
    new Uint8Array(this.wasm.memory.buffer, at, bytes.length).set(bytes);
    return at;
  }
}

function memoryRefused(actual: number): SnapshotError {
  return new SnapshotError("LimitExceeded", `memory for ${actual} bytes was refused`, {
    limit: { name: "memory", max: 0xffff_ffff, actual },
  });
}

/** A trap is a bug of ours. */
export function trapped(call: string, cause: unknown): SnapshotError {
  return new SnapshotError("InternalError", `elf.wasm failed in ${call}: ${String(cause)}; please report this`, {
    fields: { call, abi: ELF_ABI_VERSION },
    cause,
  });
}

/** The compiled elf.wasm. Passed explicitly; there is no global one. */
export class ElfCore {
  readonly module: WebAssembly.Module;
  private demangler: ElfInstance | undefined;

  constructor(module: WebAssembly.Module) {
    this.module = module;
  }

  instance(littleEndian: boolean): ElfInstance {
    return new ElfInstance(this.module, littleEndian);
  }

  /** Readable text of a C++ (Itanium) or Rust name; the name itself if it is neither, or is not well formed. */
  demangle(name: string, style: DemangleStyle = "gnu"): string {
    if (!/^_(Z|R|GLOBAL_)/.test(name)) return name;
    this.demangler ??= this.instance(true);
    const { demangler } = this;
    demangler.wasm.elf_rewind(0);
    const bytes = encodeUtf8(name);
    const at = demangler.load(bytes);
    const call = (): number => demangler.wasm.elf_demangle(at, bytes.length, STYLE_BITS[style]);
    if (demangler.guard("elf_demangle", call) !== ELF_STATUS.ok) return name;
    const [start, length] = demangler.result;
    return decodeUtf8Lossy(demangler.copyOut(start!, length!));
  }
}

/**
 * Compiles (where needed) and checks elf.wasm.
 * @throws SnapshotError `WasmUnavailable`, `AbiMismatch`.
 */
export async function loadElfCore(source: WebAssembly.Module | BufferSource): Promise<ElfCore> {
  const module = source instanceof WebAssembly.Module ? source : await compile(source);
  const found = new ElfInstance(module, true).wasm.elf_abi_version();
  if (found !== ELF_ABI_VERSION) {
    throw new SnapshotError("AbiMismatch", `loading elf.wasm: it is of ABI ${found}, expected ${ELF_ABI_VERSION}`, {
      fields: { found, expected: ELF_ABI_VERSION },
    });
  }
  return new ElfCore(module);
}

async function compile(source: BufferSource): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(source);
  } catch (cause) {
    throw new SnapshotError("WasmUnavailable", `compiling elf.wasm: ${String(cause)}`, {
      fields: { reason: String(cause) },
      cause,
    });
  }
}
