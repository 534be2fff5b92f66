import type { RenderChunk, RenderFix, RenderInput, RenderPlan } from "../../../abi/btf.ts";
import { concatBytes, decodeUtf8Lossy, encodeUtf8 } from "../../../base/bytes.ts";
import { toHex } from "../../../base/int64.ts";
import { readUnsigned } from "../values/bits.ts";
import { floatText } from "../values/floats.ts";
import type { TypedNode, TypeReader } from "../values/typed-node.ts";
import { type CompileOptions, compileValue } from "./compile.ts";
import { FIX } from "./dialect.ts";

/** Entries of fixed sizes, one after another. */
export interface EntryBytes {
  readonly keys: Uint8Array;
  readonly keyBytes: number;
  readonly values: Uint8Array;
  readonly valueBytes: number;
  readonly count: number;
}

/** UTF-8 text of entries, in chunks of whole entries. The consumer may stop at any chunk. */
export function* renderEntries(reader: TypeReader, plan: RenderPlan, entries: EntryBytes): Generator<Uint8Array> {
  const input: RenderInput = { ...entries, bigEndian: reader.bigEndian };
  for (const chunk of reader.btf.core.render(plan, input)) yield fillIn(reader, chunk);
}

/** Text of one typed value, by a plan compiled for it. */
export function renderNode(node: TypedNode, options: CompileOptions): string {
  const { reader, window, byteAt, end } = node;
  const plan = compileValue(reader, node.shape.typeId, { end: "", ...options });
  const values = window.bytes.subarray(byteAt, end);
  const entries = { keys: new Uint8Array(0), keyBytes: 0, values, valueBytes: values.length, count: 1 };
  return decodeUtf8Lossy(concatBytes([...renderEntries(reader, plan, entries)]));
}

/** Puts the texts into the places that the plan left open. */
function fillIn(reader: TypeReader, { text, fixes }: RenderChunk): Uint8Array {
  if (fixes.length === 0) return text;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const fix of fixes) {
    parts.push(text.subarray(at, fix.at), encodeUtf8(fixText(reader, fix)));
    at = fix.at;
  }
  parts.push(text.subarray(at));
  return concatBytes(parts);
}

function fixText(reader: TypeReader, { bytes, bitOffset, width, meaning }: RenderFix): string {
  if (meaning === FIX.float) {
    const text = floatText(bytes, reader.bigEndian, reader.longDouble);
    // JSON has no such numbers.
    return /^-?\d/.test(text) ? text : `"${text}"`;
  }
  const value = readUnsigned(bytes, bitOffset, width, reader.bigEndian);
  if (meaning === FIX.signed) return BigInt.asIntN(width, value).toString();
  return meaning === FIX.unsigned ? value.toString() : `"0x${toHex(value)}"`;
}
