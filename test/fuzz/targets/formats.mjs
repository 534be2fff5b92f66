// One target per format: open, then render everything, so that lazy paths are fuzzed too.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const MAX_SEED_BYTES = 64 * 1024;
const MAX_SEEDS = 200;

export async function targets({ library }) {
  const { dump, openAll, toHtml, toJson } = library;
  const words = existsSync("test/golden") ? readdirSync("test/golden") : [];
  return words
    .map((word) => ({ word, format: word === "btf" ? "bpf" : word === "triage" ? "inspect" : word }))
    .map(({ word, format }) => ({
      name: `format ${format}`,
      seeds: () => seedsIn(join("test/golden", word)),
      run: async (bytes) => {
        for (const snapshot of await openAll(bytes, { format, limits: { tableBytes: 1 << 24, inputBytes: 1 << 22 } })) {
          await dump(snapshot);
          await toJson(snapshot);
          await toHtml(snapshot);
        }
      },
    }));
}

/** Small files of a golden folder, expectations included: they are good text to start from, too. */
function seedsIn(dir) {
  return readdirSync(dir, { recursive: true })
    .map((name) => join(dir, name))
    .filter((file) => statSync(file).isFile() && statSync(file).size <= MAX_SEED_BYTES)
    .sort()
    .slice(0, MAX_SEEDS)
    .map((file) => Uint8Array.from(readFileSync(file)));
}
