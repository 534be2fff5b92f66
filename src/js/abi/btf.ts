import { SnapshotError } from "../base/errors.ts";
import { limitExceeded } from "../base/limits.ts";
import * as L from "./btf-layout.ts";
import { FIX_BYTES } from "./btf-plan.ts";

/** Exports of btf.wasm; assembly/btf/index.ts says what they do. */
interface BtfExports {
  readonly memory: WebAssembly.Memory;
  btf_abi_version(): number;
  btf_reserve(bytes: number): number;
  btf_mark(): number;
  btf_release(to: number): void;
  btf_add(ptr: number, bytes: number): number;
  btf_layers(): number;
  btf_layer_count(): number;
  btf_index(): number;
  btf_type_count(): number;
  btf_issues(): number;
  btf_issue_count(): number;
  btf_verify_blob(ptr: number, bytes: number, split: number): number;
  btf_verify_types(): number;
  btf_verdict(): number;
  btf_build_names(): number;
  btf_find(name: number, length: number, kinds: number): number;
  btf_find_next(id: number, kinds: number): number;
  btf_set_plan(program: number, pool: number, bigEndian: number): void;
  btf_set_output(start: number, bytes: number, fixes: number, fixCount: number): void;
  btf_run(keys: number, keyBytes: number, values: number, valueBytes: number, count: number): number;
  btf_run_result(): number;
}

const BTF_ABI_VERSION = 1;
/** Names up to this length are looked up without a reservation. */
const SCRATCH_BYTES = 1024;
const OUTPUT_BYTES = 1 << 20;
const MAX_OUTPUT_BYTES = 1 << 28;
/** Data is rendered in windows of about this many bytes. */
const DATA_WINDOW_BYTES = 1 << 20;

/** One thing that `add` found wrong. */
export interface BtfFault {
  /** A number of btf-codes.ts. */
  readonly code: number;
  /** Type concerned; 0 = the blob as a whole. */
  readonly typeId: number;
  /** Byte offset in the blob. */
  readonly offset: number;
  readonly found: number;
  readonly limit: number;
}

/** What the kernel would refuse; code 0 = nothing. */
export interface BtfRefusal {
  readonly code: number;
  readonly typeId: number;
  readonly errno: number;
  readonly a: number;
  readonly b: number;
}

export interface BtfLayer {
  readonly bigEndian: boolean;
  readonly firstId: number;
  readonly endId: number;
  readonly stringsFirst: number;
  readonly stringsLength: number;
  readonly stringsOff: number;
  readonly typesOff: number;
  readonly typesLength: number;
  readonly headerLength: number;
}

/** A program for the renderer: instructions of four words and their literals and tables. */
export interface RenderPlan {
  readonly program: Uint32Array;
  readonly pool: Uint8Array;
}

/** Entries of fixed sizes to render, one after another. */
export interface RenderInput {
  readonly keys: Uint8Array;
  readonly keyBytes: number;
  readonly values: Uint8Array;
  readonly valueBytes: number;
  readonly count: number;
  readonly bigEndian: boolean;
}

/** A place in rendered text that the caller fills in. */
export interface RenderFix {
  /** Byte position in `RenderChunk.text` where the text belongs. */
  readonly at: number;
  /** Bytes of the value from the byte that holds its first bit; may be longer than needed, up to the entry's end. */
  readonly bytes: Uint8Array;
  /** Bit offset of the value within the first byte of `bytes`. */
  readonly bitOffset: number;
  readonly width: number;
  readonly meaning: number;
}

export interface RenderChunk {
  /** Entries that this chunk holds. */
  readonly entries: number;
  readonly text: Uint8Array;
  readonly fixes: readonly RenderFix[];
  /** Values that lay beyond the end of the data. */
  readonly beyond: number;
}

/**
 * One chain of BTF blobs, resident in a Wasm instance of its own; freed as a whole when this object is. The only code
 * on this side that knows the layout of btf.wasm.
 */
export class BtfCore {
  private readonly wasm: BtfExports;
  private readonly scratch: number;
  private view: Uint32Array;
  private byteView: Uint8Array;
  private indexWord = 0;
  private named = false;
  private count = 1;
  private readonly blobs: { at: number; length: number; split: boolean }[] = [];

