import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, Readable, Writable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import {
  type ByteDuplex,
  FrameConnection,
  HostClient,
  readFailureDump,
  SnapshotBridge,
  serveHost,
} from "../../src/js/sched-ext.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A host that captures a small dump and stores it, and what it stored. */
function hostOf(connection: FrameConnection): {
  bridge: SnapshotBridge<ReturnType<typeof readFailureDump>>;
  served: Promise<void>;
} {
  const dump = readFailureDump('{"schema":"single","maps":[]}');
  const bridge = new SnapshotBridge({
    capture: (tag) => (tag === "no room" ? undefined : dump),
    watch: (symbol) => (symbol === "jiffies" ? undefined : `no symbol ${symbol}`),
  });
  const served = serveHost(connection, {
    capture: async (tag) => ((await bridge.capture(tag)) ? undefined : "the capture was not possible"),
    watch: async (symbol) => {
      await bridge.registerWatch(symbol);
      return undefined;
    },
    kernelOp: async ({ request_id }) => ({
      request_id,
      success: true,
      reason: "",
      read_values: [{ Bytes: new Uint8Array(100_000).fill(0xa5) }],
    }),
  });
  return { bridge, served: served.catch(() => undefined) };
}

async function talk(guest: FrameConnection, host: FrameConnection): Promise<void> {
  const { bridge, served } = hostOf(host);
  const client = new HostClient(guest);
  const deadline = AbortSignal.timeout(20_000);
  expect(await client.capture("after_warmup", deadline)).toEqual({ kind: "Ok" });
  expect(await client.capture("no room", deadline)).toEqual({
    kind: "HostError",
    reason: "the capture was not possible",
  });
  expect(await client.watch("jiffies", deadline)).toEqual({ kind: "Ok" });
  expect(await client.watch("jiffiez", deadline)).toMatchObject({ kind: "HostError" });
  const reply = await client.kernelOp(
    {
      request_id: 0,
      mode: "Cold",
      direction: "Read",
      tag: "t",
      entries: [{ target: { Symbol: "x\r\n\x03\x04\x11\x13" }, value: { U64: 2n ** 64n - 1n } }],
    },
    deadline,
  );
  expect(reply.read_values).toEqual([{ Bytes: new Uint8Array(100_000).fill(0xa5) }]);
  expect(bridge.drainOrdered().map(([tag]) => tag)).toEqual(["after_warmup"]);
  expect(bridge.watchCount()).toBe(1);
  await guest.close();
  await host.close();
  await served;
}

function overSocket(socket: Socket): ByteDuplex {
  closers.push(() => socket.destroy());
  return Duplex.toWeb(socket) as unknown as ByteDuplex;
}

describe("the wire codec over real transports", () => {
  it("serves a guest over a socket pair", async () => {
    const server = createServer();
    const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => server.close());
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const near = connect(address.port, "127.0.0.1");
    await talk(new FrameConnection(overSocket(near)), new FrameConnection(overSocket(await accepted)));
  });

  const hasSocat = spawnSync("socat", ["-V"]).status === 0;

  it.skipIf(!hasSocat)("serves a guest over a pair of raw terminals (needs Debian's socat; issue 6)", async () => {
    const dir = mkdtempSync(join(tmpdir(), "coldframe-pty-"));
    const [left, right] = [join(dir, "left"), join(dir, "right")];
    const socat = spawn("socat", [`PTY,link=${left},raw,echo=0`, `PTY,link=${right},raw,echo=0`], { stdio: "ignore" });
    closers.push(() => {
      socat.kill();
      rmSync(dir, { recursive: true, force: true });
    });
    await untilExists(socat, left, right);
    await talk(new FrameConnection(overFile(left)), new FrameConnection(overFile(right)));
  });
});

async function untilExists(socat: ChildProcess, ...paths: readonly string[]): Promise<void> {
  let failure: Error | undefined;
  socat.once("error", (error) => {
    failure = error;
  });
  for (let tries = 0; tries < 200; tries++) {
    if (failure !== undefined) throw failure;
    if (paths.every((path) => existsSync(path))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("socat made no terminals");
}

function overFile(path: string): ByteDuplex {
  const input = createReadStream(path);
  const output = createWriteStream(path);
  closers.push(() => {
    input.destroy();
    output.destroy();
  });
  return { readable: Readable.toWeb(input) as ReadableStream<Uint8Array>, writable: Writable.toWeb(output) };
}
