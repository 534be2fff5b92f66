import { describe, expect, it } from "vitest";
import { bytes, int, message } from "../../../support/pb-builder.ts";
import { dumpPigweed } from "../../../support/pigweed-open.ts";

const HEADING = /^Thread \(.*$/gm;
const RUNNING = 2;

async function headings(...threads: readonly Uint8Array[]): Promise<string[]> {
  return [...(await dumpPigweed(threads)).matchAll(HEADING)].map(([line]) => line);
}

describe("the active thread", () => {
  it("is the first interrupt handler or marked one, before any that runs", async () => {
    expect(await headings(message(18, bytes(1, "a"), int(3, RUNNING)), message(18, bytes(1, "b"), int(2, 1)))).toEqual([
      "Thread (UNKNOWN): b <-- [ACTIVE]",
      "Thread (RUNNING): a",
    ]);
    expect(await headings(message(18, bytes(1, "a"), int(2, 1)), message(18, bytes(1, "b"), int(3, 1)))).toEqual([
      "Thread (UNKNOWN): a <-- [ACTIVE]",
      "Thread (INTERRUPT_HANDLER): b",
    ]);
  });

  it("is nobody when no thread runs", async () => {
    expect(await dumpPigweed(message(18, bytes(1, "a")))).toMatch(/^Thread State\n {2}1 thread running\.\n\nThread/);
  });
});

describe("threads equal to the active one", () => {
  const thread = (...fields: Uint8Array[]) => message(18, int(3, RUNNING), ...fields);
  const marked = async (...threads: Uint8Array[]) =>
    (await headings(...threads)).filter((h) => h.endsWith("[ACTIVE]")).length;

  it("are marked too", async () => {
    expect(await marked(thread(int(12, 5)), thread(int(12, 5)), thread(int(12, 6)))).toBe(2);
  });

  it.each([
    ["in the order of fields only", [int(12, 5), int(7, 9)], [int(7, 9), int(12, 5)], 2],
    ["in packed and unpacked addresses only", [bytes(4, Uint8Array.of(1, 2))], [int(4, 1), int(4, 2)], 2],
    ["in an empty name and none", [bytes(1, "")], [], 2],
    ["in a pointer of 0 and none", [int(9, 0)], [], 1],
    ["in a usage of 0 and none", [int(10, 0)], [], 1],
    ["in the raw stack", [bytes(6, "ab")], [bytes(6, "ac")], 1],
    ["in the addresses", [bytes(4, Uint8Array.of(1, 2))], [bytes(4, Uint8Array.of(1, 3))], 1],
    ["in the device's own names", [bytes(5, "f")], [bytes(5, "g")], 1],
    ["in a field that nobody knows", [int(1032, 1)], [int(1032, 2)], 1],
    ["in having such a field", [int(1032, 1)], [], 1],
    ["in nothing, such a field included", [int(1032, 1)], [int(1032, 1)], 2],
  ])("may differ %s", async (_what, a, b, count) => {
    expect(await marked(thread(...a), thread(...b))).toBe(count);
  });
});

describe("numbers of threads", () => {
  it("are unsigned 64-bit and exact", async () => {
    const text = await dumpPigweed(message(18, int(7, 2n ** 64n - 1n), int(8, 0), int(9, 1), int(12, 2n ** 63n)));
    expect(text).toContain("Thread (UNKNOWN): [unnamed thread] (0x8000000000000000)");
    expect(text).toContain("0xffffffffffffffff - 0x00000001 (18446744073709551614 bytes, 100.00%)");
    expect(text).toContain("0xffffffffffffffff - 0x00000000 (18446744073709551615 bytes)");
  });

  it("show usage in hundredths of a per cent", async () => {
    const text = await dumpPigweed([0, 5, 1234, 4294967295].map((usage) => message(18, int(10, usage))));
    expect([...text.matchAll(/Est CPU usage: (.*)/g)].map(([, usage]) => usage)).toEqual([
      "0.00%",
      "0.05%",
      "12.34%",
      "42949672.95%",
    ]);
  });
});
