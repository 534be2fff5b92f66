import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StackTableBuilder } from "../../../../src/js/model/stacks.ts";
import type { Scalar } from "../../../../src/js/model/values.ts";
import { childRow, contextRows, createRowFilter, valueRow } from "../../../../src/js/triage.ts";
import { inspectTree, nodeAt } from "../../../support/inspect.ts";

const rowOf = (columns: Readonly<Record<string, Scalar | readonly Scalar[]>>) => (path: string) =>
  Object.hasOwn(columns, path) ? columns[path] : undefined;

/** Whether a row is kept, and what kept it out if that was a problem. */
function judge(text: string, columns: Readonly<Record<string, Scalar | readonly Scalar[]>>): boolean | string {
  const filter = createRowFilter(text);
  const isKept = filter.keeps(rowOf(columns));
  return filter.problems === 0 ? isKept : (filter.firstProblem ?? "?");
}

describe("a filter over rows", () => {
  const row = { n: 5n, f: 2.5, s: "ab", b: true, list: ["x", "y"], raw: new Uint8Array([1]), none: null, "a.b": 7n };

  it.each([
    ["n > 4", true],
    ["n > 5", false],
    ["f * 2 == n", true],
    ["s == 'ab'", true],
    ["StringMatches(s, '^a')", true],
    ["b", true],
    ["Contains(list, 'y')", true],
    ["Field('a.b') == 7", true],
    ["Missing(none)", true],
    ["Option(none, 3) == 3", true],
    ["n", "Int"],
    ["s", "String"],
    ["none > 1", "null"],
    ["nope > 1", "No column 'nope'"],
    ["s > 1", "String(ab) not numeric"],
    ["n / 0 > 1", "Division by zero"],
    ["raw == raw", true],
  ])("%s", (text, expected) => {
    expect(judge(text, row)).toBe(expected);
  });

  it("drops and counts the rows that are a problem, and says the first", () => {
    const filter = createRowFilter("10 / n > 2");
    const kept = [0n, 1n, 4n, 0n, 9n].filter((n) => filter.keeps(rowOf({ n })));
    expect([kept, filter.problems, filter.firstProblem]).toEqual([[1n, 4n], 2, "Division by zero"]);
  });

  it("counts an ignored problem too: it is not true", () => {
    const filter = createRowFilter("1 /? n > 0");
    expect([filter.keeps(rowOf({ n: 0n })), filter.problems, filter.firstProblem]).toEqual([
      ...[false, 1, "Ignore: ValueError: Division by zero"],
    ]);
  });

  it("keeps what JavaScript's own comparison keeps", () => {
    const any = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(any, any, (a, b) => {
        const kept = ["<", "<=", ">", ">=", "==", "!="].map((sign) => judge(`a ${sign} b`, { a, b }));
        expect(kept).toEqual([a < b, a <= b, a > b, a >= b, a === b, a !== b]);
      }),
    );
  });

  it("gives every row one of three outcomes, the same for the same row", () => {
    const value = fc.oneof(fc.bigInt({ min: -9n, max: 9n }), fc.double(), fc.string(), fc.boolean(), fc.constant(null));
    const expression = fc.constantFrom(
      "a > b",
      "a == b",
      "And(a, b)",
      "a + b > 1",
      "Missing(a)",
      "StringMatches(a, b)",
    );
    fc.assert(
      fc.property(expression, value, value, (text, a, b) => {
        const first = judge(text, { a, b });
        expect(judge(text, { a, b })).toBe(first);
        expect(["boolean", "string"]).toContain(typeof first);
      }),
    );
  });

  it("refuses what is no expression before any row is seen", () => {
    expect(() => createRowFilter("a >")).toThrowError(/expected a value/);
  });
});

describe("rows", () => {
  it("of values reach what is inside by dotted path", () => {
    const { values, ...rest } = inspectTree('{"n":1,"list":[1,2],"inner":{"s":"x"}}');
    const root = nodeAt({ ...rest, values }, "core/app", "root");
    const row = valueRow(values, root, { name: "root" });
    expect([row("name"), row("n"), row("list"), row("inner.s"), row("inner.t"), row("inner")]).toEqual([
      ...["root", 1n, [1n, 2n], "x", undefined, null],
    ]);
    const child = childRow(values, nodeAt({ ...rest, values }, "core/app", "root", "n"), "a.n");
    expect(["path", "name", "kind", "type", "inside", "value"].map(child)).toEqual(["a.n", "n", "int", "int", 0n, 1n]);
  });

  it("of contexts have labels of their own and of their process", () => {
    const builder = new StackTableBuilder();
    const stack = builder.addStack([
      builder.addFrame({ functionName: "f" }),
      builder.addFrame({ functionName: "main" }),
    ]);
    builder.addContext({
      kind: "goroutine",
      name: "1",
      stack,
      count: 1n,
      process: "p",
      labels: { own: "1", both: "2" },
    });
    const table = {
      ...builder.build(),
      processes: [{ name: "p", input: "p.txt", labels: { given: "3", both: "4" } }],
    };
    const row = contextRows(table)(table.contexts[0]!);
    const paths = ["function", "functions", "labels.own", "labels.given", "labels.both", "labels.no", "wait", "nope"];
    expect(paths.map(row)).toEqual(["f", ["f", "main"], "1", "3", "2", undefined, null, undefined]);
  });
});
