import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Host } from "../../../src/cli/host.ts";
import { ProgressBar, renderBytes, renderDuration, renderProgress } from "../../../src/cli/progress.ts";

function draw(isTTY: boolean, steps: readonly [ms: number, done: number][]): string {
  let clock = 0;
  let drawn = "";
  const stderr = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        drawn += String(chunk);
        done();
      },
    }),
    { isTTY, columns: 120 },
  );
  const host = { stderr, now: () => clock } as unknown as Host;
  const bar = new ProgressBar(host, "reading");
  for (const [ms, done] of steps) {
    clock = ms;
    bar.update(done, 100);
  }
  bar.end();
  return drawn;
}

describe("progress", () => {
  it("stays silent for the first second, then draws and clears its line", () => {
    expect(
      draw(true, [
        [500, 10],
        [999, 20],
      ]),
    ).toBe("");
    expect(draw(true, [[1500, 50]])).toMatch(/^\r\x1b\[2Kreading █+░+ {2}50 % {2}50 B of 100 B .*left\r\x1b\[2K$/);
  });

  it("redraws at most ten times a second", () => {
    expect(
      draw(true, [
        [1500, 50],
        [1550, 51],
        [1650, 52],
      ]).match(/reading/g),
    ).toHaveLength(2);
  });

  it("never draws into a file", () => {
    expect(draw(false, [[5000, 50]])).toBe("");
  });

  it("states rate and time left", () => {
    expect(renderProgress("x", 2 * 2 ** 20, 8 * 2 ** 20, 1000)).toBe(
      "x ██████░░░░░░░░░░░░░░░░░░  25 %  2.00 MiB of 8.00 MiB  2.00 MiB/s, 3 s left",
    );
    expect(renderProgress("x", 1024, 0, 1000)).toBe("x  1.00 KiB  1.00 KiB/s");
    expect(renderProgress("x", 0, 10, 0)).toContain("0 B/s");
  });

  it("writes sizes and durations for people", () => {
    expect([0, 1023, 1024, 10_240, 1_022_976, 9_760_000].map(renderBytes)).toEqual([
      "0 B",
      "1023 B",
      "1.00 KiB",
      "10.0 KiB",
      "999 KiB",
      "9.31 MiB",
    ]);
    expect([400, 59_400, 200_000, 7_500_000].map(renderDuration)).toEqual(["0 s", "59 s", "3 min 20 s", "2 h 5 min"]);
  });
});
