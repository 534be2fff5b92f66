import type { Message } from "../../abi/rows.ts";
import { toHexString } from "../../base/bytes.ts";
import { problem, type ReadContext } from "./context.ts";
import { parseMessageFields } from "./log-fields.ts";
import type { EnumNames } from "./schema.ts";

export interface MetadataReport {
  readonly fatal: boolean;
  /** Decoded; absent when the field is empty. */
  readonly reason?: string;
  /** First four bytes of the raw reason, little-endian, whether or not it is a token; absent when 0. */
  readonly reasonToken?: number;
  /** Decoded; absent when the field is empty. */
  readonly projectName?: string;
  readonly deviceName?: string;
  readonly softwareVersion: string;
  /** Lower-case hex. */
  readonly softwareBuildUuid: string;
  readonly snapshotUuid: string;
  /** Number of the architecture; 0 is unknown. */
  readonly cpuArch: number;
  /** Absent for a number that is not of the enum. */
  readonly cpuArchName?: string;
}

export function readMetadata(message: Message, architectures: EnumNames, context: ReadContext): MetadataReport {
  const cpuArch = message.i32("cpu_arch");
  const cpuArchName = architectures.get(cpuArch);
  const reason = decodePresent(message, "reason", context);
  const projectName = decodePresent(message, "project_name", context);
  const deviceName = decodePresent(message, "device_name", context);
  const reasonToken = readToken(message.bytes("reason"));
  const metadata = {
    fatal: message.bool("fatal"),
    ...(reason !== undefined && { reason: renderReason(reason) }),
    ...(reasonToken !== 0 && { reasonToken }),
    ...(projectName !== undefined && { projectName }),
    ...(deviceName !== undefined && { deviceName }),
    softwareVersion: message.text("software_version"),
    softwareBuildUuid: toHexString(message.bytes("software_build_uuid")),
    snapshotUuid: toHexString(message.bytes("snapshot_uuid")),
    cpuArch,
    ...(cpuArchName !== undefined && { cpuArchName }),
  };
  if (cpuArchName === undefined) {
    const path = `${context.path}metadata.cpu_arch`;
    context.report(problem("UnknownEnumValue", `${path}: ${cpuArch} is not a known architecture`, path));
  }
  return metadata;
}

function decodePresent(message: Message, field: string, context: ReadContext): string | undefined {
  const bytes = message.bytes(field);
  return bytes.length === 0 ? undefined : context.fields.decodeField(bytes);
}

/** A reason may carry fields of its own, as logs do; of those only the file is shown. */
function renderReason(text: string): string {
  const { message, fields } = parseMessageFields(text);
  const file = fields.get("file");
  return file === undefined || file === "" ? message : `${file}: ${message}`;
}

/** The first four bytes as a little-endian number, short input padded with zeros. */
function readToken(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 24)) >>> 0;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Tags in wire order of their first appearance; a repeated key has its last value. They are never detokenized. */
export function readTags(snapshot: Message, context: ReadContext): Tag[] {
  const tags = new Map<string, string>();
  const entries = snapshot.messages("tags");
  const count = context.budget.take(entries.length, `${context.path}tags`, context);
  for (let i = 0; i < count; i++) {
    const entry = entries.at(i);
    tags.set(entry.text("key"), entry.text("value"));
  }
  return [...tags].map(([key, value]) => ({ key, value }));
}
