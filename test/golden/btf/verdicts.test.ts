import { unzlibSync } from "fflate";
import { describe, expect, it } from "vitest";
import { BtfCore } from "../../../src/js/abi/btf.ts";
import * as L from "../../../src/js/abi/btf-layout.ts";

import { describeRefusal } from "../../../src/js/formats/bpf/btf/refusals.ts";
import { BUILDS, btfModule, fromBase64, readGoldenJson } from "../../support/btf.ts";

interface MalformedCase {
  readonly name: string;
  readonly b64?: string;
  readonly b64_zlib?: string;
  readonly kernel_6_18: { readonly verdict: string; readonly errno?: string; readonly why: string };
  readonly expected: { readonly parse: string; readonly verify: string };
}

const { cases } = await readGoldenJson<{ cases: readonly MalformedCase[] }>("malformed.json");

/** Cases that newer kernels judge by rules that 6.18 does not know: it refuses a layout section as a header tail. */
const NEWER_RULES = /^layout-section-/;

describe.each(BUILDS)("the malformed corpus (%s)", async (build) => {
  const module = await btfModule(build);

  it.each(cases.map((one) => [one.name, one] as const))("%s", (_name, one) => {
    const blob = one.b64_zlib === undefined ? fromBase64(one.b64 ?? "") : unzlibSync(fromBase64(one.b64_zlib));
    const core = new BtfCore(module);
    const { status, faults } = core.add(blob);
    expect(status === L.STATUS_OK ? "accept" : "reject").toBe(one.expected.parse);
    expect(faults.length > 0).toBe(one.expected.parse === "reject");
    for (const fault of faults) expect(fault.offset).toBeLessThanOrEqual(blob.length);
    const verdict = describeRefusal(core.verify());
    expect(verdict.accepted ? "accept" : "reject").toBe(one.expected.verify);
    if (verdict.accepted || one.kernel_6_18.verdict === "accept" || NEWER_RULES.test(one.name)) return;
    expect(verdict.errno).toBe(one.kernel_6_18.errno);
    const type = /^\[(\d+)\]/.exec(one.kernel_6_18.why)?.[1];
    if (type !== undefined) expect(verdict.typeId).toBe(Number(type));
  });

  it("is all there", () => {
    expect(cases.length).toBe(390);
  });
});
