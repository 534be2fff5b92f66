import { open, rm } from "node:fs/promises";
import { Agent, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { CaptureTarget } from "../../../js/goroutines.ts";
import type { Target } from "./targets.ts";

/** Source of the kinds: specification 8.7. */
export type CaptureErrorKind = "UNREACHABLE" | "TIMEOUT" | "HTTP_STATUS" | "NOT_PPROF" | "TRUNCATED" | "UNKNOWN";

export class CaptureError extends Error {
  readonly kind: CaptureErrorKind;

  constructor(kind: CaptureErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface ClientSettings {
  readonly headers: OutgoingHttpHeaders;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** One page to fetch. */
export interface Fetch {
  /** Below the index, e.g. `goroutine?debug=2`. */
  readonly page: string;
  readonly timeoutMs: number;
  /** Where the body goes; absent: it is collected, as far as 64 KiB. */
  readonly file?: string;
  /** Microseconds since the batch began. */
  readonly clock: () => number;
  /** Looks at the first bytes. @returns what is wrong with them */
  readonly judge?: (head: Uint8Array) => string | undefined;
}

export type FetchResult = Pick<
  CaptureTarget,
  "status" | "bytes" | "sentUs" | "firstByteUs" | "doneUs" | "serverDate"
> & {
  readonly error?: CaptureError;
  readonly text?: string;
};

const HEAD_BYTES = 512;
const TEXT_BYTES = 65_536;

/** One warm connection to one target. */
export class PprofClient {
  readonly target: Target;
  private readonly settings: ClientSettings;
  private readonly agent: Agent;

  constructor(target: Target, settings: ClientSettings) {
    this.target = target;
    this.settings = settings;
    const options = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
    const { ca, cert, key } = settings;
    this.agent = target.protocol === "https:" ? new TlsAgent({ ...options, ca, cert, key }) : new Agent(options);
  }

  close(): void {
    this.agent.destroy();
  }

  /** Sends the request before it returns; never throws and never rejects. */
  fetch(fetch: Fetch): Promise<FetchResult> {
    const result: { -readonly [Key in keyof FetchResult]: FetchResult[Key] } = {};
    let late: CaptureError | undefined;
    const fail = (error: unknown): FetchResult => ({
      ...result,
      error: late ?? toCaptureError(error, this.settings.signal),
    });
    try {
      // Before the bytes leave, so that the instant of capture is never earlier.
      result.sentUs = fetch.clock();
      const sent = this.send(fetch.page);
      const timer = setTimeout(() => {
        late = new CaptureError("TIMEOUT", `no whole answer within ${fetch.timeoutMs / 1000} s`);
        sent.destroy(late);
      }, fetch.timeoutMs);
      return this.receive(sent, fetch, result)
        .then(() => result, fail)
        .finally(() => clearTimeout(timer));
    } catch (error) {
      return Promise.resolve(fail(error));
    }
  }

  private send(page: string): ClientRequest {
    const { target, settings } = this;
    const [name, query = ""] = page.split("?");
    const search = [query, target.query].filter((part) => part !== "").join("&");
    const options = {
      agent: this.agent,
      path: `${target.path}/${name}${search === "" ? "" : `?${search}`}`,
      headers: { "accept-encoding": "identity", "user-agent": "coldframe", ...settings.headers },
      signal: settings.signal,
      ...(target.credentials !== undefined && { auth: target.credentials }),
      ...(target.socketPath === undefined
        ? { host: target.host, port: target.port }
        : { socketPath: target.socketPath }),
    };
    const sent = (target.protocol === "https:" ? tlsRequest : request)(options);
    sent.end();
    return sent;
  }

  private async receive(
    sent: ClientRequest,
    fetch: Fetch,
    result: { -readonly [Key in keyof FetchResult]: FetchResult[Key] },
  ): Promise<void> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.on("response", resolve);
      sent.on("error", reject);
    });
    result.firstByteUs = fetch.clock();
    result.status = response.statusCode ?? 0;
    if (response.headers.date !== undefined) result.serverDate = response.headers.date;
    const meter = new BodyMeter(this.settings.maxBytes, fetch.judge);
    const isWanted = result.status === 200 && fetch.file !== undefined;
    try {
      if (isWanted) await this.save(response, meter, fetch.file!);
      else result.text = await readText(response);
    } finally {
      if (isWanted) result.bytes = meter.bytes;
      result.doneUs = fetch.clock();
    }
    if (result.status !== 200) throw statusError(response, result.text ?? "");
  }

  /** A body that breaks off stays where it is: what came of it can be read. */
  private async save(response: IncomingMessage, meter: BodyMeter, file: string): Promise<void> {
    try {
      const body: Readable = /\bgzip\b/i.test(response.headers["content-encoding"] ?? "")
        ? pipeline(response, createGunzip(), () => {})
        : response;
      await writeBody(body, meter, file);
    } catch (error) {
      const known = toCaptureError(error, this.settings.signal);
      const isBroken = meter.bytes > 0 && (known.kind === "UNREACHABLE" || known.kind === "UNKNOWN");
      if (known.kind === "NOT_PPROF" || meter.bytes === 0) await rm(file, { force: true });
      const why = this.settings.signal.aborted ? "it was interrupted" : "the answer broke off";
      throw isBroken ? new CaptureError("TRUNCATED", `${why} after ${meter.bytes} bytes`) : known;
    }
  }
}

/** Piece by piece, so that what came before an error is in the file. */
async function writeBody(body: Readable, meter: BodyMeter, file: string): Promise<void> {
  const handle = await open(file, "w");
  try {
    for await (const chunk of body) {
      const piece = meter.take(chunk as Uint8Array);
      await handle.writeFile(piece);
      if (piece.length < (chunk as Uint8Array).length) throw meter.tooLong();
    }
    meter.end();
  } finally {
    await handle.close();
  }
}

/** Counts a body, stops it at a limit and looks at its beginning. */
class BodyMeter {
  bytes = 0;
  private readonly most: number;
  private judge: Fetch["judge"];
  private head: Uint8Array = new Uint8Array();

  constructor(most: number, judge: Fetch["judge"]) {
    this.most = most;
    this.judge = judge;
  }

  /** As much of a piece as there is room for. @throws CaptureError `NOT_PPROF` */
  take(chunk: Uint8Array): Uint8Array {
    this.look(chunk, false);
    const piece = chunk.subarray(0, this.most - this.bytes);
    this.bytes += piece.length;
    return piece;
  }

  /** @throws CaptureError `NOT_PPROF` */
  end(): void {
    if (this.bytes === 0) throw new CaptureError("NOT_PPROF", "the answer is empty");
    this.look(new Uint8Array(), true);
  }

  tooLong(): CaptureError {
    return new CaptureError("TRUNCATED", `the answer has more than ${this.most} bytes (--max-bytes)`);
  }

  private look(chunk: Uint8Array, isEnd: boolean): void {
    if (this.judge === undefined) return;
    this.head = Buffer.concat([this.head, chunk.subarray(0, HEAD_BYTES)]);
    if (this.head.length < 32 && !isEnd) return;
    const wrong = this.judge(this.head);
    this.judge = undefined;
    if (wrong !== undefined) throw new CaptureError("NOT_PPROF", wrong);
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    // Read to its end, so that the connection stays warm, unless it is no small page.
    if (length > TEXT_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, TEXT_BYTES).toString("latin1");
}

function statusError({ statusCode, headers }: IncomingMessage, text: string): CaptureError {
  const line = text.split(/\r?\n/, 1)[0]!.trim().slice(0, 200);
  const where = headers.location === undefined ? "" : " (a redirection, which is not followed)";
  const said = line === "" || /^</.test(line) ? "" : `: ${line}`;
  return new CaptureError("HTTP_STATUS", `HTTP status ${statusCode}${where}${said}`);
}

const UNREACHABLE =
  /^(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|ENOENT|EACCES|ETIMEDOUT|EADDRNOTAVAIL|ERR_TLS.*|ERR_SSL.*|.*CERT.*|UNABLE_TO.*)$/;

function toCaptureError(error: unknown, signal: AbortSignal): CaptureError {
  if (error instanceof CaptureError) return error;
  if (signal.aborted) return new CaptureError("UNKNOWN", "interrupted");
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (code.startsWith("HPE_")) return new CaptureError("NOT_PPROF", `the answer is not HTTP: ${message}`);
  const said = message === "" ? code : message;
  return new CaptureError(UNREACHABLE.test(code) ? "UNREACHABLE" : "UNKNOWN", said === "" ? String(error) : said);
}
