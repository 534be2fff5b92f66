import { describe, expect, it } from "vitest";
import { type GroupLevel, groupContexts } from "../../../src/js/analysis/group-contexts.ts";
import type { StackTable } from "../../../src/js/model/stacks.ts";
import { GOROUTINE_FILES, goroutineFixture, goroutineJson, readDump, recordOf } from "../../support/goroutines.ts";

/** Buckets of panicparse, as sets of goroutine ids. Absent where that tool found no goroutine. */
interface Buckets {
  readonly ExactFlags?: readonly (readonly number[])[];
  readonly ExactLines?: readonly (readonly number[])[];
  readonly AnyPointer?: readonly (readonly number[])[];
  readonly AnyValue?: readonly { readonly IDs: readonly number[] }[];
}

const LEVELS: readonly (readonly [keyof Buckets, GroupLevel])[] = [
  ["ExactFlags", "exact"],
  ["ExactLines", "lines"],
  ["AnyPointer", "pointers"],
  ["AnyValue", "values"],
];

function canonical(groups: readonly (readonly (number | bigint)[])[]): string[] {
  return groups.map((ids) => ids.map(Number).sort((a, b) => a - b).join()).sort();
}

function groupsOf(stacks: StackTable, level: GroupLevel): string[] {
  const groups = groupContexts(stacks, { level });
  return canonical(groups.map(({ members }) => members.map((ix) => stacks.contexts[ix]!.id ?? 0n)));
}

const files = GOROUTINE_FILES.filter((path) => path.endsWith(".panicparse.json"));

function subjectOf(path: string): string {
  const stem = path.replace("expected/", "").replace(/\.panicparse\.json$/, "");
  return GOROUTINE_FILES.find((file) => file === `${stem}.txt` || file === `${stem}.debug2.txt`)!;
}

describe("grouping", () => {
  it.each(files)("agrees with %s at every level", async (path) => {
    const buckets = await goroutineJson<Buckets>(path);
    const parts = await readDump(await goroutineFixture(subjectOf(path)));
    const headers = recordOf(parts).statistics!.goroutineHeaders;
    const theirs = buckets.ExactFlags?.flat().length ?? 0;
    // Where that tool lost goroutines its buckets are no truth; the facts are.
    if (theirs !== headers) return expect(theirs).toBeLessThan(headers);
    for (const [name, level] of LEVELS) {
      const expected = (buckets[name] ?? []).map((bucket) => ("IDs" in bucket ? bucket.IDs : bucket));
      expect(groupsOf(parts.stacks, level), level).toEqual(canonical(expected));
    }
  });
});
