import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../src/js/abi/decode.ts";
import { messageToData } from "../../src/js/abi/message-data.ts";
import { BUILDS, testCore } from "../support/core.ts";
import { everyKeeping, everyKind } from "../support/every-kind.ts";

const FOLDER = "test/fuzz/corpus/core.wasm";
const inputs = readdirSync(FOLDER).map((file) => Uint8Array.from(readFileSync(`${FOLDER}/${file}`)).subarray(1));

describe.each(BUILDS)("the fuzz corpus of the wire scanner (%s)", (build) => {
  it("ends in values or coded issues, the same in small windows and in one", async () => {
    const core = await testCore(build);
    expect(inputs.length).toBeGreaterThan(100);
    for (const bytes of inputs) {
      const show = (windowBytes: number) => {
        const { root } = decodeMessage(core, everyKeeping, "t.Every", bytes, { lenient: true, windowBytes });
        return messageToData(root, everyKind);
      };
      expect(show(16)).toEqual(show(1 << 20));
    }
  });
});
