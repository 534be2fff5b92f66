import fc from "fast-check";
import { describe, expect, it } from "vitest";
import committed from "../../../rules/signature/default.json";
import { DEFAULT_SIGNATURE_RULES } from "../../../src/js/analysis/default-signature-rules.ts";
import { normaliseText } from "../../../src/js/analysis/normalise.ts";
import { signatureOf } from "../../../src/js/analysis/signature.ts";
import { NORMALISATIONS, parseSignatureRules } from "../../../src/js/analysis/signature-rules.ts";
import type { SignatureInput } from "../../../src/js/analysis/signature-sources.ts";
import { isSnapshotError } from "../../../src/js/base/errors.ts";
import type { Fact } from "../../../src/js/model/facts.ts";
import { type Frame, StackTableBuilder } from "../../../src/js/model/stacks.ts";

const RULES = parseSignatureRules(DEFAULT_SIGNATURE_RULES);

interface Crash {
  readonly reason: string;
  readonly cause?: string;
  readonly cfsr?: bigint;
  readonly frames: readonly (string | bigint)[];
  readonly thread?: string;
  readonly id?: bigint;
  readonly version?: string;
  readonly buildId?: string;
}

function crash({ reason, cause, cfsr, frames, thread = "main", id = 7n, version, buildId }: Crash): SignatureInput {
  const facts: Fact[] = [
    { key: "format", value: "pigweed" },
    { key: "arch", value: "ARMV7M" },
    { key: "reason", value: reason },
  ];
  if (cause !== undefined) facts.push({ key: "pigweed.cause", value: cause });
  if (version !== undefined) facts.push({ key: "version", value: version });
  if (buildId !== undefined) facts.push({ key: "build-id", value: buildId });
  const builder = new StackTableBuilder();
  const toFrame = (one: string | bigint): Frame =>
    typeof one === "string" ? { functionName: one, address: BigInt(one.length) } : { functionName: "", address: one };
  const stack = builder.addStack(frames.map((one) => builder.addFrame(toFrame(one))));
  if (cfsr !== undefined) {
    const registers = [{ name: "cfsr", value: cfsr }];
    builder.addContext({
      kind: "exception",
      name: cause ?? "exception",
      stack: builder.addStack([]),
      count: 1n,
      registers,
    });
  }
  builder.addContext({ kind: "thread", name: thread, id, stack, count: 1n, active: true });
  return { format: "pigweed", facts, stacks: builder.build() };
}

const idOf = (one: Crash): string => signatureOf(crash(one), RULES).id;

const BASE: Crash = {
  reason: "Assert failed: ma < 4000 at 0x08001234",
  cause: "bus fault at 0x20010000",
  cfsr: 0x8200n,
  frames: ["pw_assert_HandleFailure", "fw::Step(long, char const*)", "loop.constprop.0", "main"],
};

describe("the default signature", () => {
  it("is the same for another occurrence, build and task number", () => {
    const id = idOf(BASE);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(idOf({ ...BASE, reason: "Assert failed: ma < 3999 at 0x0800abcd" })).toBe(id);
    expect(idOf({ ...BASE, cause: "bus fault at 0x2000beef" })).toBe(id);
    expect(idOf({ ...BASE, id: 99n, thread: "worker-3" })).toBe(id);
    expect(idOf({ ...BASE, version: "2.0.0", buildId: "ffff" })).toBe(id);
    expect(idOf({ ...BASE, frames: ["fw::Step(int)", "loop.isra.3", "main"] })).toBe(id);
    expect(idOf({ ...BASE, cfsr: 0x0200n })).toBe(id);
  });

  it("differs for another cause", () => {
    const others: Crash[] = [
      BASE,
      { ...BASE, reason: "Stack overflow" },
      { ...BASE, cfsr: 0x400n },
      { ...BASE, frames: ["other_function", "main"] },
      { ...BASE, frames: ["fw::Step(long)", "another_caller", "main"] },
    ];
    expect(new Set(others.map(idOf)).size).toBe(others.length);
    const { cfsr: _, ...bare } = BASE;
    expect(idOf({ ...bare, cause: "usage fault" })).not.toBe(idOf(bare));
  });

  it("takes all ones for not captured", () => {
    const explained = signatureOf(crash({ ...BASE, cfsr: 0xffff_ffffn }), RULES);
    expect(explained.id).toBe(idOf({ ...BASE, cfsr: 0n }));
    const bits = explained.parts.find((part) => part.id === "fault-bits");
    expect(bits?.values).toEqual([]);
    expect(bits?.steps).toEqual([
      { action: "dropped", before: "0xffffffff", why: "all ones mean that it was not captured" },
    ]);
    const lost = { ...BASE, frames: [0xffff_ffffn] };
    expect(idOf(lost)).toBe(idOf({ ...BASE, frames: [] }));
  });

  it("explains every step: what was kept, dropped and normalised, and why", () => {
    const { parts, text, title, rules } = signatureOf(crash(BASE), RULES);
    const frames = parts.find((part) => part.id === "frames");
    expect(rules).toBe("default/2");
    expect(frames?.values).toEqual(["fw::Step", "loop", "main"]);
    expect(frames?.steps.map(({ action, before, after }) => [action, before, after])).toEqual([
      ["missing", "corrected:active", undefined],
      ["dropped", "pw_assert_HandleFailure", undefined],
      ["normalised", "fw::Step(long, char const*)", "fw::Step"],
      ["kept", "fw::Step", undefined],
      ["normalised", "loop.constprop.0", "loop"],
      ["kept", "loop", undefined],
      ["kept", "main", undefined],
    ]);
    expect(text).toContain("reason: Assert failed: ma < # at <addr>");
    expect(title).toBe("Assert failed: ma < # at <addr> in fw::Step");
  });

  it("does not move with the address slide of a capture without symbols", () => {
    const address = fc.bigInt({ min: 0x1000n, max: 0xffff_0000n });
    fc.assert(
      fc.property(
        fc.array(address, { minLength: 1, maxLength: 8 }),
        fc.bigInt({ min: 0n, max: 0xffff_ffffn }),
        (stack, slide) => {
          const slid = stack.map((one) => one + slide * 0x1_0000_0000n);
          expect(idOf({ ...BASE, frames: slid })).toBe(idOf({ ...BASE, frames: stack }));
        },
      ),
    );
  });

  it("is a function of its lines alone: equal text means equal id", () => {
    const text = fc.string({ maxLength: 40 });
    fc.assert(
      fc.property(text, text, fc.array(text, { maxLength: 4 }), fc.array(text, { maxLength: 4 }), (a, b, f, g) => {
        const x = signatureOf(crash({ ...BASE, reason: a, frames: f }), RULES);
        const y = signatureOf(crash({ ...BASE, reason: b, frames: g }), RULES);
        expect(x.id === y.id).toBe(x.text === y.text);
      }),
    );
  });
});

