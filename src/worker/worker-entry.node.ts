// Runs in a worker thread of Node.
import { parentPort } from "node:worker_threads";
import { expose } from "comlink";
import { toEndpoint } from "./node-port.ts";
import { createRemote } from "./remote.ts";

if (parentPort !== null) expose(createRemote(), toEndpoint(parentPort));
