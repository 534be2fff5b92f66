import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { objectContestant } from "../objects.mjs";

const require = createRequire(new URL("../rivals/package.json", import.meta.url));

/** pbf with the readers that its own compiler writes; 64-bit values are (lossy) numbers. */
export async function load({ protoFile }) {
  const { PbfReader, default: Pbf } = await import(pathToFileURL(require.resolve("pbf")).href);
  const { compile } = await import(pathToFileURL(require.resolve("pbf/compile")).href);
  const readers = compile(require("resolve-protobuf-schema").sync(protoFile));
  const Reader = PbfReader ?? Pbf;
  const read = { "bench.Snapshot": readers.readSnapshot, "bench.Profile": readers.readProfile };
  return [
    objectContestant(
      "pbf",
      (type, bytes) => read[type](new Reader(bytes)),
      (value) => value % 4294967296,
    ),
  ];
}
