import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { SnapshotError } from "../../js/index.ts";
import type { Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { listServed } from "./files.ts";
import { createAppServer } from "./server.ts";

/** Serves the app until the run is ended. */
export async function runUi(call: Call): Promise<ExitStatus> {
  const port = readPort(call.options.last("port"));
  const served = await listServed(call);
  const server = createAppServer(appFolder(), served);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(portError(port, error)));
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${actual}/${served.length === 0 ? "" : "#v=1&sample=served"}`;
  if (call.out.json) await call.out.jsonLine({ url, files: served.map(({ name }) => name) });
  else await call.out.line(url);
  await new Promise<void>((resolve) => {
    if (call.signal.aborted) resolve();
    else call.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  server.closeAllConnections();
  server.close();
  return EXIT.ok;
}

/** The built app is beside the command line; this file may have become a chunk one level below. */
function appFolder(): string {
  const found = ["./app/", "../app/", "../../../dist/app/"]
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((place) => existsSync(`${place}main.js`));
  if (found !== undefined) return found;
  throw new SnapshotError("FileNotReadable", "the web app is not built here: npm run build", {
    fields: { file: "dist/app", reason: "it does not exist" },
  });
}

function readPort(text: string | undefined): number {
  const port = text === undefined ? 0 : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new SnapshotError("UsageError", `--port ${text}: a port is a number from 0 to 65535`);
}

function portError(port: number, error: NodeJS.ErrnoException): SnapshotError {
  return new SnapshotError("UsageError", `--port ${port}: ${error.message}`, { cause: error });
}
