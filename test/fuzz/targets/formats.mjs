// One target per format: open, then render everything, so that lazy paths are fuzzed too.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { blobsIn, seedsIn, textsIn } from "../seeds.mjs";

/** Not the tests and notes beside the cases. */
const SEED = /(?<!\.test\.ts|\.md)$/;

function bpfSeeds() {
  const maps = readdirSync("test/golden/btf/maps").map((file) => `test/golden/btf/maps/${file}`);
  const blobs = maps.flatMap((file) => blobsIn(file, /^(btf_b64|elf_b64)$/));
  return [...blobs, ...blobsIn("test/golden/btf/malformed.json", /^b64/), ...textsIn(maps, /^(dump_json_text|show)$/)];
}

export async function targets({ library }) {
  const { dump, openAll, toHtml, toJson } = library;
  const words = existsSync("test/golden") ? readdirSync("test/golden") : [];
  return words
    .filter((word) => word !== "demangle")
    .map((word) => ({ word, format: word === "btf" ? "bpf" : word === "triage" ? "inspect" : word }))
    .map(({ word, format }) => ({
      name: `format ${format}`,
      seeds: () => (word === "btf" ? bpfSeeds() : seedsIn(join("test/golden", word), SEED)),
      run: async (bytes) => {
        for (const snapshot of await openAll(bytes, { format, limits: { tableBytes: 1 << 24, inputBytes: 1 << 22 } })) {
          await dump(snapshot);
          await toJson(snapshot);
          await toHtml(snapshot);
        }
      },
    }));
}
