import { compareText } from "../../base/text.ts";
import type { Fact, FactValue } from "../../model/facts.ts";
import type { BpfNative } from "./capture/records.ts";

/** Facts of a capture; keys of this format start with `bpf.`. */
export function captureFacts(native: BpfNative): Fact[] {
  const { host } = native;
  const facts: Fact[] = [{ key: "format", value: "bpf" }];
  const add = (key: string, value: FactValue, origin: string, unit?: string): void => {
    if (value !== "" && value !== 0n) facts.push({ key, value, origin, ...(unit !== undefined && { unit }) });
  };
  add("producer", host.producer, "host.producer");
  add("version", host.kernelRelease, "host.kernel_release");
  add("device", host.hostname, "host.hostname");
  add("arch", host.machine, "host.machine");
  add("time", host.capturedAtNs, "host.captured_at_ns", "ns");
  add("bpf.uptime", host.uptimeNs, "host.uptime_ns", "ns");
  add("bpf.kernel-version", host.kernelVersion, "host.kernel_version");
  add("bpf.tool", host.tool, "host.tool");
  add("bpf.command", host.command, "host.command");
  add("bpf.possible-cpus", BigInt(host.possibleCpus.length), "host.possible_cpus");
  facts.push({ key: "bpf.maps", value: BigInt(native.maps.length), origin: "maps" });
  facts.push({ key: "bpf.entries", value: BigInt(entryCount(native)), origin: "entries" });
  facts.push({ key: "bpf.programs", value: BigInt(native.programs.length), origin: "programs" });
  facts.push({ key: "bpf.btf-objects", value: BigInt(native.btf.length), origin: "btf" });
  add("bpf.names", namesOf(native), native.programs.length > 0 ? "programs" : "maps");
  add("bpf.memory-extents", BigInt(native.memory.length), "memory");
  return facts;
}

const MAX_NAMES = 32;

/** What was captured, by name: programs, or maps where no program is known. The same for every run of one system. */
function namesOf({ programs, maps }: BpfNative): string {
  const named = programs.length > 0 ? programs : maps;
  const names = new Set(named.map(({ name }) => name).filter((name) => name !== ""));
  return [...names].sort(compareText).slice(0, MAX_NAMES).join(", ");
}

function entryCount({ maps }: BpfNative): number {
  return maps.reduce((sum, map) => sum + map.chunks.reduce((count, chunk) => count + chunk.count, 0), 0);
}
