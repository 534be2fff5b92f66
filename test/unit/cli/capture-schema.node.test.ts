import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readManifest, renderManifest } from "../../../src/js/formats/goroutines/capture-manifest.ts";
import { cli } from "../../support/cli-host.ts";
import { publishedSchema } from "../../support/json-schema.ts";
import { PprofServer } from "../../support/pprof-server.ts";

const schema = publishedSchema("capture.json");
let work: string;
let server: PprofServer;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "capture-schema-"));
  server = await PprofServer.start();
});
afterAll(async () => {
  await server.stop();
  rmSync(work, { recursive: true, force: true });
});

describe("docs/json-schema/capture.json", () => {
  it("fits the manifest of a capture with answers, labels and errors, and notices any change of a type", async () => {
    const dir = join(work, "mixed");
    await cli(["capture", "go", "--leaks", "--label", "zone=a", "--out", dir, server.hostPort, "dead=127.0.0.1:1"]);
    const manifest = JSON.parse(readFileSync(join(dir, "manifest.json"), "utf8"));
    expect(schema.errors(manifest)).toEqual([]);
    expect(manifest.batches).toHaveLength(4);
    expect(schema.blindTo(manifest)).toEqual([]);
  });

  it.each(["shop-go1.24", "shop-go1.24-later"])(
    "fits the older capture.json of %s, and notices any change of a type",
    (set) => {
      const records = JSON.parse(readFileSync(`test/golden/goroutines/${set}/capture.json`, "utf8"));
      expect(schema.errors(records)).toEqual([]);
      expect(schema.blindTo(records.slice(0, 2))).toEqual([]);
    },
  );

  it.each([
    ["a newer version", { schema: 2, batches: [] }],
    ["a password beside a target", { schema: 1, batches: [batch({ authorization: "Basic Zm9v" })] }],
    ["a file outside of the capture", { schema: 1, batches: [batch({ file: "../../etc/passwd" })] }],
    ["an error of no known kind", { schema: 1, batches: [batch({ error: { kind: "OOPS", message: "" } })] }],
    ["no records", []],
  ])("refuses %s", (_, document) => {
    expect(schema.errors(document)).not.toEqual([]);
  });

  it("is what renderManifest writes of anything readManifest has read", () => {
    const bytes = readFileSync("test/golden/goroutines/shop-go1.24/capture.json");
    const read = readManifest(bytes, "capture.json");
    if (!("batches" in read)) throw new Error(read.message);
    const named = {
      batches: read.batches.map((b) => ({ ...b, targets: b.targets.map((t) => ({ ...t, target: "x" })) })),
    };
    const written = JSON.stringify(renderManifest(named));
    expect(schema.errors(JSON.parse(written))).toEqual([]);
    expect(readManifest(new TextEncoder().encode(written), "manifest.json")).toEqual(named);
  });
});

function batch(target: object): object {
  const common = { name: "a", target: "http://a:1/debug/pprof" };
  return { profile: "goroutine", debug: 2, start: "2026-11-21T01:43:26.044Z", targets: [{ ...common, ...target }] };
}
