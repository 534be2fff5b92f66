// The tables of a folder of Pigweed cases, one case per record, against the built package. test/accept/pigweed.mjs
// composes them with the snapshot cases.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pigweed from "../../dist/pigweed.js";
import { logStreamCases, metricCases, tokenizerCases, traceCases } from "./pigweed-records.mjs";

const CASES = { tokenizer: tokenizerCases, log_stream: logStreamCases, trace: traceCases, metrics: metricCases };

/** Kinds of tables; the table of a kind is the file of that name, `tokenizer.json`. */
export const tableKinds = Object.keys(CASES);

/** @param dir the folder that holds the tables */
export function* tableCases(dir) {
  for (const kind of tableKinds) {
    const path = join(dir, `${kind}.json`);
    if (existsSync(path)) yield* CASES[kind](pigweed, JSON.parse(readFileSync(path, "utf8")));
  }
}
