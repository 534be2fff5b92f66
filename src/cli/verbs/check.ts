import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type CheckReport, checkSnapshots, readAssertions, renderCheckText, renderJunit } from "../../js/check.ts";
import { isSnapshotError, SnapshotError } from "../../js/index.ts";
import { fileNotReadable } from "../../js/platform/node.ts";
import type { Call } from "../command.ts";
import type { ExitStatus } from "../exit.ts";
import { EXIT } from "../exit.ts";
import { openTogether } from "../inputs.ts";
import { readOpenOptions, readOptionFile } from "../option-files.ts";

export async function runCheck(call: Call): Promise<ExitStatus> {
  const files = call.options.list("assert");
  if (files.length === 0) throw new SnapshotError("UsageError", "check needs --assert FILE");
  const assertions = await Promise.all(files.map((path) => readAssertionFile(call, path)));
  const input = await openTogether(call, call.operands, { open: await readOpenOptions(call) });
  for (const snapshot of input.snapshots) call.out.issues(snapshot.issues, input.label);
  const reports = assertions.map((file) => checkSnapshots(file, input.snapshots));
  await print(call, reports);
  return statusOf(call, reports);
}

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
