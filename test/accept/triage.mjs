// Cases of the rule language and Detect: DIR/cases/*.json hold arrays of cases, DIR/configs the rule files and
// DIR/inspect the snapshots that some cases name; the `test` sections of the rule files are cases too.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as detect from "../../dist/detect.js";
import * as triage from "../../dist/triage.js";
import * as compat from "../../dist/triage-compat.js";
import { KINDS, readCases, ruleTrials, toRunnable } from "./triage-cases.mjs";

const LIB = { ...triage, ...compat, ...detect };
const FOLDERS = ["configs", "inspect"];

export const kinds = [...Object.keys(KINDS), ...FOLDERS];

export function survey(dir) {
  const found = new Set(allCases(dir).map((one) => one.kind));
  const present = [
    ...kinds.filter((kind) => found.has(kind)),
    ...FOLDERS.filter((name) => existsSync(join(dir, name))),
  ];
  return { present, unknown: [...found].filter((kind) => !(kind in KINDS)) };
}

export function* cases(dir) {
  for (const one of allCases(dir)) {
    const runnable = toRunnable(LIB, one, (path) => readText(join(dir, path)));
    if (runnable !== undefined) yield runnable;
  }
  if (!existsSync(join(dir, "configs"))) return;
  for (const file of readdirSync(join(dir, "configs")).sort()) {
    if (file.endsWith(".triage")) yield* ruleTrials(LIB, file, readText(join(dir, "configs", file)));
  }
}

function allCases(dir) {
  const folder = existsSync(join(dir, "cases")) ? join(dir, "cases") : dir;
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.sort().flatMap((file) => readCases(readText(join(folder, file))));
}

function readText(path) {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, "utf8") : undefined;
}
