import { describe, expect, it } from "vitest";
import * as detect from "../../../src/js/detect.ts";
import * as triage from "../../../src/js/triage.ts";
import * as compat from "../../../src/js/triage-compat.ts";
import { KINDS, readCases, toRunnable } from "../../accept/triage-cases.mjs";

const LIB = { ...triage, ...compat, ...detect };
const files = import.meta.glob<string>("./cases/*.json", { query: "?raw", import: "default", eager: true });

for (const [file, text] of Object.entries(files)) {
  describe(file, () => {
    const cases = readCases(text);
    it("holds known kinds only", () => {
      expect(cases.map((one) => one.kind).filter((kind) => !(kind in KINDS))).toEqual([]);
    });
    for (const one of cases) {
      // Cases over files that are not in the repository run in fixtures.node.test.ts.
      const runnable = toRunnable(LIB, one, () => undefined);
      if (runnable === undefined) continue;
      it(`${one.kind} ${one.id}`, async () => {
        const actual = await runnable.actual();
        const expected = runnable.expected();
        if (runnable.same === undefined) expect(actual).toEqual(expected);
        else expect(runnable.same(actual, expected), JSON.stringify({ actual, expected })).toBe(true);
      });
    }
  });
}
