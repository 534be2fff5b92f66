// Memory as Node shows it; needs --expose-gc.
import { Session } from "node:inspector/promises";

const SAMPLING = {
  samplingInterval: 16_384,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
};

export function nodeMeters() {
  return {
    collect: globalThis.gc,
    usedBytes() {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    },
    allocatedBy,
  };
}

/** Objects by V8's allocation sampler, and array buffers by the growth of what is held of them. */
async function allocatedBy(work) {
  const session = new Session();
  session.connect();
  await session.post("HeapProfiler.startSampling", SAMPLING);
  const before = process.memoryUsage().arrayBuffers;
  work();
  const buffers = Math.max(0, process.memoryUsage().arrayBuffers - before);
  const { profile } = await session.post("HeapProfiler.stopSampling");
  session.disconnect();
  return buffers + profile.samples.reduce((sum, { size }) => sum + size, 0);
}
