import type { Core } from "./abi/core.ts";
import { type CompiledSchema, compileSchema } from "./abi/schema.ts";
import { type StreamOptions, type StreamSummary, type StreamWindow, scanStream } from "./abi/stream.ts";
import { parseProtoFiles } from "./proto/parser.ts";

export { type Core, loadCore } from "./abi/core.ts";
export { Message, MessageList } from "./abi/rows.ts";
export type { CompiledSchema } from "./abi/schema.ts";
export type { SkippedBytes, StreamOptions, StreamSummary, StreamWindow } from "./abi/stream.ts";
export { embeddedCore } from "./platform/embedded.ts";

/**
 * Compiles `.proto` files for `streamMessages`.
 * @param files text by path, as `import` names them
 * @throws SnapshotError `MessageNotFound`, and what is wrong with a file.
 */
export function compileProto(files: ReadonlyMap<string, string>, message: string): CompiledSchema {
  return compileSchema(parseProtoFiles(files, [...files.keys()]), [message]);
}

/**
 * Reads a protobuf message of any size, window by window, in bounded memory: for files that are larger than what `open`
 * may hold. The generator's return value says how long the stream was and what of it was passed over.
 *
 * @example
 * const schema = compileProto(new Map([["log.proto", text]]), "acme.LogFile");
 * for await (const { root } of streamMessages(core, schema, "acme.LogFile", file)) {
 *   for (const entry of root.messages("entries")) count(entry.u32("level"));
 * }
 * @throws SnapshotError `MessageNotFound`, `Cancelled`; for bad bytes unless `lenient`.
 */
export function streamMessages(
  core: Core,
  schema: CompiledSchema,
  message: string,
  source: ReadableStream<Uint8Array> | Blob,
  options: StreamOptions = {},
): AsyncGenerator<StreamWindow, StreamSummary, undefined> {
  return scanStream(core, schema, message, source instanceof Blob ? source.stream() : source, options);
}
