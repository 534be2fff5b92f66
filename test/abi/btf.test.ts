import { describe, expect, it } from "vitest";
import codes from "../../assembly/btf/codes.ts?raw";
import layout from "../../assembly/btf/layout.ts?raw";
import plan from "../../assembly/btf/plan.ts?raw";
import * as codesTwin from "../../src/js/abi/btf-codes.ts";
import * as layoutTwin from "../../src/js/abi/btf-layout.ts";
import * as planTwin from "../../src/js/abi/btf-plan.ts";
import { describeFault } from "../../src/js/formats/bpf/btf/faults.ts";
import { KIND } from "../../src/js/formats/bpf/btf/kinds.ts";
import { describeRefusal } from "../../src/js/formats/bpf/btf/refusals.ts";
import { BUILDS, btfModule } from "../support/btf.ts";

const EXPORTS = [
  "btf_abi_version",
  "btf_add",
  "btf_build_names",
  "btf_find",
  "btf_find_next",
  "btf_index",
  "btf_issue_count",
  "btf_issues",
  "btf_layer_count",
  "btf_layers",
  "btf_mark",
  "btf_release",
  "btf_reserve",
  "btf_run",
  "btf_run_result",
  "btf_set_output",
  "btf_set_plan",
  "btf_type_count",
  "btf_verdict",
  "btf_verify_blob",
  "btf_verify_types",
  "memory",
];

function constantsOf(source: string): Record<string, number> {
  const found = [...source.matchAll(/^export const (\w+): (?:u32|usize) = (\w+);/gm)];
  return Object.fromEntries(found.map(([, name, value]) => [name, Number(value!.replaceAll("_", ""))]));
}

describe.each(BUILDS)("btf.wasm (%s)", async (build) => {
  const module = await btfModule(build);

  it("imports nothing", () => {
    expect(WebAssembly.Module.imports(module)).toEqual([]);
  });

  it("exports exactly the documented names", () => {
    expect(
      WebAssembly.Module.exports(module)
        .map((e) => e.name)
        .sort(),
    ).toEqual(EXPORTS);
  });
});

describe("the seam of btf.wasm", () => {
  it.each([
    ["layout", layout, layoutTwin],
    ["codes", codes, codesTwin],
    ["plan", plan, planTwin],
  ])("has the same constants on both sides: %s", (_name, source, twin) => {
    const constants = constantsOf(source);
    expect(Object.keys(constants).length).toBeGreaterThan(15);
    expect({ ...twin }).toEqual(constants);
  });

  it("has the kinds that the format names", () => {
    const kinds = Object.entries(KIND).filter(([name]) => name !== "VOID");
    for (const [name, number] of kinds) expect(constantsOf(layout)[`KIND_${name}`]).toBe(number);
  });

  it("has words for every code", () => {
    const all = Object.entries(constantsOf(codes));
    for (const [name, code] of all.filter(([name]) => name.startsWith("V_"))) {
      const verdict = describeRefusal({ code, typeId: 1, errno: 22, a: 1, b: 2 });
      expect(verdict, name).toMatchObject({ accepted: false, errno: "EINVAL" });
      expect(JSON.stringify(verdict), name).not.toContain("refusal");
    }
    for (const [name, code] of all.filter(([name]) => !name.startsWith("V_"))) {
      const issue = describeFault({ code, typeId: 1, offset: 0, found: 1, limit: 2 }, "BTF");
      expect(issue.message, name).not.toMatch(/fault \d/);
    }
  });
});
