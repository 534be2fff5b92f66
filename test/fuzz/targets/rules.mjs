// The smaller languages: fact filters, JSON5, versions, signature rules, .proto files.
import { readFileSync } from "node:fs";
import { encode, seedsIn } from "../seeds.mjs";

const FILTERS = ['version >= 1.4.0 and device != "x"', "a < 2", "not (b = c or d)"];

export async function targets({ internals }) {
  const {
    compareVersions,
    decodeUtf8Lossy,
    isSnapshotError,
    parseFactFilter,
    parseJson5,
    parseProtoFiles,
    parseSignatureRules,
  } = internals;
  const text = (run) => (bytes) => run(decodeUtf8Lossy(bytes));
  const attempt = (run) => {
    try {
      return run();
    } catch (error) {
      if (!isSnapshotError(error) || error.code === "InternalError") throw error;
    }
  };
  return [
    {
      name: "filters and JSON5",
      seeds: () => encode(...FILTERS, "{a: 1, 'b': [0x1F, +.5, Infinity,], /* c */}", "1.2.3-rc.1+build"),
      run: text((source) => {
        attempt(() => parseFactFilter(source).matches([]));
        attempt(() => parseJson5(source, 100));
        compareVersions(source, "1.0.0");
      }),
    },
    {
      name: "signature rules",
      seeds: () =>
        encode(readFileSync("src/js/analysis/default-signature-rules.ts", "utf8").replace(/^[^`]*`|`[^`]*$/g, "")),
      run: text((source) => parseSignatureRules(source)),
    },
    {
      name: "proto files",
      seeds: () => seedsIn("proto", /proto$/),
      run: text((source) => parseProtoFiles(new Map([["a.proto", source]]), ["a.proto"])),
    },
  ];
}