  constructor(module: WebAssembly.Module) {
    this.wasm = new WebAssembly.Instance(module, {}).exports as unknown as BtfExports;
    const found = this.wasm.btf_abi_version();
    if (found !== BTF_ABI_VERSION) {
      throw new SnapshotError(
        "AbiMismatch",
        `loading the BTF module: it is of ABI ${found}, expected ${BTF_ABI_VERSION}`,
        { fields: { found, expected: BTF_ABI_VERSION } },
      );
    }
    this.view = new Uint32Array(this.wasm.memory.buffer);
    this.byteView = new Uint8Array(this.wasm.memory.buffer);
    this.scratch = this.reserve(SCRATCH_BYTES);
  }

  /** Types of the whole chain, void included. */
  get typeCount(): number {
    return this.count;
  }

  get memoryBytes(): number {
    return this.wasm.memory.buffer.byteLength;
  }

  /**
   * Adds a blob on top of the chain.
   * @returns `L.STATUS_OK`, `L.STATUS_ISSUES` (readable in part) or `L.STATUS_UNREADABLE` (chain unchanged), with what
   * was found; at most 256 faults are kept, `total` counts all.
   */
  add(blob: Uint8Array): { readonly status: number; readonly faults: readonly BtfFault[]; readonly total: number } {
    const before = this.wasm.btf_issue_count() >>> 0;
    const split = this.wasm.btf_layer_count() > 0;
    const at = this.place(blob);
    const status = this.guard("btf_add", () => this.wasm.btf_add(at, blob.length));
    this.refresh();
    if (status === L.STATUS_MEMORY) throw memoryRefused(blob.length);
    this.blobs.push({ at, length: blob.length, split });
    this.count = this.wasm.btf_type_count() >>> 0;
    this.indexWord = (this.wasm.btf_index() >>> 0) >>> 2;
    this.named = false;
    const total = (this.wasm.btf_issue_count() >>> 0) - before;
    return { status, faults: this.readFaults(before), total };
  }

  layers(): BtfLayer[] {
    const words = this.view;
    const from = this.wasm.btf_layers() >>> 2;
    return Array.from({ length: this.wasm.btf_layer_count() }, (_, ix) => {
      const at = from + ix * (L.LAYER_STRIDE >>> 2);
      const word = (off: number): number => words[at + (off >>> 2)]!;
      return {
        bigEndian: word(L.LAYER_BIG_ENDIAN) !== 0,
        firstId: word(L.LAYER_FIRST_ID),
        endId: word(L.LAYER_END_ID),
        stringsFirst: word(L.LAYER_STRINGS_FIRST),
        stringsLength: word(L.LAYER_STRINGS_LENGTH),
        stringsOff: word(L.LAYER_STRINGS_OFF),
        typesOff: word(L.LAYER_TYPES_OFF),
        typesLength: word(L.LAYER_TYPES_LENGTH),
        headerLength: word(L.LAYER_HEADER_LENGTH),
      };
    });
  }

  /** The kernel's verdict on the blob that was added last, and on the types of the chain if it could be added. */
  verify(): BtfRefusal {
    const { at, length, split } = this.blobs.at(-1)!;
    const ok = this.guard("btf_verify", () => this.wasm.btf_verify_blob(at, length, split ? 1 : 0));
    if (ok !== 0) this.guard("btf_verify", () => this.wasm.btf_verify_types());
    this.refresh();
    const words = this.view;
    const v = this.wasm.btf_verdict() >>> 2;
    return {
      code: words[v]!,
      typeId: words[v + (L.VERDICT_TYPE >>> 2)]!,
      errno: words[v + (L.VERDICT_ERRNO >>> 2)]!,
      a: words[v + (L.VERDICT_A >>> 2)]!,
      b: words[v + (L.VERDICT_B >>> 2)]!,
    };
  }

  // -- records -----------------------------------------------------------------------------------------------------

  /**
   * All of memory as words, in this machine's order: records are read out of it with `recordAt`. Take it anew after a
   * call that may grow memory (`add`, a lookup, a render).
   */
  get words(): Uint32Array {
    return this.view;
  }

  /** Index into `words` of the record of type `id`; 0 for void and for ids that no type has. */
  recordAt(id: number): number {
    return id > 0 && id < this.count ? this.view[this.indexWord + id]! >>> 2 : 0;
  }

