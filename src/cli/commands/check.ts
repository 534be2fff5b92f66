import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type CheckReport, checkSnapshots, readAssertions, renderCheckText, renderJunit } from "../../js/check.ts";
import { isSnapshotError, SnapshotError } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import { type Call, type Command, OPEN_OPTIONS } from "../command.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { openTogether } from "../inputs.ts";
import { PROJECT_OPTIONS, readOpenOptions, readOptionFile, TOKENS_OPTION } from "../option-files.ts";

const INCONCLUSIVE = ["pass", "fail"] as const;

export const check: Command = {
  name: "check",
  summary: "judge snapshots, alone or as a series, by a file of assertions",
  operands: { usage: "FILE…", min: 1, completes: "file" },
  options: {
    assert: { value: "FILE", summary: "assertions, JSON; may be repeated", completes: "file" },
    junit: { value: "OUT", summary: "write JUnit XML to OUT (- is stdout)", completes: "file" },
    inconclusive: {
      value: "WHAT",
      summary: "what an assertion that cannot be judged is (default pass)",
      choices: INCONCLUSIVE,
    },
    ...TOKENS_OPTION,
    ...PROJECT_OPTIONS,
    ...OPEN_OPTIONS,
  },
  notes: [
    "All files together are one series: in the order of their elapsed time where all have one, else as given.",
    "The status is 1 if an assertion failed. The form of the file is docs/check.md.",
  ],
  examples: [
    ["coldframe check --assert healthy.json run.failure-dump.json", "one dump"],
    ["coldframe check --assert steady.json --junit report.xml captures/*.json", "a series, in CI"],
  ],
  async run(call) {
    const files = call.options.list("assert");
    if (files.length === 0) throw new SnapshotError("UsageError", "check needs --assert FILE");
    const assertions = await Promise.all(files.map((path) => readAssertionFile(call, path)));
    const input = await openTogether(call, call.operands, { open: await readOpenOptions(call) });
    for (const snapshot of input.snapshots) call.out.issues(snapshot.issues, input.label);
    const reports = assertions.map((file) => checkSnapshots(file, input.snapshots));
    await print(call, reports);
    return statusOf(call, reports);
  },
};

async function readAssertionFile(call: Call, path: string): Promise<ReturnType<typeof readAssertions>> {
  const { bytes } = await readOptionFile(call, path);
  try {
    return readAssertions(new TextDecoder().decode(bytes));
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    const { code, message, fields, offset, path: place } = error;
    throw new SnapshotError(code, `${path}: ${message}`, { fields, offset, path: place, cause: error });
  }
}

async function print(call: Call, reports: readonly CheckReport[]): Promise<void> {
  const { out, options } = call;
  const junit = options.last("junit");
  if (junit === "-") return out.pieces([renderJunit(reports)]);
  for (const report of reports) {
    if (out.json) await out.jsonLine(report);
    else await out.pieces([renderCheckText(report)]);
  }
  if (junit === undefined) return;
  const path = resolve(call.host.cwd, junit);
  await writeFile(path, renderJunit(reports)).catch((error: unknown) => {
    throw fileNotReadable(path, error);
  });
}

function statusOf({ options }: Call, reports: readonly CheckReport[]): ExitStatus {
  const strict = options.last("inconclusive") === "fail";
  const isBad = ({ verdict }: CheckReport): boolean => verdict === "Fail" || (strict && verdict === "Inconclusive");
  return reports.some(isBad) ? EXIT.findings : EXIT.ok;
}
