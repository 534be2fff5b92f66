import { beforeAll, describe, expect, it } from "vitest";
import type { Core } from "../../../src/js/abi/core.ts";
import { ERROR_CODES } from "../../../src/js/base/error-codes.ts";
import { isSnapshotError } from "../../../src/js/base/errors.ts";
import { withLimits } from "../../../src/js/base/limits.ts";
import { attachPigweed, decodePigweed, renderPigweed } from "../../../src/js/formats/pigweed/plugin.ts";
import { loadTokens } from "../../../src/js/formats/pigweed/tokens/token-files.ts";
import type { SnapshotParts } from "../../../src/js/model/snapshot.ts";
import type { ValueNode, ValueSource } from "../../../src/js/model/values.ts";
import { testCore } from "../../support/core.ts";
import { caseTokens, PIGWEED_CASES, readCaseFile } from "../../support/pigweed-cases.ts";

const CUTS = 32;
const FLIPS = 64;

let core: Core;
beforeAll(async () => {
  core = await testCore();
});

interface Outcome {
  /** What strict mode throws, or "read". */
  readonly strict: string;
  readonly issues: readonly string[];
}

function openDamaged(bytes: Uint8Array, options: Record<string, unknown>): SnapshotParts {
  return decodePigweed(core, { name: "damaged.pb", bytes }, { options, limits: withLimits() });
}

/** Reads in both modes, and in lenient mode everything that is left: the report, all values, all logs. */
function readDamaged(bytes: Uint8Array, tokens: unknown): Outcome {
  const parts = openDamaged(bytes, { tokens });
  renderPigweed(parts, { strict: false });
  const { values, logs } = attachPigweed(parts);
  walk(values, values.root);
  for (let ix = 0; ix < logs.length; ix++) logs.at(ix);
  return { strict: strictOutcome(bytes, tokens), issues: parts.issues.map((issue) => issue.code) };
}

function strictOutcome(bytes: Uint8Array, tokens: unknown): string {
  try {
    renderPigweed(openDamaged(bytes, { tokens, strict: true }), { strict: true });
    return "read";
  } catch (error) {
    if (isSnapshotError(error)) return error.code;
    throw error;
  }
}

function walk(values: ValueSource, node: ValueNode): void {
  values.scalar(node);
  for (const child of values.page(node, 0, values.count(node))) walk(values, child);
}

/** Every code is of the table, and none says that the fault is ours. */
function expectDeclared({ strict, issues }: Outcome, what: string): void {
  const codes = [...issues, ...(strict === "read" ? [] : [strict])];
  expect([what, codes.filter((code) => !(code in ERROR_CODES) || code === "InternalError")]).toEqual([what, []]);
}

describe("damaged goldens", () => {
  it.each(PIGWEED_CASES.map((c) => [c.name, c] as const))("%s: cut and flipped", async (_name, c) => {
    const whole = await readCaseFile(c.pb);
    const tokens = loadTokens(await caseTokens(c.token_db));
    for (let i = 0; i < CUTS; i++) {
      const length = Math.floor((whole.length * i) / CUTS);
      expectDeclared(readDamaged(whole.subarray(0, length), tokens), `cut at ${length}`);
    }
    for (let i = 0; i < FLIPS && whole.length > 0; i++) {
      const flipped = whole.slice();
      const bit = Math.floor((whole.length * 8 * i) / FLIPS);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expectDeclared(readDamaged(flipped, tokens), `bit ${bit} flipped`);
    }
  });

  it("a cut inside a field is an issue with its offset", async () => {
    const whole = await readCaseFile("upstream_example.pb");
    const silent: number[] = [];
    for (let length = 1; length < whole.length; length++) {
      const { issues } = openDamaged(whole.subarray(0, length), {});
      if (issues.length === 0) silent.push(length);
      else expect(issues[0]!.offset).toBeLessThanOrEqual(length);
    }
    // A cut between two fields of the outermost message leaves a shorter, whole snapshot.
    expect(silent).toEqual([183, 212]);
  });
});
