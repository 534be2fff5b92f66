// The cases that need the symbols of ELF files, one per record, against the built package. test/accept/pigweed.mjs
// composes them with the snapshot cases.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderBacktrace, renderPlace, renderSymbol } from "../../dist/pigweed.js";
import { ElfFile, loadArtifacts, readBuildId } from "../../dist/symbols.js";

export const symbolKinds = ["symbols", "build_ids", "symbol_format"];

/** What upstream raises, and the code that says the same. */
const ERRORS = { GnuBuildIdError: "MalformedBuildId", ELFError: "MalformedElf" };

/** The option `symbols` for a folder of artifacts: every `*.elf` below it. */
export async function openSymbols(dir) {
  const { set } = await loadArtifacts(elfFiles(dir));
  return set;
}

function elfFiles(dir) {
  return readdirSync(dir, { recursive: true })
    .filter((path) => path.endsWith(".elf"))
    .sort()
    .map((path) => ({ name: path, bytes: new Uint8Array(readFileSync(join(dir, path))) }));
}

/** @param folder the folder that holds the tables; paths inside them count from the folder above */
export async function* symbolCases(folder) {
  const table = (kind) => {
    const path = join(folder, `${kind}.json`);
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  };
  yield* addressCases(folder, table("symbols") ?? {});
  yield* buildIdCases(folder, table("build_ids") ?? {});
  yield* formatCases(table("symbol_format") ?? []);
}

/** One case per address. */
async function* addressCases(folder, images) {
  for (const [path, rows] of Object.entries(images)) {
    const { set } = await loadArtifacts([{ name: path, bytes: readBytes(folder, path) }]);
    const image = set.images[0];
    for (const [ix, row] of rows.entries()) {
      const [address, ...expected] = row;
      yield {
        kind: "symbols",
        name: `${path} ${address} #${ix}`,
        actual: () => {
          const symbol = image?.lookup(BigInt(address));
          return [symbol?.name ?? "", symbol?.file ?? "", symbol?.line ?? 0];
        },
        expected: () => expected,
      };
    }
  }
}

/** A path in the table, or a name with its contents in quotes. */
function* buildIdCases(folder, table) {
  for (const [path, expected] of Object.entries(table)) {
    yield {
      kind: "build_ids",
      name: path,
      actual: () => buildIdOf(folder, path),
      expected: () => {
        const error = /^!(\w+)/.exec(expected ?? "")?.[1];
        return error === undefined ? (expected ?? "none") : `!${ERRORS[error] ?? error}`;
      },
    };
  }
}

function buildIdOf(folder, path) {
  try {
    const id = readBuildId(new ElfFile(readBytes(folder, path)));
    return id === undefined ? "none" : Buffer.from(id).toString("hex");
  } catch (error) {
    return `!${error.code ?? error}`;
  }
}

function readBytes(folder, path) {
  const quoted = /\("(.*)"\)$/.exec(path);
  return quoted === null ? new Uint8Array(readFileSync(join(folder, "..", path))) : new TextEncoder().encode(quoted[1]);
}

function* formatCases(records) {
  for (const [ix, record] of records.entries()) {
    const isStack = record.addresses !== undefined;
    yield {
      kind: "symbol_format",
      name: isStack ? `#${ix} stack of ${record.addresses}` : `#${ix} ${record.address} ${record.name}`,
      actual: () => (isStack ? { text: stackText(record) } : symbolTexts(record)),
      expected: () =>
        isStack
          ? { text: record.text }
          : { str: record.str, trunc15: record.trunc15, file_and_line: record.file_and_line },
    };
  }
}

function symbolTexts({ address, name, file, line }) {
  const symbol = { name, file, line };
  const at = BigInt(address);
  return { str: renderSymbol(at, symbol), trunc15: renderSymbol(at, symbol, 15), file_and_line: renderPlace(symbol) };
}

/** The stacks of the table: a function with a place, one without, and addresses that nothing is known about. */
function stackText({ addresses, most_recent_first }) {
  const known = [{ name: "do_a_flip(int n)", file: "source/tricks.cc", line: 1403 }, { name: "no_file" }];
  const frames = Array.from({ length: addresses }, (_, i) => ({ address: BigInt(0x404 + i), symbol: known[i] }));
  return renderBacktrace(frames, most_recent_first);
}
