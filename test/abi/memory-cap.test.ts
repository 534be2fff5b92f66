import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../src/js/abi/decode.ts";
import { isSnapshotError } from "../../src/js/base/errors.ts";
import { BUILDS, testCore } from "../support/core.ts";
import { everyCompiled } from "../support/every-kind.ts";
import { bytes, int, message } from "../support/pb-builder.ts";

const INITIAL_PAGES = 2;
const PAGE = 65_536;

/** A message whose rows need several pages. */
const wide = message(17, ...Array.from({ length: 2000 }, (_, i) => message(19, int(3, i), bytes(14, "x".repeat(50)))));

describe.each(BUILDS)("memory that the host refuses (%s)", (build) => {
  it("gives a coded limit at every page count below what is needed, never a trap", async () => {
    const core = await testCore(build);
    const whole = decodeMessage(core, everyCompiled, "t.Every", wide).root.message("child")!.count("children");
    const needed = Math.ceil(core.memoryBytes / PAGE);
    expect(needed).toBeGreaterThan(INITIAL_PAGES + 3);
    const outcomes = new Set<string>();
    for (let pages = INITIAL_PAGES; pages <= needed; pages++) {
      core.capMemory(pages);
      try {
        const { root, issues } = decodeMessage(core, everyCompiled, "t.Every", wide, { lenient: true });
        const read = root.message("child")?.count("children") ?? 0;
        outcomes.add(issues[0]?.code ?? (read === whole ? "whole" : "lost without a word"));
      } catch (error) {
        if (!isSnapshotError(error)) throw error;
        outcomes.add(error.code);
      }
    }
    expect([...outcomes].sort()).toEqual(["LimitExceeded", "whole"]);
  });

  it("works again once the cap is lifted", async () => {
    const core = await testCore(build);
    core.capMemory(INITIAL_PAGES);
    expect(() => decodeMessage(core, everyCompiled, "t.Every", new Uint8Array(1_000_000))).toThrowError(
      expect.objectContaining({ code: "LimitExceeded" }),
    );
    core.capMemory(65_536);
    expect(decodeMessage(core, everyCompiled, "t.Every", wide).issues).toEqual([]);
  });
});
