import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isSnapshotError, SnapshotError } from "../../js/index.ts";
import type { Inbox } from "./inbox.ts";

export interface UploadServerOptions {
  /** `PORT` or `HOST:PORT`; port 0 takes any free one. */
  readonly listen: string;
  readonly inbox: Inbox;
  /** The detector's own statistics as inspect.json. */
  readonly stats: () => string;
}

export interface UploadServer {
  readonly address: string;
  close(): Promise<void>;
}

/** Takes snapshots by `POST` of the raw bytes: 202 once they are safe on disk. `GET` tells the statistics. */
export async function openUploadServer({ listen, inbox, stats }: UploadServerOptions): Promise<UploadServer> {
  const { host, port } = parseAddress(listen);
  const server = createServer((request, response) => {
    answer(request, response, inbox, stats).catch((error: unknown) => respond(response, 500, { error: String(error) }));
  });
  await new Promise<void>((ready, fail) => {
    server.once("error", (error) => fail(new SnapshotError("UsageError", `listening on ${listen}: ${error.message}`)));
    server.listen(port, host, ready);
  });
  return { address: addressOf(server), close: () => closeServer(server) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  inbox: Inbox,
  stats: () => string,
): Promise<void> {
  if (request.method === "GET") return void response.setHeader("content-type", "application/json").end(stats());
  if (request.method !== "POST" && request.method !== "PUT") return respond(response, 405, { error: "use POST" });
  try {
    respond(response, 202, { name: await inbox.receive(request, "upload") });
  } catch (error) {
    const [status, text] = statusOf(error);
    respond(response, status, { error: text });
  }
}

function statusOf(error: unknown): readonly [number, string] {
  if (!isSnapshotError(error)) return [500, error instanceof Error ? error.message : String(error)];
  return [error.code === "LimitExceeded" ? 413 : 400, error.message];
}

function respond(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(`${JSON.stringify(body)}\n`);
}

function parseAddress(text: string): { host: string; port: number } {
  const match = /^(?:(.+):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) throw new SnapshotError("UsageError", `--listen takes [HOST:]PORT, not ${text}`);
  return { host: (match[1] ?? "127.0.0.1").replace(/^\[(.*)\]$/, "$1"), port };
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return String(address);
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}/`;
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((done) => server.close(() => done()));
}
