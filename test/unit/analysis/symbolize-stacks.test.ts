import { describe, expect, it } from "vitest";
import { SymbolMap } from "../../../src/js/analysis/symbol-map.ts";
import { symbolizeStacks } from "../../../src/js/analysis/symbolize-stacks.ts";
import { encodeUtf8, fromHexString } from "../../../src/js/base/bytes.ts";
import type { Fact } from "../../../src/js/model/facts.ts";
import type { SnapshotParts } from "../../../src/js/model/snapshot.ts";
import { framesOf, StackTableBuilder } from "../../../src/js/model/stacks.ts";
import type { SymbolImage, SymbolSource } from "../../../src/js/model/symbols.ts";

const MAP = new SymbolMap(
  "kallsyms",
  encodeUtf8(
    "ffffffff81000000 T _stext\nffffffff81000100 T schedule\nffffffffc0000000 t poll [nic]\nffffffffc0001000 t end [nic]\n",
  ),
);
const IMAGE: SymbolImage = {
  name: "fw.elf",
  buildId: "0a0b",
  issues: [],
  lookup: () => undefined,
  frames: (address) => [
    { name: `inner ${address.toString(16)}`, file: "a.c", line: 3, inlined: true },
    { name: "outer", inlined: false },
  ],
};

function partsOf(addresses: readonly bigint[], facts: readonly Fact[] = []): SnapshotParts {
  const builder = new StackTableBuilder();
  const frames = addresses.map((address) => builder.addFrame({ functionName: "", address }));
  frames.push(builder.addFrame({ functionName: "known", address: 1n }));
  builder.addContext({ kind: "task", name: "t", count: 1n, stack: builder.addStack(frames) });
  return { schema: 1, format: "sched-ext", inputs: [], facts, stacks: builder.build(), issues: [], native: undefined };
}

function namesOf({ stacks }: SnapshotParts): string[] {
  return framesOf(stacks, stacks.contexts[0]!.stack).map(({ functionName, module }) =>
    module === undefined ? functionName : `${functionName} in ${module}`,
  );
}

const source = (fallback: SymbolImage | undefined): SymbolSource => ({
  forBuildId: (id) => (id.join() === "10,11" ? IMAGE : undefined),
  available: ["0a0b fw.elf"],
  fallback,
});

describe("symbolizeStacks", () => {
  it("names kernel addresses by the map, return addresses inside their calls", () => {
    // 0x…100 is the start of schedule: as a return address it belongs to the call before it.
    const parts = partsOf([0xffff_ffff_8100_0110n, 0xffff_ffff_8100_0100n, 0xffff_ffff_c000_0010n]);
    const named = symbolizeStacks(parts, { symbols: source(MAP) });
    expect(namesOf(named)).toEqual(["schedule", "_stext", "poll in nic", "known"]);
    expect(named.issues).toEqual([]);
  });

  it("shows inlined calls as frames of their own", () => {
    const named = symbolizeStacks(partsOf([0x100n], [{ key: "build-id", value: "0a0b" }]), {
      symbols: source(undefined),
    });
    expect(namesOf(named)).toEqual(["inner 100", "outer", "known"]);
    const frames = framesOf(named.stacks, named.stacks.contexts[0]!.stack);
    expect(frames[0]).toEqual({ functionName: "inner 100", address: 0x100n, file: "a.c", line: 3, inlined: true });
  });

  it("says both build ids when nothing fits, and when an image is chosen by hand", () => {
    const facts = [{ key: "build-id", value: "ffff" }];
    const missed = symbolizeStacks(partsOf([0x100n], facts), { symbols: source(undefined) });
    expect(namesOf(missed)).toEqual(["", "known"]);
    expect(missed.issues).toMatchObject([{ code: "ArtifactNotFound", message: expect.stringMatching(/ffff.*0a0b/) }]);
    const forced = symbolizeStacks(partsOf([0x100n], facts), { symbolizer: IMAGE });
    expect(namesOf(forced)).toEqual(["inner 100", "outer", "known"]);
    expect(forced.issues).toMatchObject([{ code: "BuildIdMismatch", message: expect.stringMatching(/ffff.*0a0b/) }]);
  });

  it("takes each process's own image, and adds no frame where other tables point into the stacks", () => {
    const parts = partsOf([0x100n]);
    const contexts = parts.stacks.contexts.map((context) => ({
      ...context,
      process: "svc",
      creator: { frame: context.stack as unknown as never },
    }));
    const processes = [{ name: "svc", input: "x", buildId: "0a0b" }];
    const named = symbolizeStacks(
      { ...parts, stacks: { ...parts.stacks, contexts, processes } },
      { symbols: source(undefined) },
    );
    expect(namesOf(named)).toEqual(["outer", "known"]);
  });

  it("leaves a snapshot alone that has no bare address", () => {
    const parts = partsOf([]);
    expect(symbolizeStacks(parts, { symbols: source(undefined) })).toBe(parts);
  });
});

describe("fromHexString", () => {
  it("reads pairs of digits and nothing else", () => {
    expect(fromHexString("0aFF")).toEqual(Uint8Array.of(10, 255));
    expect(fromHexString("")).toEqual(new Uint8Array(0));
    expect([fromHexString("0"), fromHexString("zz")]).toEqual([undefined, undefined]);
  });
});
