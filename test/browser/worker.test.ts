import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/js/base/bytes.ts";
import { createWorker } from "../../src/worker/worker.ts";

const inspect = encodeUtf8(
  '[{"data_source":"Inspect","metadata":{"timestamp":1},"moniker":"core/x","payload":{"root":{"n":18446744073709551615}},"version":1}]',
);
const scriptOf =
  (source: string): (() => Worker) =>
  () =>
    new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));

describe("a real worker", () => {
  it("opens a file, keeps 64-bit values and stays for the next call", async () => {
    const client = createWorker();
    for (let i = 0; i < 3; i++) {
      const snapshot = await client.open(new File([inspect], "tree.json"));
      expect(snapshot.format).toBe("inspect");
      expect(snapshot.inputs[0]?.name).toBe("tree.json");
    }
    client.close();
  });

  it("sends errors back whole", async () => {
    const client = createWorker();
    await expect(client.open(encodeUtf8("no format at all"))).rejects.toMatchObject({
      code: "UnknownFormat",
      fields: { candidates: expect.any(Array) },
    });
    client.close();
  });

  it("that never answers is stopped after the time-out", async () => {
    const client = createWorker({ worker: scriptOf("for (;;) {}"), timeoutMs: 300 });
    await expect(client.open(inspect)).rejects.toMatchObject({ code: "WorkerTimeout" });
  });

  it("whose script fails is reported, not waited for", async () => {
    const client = createWorker({ worker: scriptOf("throw new Error('broken')"), timeoutMs: 20_000 });
    await expect(client.open(inspect)).rejects.toMatchObject({
      code: "WorkerFailed",
      fields: { reason: expect.stringContaining("broken") },
    });
  });

  it("whose script is missing is reported, not waited for", async () => {
    const missing = (): Worker => new Worker("/no/such/script.js", { type: "module" });
    const client = createWorker({ worker: missing, timeoutMs: 20_000 });
    await expect(client.open(inspect)).rejects.toMatchObject({ code: "WorkerFailed" });
  });

  it("uses a core that was compiled here", async () => {
    const { embeddedCore } = await import("../../src/js/index.ts");
    const client = createWorker({ module: await embeddedCore() });
    expect((await client.open(inspect)).format).toBe("inspect");
    client.close();
  });
});
