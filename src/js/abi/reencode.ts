import { limitExceeded } from "../base/limits.ts";
import type { Core } from "./core.ts";
import { type DecodeOptions, decodeMessage } from "./decode.ts";
import { type CompiledSchema, getMessageLayout } from "./schema.ts";

const MAX_BYTES = 0x3fff_ffff;

/**
 * Reads a message and writes it again in canonical form: fields by number, packed where the schema says so, unknown
 * fields kept when the schema was compiled with `keepUnknown`.
 * @throws SnapshotError as `decodeMessage`; `LimitExceeded` beyond 1 GiB, because the whole message is one window here.
 */
export function reencodeMessage(
  core: Core,
  schema: CompiledSchema,
  name: string,
  bytes: Uint8Array,
  options: DecodeOptions = {},
): Uint8Array<ArrayBuffer> {
  if (bytes.length > MAX_BYTES) throw limitExceeded("inputBytes", MAX_BYTES, bytes.length, `re-encoding ${name}`);
  const limits = { tableBytes: MAX_BYTES, ...options.limits };
  const { windows } = decodeMessage(core, schema, name, bytes, { ...options, oneWindow: true, limits });
  return core.encode(schema, getMessageLayout(schema, name).ix, windows[0]!.tape, bytes);
}
