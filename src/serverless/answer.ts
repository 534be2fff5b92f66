import { ERROR_CODES, type ErrorFamily } from "../js/error-codes.ts";
import { isSnapshotError, renderJson, toErrorReport, VERSION } from "../js/index.ts";
import type { MediaType } from "./media-type.ts";

/** What a route gives back; chunks are sent as they are made. */
export interface Answer {
  readonly type: MediaType;
  readonly body: string | Iterable<string>;
  readonly headers?: Readonly<Record<string, string>>;
}

const OF_FAMILY: Readonly<Record<ErrorFamily, number>> = {
  input: 422,
  lookup: 404,
  usage: 400,
  environment: 500,
  bug: 500,
};

const OF_CODE: Readonly<Record<string, number>> = {
  LimitExceeded: 413,
  RateLimited: 429,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  UnknownRoute: 404,
  HostRefused: 403,
};

/** The status that an error is answered with. */
function statusOf(error: unknown): number {
  if (!isSnapshotError(error)) return 500;
  return OF_CODE[error.code] ?? OF_FAMILY[ERROR_CODES[error.code]?.family ?? "bug"];
}

const SAFETY = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  "x-coldframe-version": VERSION,
} as const;

export function toResponse({ type, body, headers = {} }: Answer): Response {
  return new Response(typeof body === "string" ? body : streamOf(body), {
    status: 200,
    headers: { ...SAFETY, "content-type": `${type}; charset=utf-8`, ...headers },
  });
}

/** `{"error":{code,message,…}}`, the form that the command line prints too. What is not ours says nothing of its cause. */
export function errorResponse(error: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const report = isSnapshotError(error)
    ? toErrorReport(error)
    : { code: "InternalError", message: `this is a bug of coldframe ${VERSION}; please report it` };
  return new Response(`${renderJson({ error: report })}\n`, {
    status: statusOf(error),
    headers: { ...SAFETY, "content-type": "application/json; charset=utf-8", ...headers },
  });
}

const CHUNK = 65_536;

/** Texts as UTF-8, joined into pieces that are worth sending. */
function streamOf(texts: Iterable<string>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const source = texts[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      let piece = "";
      while (piece.length < CHUNK) {
        const next = source.next();
        if (next.done === true) {
          if (piece !== "") controller.enqueue(encoder.encode(piece));
          controller.close();
          return;
        }
        piece += next.value;
      }
      controller.enqueue(encoder.encode(piece));
    },
    cancel: () => void source.return?.(),
  });
}
