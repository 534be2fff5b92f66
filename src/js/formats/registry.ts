import { probeBpf } from "./bpf/probe.ts";
import { probeGoroutines } from "./goroutines/probe.ts";
import { probeInspect } from "./inspect/probe.ts";
import { probePigweed } from "./pigweed/probe.ts";
import type { Format } from "./plugin.ts";
import { probeSchedExt } from "./sched-ext/probe.ts";

/**
 * Every format. Order has no meaning: the highest probe score wins. A format's code beyond its probe loads when a
 * snapshot of it is opened, so that the entry points stay small.
 */
export const FORMATS: readonly Format[] = [
  {
    id: "inspect",
    title: "Fuchsia Inspect and device snapshots",
    severalFiles: "together",
    probe: probeInspect,
    load: async () => (await import("./inspect/plugin.ts")).inspect,
  },
  {
    id: "goroutines",
    title: "Goroutine dumps and profiles of Go processes",
    severalFiles: "together",
    probe: probeGoroutines,
    load: async () => (await import("./goroutines/plugin.ts")).goroutines,
  },
  {
    id: "pigweed",
    title: "Pigweed device snapshots",
    severalFiles: "each",
    probe: probePigweed,
    load: async () => (await import("./pigweed/plugin.ts")).pigweed,
  },
  {
    id: "sched-ext",
    title: "sched_ext failure dumps",
    severalFiles: "series",
    probe: probeSchedExt,
    load: async () => {
      const { schedExtWith } = await import("./sched-ext/plugin.ts");
      return schedExtWith((await import("./bpf/values/byte-types.ts")).openByteTypes);
    },
  },
  {
    id: "bpf",
    title: "Captures of BPF maps",
    severalFiles: "series",
    probe: probeBpf,
    load: async () => (await import("./bpf/plugin.ts")).bpf,
  },
];
