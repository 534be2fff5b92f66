import { objectContestant } from "../objects.mjs";

/** pbf with the readers that its own compiler writes; 64-bit values are (lossy) numbers. */
export async function load({ importRival }) {
  const { PbfReader, default: Pbf } = await importRival("pbf");
  const readers = await importRival("bench-pbf");
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
