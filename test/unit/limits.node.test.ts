import { readFileSync } from "node:fs";
import { gzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../src/js/abi/decode.ts";
import { unpack } from "../../src/js/archive/unpack.ts";
import { encodeUtf8 } from "../../src/js/base/bytes.ts";
import { isSnapshotError } from "../../src/js/base/errors.ts";
import type { Issue } from "../../src/js/base/issue.ts";
import { DEFAULT_LIMITS, type LimitName, type Limits, withLimits } from "../../src/js/base/limits.ts";
import { open } from "../../src/js/index.ts";
import { Detokenizer, mergeTokens, readTokenFile } from "../../src/js/pigweed.ts";
import { evaluateText } from "../../src/js/triage.ts";
import { testCore } from "../support/core.ts";
import { everyCompiled } from "../support/every-kind.ts";
import { int, message } from "../support/pb-builder.ts";

interface Outcome {
  /** Codes of issues, or of the error that was thrown. */
  readonly codes: readonly string[];
  /** Whatever was read. */
  readonly kept: number;
}

interface Case {
  /** Small enough to be reached. */
  readonly small: number;
  run(limits: Partial<Limits>): Promise<Outcome> | Outcome;
  /** What is reached with the small limit; default a `LimitExceeded`. */
  readonly codes?: readonly string[];
  /** What is left of the input then. */
  readonly kept: number;
}

const of = (issues: readonly Issue[], kept: number): Outcome => ({ codes: issues.map(({ code }) => code), kept });
const core = await testCore();
const decode = (input: Uint8Array, limits: Partial<Limits>) =>
  decodeMessage(core, everyCompiled, "t.Every", input, { lenient: true, limits });
const unpacked = async (input: Uint8Array, limits: Partial<Limits>) => {
  const { files, issues } = await unpack({ name: "input", bytes: input }, withLimits(limits));
  return { files, issues };
};
const text = encodeUtf8("some text\n".repeat(500));
const nested = (levels: number): Uint8Array => (levels === 0 ? int(3, 1) : message(17, nested(levels - 1)));
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** One for every row of docs/limits.md. */
const CASES: Readonly<Record<LimitName, Case>> = {
  inputBytes: {
    small: 1000,
    kept: 1000,
    async run(limits) {
      const { files, issues } = await unpacked(gzipSync(text), limits);
      return of(issues, files[0]!.bytes.length);
    },
  },
  inflateRatio: {
    small: 2,
    kept: 1,
    async run(limits) {
      const { files, issues } = await unpacked(gzipSync(new Uint8Array(4_000_000)), limits);
      return of(issues, files[0]!.bytes.length >= 1_048_576 ? 1 : 0);
    },
  },
  archiveEntries: {
    small: 2,
    kept: 2,
    async run(limits) {
      const { files, issues } = await unpacked(zipSync({ a: text, b: text, c: text }), limits);
      return of(issues, files.length);
    },
  },
  archiveLayers: {
    small: 1,
    kept: 0,
    async run(limits) {
      try {
        const { files, issues } = await unpacked(gzipSync(gzipSync(text)), limits);
        return of(issues, files.length);
      } catch (error) {
        if (!isSnapshotError(error)) throw error;
        return { codes: [error.code], kept: 0 };
      }
    },
  },
  depth: {
    small: 3,
    kept: 1,
    run(limits) {
      const { root, issues } = decode(join(int(3, 7), nested(10)), limits);
      return of(issues, root.has("child") ? 1 : 0);
    },
  },
  tableBytes: {
    small: 4096,
    kept: 1,
    run(limits) {
      const { root, issues } = decode(join(...Array.from({ length: 100 }, () => message(19, int(3, 1)))), limits);
      const count = root.count("children");
      return of(issues, count > 0 && count < 100 ? 1 : count);
    },
  },
  issues: {
    small: 3,
    codes: ["FieldNumberZero", "FieldNumberZero", "FieldNumberZero"],
    kept: 20,
    run(limits) {
      const bad = message(19, Uint8Array.of(0x07));
      const { root, issues } = decode(join(...Array.from({ length: 20 }, () => bad)), limits);
      return of(issues, root.count("children"));
    },
  },
  reportItems: {
    small: 20,
    kept: 20,
    async run(limits) {
      const threads = Array.from({ length: 50 }, () => message(18));
      const { issues, stacks } = await open(join(...threads), { format: "pigweed", limits });
      return of(issues, stacks.contexts.length);
    },
  },
  textLength: {
    small: 10,
    kept: 0,
    run(limits) {
      const database = mergeTokens([
        readTokenFile({ name: "a.csv", bytes: encodeUtf8('00000001,          ,"%20d"\n') }),
      ]);
      const issues: Issue[] = [];
      const detokenizer = new Detokenizer(database, {
        onIssue: (issue) => issues.push(issue),
        ...(limits.textLength !== undefined && { maxTextLength: limits.textLength }),
      });
      const { text: formatted } = detokenizer.detokenize(Uint8Array.of(1, 0, 0, 0, 2));
      return of(issues, String(formatted).trim() === "1" ? 1 : 0);
    },
  },
  evaluationSteps: {
    small: 50,
    kept: 0,
    run: (limits) => evaluated(`Count(Map(Fn([x], x + 1), [${"1,".repeat(40)}1]))`, limits),
  },
  evaluationDepth: {
    small: 10,
    kept: 0,
    run: (limits) => evaluated(`${"(1 + ".repeat(30)}1${")".repeat(30)}`, limits),
  },
};

function evaluated(expression: string, limits: Partial<Limits>): Outcome {
  try {
    evaluateText(expression, { limits });
    return { codes: [], kept: 1 };
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    return { codes: [error.code], kept: 0 };
  }
}

const rows = [...readFileSync("docs/limits.md", "utf8").matchAll(/^\| `(\w+)` \| (\d+) \| (.+) \| (.+) \|$/gm)];

describe("docs/limits.md", () => {
  it("has a row for every limit, and a test for every row", () => {
    expect(rows.map(([, name]) => name).sort()).toEqual(Object.keys(DEFAULT_LIMITS).sort());
    expect(rows.map(([, name]) => name).sort()).toEqual(Object.keys(CASES).sort());
  });

  it.each(rows.map(([, name, value, , beyond]) => [name as LimitName, Number(value), beyond!] as const))(
    "%s: the default is %i; beyond it %s",
    async (name, value) => {
      expect(DEFAULT_LIMITS[name]).toBe(value);
      const { small, run, kept, codes = ["LimitExceeded"] } = CASES[name];
      // With the default the same input is no trouble; that of `issues` is damaged.
      if (name !== "issues") expect((await run({})).codes).toEqual([]);
      else expect((await run({})).codes.length).toBeGreaterThan(codes.length);
      expect(await run({ [name]: small })).toEqual({ codes, kept });
    },
  );
});