  /** Bytes of the string at `off` of the chain, without its NUL: a view of Wasm memory. Empty where there is none. */
  stringBytes(off: number): Uint8Array {
    const words = this.view;
    for (let ix = this.wasm.btf_layer_count() - 1; ix >= 0; ix--) {
      const layer = (this.wasm.btf_layers() + ix * L.LAYER_STRIDE) >>> 2;
      const first = words[layer + (L.LAYER_STRINGS_FIRST >>> 2)]!;
      if (off < first) continue;
      const length = words[layer + (L.LAYER_STRINGS_LENGTH >>> 2)]!;
      if (off - first >= length) break;
      const start = words[layer + (L.LAYER_STRINGS >>> 2)]!;
      const end = this.byteView.indexOf(0, start + off - first);
      return this.byteView.subarray(start + off - first, end < 0 || end > start + length ? start + length : end);
    }
    return this.byteView.subarray(0, 0);
  }

  // -- names -------------------------------------------------------------------------------------------------------

  /** The lowest id with that name among `kinds` (one bit per kind), or 0. Builds the name index when first called. */
  find(name: Uint8Array, kinds: number): number {
    this.nameIndex();
    if (name.length <= SCRATCH_BYTES) {
      this.byteView.set(name, this.scratch);
      return this.wasm.btf_find(this.scratch, name.length, kinds) >>> 0;
    }
    const mark = this.wasm.btf_mark();
    const at = this.place(name);
    const id = this.wasm.btf_find(at, name.length, kinds) >>> 0;
    this.wasm.btf_release(mark);
    return id;
  }

  /** The same for a name of ASCII, which is nearly every name; undefined for others. */
  findAscii(name: string, kinds: number): number | undefined {
    const { length } = name;
    if (length > SCRATCH_BYTES) return undefined;
    this.nameIndex();
    const bytes = this.byteView;
    for (let ix = 0; ix < length; ix++) {
      const code = name.charCodeAt(ix);
      if (code > 0x7f) return undefined;
      bytes[this.scratch + ix] = code;
    }
    return this.wasm.btf_find(this.scratch, length, kinds) >>> 0;
  }

  /** The next id with the name of `id`, or 0. */
  findNext(id: number, kinds: number): number {
    this.nameIndex();
    return this.wasm.btf_find_next(id, kinds) >>> 0;
  }

  private nameIndex(): void {
    if (this.named) return;
    const built = this.guard("btf_build_names", () => this.wasm.btf_build_names());
    this.refresh();
    if (built === 0) throw memoryRefused(this.count * 16);
    this.named = true;
  }

  // -- rendering ---------------------------------------------------------------------------------------------------

  /**
   * Runs a plan over entries, a window of data at a time. Chunks are copies; nothing is held between two steps, so
   * the consumer may stop at any of them.
   */
  *render(plan: RenderPlan, input: RenderInput): Generator<RenderChunk> {
    const perWindow = Math.max(1, Math.floor(DATA_WINDOW_BYTES / Math.max(1, input.keyBytes + input.valueBytes)));
    for (let done = 0; done < input.count; ) {
      const count = Math.min(perWindow, input.count - done);
      yield* this.renderWindow(plan, input, done, count);
      done += count;
    }
  }

  private renderWindow(plan: RenderPlan, input: RenderInput, start: number, count: number): RenderChunk[] {
    const chunks: RenderChunk[] = [];
    let done = 0;
    for (let outputBytes = OUTPUT_BYTES; done < count; outputBytes *= 4) {
      if (outputBytes > MAX_OUTPUT_BYTES) {
        throw limitExceeded("textLength", MAX_OUTPUT_BYTES, outputBytes, "rendering one entry");
      }
      const mark = this.wasm.btf_mark();
      const run = this.prepareRun(plan, input, start + done, count - done, outputBytes);
      for (let from = 0; done < count; ) {
        const chunk = this.runOnce(run, input, from, count - done);
        if (chunk.entries === 0) break;
        chunks.push(chunk);
        from += chunk.entries;
        done += chunk.entries;
      }
      this.wasm.btf_release(mark);
    }
    return chunks;
  }

