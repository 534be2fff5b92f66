// Cases of sched_ext failure dumps; the form is described in test/golden/sched-ext/ORIGIN.md.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "../../dist/index.js";
import { failureDumpKind, readFailureDump, viewCapture } from "../../dist/sched-ext.js";
import { runScript, wantedOf } from "./sched-ext/bridge.mjs";
import { runCalls, runStatsCalls } from "./sched-ext/calls.mjs";
import { openSeries, runPattern, runProjection } from "./sched-ext/series.mjs";
import { matches, readCases } from "./sched-ext/values.mjs";
import { asDecodedAs, runFrames } from "./sched-ext/wire.mjs";

const KINDS = {
  accessor: { file: "accessor_cases.json", run: accessorCases },
  json_stats: { file: "json_stats_cases.json", run: statsCases },
  parse: { file: "parse_cases.json", run: parseCases },
  temporal: { file: "temporal_cases.json", run: temporalCases },
  series: { file: "series_cases.json", run: seriesCases },
  wire: { file: "wire_cases.json", run: wireCases },
  bridge: { file: "bridge_cases.json", run: bridgeCases },
};
/** What the cases read, and what no case is about. */
const OTHER_FILES = ["README.md", "ORIGIN.md", "reports", "series", "context"];

export const kinds = Object.keys(KINDS);

export function survey(dir) {
  const names = readdirSync(dir);
  const present = kinds.filter((kind) => names.includes(KINDS[kind].file));
  const known = new Set([...kinds.map((kind) => KINDS[kind].file), ...OTHER_FILES]);
  return { present, unknown: names.filter((name) => !known.has(name)) };
}

export function* cases(dir) {
  for (const kind of kinds) {
    const path = join(dir, KINDS[kind].file);
    if (!existsSync(path)) continue;
    for (const one of KINDS[kind].run(dir, path)) yield { kind, same: matches, ...one };
  }
}

function* accessorCases(dir, path) {
  const views = new Map();
  const view = (name) => {
    if (!views.has(name)) {
      const bytes = readFileSync(join(dir, "reports", `${name}.json`));
      views.set(name, viewCapture(readFailureDump(bytes), { strict: true }));
    }
    return views.get(name);
  };
  for (const { id, report, call, expected } of readCases(path)) {
    yield { name: id, actual: () => runCalls(view(report), call), expected: () => expected };
  }
}

function* statsCases(_dir, path) {
  const docs = parseJson(readFileSync(path, "utf8")).get("docs");
  for (const { id, doc, path: at, call, expected } of readCases(path)) {
    yield { name: id, actual: () => runStatsCalls(docs.get(doc), at, call), expected: () => expected };
  }
}

function* parseCases(_dir, path) {
  for (const { id, text, expected } of readCases(path)) {
    yield { name: id, actual: () => failureDumpKind(text) ?? null, expected: () => expected };
  }
}

function* temporalCases(_dir, path) {
  for (const { expected, ...one } of readCases(path)) {
    yield { name: one.id, actual: () => runPattern(one), expected: () => expected };
  }
}

function* seriesCases(dir, path) {
  const all = new Map();
  const series = (name) => {
    if (!all.has(name)) all.set(name, openSeries(readFileSync(join(dir, "series", `${name}.json`))));
    return all.get(name);
  };
  for (const { id, series: name, call, expected } of readCases(path)) {
    const wanted = Object.keys(expected);
    yield { name: id, actual: () => runProjection(series(name), call, wanted), expected: () => expected };
  }
}

function* wireCases(_dir, path) {
  for (const { id, bytes_hex, expected } of readCases(path)) {
    const same = (actual, wanted) => matches(asDecodedAs(actual, wanted), wanted);
    yield { name: id, actual: () => runFrames(bytes_hex), expected: () => expected, same };
  }
}

function* bridgeCases(_dir, path) {
  for (const { id, script } of readCases(path)) {
    yield { name: id, actual: () => runScript(script), expected: () => wantedOf(script) };
  }
}
