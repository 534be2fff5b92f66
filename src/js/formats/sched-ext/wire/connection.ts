import { SnapshotError } from "../../../base/errors.ts";
import { attempt } from "../../../base/result.ts";
import type { KernelOpReply, KernelOpRequest } from "../../../model/kernel-op.ts";
import { encodeFrame, type Frame, FrameDecoder } from "./frame.ts";
import { encodeKernelOpReply, encodeKernelOpRequest, refuseKernelOp } from "./kernel-ops.ts";
import { MESSAGE_TYPES } from "./message-types.ts";
import {
  decodeMessage,
  encodeSnapshotReply,
  encodeSnapshotRequest,
  type Message,
  REPLY_STATUS,
  REQUEST_KIND,
  type SnapshotRequest,
} from "./messages.ts";

/** Both directions of a byte stream: a socket, a pty, a virtio port. */
export interface ByteDuplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** Frames over a byte stream. A transport that failed once stays failed. */
export class FrameConnection {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  private readonly decoder: FrameDecoder;
  private readonly ready: Frame[] = [];
  private dead: SnapshotError | undefined;

  constructor(duplex: ByteDuplex, maxPayload?: number) {
    this.reader = duplex.readable.getReader();
    this.writer = duplex.writable.getWriter();
    this.decoder = new FrameDecoder(maxPayload);
  }

  /** Why nothing can be sent or received any more. */
  get failure(): SnapshotError | undefined {
    return this.dead;
  }

  /** @throws SnapshotError `TransportFailed`, also when `signal` aborts. */
  async send(type: number, payload: Uint8Array, signal?: AbortSignal): Promise<void> {
    if (this.dead !== undefined) throw this.dead;
    try {
      await untilAborted(this.writer.write(encodeFrame(type, payload)), signal);
    } catch (error) {
      throw this.die(`writing: ${textOf(error)}`);
    }
  }

  /**
   * The next frame; undefined at the end of the stream.
   * @throws SnapshotError `TransportFailed`, also when `signal` aborts; `MalformedFrame`.
   */
  async receive(signal?: AbortSignal): Promise<Frame | undefined> {
    for (;;) {
      const frame = this.ready.shift();
      if (frame !== undefined) return frame;
      if (this.dead !== undefined) throw this.dead;
      const bytes = await this.read(signal);
      if (bytes === undefined) return undefined;
      for (const one of this.decoder.push(bytes)) this.ready.push(one);
    }
  }

  async close(): Promise<void> {
    // What a dead transport has not taken yet it never will.
    const ended = this.dead === undefined ? this.writer.close() : this.writer.abort();
    this.dead ??= transportFailed("the connection was closed");
    await Promise.allSettled([ended, this.reader.cancel()]);
  }