  private prepareRun(
    plan: RenderPlan,
    input: RenderInput,
    done: number,
    count: number,
    outputBytes: number,
  ): RenderRun {
    const program = this.place(new Uint8Array(plan.program.buffer, plan.program.byteOffset, plan.program.byteLength));
    const pool = this.place(plan.pool);
    const keys = this.place(input.keys.subarray(done * input.keyBytes, (done + count) * input.keyBytes));
    const values = this.place(input.values.subarray(done * input.valueBytes, (done + count) * input.valueBytes));
    const output = this.reserve(outputBytes);
    const fixes = this.reserve(outputBytes >>> 4);
    this.wasm.btf_set_plan(program, pool, input.bigEndian ? 1 : 0);
    return { keys, values, output, outputBytes, fixes };
  }

  private runOnce(run: RenderRun, input: RenderInput, from: number, count: number): RenderChunk {
    const { keyBytes, valueBytes } = input;
    this.wasm.btf_set_output(run.output, run.outputBytes, run.fixes, Math.floor((run.outputBytes >>> 4) / FIX_BYTES));
    const keys = run.keys + from * keyBytes;
    const values = run.values + from * valueBytes;
    this.guard("btf_run", () => this.wasm.btf_run(keys, keyBytes, values, valueBytes, count));
    const result = this.wasm.btf_run_result() >>> 2;
    const [entries, length, fixCount, beyond] = this.view.subarray(result, result + 4) as unknown as number[];
    const memory = this.wasm.memory.buffer;
    const fixes = Array.from({ length: fixCount! }, (_, ix): RenderFix => {
      const row = new Uint32Array(memory, run.fixes + ix * FIX_BYTES, FIX_BYTES >>> 2);
      const at = row[1]! + (row[2]! >>> 3);
      const width = row[3]! & 0xffff;
      const bytes = new Uint8Array(memory, at, ((row[2]! & 7) + width + 7) >>> 3).slice();
      return { at: row[0]!, bytes, bitOffset: row[2]! & 7, width, meaning: row[3]! >>> 16 };
    });
    return { entries: entries!, text: new Uint8Array(memory, run.output, length).slice(), fixes, beyond: beyond! };
  }

  // -- memory ------------------------------------------------------------------------------------------------------

  private reserve(bytes: number): number {
    const at = this.wasm.btf_reserve(bytes) >>> 0;
    if (at === 0) throw memoryRefused(bytes);
    this.refresh();
    return at;
  }

  /** Memory that has grown has left the views behind. */
  private refresh(): void {
    if (this.view.buffer === this.wasm.memory.buffer) return;
    this.view = new Uint32Array(this.wasm.memory.buffer);
    this.byteView = new Uint8Array(this.wasm.memory.buffer);
  }

  private place(bytes: Uint8Array): number {
    const at = this.reserve(bytes.length);
    new Uint8Array(this.wasm.memory.buffer, at, bytes.length).set(bytes);
    return at;
  }

  private readFaults(from: number): BtfFault[] {
    const words = this.view;
    const start = this.wasm.btf_issues() >>> 2;
    const end = Math.min(this.wasm.btf_issue_count() >>> 0, L.MAX_ISSUES);
    return Array.from({ length: Math.max(0, end - from) }, (_, i) => {
      const at = start + (from + i) * (L.ISSUE_STRIDE >>> 2);
      return {
        code: words[at]!,
        typeId: words[at + 1]!,
        offset: words[at + 2]!,
        found: words[at + 3]!,
        limit: words[at + 4]!,
      };
    });
  }

  private guard(call: string, run: () => number): number {
    try {
      return run();
    } catch (cause) {
      throw new SnapshotError(
        "InternalError",
        `the BTF module failed in ${call}: ${String(cause)}; please report this`,
        {
          fields: { call, abi: BTF_ABI_VERSION },
          cause,
        },
      );
    }
  }
}

interface RenderRun {
  readonly keys: number;
  readonly values: number;
  readonly output: number;
  readonly outputBytes: number;
  readonly fixes: number;
}

function memoryRefused(bytes: number): SnapshotError {
  return new SnapshotError("LimitExceeded", `memory for ${bytes} bytes of BTF was refused`, {
    limit: { name: "memory", max: 0xffffffff, actual: bytes },
  });
}
