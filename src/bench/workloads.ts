import { sha256 } from "../js/base/sha256.ts";
import { makeFleet, makeLogs, makeProfile, makeThreads } from "./generators.ts";

const MIB = 1_048_576;

/** What is decoded how: which message type, and which fields the tasks read. */
export type WorkloadKind = "logs" | "threads" | "profile" | "fleet";

export interface Workload {
  readonly kind: WorkloadKind;
  make(): Uint8Array;
  readonly byteLength: number;
  /** The first 16 hexadecimal digits of the SHA-256: proves that the bytes are the published ones. */
  readonly sha256: string;
}

export const WORKLOADS: Readonly<Record<string, Workload>> = {
  logs1: { kind: "logs", make: () => makeLogs(MIB, 1), byteLength: 1_048_590, sha256: "2934f33828101a10" },
  logs16: { kind: "logs", make: () => makeLogs(16 * MIB, 2), byteLength: 16_777_248, sha256: "13613f11e7dfadd8" },
  logs128: { kind: "logs", make: () => makeLogs(128 * MIB, 3), byteLength: 134_217_813, sha256: "8c450ce03abf778d" },
  threads16: {
    kind: "threads",
    make: () => makeThreads(16 * MIB, 4),
    byteLength: 16_771_571,
    sha256: "5bcea5836b90246d",
  },
  pprof: { kind: "profile", make: () => makeProfile(120_000, 5), byteLength: 9_562_219, sha256: "95b42f730404fc78" },
  fleet: { kind: "fleet", make: () => makeFleet(100_000, 6), byteLength: 191_272_249, sha256: "3477d3df9c34ebf2" },
};

/** Generates a workload. @throws Error when it is not byte for byte the published one. */
export async function makeWorkload(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const workload = WORKLOADS[name];
  if (workload === undefined) throw new Error(`no workload ${name}; there are ${Object.keys(WORKLOADS).join(", ")}`);
  const content = workload.make().slice();
  // Pages without a secure context have no digest of their own.
  const digest =
    globalThis.crypto?.subtle === undefined
      ? sha256(content)
      : new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  const hex = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (content.length !== workload.byteLength || hex !== workload.sha256) {
    throw new Error(`workload ${name}: ${content.length} bytes, ${hex}`);
  }
  return content;
}
