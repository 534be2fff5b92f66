import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { join, sep } from "node:path";
import type { ServedFile } from "./files.ts";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json; charset=utf-8",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
  wasm: "application/wasm",
};

/** Names of this machine; another one in `Host` is a page elsewhere that was made to point here. */
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/** Serves a fixed table of files: those of the app and those that were named. No path is ever built from a request. */
export function createAppServer(appFolder: string, served: readonly ServedFile[]): Server {
  const files = new Map(appFiles(appFolder));
  for (const { name, path } of served) files.set(`/served/${encodeURIComponent(name)}`, path);
  const list = JSON.stringify(served.map(({ name }) => name));
  const policy = policyOf(readFileSync(join(appFolder, "index.html"), "utf8"));
  return createServer((request, response) => {
    setHeaders(response, policy);
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (!LOOPBACK.test(request.headers.host ?? ""))
      return end(response, 403, "this server answers its own machine only");
    if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405, "only GET");
    if (path === "/served/list.json") return end(response, 200, list, TYPES["json"]);
    const file = files.get(path === "/" ? "/index.html" : path);
    if (file === undefined) return end(response, 404, "there is no such file");
    response.setHeader("content-type", TYPES[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream");
    const stream = createReadStream(file);
    stream.on("error", () => end(response, 404, "the file cannot be read"));
    stream.pipe(response);
  });
}

function appFiles(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      return [`/${path.slice(folder.length).split(sep).map(encodeURIComponent).join("/")}`, path];
    });
}

/** The page's own policy also as a header, where it can name frame-ancestors too. */
function policyOf(page: string): string {
  const found = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "default-src 'none'";
  return `${found}; frame-ancestors 'none'`;
}

function setHeaders(response: ServerResponse, policy: string): void {
  response.setHeader("content-security-policy", policy);
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("cross-origin-embedder-policy", "require-corp");
  response.setHeader("cross-origin-resource-policy", "same-origin");
  response.setHeader("cache-control", "no-cache");
}

function end(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.statusCode = status;
  response.setHeader("content-type", type);
  response.end(text);
}