  private async read(signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await untilAborted(this.reader.read(), signal);
      return done ? undefined : value;
    } catch (error) {
      throw this.die(`reading: ${textOf(error)}`);
    }
  }

  private die(reason: string): SnapshotError {
    this.dead ??= transportFailed(reason);
    return this.dead;
  }
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Error("timed out"));
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function transportFailed(reason: string): SnapshotError {
  return new SnapshotError("TransportFailed", `talking to the host: ${reason}`, { fields: { reason } });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** How a request ended: served, refused by the host, or lost on the way. */
export type RequestOutcome =
  | { readonly kind: "Ok" }
  | { readonly kind: "HostError"; readonly reason: string }
  | { readonly kind: "TransportError"; readonly reason: string };

/** The guest's side: asks, and waits for the reply with the same id. Frames of other kinds go to `onOther`. */
export class HostClient {
  private readonly connection: FrameConnection;
  private readonly onOther: ((frame: Frame) => void) | undefined;
  private nextId = 1;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(connection: FrameConnection, onOther?: (frame: Frame) => void) {
    this.connection = connection;
    this.onOther = onOther;
  }

  /** Asks for a capture. @param deadline the format's own tools give up after 30 s. */
  capture(tag: string, deadline?: AbortSignal): Promise<RequestOutcome> {
    return this.inTurn(() => this.request(REQUEST_KIND.capture, tag, deadline));
  }
  /** Asks for a watchpoint on a symbol. */
  watch(symbol: string, deadline?: AbortSignal): Promise<RequestOutcome> {
    return this.inTurn(() => this.request(REQUEST_KIND.watch, symbol, deadline));
  }
  /** @throws SnapshotError `TransportFailed`, `MalformedFrame`. The request's own id is replaced. */
  kernelOp(request: KernelOpRequest, deadline?: AbortSignal): Promise<KernelOpReply> {
    return this.inTurn(async () => {
      const request_id = this.nextId++;
      await this.connection.send(MESSAGE_TYPES.KORQ, encodeKernelOpRequest({ ...request, request_id }), deadline);
      const { content } = await this.awaitReply("KORP", request_id, deadline);
      return content;
    });
  }

  private async request(kind: number, tag: string, deadline: AbortSignal | undefined): Promise<RequestOutcome> {
    const request_id = this.nextId++;
    try {
      await this.connection.send(MESSAGE_TYPES.SNRQ, encodeSnapshotRequest({ request_id, kind, tag }), deadline);
      const { content } = await this.awaitReply("SNRP", request_id, deadline);
      return content.status === REPLY_STATUS.ok ? { kind: "Ok" } : { kind: "HostError", reason: content.reason };
    } catch (error) {
      return { kind: "TransportError", reason: textOf(error) };
    }
  }

  private async awaitReply<Tag extends "SNRP" | "KORP">(
    tag: Tag,
    id: number,
    deadline: AbortSignal | undefined,
  ): Promise<Extract<Message, { readonly tag: Tag }>> {
    for (;;) {
      const frame = await this.connection.receive(deadline);
      if (frame === undefined) throw transportFailed("the stream ended before the reply");
      const message = frame.crcOk && frame.type === MESSAGE_TYPES[tag] ? decodeMessage(frame) : undefined;
      if (message !== undefined && isReply(message, tag, id)) return message;
      this.onOther?.(frame);
    }
  }

  private inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.turn.then(run, run);
    this.turn = result;
    return result;
  }
}

function isReply<Tag extends "SNRP" | "KORP">(
  message: Message,
  tag: Tag,
  id: number,
): message is Extract<Message, { readonly tag: Tag }> {
  return message.tag === tag && "request_id" in message.content && message.content.request_id === id;
}

/** What the host does for its guest; a text that is returned or thrown says why it could not. */
export interface HostService {
  capture(tag: string): Promise<string | undefined>;
  watch(symbol: string): Promise<string | undefined>;
  kernelOp(request: KernelOpRequest): Promise<KernelOpReply>;
  /** Frames that are no request, and requests that cannot be read. */
  other?(frame: Frame): void;
}

/** The host's side: serves requests one after the other until the stream ends. */
export async function serveHost(connection: FrameConnection, service: HostService): Promise<void> {
  for (let frame = await connection.receive(); frame !== undefined; frame = await connection.receive()) {
    const isRequest = frame.type === MESSAGE_TYPES.SNRQ || frame.type === MESSAGE_TYPES.KORQ;
    if (isRequest && frame.crcOk) await serveRequest(connection, service, frame);
    else service.other?.(frame);
  }
}

async function serveRequest(connection: FrameConnection, service: HostService, frame: Frame): Promise<void> {
  const read = attempt(() => decodeMessage(frame));
  const message = read.ok ? read.value : undefined;
  if (message?.tag === "SNRQ") {
    const reason = await refusal(service, message.content);
    const status = reason === undefined ? REPLY_STATUS.ok : REPLY_STATUS.error;
    const { request_id } = message.content;
    await connection.send(MESSAGE_TYPES.SNRP, encodeSnapshotReply({ request_id, status, reason: reason ?? "" }));
  } else if (message?.tag === "KORQ") {
    const reply = await operate(service, message.content);
    await connection.send(MESSAGE_TYPES.KORP, encodeKernelOpReply(reply));
  } else service.other?.(frame);
}

async function operate(service: HostService, request: KernelOpRequest): Promise<KernelOpReply> {
  try {
    return await service.kernelOp(request);
  } catch (error) {
    return refuseKernelOp(request.request_id, textOf(error));
  }
}

async function refusal(service: HostService, { kind, tag }: SnapshotRequest): Promise<string | undefined> {
  try {
    if (kind === REQUEST_KIND.capture) return await service.capture(tag);
    if (kind === REQUEST_KIND.watch) return await service.watch(tag);
    return `requests of kind ${kind} are not known`;
  } catch (error) {
    return textOf(error);
  }
}
