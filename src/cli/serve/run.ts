import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DEFAULT_LIMITS, SnapshotError } from "../../js/index.ts";
import { createHandler, createNodeServer, SOURCE_HEADER } from "../../serverless/serverless.node.ts";
import type { HandlerOptions, RequestLimits, RequestRecord } from "../../serverless/serverless.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";

const DEFAULT_PORT = 8642;
const DEFAULT_BURST = 20;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Serves until a signal comes, then lets the requests at work finish. */
export async function runServe(call: Call): Promise<ExitStatus> {
  const address = call.options.last("host") ?? "127.0.0.1";
  const isLocal = LOOPBACK.includes(address) || address === "::1";
  const named = call.options.list("allow-host");
  const hostNames = isLocal ? [...LOOPBACK, ...named] : named;
  const handler = createHandler(handlerOptions(call));
  const server = createNodeServer(handler, hostNames.length === 0 ? {} : { hostNames });
  const port = readNumber(call, "port", 0, 65_535) ?? DEFAULT_PORT;
  const { address: host, port: bound } = await listen(server, port, address);
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${bound}/v1/`;
  if (call.out.json) await call.out.jsonLine({ listening: url });
  else call.out.note(`listening on ${url}; Ctrl-C ends it`);
  await untilAborted(call.signal);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
  return EXIT.ok;
}

function handlerOptions(call: Call): HandlerOptions {
  const perSecond = readNumber(call, "rate", 1);
  const concurrent = readNumber(call, "concurrent", 1);
  const burst = readNumber(call, "burst", 1) ?? DEFAULT_BURST;
  return {
    limits: requestLimits(call),
    clientOf: (request) => request.headers.get(SOURCE_HEADER) ?? "",
    ...(perSecond !== undefined && { rate: { perSecond, burst } }),
    ...(concurrent !== undefined && { concurrent }),
    onAnswer: (record) => note(call, record),
  };
}

/** Limits that were given; the others stay those of requests, which are lower than those of files. */
function requestLimits(call: Call): Partial<RequestLimits> {
  const uploadBytes = readNumber(call, "upload-bytes", 1);
  const requestMilliseconds = readNumber(call, "timeout", 1);
  const { inputBytes, inflateRatio } = call.limits;
  return {
    ...(inputBytes !== DEFAULT_LIMITS.inputBytes && { inputBytes }),
    ...(inflateRatio !== DEFAULT_LIMITS.inflateRatio && { inflateRatio }),
    ...(uploadBytes !== undefined && { uploadBytes }),
    ...(requestMilliseconds !== undefined && { requestMilliseconds }),
  };
}

function note({ out }: Call, record: RequestRecord): void {
  if (out.json) return void out.jsonLine(record);
  const { method, route, status, milliseconds, code } = record;
  out.note(`${method} ${route} ${status} ${milliseconds} ms${code === undefined ? "" : ` ${code}`}`);
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", ({ message }) => reject(new SnapshotError("UsageError", `cannot listen: ${message}`)));
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** @throws SnapshotError `UsageError` */
function readNumber(
  { options }: Call,
  name: string,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const text = options.last(name);
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new SnapshotError("UsageError", `--${name} ${JSON.stringify(text)}: a whole number from ${min} is expected`);
}