describe("normalisation", () => {
  it("takes hostile texts of any shape in short time", () => {
    const pieces = [
      " [clone ",
      ".part.1",
      "(",
      ")",
      "operator",
      "0x",
      "deadbeef ",
      "{lambda(",
      "1.",
      ".func1",
      " const",
      "12345678-1234-",
    ];
    const started = performance.now();
    for (const a of pieces) {
      for (const b of pieces) normaliseText(`${a.repeat(3000)}${b.repeat(3000)}!`, NORMALISATIONS);
    }
    // 144 texts of 4,096 characters, eight steps each; a quadratic step would take minutes.
    expect(performance.now() - started).toBeLessThan(30_000);
  }, 60_000);
});

describe("signature rules", () => {
  it("travel in the bundle as they are in the file", () => {
    expect(JSON.parse(DEFAULT_SIGNATURE_RULES)).toEqual(committed);
  });

  const part = { id: "a", why: "b", from: ["fact:reason"] };
  it.each([
    ["[]", ""],
    ['{"schema":1,"name":"x","version":1,"parts":[]}', "parts"],
    [JSON.stringify({ schema: 1, name: "x", version: 0, parts: [part] }), "version"],
    [JSON.stringify({ schema: 1, name: "x", version: 1, parts: [{ ...part, from: ["nothing"] }] }), "parts[0].from[0]"],
    [JSON.stringify({ schema: 1, name: "x", version: 1, parts: [{ ...part, skip: ["("] }] }), "parts[0].skip[0]"],
    [JSON.stringify({ schema: 1, name: "x", version: 1, parts: [{ ...part, other: 1 }] }), "parts[0].other"],
    [JSON.stringify({ schema: 1, name: "x", version: 1, parts: [part, part] }), "parts"],
    [
      JSON.stringify({ schema: 1, name: "x", version: 1, parts: [{ ...part, normalise: ["all"] }] }),
      "parts[0].normalise[0]",
    ],
  ])("refuse %s with the path of what is wrong", (text, path) => {
    try {
      parseSignatureRules(text);
      expect.unreachable();
    } catch (error) {
      expect(isSnapshotError(error) && [error.code, error.path ?? ""]).toEqual(["InvalidRules", path]);
    }
  });

  it("search hostile text in linear time, whatever the pattern", () => {
    const parts = [{ ...part, unless: "(a+)+$", from: ["fact:reason"] }];
    const rules = parseSignatureRules(JSON.stringify({ schema: 1, name: "x", version: 1, parts }));
    const reason = `${"a".repeat(4000)}!`;
    expect(signatureOf(crash({ reason, frames: [] }), rules).parts[0]?.values).toEqual([reason]);
  });

  it("refuse a newer schema by name", () => {
    const text = JSON.stringify({ schema: 2, name: "x", version: 1, parts: [part] });
    expect(() => parseSignatureRules(text)).toThrowError(/newer/);
  });
});
