import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Handler } from "./handler.ts";

export { createHandler } from "./serverless.ts";

/** Times a client may take, milliseconds; against those that send a byte now and then. */
export interface ServerTimes {
  /** For all headers. Default 10,000. */
  readonly headers?: number;
  /** For the whole request. Default 60,000. */
  readonly request?: number;
}

/** Connections at once; further ones are closed. */
const MAX_CONNECTIONS = 4096;

/** A Node HTTP server around a handler; not yet listening. */
export function createNodeServer(handler: Handler, times: ServerTimes = {}): Server {
  const { headers = 10_000, request = 60_000 } = times;
  const server = createServer({ headersTimeout: headers, requestTimeout: request }, toNodeListener(handler));
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
  const init = { method, headers: pairs, ...(hasBody && { body: bodyOf(incoming), duplex: "half" }) };
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
