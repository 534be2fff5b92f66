// node scripts/examples.mjs [HOST…]: every example of examples/ started as its README says, and asked over HTTP for what
// docs/endpoint.md promises. Hosts that cannot be had are NOT RUN. The last line is "N passed, N failed".
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Absent, fromPackage } from "./host-packages.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const PORT = 18_790;
const CRASH = readFileSync("test/golden/pigweed/cases/arm_nested.pb");
const REPORT = readFileSync("test/golden/pigweed/cases/arm_nested.txt", "utf8");
const BOMB = gzipSync(new Uint8Array(6_000_000));
const TOO_LONG = new Uint8Array(20_000_001);

/** Command and arguments of each host. */
const HOSTS = {
  node: () => [process.execPath, "examples/node/server.mjs"],
  bun: () => [fromPackage("bun", "@oven/bun-linux-x64/bin/bun"), "examples/bun/server.mjs"],
  deno: () => [
    fromPackage("deno", "@deno/linux-x64-glibc/deno"),
    "run",
    "--no-remote",
    "--allow-net",
    "--allow-env",
    "examples/deno/server.mjs",
  ],
  workerd() {
    const workerd = fromPackage("workerd", "@cloudflare/workerd-linux-64/bin/workerd");
    const worker = fileURLToPath(new URL("../examples/workerd/worker.mjs", import.meta.url));
    execFileSync(process.execPath, ["examples/workerd/build.mjs", "build/examples-workerd", worker, String(PORT)]);
    return [workerd, "serve", "build/examples-workerd/config.capnp"];
  },
};

/** `ask(path, body, headers)` and what the answer must be. */
const CHECKS = {
  "is there": async (ask) => equal((await (await ask("health")).json()).status, "ok"),
  "describes itself": async (ask) => equal((await (await ask("openapi.json")).json()).openapi, "3.1.0"),
  "answers the report that upstream prints": async (ask) => equal(await (await ask("dump", CRASH)).text(), REPORT),
  "answers JSON where JSON is asked for": async (ask) => {
    const response = await ask("dump", CRASH, { accept: "application/json" });
    equal(response.headers.get("content-type"), "application/json; charset=utf-8");
    equal((await response.json()).format, "pigweed");
  },
  "answers a page without scripts where HTML is asked for": async (ask) => {
    const page = await (await ask("dump", CRASH, { accept: "text/html" })).text();
    equal([page.startsWith("<!doctype html>"), page.includes("<script")].join(), "true,false");
  },
  "takes parts of a form": async (ask) => {
    const form = new FormData();
    form.set("file", new Blob([CRASH]), "crash.pb");
    equal((await (await ask("info", form, { accept: "application/json" })).json()).files[0].name, "crash.pb");
  },
  "looks into gzip": async (ask) => equal(await (await ask("dump", gzipSync(CRASH))).text(), REPORT),
  "gives a value, a signature, a key and a judgement": async (ask) => {
    for (const call of ["get?path=metadata", "signature", "group-key", "triage"]) {
      equal((await ask(call, CRASH)).status, 200);
    }
  },
  "names what there is where a path is not": async (ask) => {
    const response = await ask("get?path=metadat", CRASH);
    const { error } = await response.json();
    equal([response.status, error.code, error.available.includes("metadata")].join(), "404,PathNotFound,true");
  },
  "refuses a bomb by the limit's name": async (ask) => refused(await ask("dump", BOMB), 413, "inflateRatio"),
  "refuses a body that is too long": async (ask) => refused(await ask("dump", TOO_LONG), 413, "uploadBytes"),
  "refuses what is no snapshot": async (ask) => equal((await ask("dump", "no snapshot at all")).status, 422),
  "refuses types that it has not": async (ask) =>
    equal((await ask("dump", CRASH, { accept: "image/png" })).status, 406),
};

async function refused(response, status, limit) {
  const { error } = await response.json();
  equal([response.status, error.code, error.limit?.name].join(), `${status},LimitExceeded,${limit}`);
}

function equal(found, expected) {
  if (found !== expected)
    throw new Error(`${JSON.stringify(found)?.slice(0, 200)} is not ${JSON.stringify(expected)?.slice(0, 200)}`);
}

const ask = (path, body, headers) =>
  fetch(`http://127.0.0.1:${PORT}/v1/${path}`, body === undefined ? {} : { method: "POST", body, headers });

async function untilListening(server) {
  for (let tries = 0; tries < 200 && server.exitCode === null; tries++) {
    const isThere = await ask("health").then(
      (response) => response.ok,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it does not listen");
}

let passed = 0;
let failed = 0;

async function checkHost(host, [command, ...args]) {
  const server = spawn(command, args, {
    env: { ...process.env, PORT: String(PORT) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const gone = new Promise((resolve) => server.once("exit", resolve));
  try {
    await untilListening(server);
    for (const [title, check] of Object.entries(CHECKS)) {
      try {
        await check(ask);
        passed++;
      } catch (error) {
        failed++;
        console.log(`FAILED: ${host} ${title}: ${error.message}`);
      }
    }
  } catch (error) {
    failed++;
    console.log(`FAILED: ${host}: ${error.message}`);
  } finally {
    server.kill("SIGKILL");
    await gone;
  }
}

const wanted = process.argv.slice(2);
for (const [host, start] of Object.entries(HOSTS)) {
  if (wanted.length > 0 && !wanted.includes(host)) continue;
  try {
    await checkHost(host, start());
    console.log(`${host} answered`);
  } catch (error) {
    if (!(error instanceof Absent)) throw error;
    console.log(`NOT RUN: the example of ${host}: ${error.message}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
