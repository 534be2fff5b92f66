import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as detect from "../../../../src/js/detect.ts";
import * as triage from "../../../../src/js/triage.ts";
import * as compat from "../../../../src/js/triage-compat.ts";
import { readCases, ruleTrials, toRunnable } from "../../../accept/triage-cases.mjs";

const LIB = { ...triage, ...compat, ...detect };
const folder = join(process.env["COLDFRAME_FIXTURES"] ?? "", "triage");
const isThere = process.env["COLDFRAME_FIXTURES"] !== undefined && existsSync(folder);
const read = (path: string): string | undefined =>
  existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : undefined;

// The Fuchsia project's rule files and Inspect samples are its own text and stay outside the repository (issue 7).
describe.skipIf(!isThere)(
  "the real rule files and snapshots (issue 7: not run where COLDFRAME_FIXTURES is unset)",
  () => {
    it("answer every case that needs them as recorded", async () => {
      const files = readdirSync(join(folder, "cases")).flatMap((file) => readCases(read(`cases/${file}`)!));
      const wrong: string[] = [];
      let run = 0;
      for (const one of files) {
        if (toRunnable(LIB, one, () => undefined) !== undefined) continue;
        const runnable = toRunnable(LIB, one, read)!;
        const actual = await runnable.actual();
        const isSame =
          runnable.same?.(actual, runnable.expected()) ??
          JSON.stringify(actual) === JSON.stringify(runnable.expected());
        if (!isSame) wrong.push(`${one.id}: ${JSON.stringify(actual)}`);
        run++;
      }
      expect(wrong).toEqual([]);
      expect(run).toBeGreaterThan(0);
    });

    it("hold all their own trials but the four written for 0/0 = NaN", () => {
      const configs = readdirSync(join(folder, "configs")).filter((file) => file.endsWith(".triage"));
      const trials = configs.flatMap((file) => ruleTrials(LIB, file, read(`configs/${file}`)!));
      const wrong = trials.filter((trial) => trial.actual() !== trial.expected()).map((trial) => trial.name);
      expect(wrong).toEqual([]);
      expect(trials.filter((trial) => trial.actual() === true).length).toBe(162);
      expect(trials.length).toBe(166);
    });
  },
);
