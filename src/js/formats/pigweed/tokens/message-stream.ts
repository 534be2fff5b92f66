import { concatBytes } from "../../../base/bytes.ts";
import { SnapshotError } from "../../../base/errors.ts";
import { DEFAULT_PREFIX, type Detokenizer } from "./detokenizer.ts";
import { isBase64Character } from "./nested-text.ts";

/** A piece of a stream: either a whole message with its prefix, or bytes outside of messages. */
export interface StreamChunk {
  readonly isMessage: boolean;
  readonly bytes: Uint8Array;
}

function isMessageByte(byte: number): boolean {
  return byte === 0x3d || isBase64Character(byte);
}

/**
 * Finds prefixed base64 messages in a stream of bytes (specification section 13.5). A message runs from the prefix as
 * long as bytes of `A-Za-z0-9+/-_=` follow; an unfinished one waits for the next call.
 */
export class MessageStream {
  private readonly prefix: number;
  private pending: Uint8Array[] = [];
  private inMessage = false;

  /** @throws SnapshotError `UsageError` for a prefix that is not one ASCII character outside the message characters. */
  constructor(prefix: string = DEFAULT_PREFIX) {
    const code = prefix.charCodeAt(0);
    if (prefix.length !== 1 || code > 0x7f || isMessageByte(code)) {
      throw new SnapshotError(
        "UsageError",
        `choosing the token prefix: found ${JSON.stringify(prefix)}, expected one ASCII character that is not part of a message`,
      );
    }
    this.prefix = code;
  }

  /** Takes the next bytes of the stream. With `flush`, an unfinished message is given out too. */
  read(bytes: Uint8Array, flush = false): StreamChunk[] {
    const chunks: StreamChunk[] = [];
    let from = 0;
    for (let at = 0; at < bytes.length; at++) {
      const starts = bytes[at] === this.prefix;
      if (!starts && (!this.inMessage || isMessageByte(bytes[at]!))) continue;
      this.release(bytes, from, at, chunks);
      this.inMessage = starts;
      from = at;
    }
    this.pending.push(bytes.slice(from));
    if (flush || !this.inMessage) this.release(bytes, bytes.length, bytes.length, chunks);
    if (flush) this.inMessage = false;
    return chunks;
  }

  /** Gives out what is pending and `bytes[from, to)` as one chunk, if there is anything. */
  private release(bytes: Uint8Array, from: number, to: number, chunks: StreamChunk[]): void {
    const whole = concatBytes([...this.pending, bytes.subarray(from, to)]);
    this.pending = [];
    if (whole.length > 0) chunks.push({ isMessage: this.inMessage, bytes: whole });
  }
}

/**
 * Detokenizes a stream as it arrives: base64 messages only, which is what upstream does with a pipe. Everything else
 * passes at once.
 */
export class StreamDetokenizer {
  private readonly detokenizer: Detokenizer;
  private readonly stream: MessageStream;

  /** @throws SnapshotError as `MessageStream` */
  constructor(detokenizer: Detokenizer) {
    this.detokenizer = detokenizer;
    this.stream = new MessageStream(detokenizer.prefix);
  }

  /** Output for the next bytes; with `flush`, for an unfinished message too. */
  push(bytes: Uint8Array, flush = false): Uint8Array {
    const chunks = this.stream.read(bytes, flush);
    return concatBytes(
      chunks.map((chunk) => (chunk.isMessage ? this.detokenizer.expandBytes(chunk.bytes) : chunk.bytes)),
    );
  }
}
