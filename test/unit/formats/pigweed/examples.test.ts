import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../../../src/js/base/bytes.ts";
import { asPigweed, parseProject, renderLogClockNs } from "../../../../src/js/pigweed.ts";
import { bytes, int, message } from "../../../support/pb-builder.ts";
import { dumpPigweed, openPigweed } from "../../../support/pigweed-open.ts";

/** The examples of docs/formats/pigweed.md. */
const hex = (text: string) => Uint8Array.from(text.split(" "), (byte) => Number.parseInt(byte, 16));

describe("documented examples", () => {
  it("bytes", async () => {
    expect(await dumpPigweed(hex("82 01 05 0a 03 77 68 79"))).toContain("Snapshot capture reason:\n    why\n");
    expect(await dumpPigweed(hex("92 01 00"))).toContain("  1 thread running.");
    expect(asPigweed(await openPigweed(hex("a2 01 02 38 01"))).report.cpu).toMatchObject({
      kind: "cortex-m",
      activeBits: ["IACCVIOL"],
    });
  });

  it("the reason token of plain text", async () => {
    const text = await dumpPigweed(message(16, bytes(1, encodeUtf8("Example Reason"))));
    expect(text).toContain("\nReason token:      0x6d617845\n");
  });

  it.each([
    [1500n, "00:00:00.000002"],
    [2500n, "00:00:00.000002"],
    [86_400_000_000_000n, "00:00:00.000000"],
    [-1000n, "23:59:59.999999"],
    [9_223_372_036_854_775_807n, "23:47:16.854776"],
  ])("the log clock of %s", async (ticks, clock) => {
    expect(renderLogClockNs(ticks)).toBe(clock);
    expect(await dumpPigweed(message(1, bytes(1, "m"), int(4, ticks)))).toBe(`Logs:\n  ${clock} m\n`);
  });

  it.each([
    [[int(7, 0x82), int(8, 0x20000000)], "memory management fault at 0x20000000"],
    [[int(7, 0x8400)], "imprecise bus fault at ???"],
    [[int(7, 0x02000001)], "usage fault, memory management fault"],
    [[int(7, 0x40000000)], "usage fault"],
    [[int(7, 0)], "unknown exception"],
  ])("the cause of an exception, %#", async (fields, cause) => {
    expect(await dumpPigweed(message(20, ...fields))).toMatch(
      new RegExp(`^Exception caused by a ${cause.replaceAll("?", "\\?")}\\.\n`),
    );
  });

  it("percentages of a stack", async () => {
    const stack = (used: number) => message(18, int(7, 800), int(8, 0), int(9, 800 - used));
    expect(await dumpPigweed([stack(1), stack(3)])).toMatch(/\(1 bytes, 0\.12%\)[\s\S]*\(3 bytes, 0\.38%\)/);
  });

  it.each([
    [8640015n, 1, 1000, 1, "Time since boot: 2:24:00.015000 (8640015 ms)"],
    [200000n, 1, 1, 1, "Time since boot: 2 days, 7:33:20 (200000 s)"],
    [5n, 1, 3, 1, "Time since boot: 0:00:01.666667 (5)"],
    [-1n, 1, 1000, 1, "Time since boot: -1 day, 23:59:59.999000 (-1 ms)"],
    [7n, 1, 1, 3, "Timestamp (epoch GPS_WALL_CLOCK): 7 s"],
  ])("the time %s of a tick of %i/%i", async (ticks, numerator, denominator, epoch, text) => {
    const clock = message(2, int(1, numerator), int(2, denominator), int(3, epoch));
    expect(await dumpPigweed(message(22, int(1, ticks), clock))).toBe(`Snapshot capture timestamp\n  ${text}\n`);
  });

  it("a project's fields", async () => {
    const text = `syntax = "proto3";
message AcmeThread { uint32 watchdog_ms = 1032; }
message AcmeSnapshot {
  uint32 battery_mv = 8;
  repeated AcmeThread threads = 18;
}`;
    const project = parseProject({
      files: new Map([["acme.proto", text]]),
      roots: ["acme.proto"],
      message: "AcmeSnapshot",
    });
    const report = await dumpPigweed([int(8, 3712), message(18, int(1032, 250))], { project });
    expect(report.endsWith("\nProject fields\n  watchdog_ms: 250\n\nProject fields\n  battery_mv: 3712")).toBe(true);
  });
});
