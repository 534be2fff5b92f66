import { SnapshotError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { Inflated } from "./codec.ts";
import { sinkForInput } from "./sink.ts";

/** What bytes may come as. A stream is read to its end; bytes are looked at where they are, not copied. */
export type Content = Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array>;

export interface ReadingContext {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((count: number) => void) | undefined;
}

/**
 * All bytes of some content, up to the limit `inputBytes`.
 * @throws SnapshotError `Cancelled`, `UsageError` for anything that is not content.
 */
export async function readContent(content: Content, context: ReadingContext): Promise<Inflated> {
  if (content instanceof Uint8Array) return clip(content, context);
  if (content instanceof ArrayBuffer) return clip(new Uint8Array(content), context);
  if (content instanceof Blob) return readStream(content.stream(), content.size, context);
  if (content instanceof ReadableStream) return readStream(content, 0, context);
  const found = typeof content === "string" ? "a string" : Object.prototype.toString.call(content);
  throw new SnapshotError("UsageError", `opening a snapshot: ${found} given, bytes, a Blob or a stream expected`);
}

/** Bytes of content whose length is known without reading it; 0 for a stream. */
export function lengthOf(content: Content): number {
  if (content instanceof Blob) return content.size;
  return content instanceof ReadableStream ? 0 : content.byteLength;
}

function clip(bytes: Uint8Array, { limits, onBytes }: ReadingContext): Inflated {
  onBytes?.(bytes.length);
  if (bytes.length <= limits.inputBytes) return { bytes };
  const sink = sinkForInput(limits, 0, "reading the input");
  sink.add(bytes);
  return { bytes: sink.bytes, problem: sink.overflow! };
}

async function readStream(
  stream: ReadableStream<Uint8Array>,
  expected: number,
  { limits, signal, onBytes }: ReadingContext,
): Promise<Inflated> {
  const sink = sinkForInput(limits, expected, "reading the input");
  const reader = stream.getReader();
  const stop = (): void => void reader.cancel().catch(() => {});
  signal?.addEventListener("abort", stop);
  try {
    for (;;) {
      throwIfCancelled(signal);
      const { done, value } = await reader.read();
      throwIfCancelled(signal);
      if (done) return { bytes: sink.bytes };
      onBytes?.(value.length);
      if (!sink.add(value)) return { bytes: sink.bytes, problem: sink.overflow! };
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}

/** @throws SnapshotError `Cancelled` once the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new SnapshotError("Cancelled", "opening a snapshot: cancelled by the caller", { cause: signal.reason });
  }
}
