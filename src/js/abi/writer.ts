import { encodeUtf8 } from "../base/bytes.ts";
import { SnapshotError } from "../base/errors.ts";

/** Twin of assembly/writer/index.ts: the one file on this side that knows what writer.wasm exports. */
const WRITER_ABI_VERSION = 1;

interface WriterExports {
  readonly memory: WebAssembly.Memory;
  writer_abi_version(): number;
  writer_begin(kind: number): number;
  writer_buffer(length: number): number;
  writer_bytes(field: number): number;
  writer_string(field: number): number;
  writer_integer(field: number, value: bigint): number;
  writer_end(): number;
  writer_length(): number;
}

/**
 * Encodes records of `coldframe.bpf.Capture`, one at a time. Field numbers are those of proto/coldframe/bpf.proto;
 * a repeated field is set once per element. The caller keeps `begin` … `end` together.
 */
export class RecordEncoder {
  private readonly wasm: WriterExports;

  constructor(instance: WebAssembly.Instance) {
    this.wasm = instance.exports as unknown as WriterExports;
    const found = this.wasm.writer_abi_version();
    if (found !== WRITER_ABI_VERSION) {
      throw new SnapshotError(
        "AbiMismatch",
        `loading the writer: it is of ABI ${found}, expected ${WRITER_ABI_VERSION}`,
        {
          fields: { found, expected: WRITER_ABI_VERSION },
        },
      );
    }
  }

  /** @param kind field number of the record in Capture. */
  begin(kind: number): void {
    this.check(this.wasm.writer_begin(kind) !== 0, `record ${kind}`);
  }

  /** @param value taken modulo 2^64; bool as 0 or 1. */
  integer(field: number, value: bigint | number): void {
    const bits = BigInt.asIntN(64, BigInt(value));
    this.check(this.wasm.writer_integer(field, bits) !== 0, `integer field ${field}`);
  }

  text(field: number, value: string): void {
    this.fill(encodeUtf8(value));
    this.check(this.wasm.writer_string(field) !== 0, `string field ${field}`);
  }

  bytes(field: number, value: Uint8Array): void {
    this.fill(value);
    this.check(this.wasm.writer_bytes(field) !== 0, `bytes field ${field}`);
  }

  /** The record as one encoded Capture, a copy of the caller's own. */
  end(): Uint8Array<ArrayBuffer> {
    const at = this.wasm.writer_end() >>> 0;
    return new Uint8Array(this.wasm.memory.buffer.slice(at, at + (this.wasm.writer_length() >>> 0)));
  }

  private fill(value: Uint8Array): void {
    const at = this.wasm.writer_buffer(value.length) >>> 0;
    new Uint8Array(this.wasm.memory.buffer, at, value.length).set(value);
  }

  private check(ok: boolean, what: string): void {
    if (!ok) throw new SnapshotError("InternalError", `encoding a capture: no ${what}`, { fields: { call: what } });
  }
}

export async function loadWriter(source: WebAssembly.Module | BufferSource): Promise<RecordEncoder> {
  const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
  return new RecordEncoder(await WebAssembly.instantiate(module, {}));
}
