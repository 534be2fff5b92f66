// The workloads by name, with the SHA-256 that proves they are the published ones.
import { createHash } from "node:crypto";
import { makeFleet, makeLogs, makeProfile, makeThreads } from "./generators.mjs";

const MIB = 1 << 20;

export const WORKLOADS = {
  logs1: { make: () => makeLogs(MIB, 1), bytes: 1048590, sha256: "2934f33828101a10" },
  logs16: { make: () => makeLogs(16 * MIB, 2), bytes: 16777248, sha256: "13613f11e7dfadd8" },
  logs128: { make: () => makeLogs(128 * MIB, 3), bytes: 134217813, sha256: "8c450ce03abf778d" },
  threads16: { make: () => makeThreads(16 * MIB, 4), bytes: 16771571, sha256: "5bcea5836b90246d" },
  pprof: { make: () => makeProfile(120000, 5), bytes: 9562219, sha256: "95b42f730404fc78" },
  fleet: { make: () => makeFleet(100000, 6), bytes: 191272249, sha256: "3477d3df9c34ebf2" },
};

/** Generates a workload and checks that it is byte for byte the published one. */
export function makeWorkload(name) {
  const { make, bytes, sha256 } = WORKLOADS[name];
  const content = make();
  const found = createHash("sha256").update(content).digest("hex").slice(0, 16);
  if (content.length !== bytes || found !== sha256)
    throw new Error(`workload ${name}: ${content.length} bytes, ${found}`);
  return content;
}
