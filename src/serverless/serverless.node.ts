import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SnapshotError } from "../js/index.ts";
import { errorResponse } from "./answer.ts";
import { type Handler, SOURCE_HEADER } from "./handler.ts";

export { createHandler } from "./serverless.ts";
export { SOURCE_HEADER };

export interface NodeServerOptions {
  /** Milliseconds a client may take for all headers; against those that send a byte now and then. Default 10,000. */
  readonly headersTimeout?: number;
  /** Milliseconds for the whole request, the wait for its turn included. Default 120,000. */
  readonly requestTimeout?: number;
  /**
   * Host names that requests may be for; absent: any. A server on loopback names itself here, so that no web page
   * reaches it under a name of its own (DNS rebinding).
   */
  readonly hostNames?: readonly string[];
}

/** Longer than clients and gateways keep a quiet connection, so that it is not closed under a request on its way. */
const KEEP_ALIVE = 75_000;
/** Connections at once; further ones are closed. */
const MAX_CONNECTIONS = 4096;

/** A Node HTTP server around a handler; not yet listening. */
export function createNodeServer(handler: Handler, options: NodeServerOptions = {}): Server {
  const { headersTimeout = 10_000, requestTimeout = 120_000, hostNames } = options;
  const guarded = hostNames === undefined ? handler : guardHost(handler, hostNames);
  const server = createServer({ headersTimeout, requestTimeout }, toNodeListener(guarded));
  server.keepAliveTimeout = KEEP_ALIVE;
  server.maxConnections = MAX_CONNECTIONS;
  server.maxHeadersCount = 100;
  return server;
}

/** For servers that exist already: `createServer(toNodeListener(handler))`, Express, Connect. */
export function toNodeListener(handler: Handler): (request: IncomingMessage, response: ServerResponse) => void {
  return (incoming, outgoing) => {
    void answer(handler, incoming, outgoing);
  };
}

function guardHost(handler: Handler, hostNames: readonly string[]): Handler {
  const isOurs = (url: string): boolean => URL.canParse(url) && hostNames.includes(new URL(url).hostname);
  return async (request) => {
    const origin = request.headers.get("origin");
    const refused = [`http://${request.headers.get("host")}`, ...(origin === null ? [] : [origin])].find(
      (u) => !isOurs(u),
    );
    if (refused === undefined) return handler(request);
    return errorResponse(new SnapshotError("HostRefused", "this server answers only to its own name"));
  };
}

async function answer(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const response = await handler(toRequest(incoming));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  // What is left of a refused upload is thrown away as it comes: closing now would take the answer with it.
  outgoing.once("finish", () => incoming.resume());
  if (response.body === null || incoming.method === "HEAD") {
    outgoing.end();
    return;
  }
  // Ends early when the client goes away; there is nobody left to tell.
  await pipeline(Readable.fromWeb(response.body as never), outgoing).catch(() => {});
}

function toRequest(incoming: IncomingMessage): Request {
  const { method = "GET", headers, url = "/" } = incoming;
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  const hasBody = method !== "GET" && method !== "HEAD";
  const source: [string, string] = [SOURCE_HEADER, incoming.socket.remoteAddress ?? ""];
  const init = {
    method,
    headers: [...pairs.filter(([name]) => name !== SOURCE_HEADER), source],
    ...(hasBody && { body: bodyOf(incoming), duplex: "half" }),
  };
  return new Request(`http://localhost${url.startsWith("/") ? url : "/"}`, init);
}

/** The bytes as they come; letting go of the stream leaves the connection open for the answer. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming.iterator({ destroyOnReturn: false });
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value as Uint8Array);
    },
    cancel: async () => void (await chunks.return?.()),
  });
}
