// Cases of the rule language and Detect, whatever the library is read from.
import { splitArray, splitObject } from "./raw-json.mjs";
import { DETECT_KINDS } from "./triage-detect.mjs";
import { FILE_KINDS } from "./triage-files.mjs";
import { LANGUAGE_KINDS } from "./triage-language.mjs";

export { ruleTrials } from "./triage-files.mjs";

/** Each kind of case: how it runs, which files of the folder it needs, how it is compared. */
export const KINDS = { ...LANGUAGE_KINDS, ...FILE_KINDS, ...DETECT_KINDS };

/** The cases of one file. Inputs are kept as they are written too: JavaScript's reader would lose digits and 5.0. */
export function readCases(text) {
  if (!text.trimStart().startsWith("[")) return [];
  return splitArray(text).map((raw) => ({ ...JSON.parse(raw), raw: splitObject(raw) }));
}

/**
 * A case for the runner; undefined if the folder lacks a file that it needs, or its kind is unknown.
 * Expectations are kept from what computes the output.
 */
export function toRunnable(lib, one, read) {
  const kind = KINDS[one.kind];
  if (kind === undefined || (kind.needs?.(one) ?? []).some((path) => read(path) === undefined)) return undefined;
  const { expect, expectReportsPerCycle, expectLogContains, steps, ...input } = one;
  const withSteps = steps && { steps: steps.map(({ send, ...step }) => step) };
  return {
    kind: one.kind,
    name: one.id,
    actual: () => kind.run(lib, { ...input, ...withSteps }, read),
    expected: () => kind.expected?.(one, input) ?? expect,
    same: kind.same,
  };
}
