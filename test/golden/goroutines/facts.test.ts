import { describe, expect, it } from "vitest";
import type { DumpStatistics } from "../../../src/js/formats/goroutines/statistics.ts";
import {
  GOROUTINE_FILES,
  goroutineFixture,
  goroutineJson,
  readGoroutines,
  recordOf,
} from "../../support/goroutines.ts";

/** Facts counted line by line from the text by the recorder of the fixtures. */
interface TextFacts extends DumpStatistics {
  readonly bytes: number;
  readonly endsWithNewline: boolean;
}

interface ProcessFacts {
  readonly debug2?: TextFacts;
  readonly debug1?: { total: number; records: number; sum: number; labelLines: number };
  readonly debug0?: { gzBytes: number; rawBytes: number };
}

const factFiles = GOROUTINE_FILES.filter((path) => path.endsWith(".facts.json"));

/** The file a facts file is about: same set, same stem. */
function subjectOf(factsPath: string, suffix: string): string | undefined {
  const stem = factsPath.replace("expected/", "").replace(/\.facts\.json$/, "");
  return GOROUTINE_FILES.find((path) => path === `${stem}${suffix}` || path === `${stem}${suffix}.gz`);
}

async function factsOf(path: string): Promise<Partial<TextFacts>> {
  const bytes = await goroutineFixture(path);
  const all = await readGoroutines({ [path]: bytes });
  expect(all).toHaveLength(1);
  const { statistics } = recordOf(all[0]!);
  return { ...statistics!, bytes: bytes.length, endsWithNewline: bytes.at(-1) === 0x0a };
}

function withoutVersion(facts: TextFacts & { go?: string }): Partial<TextFacts> {
  const { go: _go, ...rest } = facts;
  return rest;
}

describe("facts of text dumps", () => {
  const texts = factFiles.filter((path) => subjectOf(path, ".txt") !== undefined);
  it.each(texts)("%s agree key by key", async (path) => {
    const expected = await goroutineJson<TextFacts>(path);
    expect(await factsOf(subjectOf(path, ".txt")!)).toEqual(withoutVersion(expected));
  });
});

describe("facts of one process in three forms", () => {
  const processes = factFiles.filter((path) => subjectOf(path, ".pb") !== undefined);
  it.each(processes)("%s agree for debug=2", async (path) => {
    const { debug2 } = await goroutineJson<ProcessFacts>(path);
    expect(await factsOf(subjectOf(path, ".debug2.txt")!)).toEqual(debug2);
  });

  it.each(processes)("%s agree for debug=1", async (path) => {
    const { debug1 } = await goroutineJson<ProcessFacts>(path);
    const [parts] = await readGoroutines({ a: await goroutineFixture(subjectOf(path, ".debug1.txt")!) });
    const counts = recordOf(parts!).counts!;
    expect({
      total: counts.total,
      records: counts.count.length,
      sum: counts.count.reduce((a, b) => a + b, 0),
      labelLines: counts.hasLabels.reduce((a, b) => a + b, 0),
    }).toEqual(debug1);
  });

  it.each(processes)("%s agree for debug=0", async (path) => {
    const { debug0 } = await goroutineJson<ProcessFacts>(path);
    const bytes = await goroutineFixture(subjectOf(path, ".pb")!);
    const [parts] = await readGoroutines({ a: bytes });
    expect(bytes.length).toBe(debug0!.rawBytes);
    expect(parts!.issues).toEqual([]);
    expect(parts!.stacks.contexts.length).toBeGreaterThan(0);
  });
});
