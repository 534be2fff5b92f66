import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withLimits } from "../../../src/js/base/limits.ts";
import { attachDump, decodeDump } from "../../../src/js/formats/sched-ext/plugin.ts";
import { type CaptureView, viewCapture } from "../../../src/js/view/capture.ts";
import type { Field } from "../../../src/js/view/field.ts";
import { maxByCounterValue, maxBySumU64 } from "../../../src/js/view/pickers.ts";

const U64_MAX = 2n ** 64n - 1n;
/** Few different values, so that ties are common; the greatest, so that sums saturate. */
const counter = fc.oneof(
  fc.bigInt({ min: 0n, max: 3n }),
  fc.constantFrom(U64_MAX, U64_MAX - 1n, 2n ** 63n, 2n ** 53n + 1n),
);
/** What is no counter: a negative number, a float, a struct. */
const other = fc.constantFrom(
  { kind: "int", bits: 64, value: -1 },
  { kind: "float", bits: 64, value: 0.5 },
  { kind: "struct", type_name: null, members: [] },
);
const NONE = Symbol("no counter");
type Cell = bigint | typeof NONE;
const cell = fc.oneof({ weight: 5, arbitrary: counter }, { weight: 1, arbitrary: other.map((): Cell => NONE) });

/** A capture with copies of variables `v0`, `v1`, … in sections of different objects. */
function copiesOf(rows: readonly (readonly Cell[])[]): CaptureView {
  const maps = rows.map((row, copy) => {
    const members = row.map((value, ix) => {
      const shown =
        value === NONE ? '{"kind":"float","bits":64,"value":0.5}' : `{"kind":"uint","bits":64,"value":${value}}`;
      return `{"name":"v${ix}","value":${shown}}`;
    });
    return `{"name":"o${copy}.bss","map_type":2,"value_size":8,"max_entries":1,"value":{"kind":"struct","type_name":null,"members":[${members}]}}`;
  });
  const bytes = new TextEncoder().encode(`{"schema":"single","maps":[${maps}]}`);
  const [parts] = decodeDump({ name: "x", bytes }, { options: {}, limits: withLimits() });
  return viewCapture({ ...parts!, ...attachDump(parts!) });
}

const fieldsOf = (view: CaptureView, name: string): Field[] => view.vars(name).map(({ field }) => field);
const saturating = (values: readonly bigint[]): bigint =>
  values.reduce((sum, value) => (sum + value > U64_MAX ? U64_MAX : sum + value), 0n);

const greatest = (values: readonly bigint[]): bigint => [...values].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))[0]!;

/** By definition: no later candidate is as great. */
function lastGreatest(sums: readonly (bigint | undefined)[]): number | null {
  const most = sums.reduce<bigint>((a, b) => (b !== undefined && b > a ? b : a), -1n);
  const ix = sums.lastIndexOf(most);
  return most < 0n ? null : ix;
}

describe("max_by_counter_value", () => {
  it("takes the greatest counter, of equal ones the last, whatever is no counter", () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 6 }), (cells) => {
        const view = copiesOf(cells.map((value) => [value]));
        const expected = lastGreatest(cells.map((value) => (value === NONE ? undefined : value)));
        expect(maxByCounterValue(fieldsOf(view, "v0"))).toBe(expected);
      }),
    );
  });

  it("chooses one of no candidates: none", () => {
    expect(maxByCounterValue([])).toBeNull();
  });
});

describe("max_by_sum_u64", () => {
  it("takes the row of the greatest saturating sum, of equal ones the last, and passes over rows with a field that is none", () => {
    const rows = fc
      .integer({ min: 1, max: 3 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 }));
    fc.assert(
      fc.property(rows, (cells) => {
        const view = copiesOf(cells);
        const columns = Array.from({ length: cells[0]?.length ?? 0 }, (_, ix) => fieldsOf(view, `v${ix}`));
        const fields = cells.map((_, row) => columns.map((column) => column[row]!));
        const sums = cells.map((row) =>
          row.includes(NONE) ? undefined : saturating(row.filter((value): value is bigint => value !== NONE)),
        );
        expect(maxBySumU64(fields)).toBe(lastGreatest(sums));
      }),
    );
  });

  it("is what liveVarsVia reads the variables through: of equal copies the last", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(counter, counter), { minLength: 2, maxLength: 4 }), (copies) => {
        const view = copiesOf(copies);
        const chosen = copies[lastGreatest(copies.map((row) => saturating(row)))!]!;
        expect(view.liveVarsVia(["v0", "v1"], maxBySumU64).map((field) => field.asU64())).toEqual(chosen);
      }),
    );
  });
});

describe("max_by", () => {
  it("takes the first of equal entries, and no entry whose key is none", () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 8 }), (cells) => {
        const entries = cells.map((value, ix) => {
          const shown =
            value === NONE
              ? '{"kind":"struct","type_name":null,"members":[]}'
              : `{"kind":"uint","bits":64,"value":${value}}`;
          return `{"key":{"kind":"uint","bits":32,"value":${ix}},"key_hex":"","value":${shown},"value_hex":""}`;
        });
        const bytes = new TextEncoder().encode(
          `{"schema":"single","maps":[{"name":"m","map_type":1,"value_size":8,"max_entries":9,"entries":[${entries}]}]}`,
        );
        const [parts] = decodeDump({ name: "x", bytes }, { options: {}, limits: withLimits() });
        const best = viewCapture({ ...parts!, ...attachDump(parts!) })
          .map("m")
          .maxBy((entry) => entry.get("").asU64());
        const counters = cells.filter((value): value is bigint => value !== NONE);
        if (counters.length === 0) expect(best.error?.code).toBe("NoMatch");
        else expect(best.key("").asNumber()).toBe(cells.indexOf(greatest(counters)));
      }),
    );
  });
});
