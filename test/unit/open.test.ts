import { gzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/js/base/bytes.ts";
import type { FormatPlugin } from "../../src/js/formats/plugin.ts";
import { findFact } from "../../src/js/model/facts.ts";
import { createOpener, type Opener } from "../../src/js/open.ts";
import { embeddedCore } from "../../src/js/platform/embedded.ts";
import { fakeFormat } from "../support/fake-format.ts";

function openerOf(...formats: FormatPlugin[]): Opener {
  return createOpener({ formats, coreSource: embeddedCore });
}
const { open, openAll, detect, decodeAll, attach } = openerOf(
  fakeFormat("pigweed"),
  fakeFormat("inspect"),
  fakeFormat("goroutines", { severalFiles: "together" }),
);
const one = encodeUtf8("pigweed\nfact device left\nlog hello\n");
const two = encodeUtf8("pigweed\nfact device right\n");

describe("open", () => {
  it("takes bytes, a buffer, a Blob, a stream and named content alike", async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < one.length; i += 5) controller.enqueue(one.slice(i, i + 5));
        controller.close();
      },
    });
    const sources = [one, one.buffer, new Blob([one]), stream, { name: "crash.pb", content: one }];
    for (const source of sources) {
      const snapshot = await open(source);
      expect(snapshot.format).toBe("pigweed");
      expect(findFact(snapshot.facts, "device")).toBe("left");
      expect(snapshot.logs.at(0).text).toBe("hello");
      expect(snapshot.inputs[0]?.byteLength).toBe(one.length);
    }
  });

  it("names a File by its name", async () => {
    const snapshot = await open(new File([one], "drop.pb"));
    expect(snapshot.inputs).toEqual([{ name: "drop.pb", byteLength: one.length }]);
  });

  it("looks into gzip and zip by content", async () => {
    expect(findFact((await open(gzipSync(one))).facts, "device")).toBe("left");
    const all = await openAll(zipSync({ "a/1": one, "a/2": gzipSync(two) }));
    expect(all.map((snapshot) => findFact(snapshot.facts, "device"))).toEqual(["left", "right"]);
  });

  it("refuses a path instead of guessing", async () => {
    await expect(open("crash.pb" as unknown as Uint8Array)).rejects.toMatchObject({
      code: "UsageError",
      message: expect.stringContaining("a string given"),
    });
    await expect(open([])).rejects.toMatchObject({ code: "UsageError" });
  });

  it("returns the first of several snapshots and says that there are more", async () => {
    const several = encodeUtf8("inspect\nfact n 1\n---\nfact n 2\n---\nfact n 3\n");
    const snapshot = await open(several);
    expect(findFact(snapshot.facts, "n")).toBe("1");
    expect(snapshot.issues).toMatchObject([{ code: "FurtherSnapshots", severity: "info" }]);
    expect(snapshot.issues[0]?.message).toContain("2 more snapshots");
    expect((await openAll(several)).map((s) => findFact(s.facts, "n"))).toEqual(["1", "2", "3"]);
    expect((await openAll(several)).flatMap((s) => s.issues)).toEqual([]);
  });

  it("keeps what can be read and lists the rest as issues", async () => {
    const snapshot = await open(encodeUtf8("pigweed\nbad byte\nfact a b\n"));
    expect(findFact(snapshot.facts, "a")).toBe("b");
    expect(snapshot.issues).toMatchObject([{ code: "TruncatedMessage", offset: 8 }]);
  });

  it("throws for the same bytes in strict mode", async () => {
    await expect(open(encodeUtf8("pigweed\nbad byte\n"), { strict: true })).rejects.toMatchObject({
      code: "TruncatedMessage",
      offset: 8,
    });
    const cut = gzipSync(one).subarray(0, -9);
    expect((await open(cut)).issues).toMatchObject([{ code: "CorruptGzip" }]);
    await expect(open(cut, { strict: true })).rejects.toMatchObject({ code: "CorruptGzip" });
  });

  it("reads as the format that is asked for, and refuses unknown words with the nearest", async () => {
    expect((await open(encodeUtf8("fact a b\n"), { format: "pigweed" })).format).toBe("pigweed");
    await expect(open(one, { format: "pigwed" as "pigweed" })).rejects.toMatchObject({
      code: "UsageError",
      message: 'there is no format "pigwed"; did you mean pigweed?',
      available: ["pigweed", "inspect", "goroutines"],
    });
  });

  it("stops reading at the byte limit, keeps that much and says so", async () => {
    const long = encodeUtf8(`pigweed\nfact a b\n${"log x\n".repeat(1000)}`);
    for (const source of [long, new Blob([long]), new Blob([long]).stream()]) {
      const snapshot = await open(source, { limits: { inputBytes: 100 } });
      expect(snapshot.inputs[0]?.byteLength).toBe(100);
      expect(snapshot.issues).toMatchObject([{ code: "LimitExceeded", severity: "error", input: "input" }]);
    }
  });

  it("reports progress while reading and decoding", async () => {
    const seen: string[] = [];
    await open(new Blob([one]), {
      progress: ({ stage, doneBytes, totalBytes }) => seen.push(`${stage} ${doneBytes}/${totalBytes}`),
    });
    expect(seen.at(-2)).toBe(`reading ${one.length}/${one.length}`);
    expect(seen.at(-1)).toBe("decoding 1/1");
  });

  it("is cancelled by the caller's signal, also while a stream gives nothing", async () => {
    await expect(open(one, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "Cancelled" });
    let cancelled = false;
    const silent = new ReadableStream<Uint8Array>({
      cancel() {
        cancelled = true;
      },
    });
    const controller = new AbortController();
    const opening = open(silent, { signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await expect(opening).rejects.toMatchObject({ code: "Cancelled" });
    expect(cancelled).toBe(true);
  });

  it("passes a failing stream's error on", async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new TypeError("network")),
    });
    await expect(open(broken)).rejects.toThrow("network");
  });
});

