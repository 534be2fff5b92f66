import { isSnapshotError, SnapshotError } from "../js/index.ts";
import { errorResponse, toResponse } from "./answer.ts";
import { negotiate } from "./media-type.ts";
import { openApiDocument } from "./openapi.ts";
import { type Library, openUploads } from "./opening.ts";
import { RateLimiter, type RateOptions } from "./rate-limit.ts";
import { readUploads } from "./request-body.ts";
import { DEFAULT_REQUEST_LIMITS, Deadline, type RequestLimits } from "./request-limits.ts";
import { ROUTES, type Route } from "./routes.ts";
import { Turnstile } from "./turnstile.ts";

/** One line of a log: what was asked and what became of it; nothing of what was sent. */
export interface RequestRecord {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly code?: string;
}

export interface HandlerOptions {
  readonly limits?: Partial<RequestLimits>;
  /** How often one client may ask; absent: as often as it likes. */
  readonly rate?: RateOptions;
  /** Who asks, for `rate`; default: everybody is one client. The adapters for Node and Lambda put it in `SOURCE_HEADER`. */
  readonly clientOf?: (request: Request) => string;
  /** Requests worked on at a time. Default 4. */
  readonly concurrent?: number;
  /** Requests that may wait for their turn; further ones are answered with 429. Default 1,024. */
  readonly waiting?: number;
  /** Milliseconds of a steady clock. Default `performance.now`. */
  readonly now?: () => number;
  /** Called once a request is answered. */
  readonly onAnswer?: (record: RequestRecord) => void;
}

/** The header in which an adapter says who asks; what a client sends under this name is overwritten. */
export const SOURCE_HEADER = "x-coldframe-source";

/** A request in, a response out; never throws. */
export type Handler = (request: Request) => Promise<Response>;

/** Seconds after which a request that found no place should come again. */
const BUSY_SECONDS = 1;

/** The endpoint of docs/endpoint.md over one way of getting the library's Wasm. */
export function createHandler(library: Library, options: HandlerOptions = {}): Handler {
  const limits: RequestLimits = { ...DEFAULT_REQUEST_LIMITS, ...options.limits };
  const now = options.now ?? (() => performance.now());
  const rate = options.rate === undefined ? undefined : new RateLimiter(options.rate);
  const turnstile = new Turnstile(options.concurrent ?? 4, options.waiting ?? 1024);

  const work = async (request: Request, route: Route, url: URL): Promise<Response> => {
    const type = negotiate(request.headers.get("accept"), route.offers);
    if (type === undefined) throw notAcceptable(route);
    const deadline = new Deadline(limits.requestMilliseconds, now);
    if (!(await turnstile.enter(deadline.left))) return refused("too many requests at once", BUSY_SECONDS);
    try {
      const uploads = await readUploads(request, limits, deadline);
      const opened = await openUploads(library, uploads, url.searchParams, limits);
      deadline.check("opening the snapshot");
      const response = toResponse(await route.answer({ ...opened, uploads, query: url.searchParams, type }));
      deadline.check("writing the answer");
      return response;
    } finally {
      turnstile.leave();
    }
  };

  const admit = (request: Request): Response | undefined => {
    const client = options.clientOf?.(request) ?? "";
    const seconds = rate?.take(client, now()) ?? 0;
    if (seconds > 0) return refused("too many requests from this client", seconds);
    if (turnstile.isFull) return refused("too many requests at once", BUSY_SECONDS);
    return undefined;
  };

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (url.pathname === "/v1/openapi.json" && isRead(request)) return json(openApiDocument());
    if (url.pathname === "/v1/health" && isRead(request)) return json({ status: "ok" });
    const route = ROUTES.find(({ name }) => url.pathname === `/v1/${name}`);
    if (route === undefined) throw unknownRoute(url.pathname);
    if (request.method !== "POST") return errorResponse(wrongMethod(request.method), { allow: "POST" });
    return admit(request) ?? work(request, route, url);
  };

  return async (request) => {
    const start = now();
    let code: string | undefined;
    const response = await answer(request).catch((error: unknown) => {
      code = isSnapshotError(error) ? error.code : "InternalError";
      return errorResponse(error);
    });
    if (!response.ok) await discard(request);
    options.onAnswer?.({
      method: request.method,
      route: new URL(request.url).pathname,
      status: response.status,
      milliseconds: Math.round(now() - start),
      ...(code !== undefined && { code }),
    });
    return response;
  };
}

function isRead({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}

function json(document: object): Response {
  return toResponse({ type: "application/json", body: `${JSON.stringify(document)}\n` });
}

/** Lets go of a body that nobody will read. */
async function discard({ body }: Request): Promise<void> {
  if (body !== null && !body.locked) await body.cancel().catch(() => {});
}

function refused(why: string, seconds: number): Response {
  const error = new SnapshotError("RateLimited", `${why}; try again in ${seconds} s`, { fields: { seconds } });
  return errorResponse(error, { "retry-after": String(seconds) });
}

function notAcceptable({ offers }: Route): SnapshotError {
  return new SnapshotError("NotAcceptable", "the endpoint cannot answer in any type of the header `accept`", {
    available: offers,
  });
}

function unknownRoute(path: string): SnapshotError {
  return new SnapshotError("UnknownRoute", `there is no ${JSON.stringify(path.slice(0, 200))} here`, {
    available: [...ROUTES.map(({ name }) => `/v1/${name}`), "/v1/openapi.json", "/v1/health"],
  });
}

function wrongMethod(method: string): SnapshotError {
  return new SnapshotError("MethodNotAllowed", `${method} is not answered here; send the snapshot with POST`);
}
