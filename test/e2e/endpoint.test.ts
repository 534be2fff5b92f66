import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const CASES = "test/golden/pigweed/cases";
const crashes = readdirSync(CASES)
  .filter((name) => name.endsWith(".pb"))
  .map((name) => readFileSync(`${CASES}/${name}`))
  .filter((bytes) => bytes.length > 0);

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

/** A program that prints `{"listening": URL}` as its first line. */
async function start(...args: string[]): Promise<Running> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await once(lines, "line")) as [string];
  lines.on("line", () => {});
  return { child, url: JSON.parse(line).listening };
}

async function stop({ child }: Running): Promise<number | null> {
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  return ((await exited) as [number | null])[0];
}

/** Resident megabytes; 0 where the system does not tell. */
function residentMegabytes({ child }: Running): number {
  const path = `/proc/${child.pid}/status`;
  if (!existsSync(path)) return 0;
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(path, "utf8"))?.[1] ?? 0) / 1024;
}

async function post(url: string, body: Uint8Array | string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, { method: "POST", body: body as BodyInit, headers });
  await response.arrayBuffer();
  return response.status;
}

describe("coldframe serve", () => {
  let server: Running;
  beforeAll(async () => {
    server = await start("dist/cli.js", "serve", "--port", "0", "--json", "--timeout", "60000");
  });
  afterAll(() => void server.child.kill("SIGKILL"));

  it("answers what the command line prints", async () => {
    const response = await fetch(`${server.url}dump`, { method: "POST", body: readFileSync(`${CASES}/arm_nested.pb`) });
    expect(await response.text()).toBe(readFileSync(`${CASES}/arm_nested.txt`, "utf8"));
  });

  it("survives a thousand uploads at once, good and hostile, in bounded memory", async () => {
    const bomb = gzipSync(new Uint8Array(6_000_000));
    const kinds: readonly [path: string, body: (ix: number) => Uint8Array | string, status: number][] = [
      ["dump?format=pigweed", (ix) => crashes[ix % crashes.length]!, 200],
      ["info?format=pigweed", (ix) => gzipSync(crashes[ix % crashes.length]!), 200],
      ["group-key?format=pigweed", (ix) => crashes[ix % crashes.length]!, 200],
      ["dump", () => "no snapshot at all", 422],
      ["dump", () => bomb, 413],
      ["nothing", () => "x", 404],
      ["get?format=pigweed", (ix) => crashes[ix % crashes.length]!, 400],
      ["dump", () => new Uint8Array(21_000), 422],
    ];
    const round = () =>
      Promise.all(
        Array.from({ length: 1000 }, async (_, ix) => {
          const [path, body, status] = kinds[ix % kinds.length]!;
          return [await post(`${server.url}${path}`, body(ix)), status] as const;
        }),
      );
    const wrong = (await round()).filter(([got, wanted]) => got !== wanted);
    expect(wrong).toEqual([]);
    const before = residentMegabytes(server);
    await round();
    const grown = residentMegabytes(server) - before;
    expect(grown).toBeLessThan(150);
    expect(before).toBeLessThan(900);
  });

  it("refuses an upload over the limit without reading all of it, and says so", async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const url = new URL(`${server.url}dump`);
      const sending = httpRequest(url, { method: "POST", headers: { "content-length": "500000000" } }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      sending.on("error", reject);
      sending.write(new Uint8Array(1000));
    });
    expect(status).toBe(413);
  });

  it("is not reached under another name, nor from a page of another origin", async () => {
    const { port } = new URL(server.url);
    const ask = (headers: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(port), "127.0.0.1");
        socket.once("data", (data) => {
          resolve(data.toString("utf8").split("\r\n")[0]!);
          socket.destroy();
        });
        socket.write(`GET /v1/health HTTP/1.1\r\n${headers}\r\n\r\n`);
      });
    expect(await ask(`Host: localhost:${port}`)).toBe("HTTP/1.1 200 OK");
    expect(await ask("Host: evil.example")).toBe("HTTP/1.1 403 Forbidden");
    expect(await ask(`Host: localhost:${port}\r\nOrigin: https://evil.example`)).toBe("HTTP/1.1 403 Forbidden");
    expect(await ask(`Host: localhost:${port}\r\nOrigin: null`)).toBe("HTTP/1.1 403 Forbidden");
  });

  it("lives on when clients go away in the middle", async () => {
    const { port } = new URL(server.url);
    for (let i = 0; i < 50; i++) {
      const socket = connect(Number(port), "127.0.0.1");
      socket.write("POST /v1/dump HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc");
      await once(socket, "connect");
      socket.destroy();
    }
    expect(await post(`${server.url}group-key`, crashes[0]!)).toBe(200);
  });

  it("ends at a signal", async () => {
    expect(await stop(server)).toBe(130);
  });
});

describe("examples", () => {
  it("node: limits a client", async () => {
    const server = await start("--import", "data:text/javascript,process.env.PORT='0'", "examples/node/server.mjs");
    try {
      const statuses = await Promise.all(Array.from({ length: 30 }, () => post(`${server.url}group-key`, crashes[0]!)));
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(20);
      expect(statuses).toContain(429);
    } finally {
      server.child.kill("SIGKILL");
    }
  });

  it("lambda: answers an event of an API Gateway", async () => {
    const { handler } = (await import("../../examples/lambda/index.mjs" as string)) as {
      handler: (event: object) => Promise<{ statusCode: number; body: string; headers: Record<string, string> }>;
    };
    const event = {
      version: "2.0",
      rawPath: "/v1/dump",
      rawQueryString: "",
      headers: { accept: "text/plain", "content-type": "application/octet-stream" },
      requestContext: { http: { method: "POST", path: "/v1/dump", sourceIp: "192.0.2.1" } },
      body: readFileSync(`${CASES}/arm_nested.pb`).toString("base64"),
      isBase64Encoded: true,
    };
    const { statusCode, body } = await handler(event);
    expect([statusCode, body]).toEqual([200, readFileSync(`${CASES}/arm_nested.txt`, "utf8")]);
    const missing = await handler({ ...event, rawPath: "/v1/get", rawQueryString: "path=nothing" });
    expect([missing.statusCode, JSON.parse(missing.body).error.code]).toEqual([404, "PathNotFound"]);
    const get = await handler({ ...event, body: undefined, requestContext: { http: { method: "GET" } } });
    expect(get.statusCode).toBe(405);
  });
});
