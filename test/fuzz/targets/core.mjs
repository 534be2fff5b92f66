// The wire scanner and encoder in plain Node: what core-harness.c does, where there is no libFuzzer.
import { readdirSync, readFileSync } from "node:fs";

const CORPUS = "test/fuzz/corpus/core.wasm";

export async function targets({ internals }) {
  const { decodeMessage, everyKeeping, everyKind, loadCore, messageToData, reencodeMessage } = internals;
  const core = await loadCore(readFileSync("build/core.wasm"));
  const decode = (bytes, options) => decodeMessage(core, everyKeeping, "t.Every", bytes, options);
  return [
    {
      name: "protobuf",
      // The first byte of a corpus file is the harness's flags.
      seeds: () => readdirSync(CORPUS).map((file) => Uint8Array.from(readFileSync(`${CORPUS}/${file}`)).subarray(1)),
      run: (bytes) => {
        messageToData(decode(bytes, { lenient: true, windowBytes: 64 }).root, everyKind);
        messageToData(decode(bytes).root, everyKind);
        const once = reencodeMessage(core, everyKeeping, "t.Every", bytes);
        const twice = reencodeMessage(core, everyKeeping, "t.Every", once);
        if (Buffer.compare(once, twice) !== 0) throw new Error("encoding is not stable");
      },
    },
  ];
}
