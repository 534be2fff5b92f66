import { ArtifactSet } from "../../src/js/artifacts/artifact-set.ts";
import type { Snapshot } from "../../src/js/model/snapshot.ts";
import { testElfCore } from "./elf-core.ts";
import { PIGWEED_CASES, readCaseFile } from "./pigweed-cases.ts";
import { openPigweed } from "./pigweed-open.ts";

const IMAGES = [
  "inline/inline_id.elf",
  "main/main_core.elf",
  "other/no_id.elf",
  "riscv/sensor_rv.elf",
  "sensor/sensor_core.elf",
];

/** The golden images. */
async function pigweedArtifacts(): Promise<ArtifactSet> {
  const set = new ArtifactSet(await testElfCore());
  for (const path of IMAGES) set.add(path, await readCaseFile(`../artifacts/${path}`));
  return set;
}

/** A golden snapshot with symbols from all golden images. */
export async function openPigweedCase(name: string, options: Record<string, unknown> = {}): Promise<Snapshot> {
  const { pb } = PIGWEED_CASES.find((one) => one.name === name)!;
  return openPigweed(await readCaseFile(pb), { symbols: await pigweedArtifacts(), ...options });
}
