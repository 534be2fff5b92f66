import { describe, expect, it } from "vitest";
import * as pigweed from "../../../src/js/pigweed.ts";
import { logStreamCases, metricCases, type RecordCase, tokenizerCases, traceCases } from "../../accept/pigweed-records.mjs";

const tables = import.meta.glob<string>("./cases/{tokenizer,log_stream,metrics,trace}.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

function readTable(name: string): unknown {
  return JSON.parse(tables[`./cases/${name}.json`]!);
}

/** Names of the cases whose output differs, with both outputs. */
function differences(cases: readonly RecordCase[]): unknown[] {
  const wrong: unknown[] = [];
  for (const one of cases) {
    const actual = one.actual();
    const expected = one.expected();
    try {
      expect(actual).toEqual(expected);
    } catch {
      wrong.push({ name: one.name, actual, expected });
    }
  }
  return wrong;
}

describe("Pigweed's own tables", () => {
  it("tokenizer: every record of every kind", () => {
    const cases = tokenizerCases(pigweed, readTable("tokenizer"));
    expect(cases.length).toBe(1276);
    expect(differences(cases)).toEqual([]);
  });

  it("log_stream, metrics and trace", () => {
    const cases = [
      ...logStreamCases(pigweed, readTable("log_stream")),
      ...metricCases(pigweed, readTable("metrics")),
      ...traceCases(pigweed, readTable("trace")),
    ];
    expect(cases.length).toBe(9 + 4 + 1);
    expect(differences(cases)).toEqual([]);
  });
});
