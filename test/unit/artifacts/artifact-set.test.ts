import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { ArtifactSet } from "../../../src/js/artifacts/artifact-set.ts";
import { loadArtifacts } from "../../../src/js/artifacts/load.ts";
import { concatBytes, encodeUtf8 } from "../../../src/js/base/bytes.ts";
import { artifactNotFound, compareBuildIds } from "../../../src/js/model/build-ids.ts";
import { ByteWriter, buildElf, symbolSections } from "../../support/elf-builder.ts";
import { testElfCore } from "../../support/elf-core.ts";

function image(id: readonly number[], name: string): Uint8Array {
  const note = new ByteWriter().u32(4).u32(id.length).u32(3).text("GNU").append(id).bytes;
  const sections = [
    { name: ".text", flags: 6, address: 0x8000, bytes: [0, 0] },
    { name: ".note.gnu.build-id", type: 7, bytes: note },
    ...symbolSections([{ name, value: 0x8001, size: 2 }], 4),
  ];
  return buildElf({ sections });
}

function archive(members: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const parts: Uint8Array[] = [encodeUtf8("!<arch>\n")];
  for (const [name, bytes] of members) {
    const size = String(bytes.length).padEnd(10);
    parts.push(encodeUtf8(`${`${name}/`.padEnd(16)}${"0".padEnd(32)}${size}\`\n`), bytes);
    if (bytes.length % 2 === 1) parts.push(encodeUtf8("\n"));
  }
  return concatBytes(parts);
}

const A = [1, 2, 3, 4];
const B = [5, 6, 7, 8];

describe("ArtifactSet", () => {
  it("chooses by build id, from files and from the members of a library", async () => {
    const set = new ArtifactSet(await testElfCore());
    expect(set.add("a.elf", image(A, "first"))).toBe(1);
    expect(
      set.add(
        "all.a",
        archive([
          ["a.o", image(A, "second")],
          ["b.o", image(B, "third")],
        ]),
      ),
    ).toBe(2);
    expect(set.forBuildId(Uint8Array.from(A))?.lookup(0x8000n)?.name).toBe("first");
    expect(set.forBuildId(Uint8Array.from(B))?.name).toBe("all.a(b.o)");
    expect(set.forBuildId(new Uint8Array(0))).toBeUndefined();
    expect(set.named("a.elf")?.buildId).toBe("01020304");
    expect(set.issues).toEqual([]);
  });

  it("says which ids there are when none fits, and both ids when one chosen by hand does not", async () => {
    const set = new ArtifactSet(await testElfCore());
    set.add("a.elf", image(A, "first"));
    const look = () => set.getForBuildId(Uint8Array.from(B));
    expect(look).toThrowError(/05060708/);
    try {
      look();
    } catch (error) {
      expect(error).toMatchObject({ code: "ArtifactNotFound", available: ["01020304 a.elf"] });
    }
    const issue = compareBuildIds("05060708", set.images[0]!);
    expect(issue?.code).toBe("BuildIdMismatch");
    expect(issue?.message).toMatch(/05060708.*01020304/);
    expect(compareBuildIds("01020304", set.images[0]!)).toBeUndefined();
    expect(compareBuildIds(undefined, set.images[0]!)).toBeUndefined();
    expect(artifactNotFound("0a0b", set).message).toMatch(/0a0b; there are 01020304 a\.elf/);
  });

  it("passes over what is no artifact and notes what is damaged", async () => {
    const set = new ArtifactSet(await testElfCore());
    expect(set.add("notes.txt", encodeUtf8("hello"))).toBe(0);
    expect(set.issues).toEqual([]);
    set.add("bad.elf", encodeUtf8("not an elf"));
    set.add("cut.elf", image(A, "x").subarray(0, 20));
    set.add("cut.a", archive([["a.o", image(A, "x")]]).subarray(0, 100));
    expect(set.issues.map(({ code, input }) => [code, input])).toEqual([
      ["MalformedElf", "bad.elf"],
      ["MalformedElf", "cut.elf"],
      ["MalformedElf", "cut.a"],
    ]);
  });

  it("looks into packed files and takes kernel symbol maps", async () => {
    const files = [
      { name: "a.elf.gz", bytes: gzipSync(image(A, "packed")) },
      { name: "System.map", bytes: encodeUtf8("ffffffff81000000 T _text\nffffffff81000100 T next\n") },
    ];
    const { set, issues } = await loadArtifacts(files, { core: await testElfCore() });
    expect(issues).toEqual([]);
    expect(set.forBuildId(Uint8Array.from(A))?.lookup(0x8001n)?.name).toBe("packed");
    expect(set.named("System.map")?.lookup(0xffffffff81000010n)?.name).toBe("_text");
  });
});
