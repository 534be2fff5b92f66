import { describe, expect, it } from "vitest";
import { probeInspect } from "../../../../src/js/formats/inspect/probe.ts";

const score = (text: string, name?: string): number => probeInspect(new TextEncoder().encode(text), text.length, name);

describe("probing for Inspect", () => {
  it.each([
    '[{"moniker":"a","metadata":{},"payload":null}]',
    '\n [ {\n "data_source": "Inspect", "metadata": {}, "moniker": "x"',
  ])("is sure of %j", (text) => {
    expect(score(text)).toBeGreaterThanOrEqual(80);
  });

  it.each([
    "",
    "[",
    "[]",
    "[{}]",
    '[{"id":1,"state":"running"}]',
    '{"moniker":"a","payload":1}',
    "goroutine 1 [running]:",
    "\x00\xff",
  ])("does not claim %j", (text) => {
    expect(score(text)).toBeLessThanOrEqual(20);
  });

  it("takes the name of a device snapshot's file as a weak hint only", () => {
    expect(score("{}", "annotations.json")).toBe(50);
    expect(score("[]", "inspect.json")).toBe(80);
  });
});
