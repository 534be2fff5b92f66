import { beforeAll, describe, expect, it } from "vitest";
import type { Core } from "../../../src/js/abi/core.ts";
import { isSnapshotError } from "../../../src/js/base/errors.ts";
import { withLimits } from "../../../src/js/base/limits.ts";
import { decodePigweed } from "../../../src/js/formats/pigweed/plugin.ts";
import type { SnapshotParts } from "../../../src/js/model/snapshot.ts";
import { testCore } from "../../support/core.ts";
import { caseTokens, expectedText, PIGWEED_CASES, type PigweedCase, readCaseFile } from "../../support/pigweed-cases.ts";
import { reportText } from "../../support/pigweed-open.ts";

let core: Core;
beforeAll(async () => {
  core = await testCore();
});

async function openCase(c: PigweedCase, strict: boolean): Promise<SnapshotParts> {
  const input = { name: c.pb, bytes: await readCaseFile(c.pb) };
  const options = { tokens: await caseTokens(c.token_db), strict };
  return decodePigweed(core, input, { options, limits: withLimits() });
}

async function dumpCase(c: PigweedCase, strict: boolean): Promise<string> {
  return reportText(await openCase(c, strict), { strict });
}

const named = (cases: readonly PigweedCase[]) => cases.map((c) => [c.name, c] as const);
const plain = PIGWEED_CASES.filter((c) => c.artifacts === null);

describe("reports", () => {
  it.each(named(plain.filter((c) => c.text !== undefined)))("print %s as upstream does", async (_name, c) => {
    const expected = expectedText(c.text!);
    expect(await dumpCase(c, true)).toBe(expected);
    expect(await dumpCase(c, false)).toBe(expected);
  });
});

/** What strict mode throws, and what the lenient report says about it. */
const REFUSED: Readonly<Record<string, readonly [code: string, note: string]>> = {
  meta_arch_unknown_value: ["UnknownEnumValue", "CPU Arch:          [42 is not a known architecture]"],
  log_args_star_missing: ["StarArgumentFailed", "  [!] StarArgumentFailed: "],
  log_bad_base_crash: ["UnknownTokenBase", "  [!] UnknownTokenBase: "],
  thread_unknown_state: ["UnknownEnumValue", "Thread ([9 is not a known state]): x"],
  enum_negative: ["UnknownEnumValue", "Thread ([-1 is not a known state]): [unnamed thread]"],
  time_boot_overflow: ["TimeOutOfRange", "  Time since boot: [beyond 999999999 days] (9223372036854775807 s)"],
  related_depth_120: ["LimitExceeded", "[!]   LimitExceeded at byte 380, in related_snapshots"],
  truncated_1: ["TruncatedMessage", "[!]   TruncatedMessage at byte 0"],
  truncated_3: ["TruncatedMessage", "[!]   TruncatedMessage at byte 0, in metadata"],
  truncated_263: ["LengthBeyondEnd", "[!]   LengthBeyondEnd at byte 212, in threads"],
  bad_field_zero: ["FieldNumberZero", "[!]   FieldNumberZero at byte 0"],
  bad_end_group: ["StrayEndGroup", "[!]   StrayEndGroup at byte 0, in field 12"],
  not_a_snapshot_text: ["StrayEndGroup", "[!]   StrayEndGroup at byte 2, in field 13"],
  tags_invalid_utf8: ["InvalidUtf8", "[!]   InvalidUtf8 at byte 6, in tags[0].value"],
};

describe("what upstream gives up on", () => {
  const failing = plain.filter((c) => c.error !== undefined);

  it("is known for every such case", () => {
    expect(failing.map((c) => c.name).sort()).toEqual(Object.keys(REFUSED).sort());
  });

  it.each(named(failing))("%s is a coded error in strict mode", async (name, c) => {
    const error = await dumpCase(c, true).catch((caught: unknown) => caught);
    expect(isSnapshotError(error) ? error.code : error).toBe(REFUSED[name]![0]);
  });

  it.each(named(failing))("%s is reported in place otherwise, and the rest is printed", async (name, c) => {
    const text = await dumpCase(c, false);
    expect(text).toContain(REFUSED[name]![1]);
    expect(text.startsWith(expectedText("empty.txt"))).toBe(true);
  });

  it("leaves nothing readable out: of a snapshot cut in its last byte only that field is missing", async () => {
    const cut = await dumpCase(failing.find((c) => c.name === "truncated_263")!, false);
    const whole = expectedText("upstream_example.txt");
    const lines = cut.split("\n").filter((line) => !line.startsWith("[!]"));
    expect(whole.split("\n").filter((line) => !lines.includes(line))).toEqual([
      expect.stringContaining("Current usage:"),
    ]);
  });
});
