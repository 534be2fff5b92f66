import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../src/js/base/bytes.ts";
import { SnapshotError } from "../../../src/js/index.ts";
import { buffersOf } from "../../../src/worker/buffers.ts";
import { createClient } from "../../../src/worker/client.ts";
import { seal } from "../../../src/worker/envelope.ts";
import { createRemote, type Remote } from "../../../src/worker/remote.ts";
import { PIGWEED_CASES, readCaseFile } from "../../support/pigweed-cases.ts";
import { type RemotePair, remotePair } from "../../support/remote-pair.ts";

const inspect = encodeUtf8(
  '[{"data_source":"Inspect","metadata":{"timestamp":1},"moniker":"core/x","payload":{"root":{"n":1}},"version":1}]',
);

/** A client whose workers are made by `make`, and the workers it has started so far. */
function clientOf(make: () => Remote, options: Parameters<typeof createClient>[1] = {}) {
  const started: RemotePair[] = [];
  const client = createClient(() => {
    const pair = remotePair(make());
    started.push(pair);
    return pair.port;
  }, options);
  return { client, started };
}

const silent = (): Remote => ({
  decodeAll: () => new Promise(() => {}),
  detect: () => new Promise(() => {}),
  decodeMany: () => new Promise(() => {}),
  digestMany: () => new Promise(() => {}),
  warmUp: () => new Promise(() => {}),
  cancel: () => {},
});
const failing = (error: unknown): Remote => ({ ...silent(), decodeAll: () => seal(() => Promise.reject(error)) });

