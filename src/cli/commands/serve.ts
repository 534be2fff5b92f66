import type { Command } from "../command.ts";

export const serve: Command = {
  name: "serve",
  summary: "answer HTTP requests: the endpoint of docs/endpoint.md on this machine",
  operands: { usage: "", min: 0, max: 0 },
  options: {
    port: { value: "N", summary: "port to listen on; 0 takes a free one; default 8642" },
    host: { value: "ADDRESS", summary: "address to listen on; default 127.0.0.1, where only this machine can ask" },
    "allow-host": { value: "NAME", summary: "a name that requests may be for; on loopback default localhost" },
    rate: { value: "N", summary: "requests per second that one client may make; default no limit" },
    burst: { value: "N", summary: "with --rate: requests that may come at once; default 20" },
    concurrent: { value: "N", summary: "requests worked on at a time; default 4" },
    "upload-bytes": { value: "N", summary: "largest body; default 20000000" },
    timeout: { value: "MS", summary: "longest time for one request; default 30000" },
  },
  notes: [
    "Every answered request is a line on stderr, with --json a line of JSON on stdout. The limits inputBytes and inflateRatio are lower here than for files: 100000000 and 200; --limit changes them.",
    "There is no password: put a proxy that has one in front before you listen on more than this machine.",
  ],
  examples: [
    ["coldframe serve", "then: curl --data-binary @crash.pb http://127.0.0.1:8642/v1/dump"],
    ["coldframe serve --port 0 --json", "a free port; the first line says which"],
  ],
  async run(call) {
    const { runServe } = await import("../serve/run.ts");
    return runServe(call);
  },
};
