import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { loadCore } from "../../src/js/abi/core.ts";
import { ElfCore } from "../../src/js/abi/elf.ts";
import { ElfImage } from "../../src/js/abi/elf-image.ts";
import { ElfFile } from "../../src/js/base/elf-file.ts";
import { SnapshotError } from "../../src/js/base/errors.ts";
import { Btf, compileValue, renderEntries, renderLayout, TypeReader } from "../../src/js/btf.ts";
import { type Issue, openAll, toJson } from "../../src/js/index.ts";
import { outcomes, PAGE } from "../support/memory-cap.ts";

// Every golden that a Wasm module reads, with memory refused at every page count from the initial one to what it needs:
// the same answer as with all the memory, or a coded limit. The vmlinux, which needs hundreds of pages, is in test/abi/.
// Failure dumps and Inspect files are JSON, goroutine dumps are text: no module reads them.

const ENDS = ["LimitExceeded", "whole"];

function filesBelow(dir: string, suffix: RegExp): string[] {
  const names = readdirSync(dir, { recursive: true }) as string[];
  return names.filter((name) => suffix.test(name)).map((name) => join(dir, name));
}

/** How opening ends for each page count. */
function openCapped(file: string): ReturnType<typeof outcomes> {
  const bytes = Uint8Array.from(readFileSync(file));
  return outcomes(readFileSync("build/core.wasm"), async (module) => {
    const core = await loadCore(module);
    // Some of the damaged ones are too short to be recognised.
    const format = file.endsWith(".pb") ? "pigweed" : "goroutines";
    const snapshots = await openAll({ name: file, content: bytes }, { core, format });
    const refused = snapshots.flatMap(({ issues }) => issues).find(isRefusal);
    if (refused !== undefined) throw new SnapshotError("LimitExceeded", refused.message);
    const texts = await Promise.all(snapshots.map((snapshot) => toJson(snapshot)));
    return { pages: Math.ceil(core.memoryBytes / PAGE), text: texts.join() };
  });
}

/** One golden nests beyond the limit of depth, with memory or without. */
function isRefusal({ code, message }: Issue): boolean {
  return code === "LimitExceeded" && !message.includes("nest deeper");
}

describe("goldens with memory refused at every page count", () => {
  const snapshots = [
    ...filesBelow("test/golden/pigweed/cases", /\.pb$/),
    ...filesBelow("test/golden/goroutines", /\.pb\.gz$/),
  ];

  it("covers all of them", () => expect(snapshots.length).toBeGreaterThanOrEqual(130));

  it.each(snapshots)("%s", async (file) => {
    const { ends, initial, needed } = await openCapped(file);
    expect(ends).toHaveLength(needed - initial + 1);
    if (needed > initial) expect(ends[0]).toBe("LimitExceeded");
    expect(ENDS).toEqual(expect.arrayContaining([...new Set(ends)]));
    expect(ends.at(-1)).toBe("whole");
  });
});

describe("recorded BTF with memory refused at every page count", () => {
  const blobs = filesBelow("test/golden/btf/maps", /\.json\.gz$/).map((file) => {
    const { btf_b64 } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { btf_b64: string };
    return { file, blob: Uint8Array.from(Buffer.from(btf_b64, "base64")) };
  });

  it.each(blobs)("$file", async ({ blob }) => {
    const { ends, initial, needed } = await outcomes(readFileSync("build/btf.wasm"), async (module) => {
      const btf = new Btf(module, blob);
      const reader = new TypeReader(btf);
      const texts: string[] = [];
      for (let id = 1; id < btf.typeCount; id++) {
        const valueBytes = btf.sizeOf(id);
        if (valueBytes === undefined || valueBytes === 0 || valueBytes > PAGE) continue;
        const entries = {
          keys: new Uint8Array(0),
          keyBytes: 0,
          values: new Uint8Array(valueBytes * 20),
          valueBytes,
          count: 20,
        };
        const pieces = renderEntries(reader, compileValue(reader, id, { dialect: "json" }), entries);
        const length = [...pieces].reduce((sum, piece) => sum + piece.length, 0);
        texts.push(`${renderLayout(btf, id)} ${length}`);
      }
      expect(texts.length).toBeGreaterThan(2);
      return { pages: Math.ceil(btf.core.memoryBytes / PAGE), text: texts.join() };
    });
    expect(ends).toHaveLength(needed - initial + 1);
    expect(ENDS).toEqual(expect.arrayContaining([...new Set(ends)]));
    expect(ends.at(-1)).toBe("whole");
  });
});

describe("artifacts with memory refused at every page count", () => {
  it.each(filesBelow("test/golden/pigweed/artifacts", /\.elf$/))("%s", async (file) => {
    const elf = new ElfFile(Uint8Array.from(readFileSync(file)));
    const { ends, needed } = await outcomes(readFileSync("build/elf.wasm"), async (module) => {
      const core = new ElfCore(module);
      const image = new ElfImage(core, elf);
      const lines: string[] = [];
      for (let address = 0x0800_0000n; address < 0x0800_0400n; address += 2n) {
        for (const frame of image.frames(address))
          lines.push(JSON.stringify(frame, (_key, value) => (typeof value === "bigint" ? `${value}` : value)));
      }
      const refused = image.issues.find(isRefusal);
      if (refused !== undefined) throw new SnapshotError("LimitExceeded", refused.message);
      return { pages: 4 * Math.ceil(image.index.memoryBytes / PAGE), text: lines.join() };
    });
    expect(needed).toBeGreaterThan(0);
    expect(ENDS).toEqual(expect.arrayContaining([...new Set(ends)]));
    expect(ends.at(-1)).toBe("whole");
  });
});
