import { gzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { unpack } from "../../../src/js/archive/unpack.ts";
import { decodeUtf8, encodeUtf8 } from "../../../src/js/base/bytes.ts";
import { withLimits } from "../../../src/js/base/limits.ts";

const limits = withLimits();
const hello = encodeUtf8("hello");

async function textsOf(bytes: Uint8Array): Promise<unknown> {
  const { files } = await unpack({ name: "given", bytes }, limits);
  return files.map((file) => [file.name, file.path, decodeUtf8(file.bytes)]);
}

describe("unpack", () => {
  it("returns plain bytes as they are", async () => {
    expect(await textsOf(hello)).toEqual([["given", undefined, "hello"]]);
    expect(await textsOf(new Uint8Array(0))).toEqual([["given", undefined, ""]]);
  });

  it("looks through layers and keeps the order of an archive", async () => {
    const inner = zipSync({ "x/1.gz": gzipSync(encodeUtf8("one")), "2.txt": encodeUtf8("two") });
    expect(await textsOf(gzipSync(inner))).toEqual([
      ["1.gz", "x/1.gz", "one"],
      ["2.txt", "2.txt", "two"],
    ]);
  });

  it("refuses more layers than allowed", async () => {
    let bytes: Uint8Array = hello;
    for (let i = 0; i < 5; i++) bytes = gzipSync(bytes);
    await expect(unpack({ name: "given", bytes }, limits)).rejects.toMatchObject({
      code: "LimitExceeded",
      limit: { name: "archiveLayers", max: 4, actual: 5 },
    });
  });

  it("reports damage with the name of the file and keeps the rest", async () => {
    const damaged = gzipSync(hello);
    damaged[damaged.length - 8]! ^= 1;
    const { files, issues } = await unpack({ name: "given", bytes: zipSync({ "a.gz": damaged, b: hello }) }, limits);
    expect(files.map((file) => file.name)).toEqual(["a.gz", "b"]);
    expect(issues).toMatchObject([{ code: "CorruptGzip", severity: "warning", input: "a.gz" }]);
  });

  it("throws when nothing at all could be read, but only for the whole", async () => {
    const bytes = gzipSync(hello).subarray(0, 10);
    await expect(unpack({ name: "given", bytes }, limits)).rejects.toMatchObject({ code: "CorruptGzip" });
    const { files, issues } = await unpack({ name: "given", bytes: zipSync({ a: bytes, b: hello }) }, limits);
    expect(files.map((file) => file.name)).toEqual(["b"]);
    expect(issues).toMatchObject([{ code: "CorruptGzip", input: "a" }]);
  });
});
