import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";

const GOLDEN = "test/golden/goroutines/shop-go1.24";
const PAGES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "0": ["pb.gz", "application/octet-stream"],
  "1": ["debug1.txt", "text/plain; charset=utf-8"],
  "2": ["debug2.txt", "text/plain; charset=utf-8"],
};

export interface PprofServerSetting {
  /** Process of the recorded set whose answers are given. */
  readonly process?: string;
  readonly path?: string;
  readonly socketPath?: string;
  readonly tls?: ServerOptions;
  /** Answers instead of the recorded ones; true when it has. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A server with the pages of `net/http/pprof`, for tests. */
export class PprofServer {
  readonly requests: { readonly url: string; readonly headers: IncomingMessage["headers"]; readonly port: number }[] =
    [];
  readonly setting: PprofServerSetting;
  private readonly server: Server;

  private constructor(setting: PprofServerSetting) {
    this.setting = setting;
    const listener = (request: IncomingMessage, response: ServerResponse): void => this.respond(request, response);
    this.server = setting.tls === undefined ? createServer(listener) : createTlsServer(setting.tls, listener);
  }

  static async start(setting: PprofServerSetting = {}): Promise<PprofServer> {
    const one = new PprofServer(setting);
    await new Promise<void>((resolve) => {
      if (setting.socketPath === undefined) one.server.listen(0, "127.0.0.1", resolve);
      else one.server.listen(setting.socketPath, resolve);
    });
    return one;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get hostPort(): string {
    return `127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private respond(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push({ url: request.url!, headers: request.headers, port: request.socket.remotePort ?? 0 });
    if (this.setting.answer?.(request, response) === true) return;
    const { pathname, searchParams } = new URL(request.url!, "http://localhost");
    const path = this.setting.path ?? "/debug/pprof";
    const { process = "server" } = this.setting;
    if (pathname === `${path}/cmdline`) response.end(`/usr/bin/${process}\0--password=hunter2`);
    else if (pathname === `${path}/heap`) response.end("heap profile: 0: 0 [0: 0] @ heap/1048576\n");
    else if (pathname === `${path}/goroutine`) {
      const [suffix, type] = PAGES[searchParams.get("debug") ?? "0"]!;
      response.setHeader("content-type", type);
      response.end(readFileSync(`${GOLDEN}/${process}.${suffix}`));
    } else {
      response.statusCode = 404;
      response.end("Unknown profile\n");
    }
  }
}