describe("several files", () => {
  const manifest = encodeUtf8('{"not":"recognised"}');
  const stacks = encodeUtf8("goroutines\nthread main a b\n");

  it("are separate snapshots for a format of single files", async () => {
    const all = await openAll([
      { name: "1", content: one },
      { name: "2", content: two },
    ]);
    expect(all.map((s) => s.inputs.map((input) => input.name))).toEqual([["1"], ["2"]]);
  });

  it("are one snapshot for a format of several files, unrecognised companions included", async () => {
    const all = await openAll([
      { name: "manifest.json", content: manifest },
      { name: "p1", content: stacks },
      { name: "p2", content: stacks },
    ]);
    expect(all.map((s) => s.inputs.map((input) => input.name))).toEqual([["manifest.json", "p1", "p2"]]);
  });

  it("that nothing recognises are an issue of the first snapshot", async () => {
    const [only] = await openAll([
      { name: "notes.txt", content: manifest },
      { name: "2", content: two },
    ]);
    expect(only?.issues).toMatchObject([{ code: "UnknownFormat", input: "notes.txt" }]);
  });

  it("of which one is unreadable keep the others", async () => {
    const [only, none] = await openAll([
      { name: "cut.gz", content: gzipSync(one).subarray(0, 10) },
      { name: "2", content: two },
    ]);
    expect(none).toBeUndefined();
    expect(only?.issues).toMatchObject([{ code: "CorruptGzip", input: "cut.gz" }]);
  });

  it("fail with the first error when none can be read", async () => {
    await expect(openAll([manifest, manifest])).rejects.toMatchObject({ code: "UnknownFormat" });
  });
});

describe("detection", () => {
  it("lists every candidate when none is sure", async () => {
    await expect(open(encodeUtf8("?"))).rejects.toMatchObject({
      code: "UnknownFormat",
      fields: {
        candidates: [
          { format: "goroutines", score: 0 },
          { format: "inspect", score: 0 },
          { format: "pigweed", score: 0 },
        ],
      },
    });
  });

  it("refuses to choose between equals, and takes the higher of two", async () => {
    const twin = (score: number): FormatPlugin => fakeFormat("bpf", { magic: "pigweed", score });
    await expect(openerOf(fakeFormat("pigweed"), twin(90)).open(one)).rejects.toMatchObject({
      code: "AmbiguousFormat",
      fields: { candidates: [{ format: "bpf" }, { format: "pigweed" }, ...[]] },
    });
    expect((await openerOf(fakeFormat("pigweed"), twin(60)).open(one)).format).toBe("pigweed");
  });

  it("tells what each format makes of each file", async () => {
    const [first, second] = await detect(zipSync({ "d/a": one, b: encodeUtf8("?") }));
    expect(first).toMatchObject({ name: "a", path: "d/a", candidates: [{ format: "pigweed", score: 90 }, {}, {}] });
    expect(second?.candidates[0]?.score).toBe(0);
  });
});

describe("parts", () => {
  it("survive a structured clone and become the same snapshot again", async () => {
    const [parts] = await decodeAll(one);
    const snapshot = await attach(structuredClone(parts!));
    expect(snapshot.logs.at(0).text).toBe("hello");
    expect(snapshot.facts).toEqual((await open(one)).facts);
  });
});