describe("worker client", () => {
  it("opens a snapshot on the other side and rebuilds it here", async () => {
    const { client } = clientOf(createRemote);
    const stages: string[] = [];
    const snapshot = await client.open(inspect, { progress: ({ stage }) => stages.push(stage) });
    expect(snapshot.format).toBe("inspect");
    expect(snapshot.values.count(snapshot.values.root)).toBeGreaterThan(0);
    expect(stages).toContain("reading");
    client.close();
  });

  it("answers again and again: the library's own constants are not given away", async () => {
    const { client } = clientOf(createRemote);
    for (let i = 0; i < 3; i++) expect((await client.open(inspect)).format).toBe("inspect");
    client.close();
  });

  it("takes Blobs, files, streams and several of them", async () => {
    const { client } = clientOf(createRemote);
    const sources = [new Blob([inspect]), new File([inspect], "i.json"), new Blob([inspect]).stream()];
    for (const source of sources) expect((await client.open(source)).format).toBe("inspect");
    const all = await client.openAll([
      { name: "1", content: inspect },
      { name: "2", content: new Blob([inspect]) },
    ]);
    expect(all.map((snapshot) => snapshot.inputs[0]?.name)).toEqual(["1", "2"]);
    expect((await client.detect(inspect))[0]?.candidates[0]).toMatchObject({ format: "inspect" });
    client.close();
  });

  it("throws what was thrown there, every field of it", async () => {
    const error = new SnapshotError("PathNotFound", "reading: it is not there", {
      fields: { n: 2n ** 64n - 1n, list: ["a"] },
      format: "pigweed",
      offset: 4_294_967_296,
      path: "a.b",
      available: ["c", "d"],
      limit: { name: "depth", max: 1, actual: 2 },
    });
    const { client } = clientOf(() => failing(error));
    const caught = await client.open(inspect).catch((reason: unknown) => reason);
    expect(caught).toBeInstanceOf(SnapshotError);
    expect({ ...(caught as SnapshotError) }).toEqual({ ...error });
    expect((caught as SnapshotError).message).toBe(error.message);
  });

  it("calls anything else thrown there a bug", async () => {
    const { client } = clientOf(() => failing(new RangeError("out of it")));
    await expect(client.open(inspect)).rejects.toMatchObject({
      code: "InternalError",
      message: expect.stringContaining("RangeError: out of it"),
    });
  });

  it("gives up after the time-out, stops that worker and starts another", async () => {
    let workers = 0;
    const { client, started } = clientOf(() => (++workers === 1 ? silent() : createRemote()), { timeoutMs: 300 });
    await expect(client.open(inspect)).rejects.toMatchObject({ code: "WorkerTimeout", fields: { timeoutMs: 300 } });
    expect(started[0]?.state.terminated).toBe(true);
    expect((await client.open(inspect)).format).toBe("inspect");
    expect(started).toHaveLength(2);
    client.close();
  });

  it("rejects at once when cancelled and stops a worker that does not notice", async () => {
    const { client, started } = clientOf(silent);
    const controller = new AbortController();
    const opening = client.open(inspect, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(opening).rejects.toMatchObject({ code: "Cancelled" });
    expect(started[0]?.state.terminated).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(started[0]?.state.terminated).toBe(true);
  });

  it("passes the cancellation on and keeps a worker that heeds it", async () => {
    const asked: number[] = [];
    let answer: () => void = () => {};
    const heeding = (): Remote => ({
      ...silent(),
      decodeAll: () =>
        new Promise((resolve) => {
          answer = () => resolve({ ok: false, error: { code: "Cancelled", message: "cancelled" } });
        }),
      cancel(id) {
        asked.push(id);
        answer();
      },
    });
    const { client, started } = clientOf(heeding);
    const controller = new AbortController();
    const opening = client.open(inspect, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(opening).rejects.toMatchObject({ code: "Cancelled" });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(asked).toEqual([1]);
    expect(started[0]?.state.terminated).toBe(false);
    client.close();
  });

  it("does not start a worker for a call that is cancelled already", async () => {
    const { client, started } = clientOf(silent);
    await expect(client.open(inspect, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "Cancelled" });
    expect(started).toEqual([]);
  });

  it("fails every call of a worker that crashes and replaces it", async () => {
    let workers = 0;
    const { client, started } = clientOf(() => (++workers === 1 ? silent() : createRemote()));
    const calls = [client.open(inspect), client.detect(inspect)];
    setTimeout(() => started[0]!.crash("out of memory"), 20);
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({ code: "WorkerFailed", fields: { reason: "out of memory" } });
    }
    expect((await client.open(inspect)).format).toBe("inspect");
    client.close();
  });

  it("fails calls under way when it is closed", async () => {
    const { client } = clientOf(silent);
    const opening = client.open(inspect);
    setTimeout(() => client.close(), 20);
    await expect(opening).rejects.toMatchObject({ code: "WorkerFailed" });
  });

  it("may be told of an end that it has caused itself", async () => {
    const { client, started } = clientOf(createRemote);
    await client.open(inspect);
    client.close();
    expect(() => started[0]!.crash("it left with status 1")).not.toThrow();
    client.close();
  });

  it("says which of the caller's options cannot be sent", async () => {
    const { client } = clientOf(createRemote);
    await expect(client.open(inspect, { symbols: () => 1 })).rejects.toMatchObject({ code: "UsageError" });
    client.close();
  });

  it("copies the caller's bytes, or takes them over when asked", async () => {
    const [kept, given] = [inspect.slice(), inspect.slice()];
    const copying = clientOf(createRemote);
    await copying.client.open(kept);
    expect(kept.length).toBe(inspect.length);
    copying.client.close();
    const moving = clientOf(createRemote, { transfer: true });
    expect((await moving.client.open(given)).format).toBe("inspect");
    expect(given.length).toBe(0);
    moving.client.close();
  });
});

describe("worker client with artifacts", () => {
  const artifact = async (path: string) => ({ name: path, content: await readCaseFile(`../artifacts/${path}`) });
  const crash = () => readCaseFile(PIGWEED_CASES.find(({ name }) => name === "elf_main")!.pb);

  it("names addresses on the other side by the images that were given as files", async () => {
    const { client } = clientOf(createRemote);
    const artifacts = [await artifact("main/main_core.elf")];
    const plain = await client.open(await crash());
    expect(plain.stacks.frames.some(({ functionName }) => functionName.includes("Controller"))).toBe(false);
    for (let round = 0; round < 2; round++) {
      const named = await client.open(await crash(), { artifacts });
      expect(named.stacks.frames.some(({ functionName }) => functionName.includes("Controller"))).toBe(true);
    }
    client.close();
  });

  it("tells what could not be read of them by the issues of the snapshot", async () => {
    const { client } = clientOf(createRemote);
    const name = "firmware.elf.gz";
    const artifacts = [{ name, content: Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff) }];
    const { issues, format } = await client.open(await crash(), { artifacts });
    expect(format).toBe("pigweed");
    expect(issues.filter(({ input }) => input === name)).not.toEqual([]);
    client.close();
  });

  it("loads everything before there is anything to read", async () => {
    const { client, started } = clientOf(createRemote);
    await client.warmUp();
    expect((await client.open(inspect)).format).toBe("inspect");
    expect(started).toHaveLength(1);
    client.close();
  });
});

describe("buffersOf", () => {
  it("finds each buffer once, in plain objects, arrays and maps, also in a circle", () => {
    const a = new Uint8Array(4);
    const b = new BigUint64Array(2);
    const root: Record<string, unknown> = { a, again: a.subarray(1), list: [{ b }], map: new Map([["x", a.buffer]]) };
    root["self"] = root;
    expect(buffersOf(root)).toHaveLength(2);
    expect(new Set(buffersOf(root))).toEqual(new Set([a.buffer, b.buffer]));
    expect(buffersOf(root, 5)).toEqual([b.buffer]);
  });
});
