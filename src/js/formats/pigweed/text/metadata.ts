import { append } from "../../../base/append.ts";
import type { MetadataReport, Tag } from "../metadata.ts";

const FATAL_ART: readonly string[] = [
  "▪▄▄▄ ▄▄▄· ▄▄▄▄▄ ▄▄▄· ▄ ·",
  "█▄▄▄▐█ ▀█ • █▌ ▐█ ▀█ █",
  "█ ▪ ▄█▀▀█   █. ▄█▀▀█ █",
  "▐▌ .▐█ ▪▐▌ ▪▐▌·▐█ ▪▐▌▐▌",
  "▀    ▀  ▀ ·  ▀  ▀  ▀ .▀▀",
];
const ART_WIDTH = 24;
const DEFAULT_WIDTH = 80;

/** Metadata and tags, one piece of the report; undefined when there is neither. Source: specification 4, 5. */
export function renderMetadata(
  metadata: MetadataReport | undefined,
  tags: readonly Tag[],
  width: number = DEFAULT_WIDTH,
): string | undefined {
  const lines: string[] = [];
  if (metadata !== undefined) append(lines, [...renderReason(metadata, width), ...renderFacts(metadata), ""]);
  if (tags.length > 0) {
    lines.push("Tags:");
    for (const { key, value } of tags) lines.push(`  ${key}: ${value}`);
    lines.push("");
  }
  return lines.length === 0 ? undefined : lines.join("\n");
}

function renderReason(metadata: MetadataReport, width: number): string[] {
  const heading = metadata.fatal ? [...centreArt(width), "", "Device crash cause:"] : ["Snapshot capture reason:"];
  return [...heading, `    ${metadata.reason ?? "UNKNOWN (field missing)"}`, ""];
}

/** Centres as Python's `str.center` does: the odd column goes left when the width is odd. */
function centreArt(width: number): string[] {
  const room = Math.max(0, width - ART_WIDTH);
  const left = Math.floor(room / 2) + (room & width & 1);
  return FATAL_ART.map((line) => " ".repeat(left) + line);
}

function renderFacts(metadata: MetadataReport): string[] {
  const lines: string[] = [];
  const add = (label: string, text: string | undefined) => {
    if (text !== undefined && text !== "") lines.push(`${label}${text}`);
  };
  if (metadata.reasonToken !== undefined) lines.push(`Reason token:      0x${metadata.reasonToken.toString(16)}`);
  if (metadata.projectName !== undefined) lines.push(`Project name:      ${metadata.projectName}`);
  if (metadata.deviceName !== undefined) lines.push(`Device:            ${metadata.deviceName}`);
  if (metadata.cpuArch !== 0) lines.push(`CPU Arch:          ${renderArchitecture(metadata)}`);
  add("Device FW version: ", metadata.softwareVersion);
  add("FW build UUID:     ", metadata.softwareBuildUuid);
  add("Snapshot UUID:     ", metadata.snapshotUuid);
  return lines;
}

function renderArchitecture(metadata: MetadataReport): string {
  return metadata.cpuArchName ?? `[${metadata.cpuArch} is not a known architecture]`;
}
