// ELF files, debug information, archives, kernel symbol maps and mangled names: whatever the bytes, a lookup ends in an
// answer, an issue or a coded error, within the step budget.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const GOLDEN = "test/golden/pigweed/artifacts";
const NAMES = "test/golden/demangle/names.tsv";
/** A hostile file may ask for work in proportion to its size, and for little more memory than three times its bytes. */
const SPARE_BYTES = 8 << 20;
const ADDRESSES = [0n, 1n, 0x0800_0071n, 0x0800_00a0n, 0x1_0000n, 0xffff_ffffn, 2n ** 63n, 2n ** 64n - 1n];

export async function targets() {
  if (!existsSync("dist/symbols.js")) {
    console.log("NOT RUN: the elf targets need dist/ (npm run build)");
    return [];
  }
  const { arMembers, ArtifactSet, openElfCore, SymbolMap, symbolizeStack } = await import("../../../dist/symbols.js");
  const core = await openElfCore();
  const decoder = new TextDecoder();
  return [
    {
      name: "elf",
      seeds: () => [...elfFiles(), archiveOf(elfFiles())],
      run(bytes) {
        const set = new ArtifactSet(core);
        set.add("fuzz.elf", bytes);
        for (const image of set.images) {
          for (const address of addressesOf(bytes)) image.lookup(address);
          symbolizeStack(image, addressesOf(bytes));
          const memory = image.memoryBytes ?? 0;
          if (memory > 4 * bytes.length + SPARE_BYTES) throw new Error(`${memory} bytes for a file of ${bytes.length}`);
        }
        return set.issues.length;
      },
    },
    {
      name: "demangle",
      seeds: () => mangledNames().map((name) => new TextEncoder().encode(name)),
      run(bytes) {
        for (const style of ["gnu", "llvm", "short"]) core.demangle(decoder.decode(bytes), style);
      },
    },
    {
      name: "symbol-map",
      seeds: () => [
        new TextEncoder().encode("ffffffff81000000 T _stext\nffffffff81000100 t f [mod]\n0000000000000000 A x\n"),
      ],
      run(bytes) {
        const map = new SymbolMap("fuzz", bytes);
        for (const address of addressesOf(bytes)) map.frames(address);
      },
    },
    { name: "archive", seeds: () => [archiveOf(elfFiles())], run: (bytes) => [...arMembers(bytes)].length },
  ];
}

/** Fixed ones, and some that the bytes themselves name. */
function addressesOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const own = [];
  for (let at = 0; at + 4 <= bytes.length && own.length < 16; at += 1 + (bytes.length >> 4)) {
    own.push(BigInt(view.getUint32(at, true)));
  }
  return [...ADDRESSES, ...own];
}

function elfFiles() {
  return readdirSync(GOLDEN, { recursive: true })
    .filter((name) => name.endsWith(".elf"))
    .sort()
    .map((name) => Uint8Array.from(readFileSync(join(GOLDEN, name))));
}

function archiveOf(files) {
  const head = (name, size) =>
    `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"644".padEnd(8)}${String(size).padEnd(10)}\`\n`;
  const parts = [Buffer.from("!<arch>\n")];
  for (const [ix, bytes] of files.entries()) {
    parts.push(Buffer.from(head(`m${ix}.o/`, bytes.length)), bytes, Buffer.alloc(bytes.length & 1, 10));
  }
  return Uint8Array.from(Buffer.concat(parts));
}

function mangledNames() {
  return readFileSync(NAMES, "utf8")
    .split("\n")
    .map((line) => line.split("\t")[0])
    .filter((name) => name !== "");
}
