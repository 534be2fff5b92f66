import { describe, expect, it } from "vitest";
import type { SnapshotParts } from "../../../../src/js/model/snapshot.ts";
import { framesOf } from "../../../../src/js/model/stacks.ts";
import { goroutineText, nativeOf, readDump, readGoroutines } from "../../../support/goroutines.ts";

const DUMP = [
  "panic: boom",
  "",
  "goroutine 1 [running]:",
  "main.main()",
  "\t/src/main.go:12 +0x1d",
  "",
  "goroutine 7 [chan receive, 3 minutes]:",
  "main.worker(0xc000010000, {0x1, 0x2})",
  "\t/src/worker.go:9 +0x45",
  "created by main.main in goroutine 1",
  "\t/src/main.go:10 +0x99",
  "",
  "goroutine 8 [select]:",
  "main.worker(0xc000010008, {0x1, 0x2})",
  "\t/src/worker.go:11 +0x77",
  "created by main.main in goroutine 1",
  "\t/src/main.go:10 +0x99",
  "exit status 2",
];

/** What of a snapshot does not depend on how its text was wrapped. */
function essence({ stacks, facts }: SnapshotParts) {
  return {
    reason: facts.find(({ key }) => key === "reason")?.value,
    goroutines: stacks.contexts.map(({ id, state, waitAtLeastNs, stack, creator }) => ({
      id,
      state,
      waitAtLeastNs,
      frames: framesOf(stacks, stack),
      creator: creator && stacks.frames[creator.frame],
    })),
  };
}

const plain = async () => essence(await readDump(`${DUMP.join("\n")}\n`));
const wrapped = async (lines: readonly string[]) => essence(await readDump(`${lines.join("\n")}\n`));

describe("wrapped text reads as plain text does", () => {
  it("with CRLF", async () => {
    expect(essence(await readDump(`${DUMP.join("\r\n")}\r\n`))).toEqual(await plain());
  });

  it.each([
    ["indentation", () => "    "],
    ["compose", () => "app_1  | "],
    ["an ISO clock", (i: number) => `2024-05-01T10:00:0${i % 10}.${"123456789".slice(0, (i % 9) + 1)}Z stderr F `],
    ["a Go log clock", (i: number) => `2024/05/01 10:00:${10 + (i % 50)} `],
    ["syslog", (i: number) => `May ${i % 2 ? " 1" : "11"} 10:00:${10 + (i % 50)} host app[231]: `],
    ["klog", (i: number) => `E0501 10:00:00.${100000 + i}   12345 main.go:77] `],
    ["an epoch", (i: number) => `[1714557600.${100 + i}] `],
    ["a line counter", (i: number) => `${i + 1}: `],
  ] as const)("behind %s", async (_name, prefix) => {
    // A counter only shows as one when there are enough headers.
    const more = Array.from({ length: 12 }, (_, i) => [
      "",
      `goroutine ${i + 20} [sleep]:`,
      "main.nap()",
      "\t/src/nap.go:1 +0x1",
    ]).flat();
    const lines = [...DUMP.slice(0, -1), ...more];
    expect(await wrapped(lines.map((line, i) => prefix(i) + line))).toEqual(await wrapped(lines));
  });

  it("in colours", async () => {
    const painted = DUMP.map((line) => (line.includes("(") ? `\x1b[1;32m${line}\x1b[0m` : line));
    expect(await wrapped(painted)).toEqual(await plain());
    expect(await wrapped(DUMP.map((line) => (line === "" ? line : `\x1b[31m${line}\x1b[0m`)))).toEqual(await plain());
  });

  it("as one JSON string", async () => {
    const log = JSON.stringify({ level: "error", msg: "died", stack: DUMP.slice(2, -1).join("\n"), code: 2 });
    const { goroutines } = await wrapped(['{"level":"info","msg":"starting"}', log]);
    expect(goroutines).toEqual((await plain()).goroutines);
  });

  it("as JSON inside JSON", async () => {
    const inner = JSON.stringify({ stack: DUMP.slice(2, -1).join("\n") });
    const { goroutines } = await wrapped([JSON.stringify({ log: inner })]);
    expect(goroutines).toEqual((await plain()).goroutines);
  });

  it("as a JSON object per line", async () => {
    const lines = DUMP.map((line) =>
      JSON.stringify({ log: `${line}\n`, stream: "stderr", time: "2024-05-01T10:00:00Z" }),
    );
    expect(await wrapped(lines)).toEqual(await plain());
  });

  it("with only the header behind a prefix", async () => {
    const lines = [`2024/05/01 10:00:00 ${DUMP[2]}`, ...DUMP.slice(3, 5)];
    expect((await wrapped(lines)).goroutines).toMatchObject([{ id: 1n, frames: [{ functionName: "main.main" }] }]);
  });

  it("between lines of a log", async () => {
    const lines = DUMP.slice(2).flatMap((line, i) =>
      i % 3 === 1 ? [line, `time="x" level=info msg="tick ${i}"`] : [line],
    );
    const parts = await readDump(`${lines.join("\n")}\n`);
    expect(essence(parts).goroutines).toEqual((await plain()).goroutines);
    expect(parts.issues.map(({ code }) => code)).toEqual(["UnreadLines"]);
  });
});

describe("streams", () => {
  it("containers that interleave are told apart and never joined", async () => {
    const lines = DUMP.flatMap((line) => [
      `app_1  | ${line}`,
      `app_2  | ${line.replace("goroutine 7", "goroutine 70")}`,
    ]);
    const all = await readGoroutines({ "compose.log": `${lines.join("\n")}\n` });
    expect(all.map((parts) => nativeOf(parts).dumps[0]!.process)).toEqual(["app_1", "app_2"]);
    expect(all.map((parts) => parts.stacks.contexts.map(({ id }) => id))).toEqual([
      [1n, 7n, 8n],
      [1n, 70n, 8n],
    ]);
  });

  it("a real dump behind a prefix keeps every goroutine", async () => {
    const text = await goroutineText("zoo-go1.27/zoo.debug2.txt");
    const prefixed = text.replace(/^/gm, "zoo-0 2026-11-21T01:57:41.943783861Z ").replace(/zoo-0 [^ ]+ $/, "");
    const [one] = await readGoroutines({ "a.log": prefixed });
    expect(essence(one!)).toEqual(essence(await readDump(text)));
  });
});
