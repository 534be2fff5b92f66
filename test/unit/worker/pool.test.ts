import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../src/js/base/bytes.ts";
import { defaultSignatureRules, signatureOf } from "../../../src/js/identity.ts";
import { open, toJson } from "../../../src/js/index.ts";
import { seal } from "../../../src/worker/envelope.ts";
import { type BatchResult, createPool, type PoolOptions } from "../../../src/worker/pool.ts";
import { type BatchCall, createRemote, type Remote } from "../../../src/worker/remote.ts";
import { type RemotePair, remotePair } from "../../support/remote-pair.ts";

const tree = (n: number): Uint8Array =>
  encodeUtf8(
    `[{"data_source":"Inspect","metadata":{"timestamp":1},"moniker":"core/x","payload":{"root":{"n":${n}}},"version":1}]`,
  );
const nothing = encodeUtf8("no format at all");

function poolOf(make: (pair: () => RemotePair) => Remote, options: PoolOptions = {}) {
  const started: RemotePair[] = [];
  const pool = createPool(
    () => {
      const pair: RemotePair = remotePair(make(() => pair));
      started.push(pair);
      return pair.port;
    },
    { workers: 2, ...options, processors: 4 },
  );
  return { pool, started };
}

async function collect<T>(results: AsyncIterable<BatchResult<T>>): Promise<BatchResult<T>[]> {
  const all: BatchResult<T>[] = [];
  for await (const result of results) all.push(result);
  return all;
}

/** A remote that counts its messages and answers each item by `read`. */
function scripted(read: (call: BatchCall) => Promise<void>): Remote {
  const real = createRemote();
  return {
    ...real,
    digestMany: async (call) => {
      await read(call);
      return real.digestMany(call);
    },
  };
}

describe("worker pool", () => {
  it("opens many files in order, faults as answers", async () => {
    const { pool, started } = poolOf(createRemote);
    const sources = Array.from({ length: 700 }, (_, ix) => (ix % 50 === 7 ? nothing : tree(ix)));
    const results = await collect(pool.openMany(sources));
    expect(results.map(({ ix }) => ix)).toEqual(sources.map((_, ix) => ix));
    expect(started).toHaveLength(2);
    for (const result of results) {
      if (result.ix % 50 === 7) expect(result).toMatchObject({ ok: false, error: { code: "UnknownFormat" } });
      else expect(result.ok && (await toJson(result.value[0]!))).toMatch(new RegExp(`\\b${result.ix}\\b`));
    }
    pool.close();
  });

  it("gives the digest that opening here gives, also of Blobs and of several files together", async () => {
    const { pool } = poolOf(createRemote);
    const sources = [tree(1), new Blob([tree(2).slice()]), [{ name: "a", content: tree(3) }], new Blob([]).stream()];
    const results = await collect(pool.digestMany(sources, { format: "inspect" }));
    const here = await open(tree(2), { format: "inspect" });
    expect(results.slice(0, 3).map((result) => result.ok && result.value[0]?.format)).toEqual(Array(3).fill("inspect"));
    const { id, rules, title } = signatureOf(here, defaultSignatureRules());
    const second = results[1]!;
    expect(second.ok && second.value[0]).toMatchObject({
      facts: here.facts,
      signature: { id, rules, title },
      contentHash: expect.stringMatching(/^[0-9a-f]{32}#0$/),
    });
    pool.close();
  });

  it("leaves the caller's bytes alone", async () => {
    const { pool } = poolOf(createRemote);
    const whole = new Uint8Array(1000);
    whole.set(tree(5), 100);
    const part = whole.subarray(100, 100 + tree(5).length);
    expect((await collect(pool.openMany([part, part])))[1]).toMatchObject({ ok: true });
    expect(part).toEqual(tree(5));
    pool.close();
  });

  it("keeps only a few messages under way, however slowly it is read", async () => {
    let posted = 0;
    const { pool } = poolOf(() => scripted(async () => void posted++));
    const taken: number[] = [];
    function* endless() {
      for (let ix = 0; ; ix++) {
        taken.push(ix);
        yield tree(ix);
      }
    }
    for await (const { ix } of pool.digestMany(endless())) if (ix === 2) break;
    expect(posted).toBeLessThanOrEqual(5);
    expect(taken.length).toBeLessThan(256 * 7);
    pool.close();
  });

  it("finds the file that a worker dies of; the others are read", async () => {
    const { pool, started } = poolOf((pair) =>
      scripted(async ({ packed }) => {
        if (!new TextDecoder().decode(packed).includes('"n":13')) return;
        pair().crash("out of memory");
        await new Promise(() => {});
      }),
    );
    // One message is answered first: a pool whose workers never answer gives up instead.
    await collect(pool.digestMany([tree(1)]));
    const results = await collect(pool.digestMany([tree(11), tree(12), tree(13), tree(14)]));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, false, true]);
    expect(results[2]).toMatchObject({ error: { code: "WorkerFailed", fields: { reason: "out of memory" } } });
    expect(started.length).toBeGreaterThan(2);
    pool.close();
  });

  it("gives up when no worker ever answers", async () => {
    const { pool } = poolOf((pair) =>
      scripted(async () => {
        pair().crash("the script is missing");
        await new Promise(() => {});
      }),
    );
    await expect(collect(pool.digestMany(Array.from({ length: 2000 }, () => tree(1))))).rejects.toMatchObject({
      code: "WorkerFailed",
    });
  });

  it("stops when cancelled, before and while it works", async () => {
    const { pool } = poolOf(() => scripted(() => new Promise(() => {})));
    const aborted = AbortSignal.abort(new Error("never mind"));
    await expect(collect(pool.digestMany([tree(1)], { signal: aborted }))).rejects.toMatchObject({ code: "Cancelled" });
    const controller = new AbortController();
    const running = collect(pool.digestMany([tree(1), tree(2)], { signal: controller.signal }));
    setTimeout(() => controller.abort(), 20);
    await expect(running).rejects.toMatchObject({ code: "Cancelled" });
    pool.close();
  });

  it("ends with what the caller's own sequence throws", async () => {
    const { pool } = poolOf(createRemote);
    function* broken() {
      yield tree(1);
      throw new Error("no more");
    }
    await expect(collect(pool.openMany(broken()))).rejects.toThrow("no more");
    pool.close();
  });

  it("throws for options that cannot be posted", async () => {
    const { pool } = poolOf(() => ({ ...createRemote(), digestMany: () => seal(() => Promise.resolve([])) }));
    const running = collect(pool.digestMany([tree(1)], { tokens: () => {} }));
    await expect(running).rejects.toMatchObject({ code: "UsageError" });
    pool.close();
  });
});
