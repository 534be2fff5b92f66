import type { Fact, FactValue } from "../../model/facts.ts";
import { renderDate } from "./clock.ts";
import type { SnapshotReport } from "./report.ts";

const UTC_WALL_CLOCK = 2;
const TIME_SINCE_BOOT = 1;

/** Facts about the device snapshot as a whole: those of the outermost snapshot. */
export function snapshotFacts(report: SnapshotReport, logCount: number): Fact[] {
  const { metadata, cpu, threads } = report;
  const facts: Fact[] = [];
  const add = (key: string, value: FactValue | undefined, more: Pick<Fact, "unit" | "origin"> = {}): void => {
    if (value !== undefined && value !== "") facts.push({ key, value, ...more });
  };
  add("format", "pigweed");
  add("producer", "Pigweed", { origin: "inferred" });
  add("version", metadata?.softwareVersion, { origin: "metadata.software_version" });
  add("build-id", metadata?.softwareBuildUuid, { origin: "metadata.software_build_uuid" });
  add("device", metadata?.deviceName, { origin: "metadata.device_name" });
  add("arch", metadata?.cpuArch === 0 ? undefined : metadata?.cpuArchName, { origin: "metadata.cpu_arch" });
  add("uuid", metadata?.snapshotUuid, { origin: "metadata.snapshot_uuid" });
  add("reason", metadata?.reason, { origin: "metadata.reason" });
  add("fatal", metadata?.fatal, { origin: "metadata.fatal" });
  addTimes(report, add);
  add("pigweed.project", metadata?.projectName, { origin: "metadata.project_name" });
  add("pigweed.reason-token", hexToken(metadata?.reasonToken), { origin: "metadata.reason" });
  if (cpu?.kind === "cortex-m") {
    add("pigweed.cause", cpu.cause, { origin: "armv7m_cpu_state.cfsr" });
    add("pigweed.nested-fault", cpu.isFaultActive ? cpu.isNestedFault : undefined, {
      origin: "armv7m_cpu_state.hfsr",
    });
  }
  add("pigweed.active-thread", threads.threads[threads.activeIx]?.name, { origin: "threads" });
  add("pigweed.threads", count(threads.threads.length), { origin: "threads" });
  add("pigweed.logs", count(logCount), { origin: "logs" });
  add("pigweed.related-snapshots", count(report.related.length), { origin: "related_snapshots" });
  for (const { key, value } of report.tags) add(`pigweed.tag.${key}`, value, { origin: "tags" });
  return facts;
}

type Add = (key: string, value: FactValue | undefined, more?: Pick<Fact, "unit" | "origin">) => void;

/** The first wall clock is the time of the snapshot, the first clock since boot its uptime. */
function addTimes({ timestamps }: SnapshotReport, add: Add): void {
  const first = (epoch: number) => timestamps.findIndex((t) => t.epoch === epoch && t.microseconds !== undefined);
  const utc = first(UTC_WALL_CLOCK);
  const boot = first(TIME_SINCE_BOOT);
  add("time", toRfc3339(timestamps[utc]?.microseconds), { origin: `timestamps[${utc}]` });
  add("pigweed.uptime", timestamps[boot]?.microseconds, { unit: "us", origin: `timestamps[${boot}]` });
}

function toRfc3339(microseconds: bigint | undefined): string | undefined {
  return microseconds === undefined ? undefined : renderDate(microseconds)?.replace(" ", "T").replace("+00:00", "Z");
}

function count(n: number): bigint | undefined {
  return n === 0 ? undefined : BigInt(n);
}

function hexToken(token: number | undefined): string | undefined {
  return token === undefined ? undefined : `0x${token.toString(16).padStart(8, "0")}`;
}
