import { describe, expect, it } from "vitest";
import { withLimits } from "../../../../src/js/base/limits.ts";
import { bytes, int, message } from "../../../support/pb-builder.ts";
import { dumpPigweed, openPigweed } from "../../../support/pigweed-open.ts";

const BAD_VARINT = Uint8Array.of(0x18, 0x80);

describe("the place of damage", () => {
  it("counts elements from the start of the file, also megabytes into it", async () => {
    const large = Array.from({ length: 30 }, (_, ix) =>
      message(18, bytes(1, `t${ix}`), bytes(6, new Uint8Array(100_000))),
    );
    const snapshot = await openPigweed([
      ...large,
      message(18, bytes(1, "bad"), BAD_VARINT),
      message(18, bytes(1, "last")),
    ]);
    expect(snapshot.issues.map((issue) => issue.path)).toEqual(["threads[30].state"]);
    expect(snapshot.stacks.contexts.slice(-2).map((context) => context.name)).toEqual(["bad", "last"]);
  });

  it("is shown at the head of the snapshot that it is in", async () => {
    const inner = message(19, message(16, bytes(1, "core 1")), message(18, bytes(1, "x"), BAD_VARINT));
    const text = await dumpPigweed([message(16, bytes(1, "core 0")), message(19), inner]);
    const [outer, first, second] = text.split(/\n\[=+\]\n/);
    expect([outer, first].some((part) => part?.includes("[!]"))).toBe(false);
    expect(second).toMatch(/\/_____\/\n\n\n\[!\] Not all of this snapshot could be read:\n/);
    expect(second).toMatch(
      /\n\[!\] {3}TruncatedMessage at byte \d+, in threads\[0\]\.state\n\nSnapshot capture reason:/,
    );
  });
});

describe("a bounded report", () => {
  const threads = Array.from({ length: 50 }, () => message(18));

  it("says what it leaves out, and keeps the rest", async () => {
    const text = await dumpPigweed([message(16, bytes(1, "why")), ...threads], {}, { reportItems: 20 });
    expect(text).toMatch(/^\[!\] Not all of this snapshot could be read:[\s\S]*\n\[!\] {3}LimitExceeded in threads\n/);
    expect(text).toContain("  20 threads running.");
    expect(text).toContain("    why");
  });

  it("is an error in strict mode", async () => {
    await expect(openPigweed(threads, { strict: true }, { reportItems: 20 })).rejects.toMatchObject({
      code: "LimitExceeded",
      path: "threads",
    });
  });

  it("counts frames and nested snapshots too", async () => {
    const frames = message(
      18,
      bytes(
        4,
        Uint8Array.from({ length: 30 }, () => 1),
      ),
    );
    const snapshot = await openPigweed([frames, message(19), message(19)], {}, { reportItems: 12 });
    expect(snapshot.issues.map((issue) => issue.path)).toEqual(["threads[0].raw_backtrace"]);
    expect(await dumpPigweed([frames, message(19), message(19)], {}, { reportItems: 12 })).toContain(" 11: at (0x");
  });

  it("takes a file of nothing but empty threads without delay", async () => {
    const hostile = new Uint8Array(3 * 400_000).map((_, ix) => [0x92, 0x01, 0x00][ix % 3]!);
    const snapshot = await openPigweed(hostile);
    expect(snapshot.issues.map((issue) => issue.code)).toEqual(["LimitExceeded"]);
    expect(snapshot.stacks.contexts.length).toBe(withLimits().reportItems);
  });

  it("keeps no more issues than the limit", async () => {
    const states = Array.from({ length: 40 }, () => message(18, int(3, 77)));
    expect((await openPigweed(states, {}, { issues: 10 })).issues.length).toBe(10);
  });
});
