import { SnapshotError } from "../../base/errors.ts";
import { suggestNames } from "../../base/text.ts";
import type { ProtoField, ProtoMessage, ProtoSchema } from "../../proto/descriptor.ts";
import { mergeSchemas } from "../../proto/descriptor.ts";
import { parseProtoFiles } from "../../proto/parser.ts";
import { PROTO_FILES } from "./proto-files.generated.ts";
import { SNAPSHOT, SNAPSHOT_PROTO, THREAD } from "./schema.ts";

/** A project's own message that is written into the same stream as the snapshot. */
export interface ProjectSchema {
  readonly proto: ProtoSchema;
  /** Full name of the message that overlays `pw.snapshot.Snapshot`. */
  readonly message: string;
  /** Full name of the message that overlays `pw.thread.proto.Thread`, unless `message` says it itself. */
  readonly threadMessage?: string;
}

/**
 * Upstream's schema with a project's fields in it.
 *
 * Upstream tells projects to decode the bytes twice, each time with a message that ignores the other's fields. Reading
 * once with both is the same, so the fields that are new go into upstream's messages; where both have a message in one
 * field, that holds for the inner messages too.
 * @throws SnapshotError `MessageNotFound`
 */
export function extendSchema(project: ProjectSchema): ProtoSchema {
  const merged = mergeSchemas(project.proto, SNAPSHOT_PROTO);
  const messages: Record<string, ProtoMessage> = { ...merged.messages };
  const overlays: [base: string, overlay: string][] = [[SNAPSHOT, project.message]];
  if (project.threadMessage !== undefined) overlays.push([THREAD, project.threadMessage]);
  for (const [, overlay] of overlays) getMessage(project.proto, overlay);
  const done = new Set<string>();
  for (let next = overlays.pop(); next !== undefined; next = overlays.pop()) {
    const [base, overlay] = next;
    if (base === overlay || done.has(`${base} ${overlay}`)) continue;
    done.add(`${base} ${overlay}`);
    messages[base] = overlayMessage(messages[base]!, getMessage(project.proto, overlay), overlays);
  }
  return { messages, enums: merged.enums };
}

/** A project's `.proto` files. */
export interface ProjectFiles {
  /** Import name → text. What Pigweed's own files say is built in. */
  readonly files: ReadonlyMap<string, string>;
  /** Import names of the files to begin with. */
  readonly roots: readonly string[];
  readonly message: string;
  readonly threadMessage?: string | undefined;
}

/** @throws SnapshotError `MalformedProto`, `ProtoNotFound`, `MessageNotFound` */
export function parseProject({ files, roots, message, threadMessage }: ProjectFiles): ProjectSchema {
  const proto = parseProtoFiles(new Map([...Object.entries(PROTO_FILES), ...files]), roots);
  getMessage(proto, message);
  if (threadMessage !== undefined) getMessage(proto, threadMessage);
  return { proto, message, ...(threadMessage !== undefined && { threadMessage }) };
}

/** Is the field a project's? */
export function isProjectField(message: string, field: ProtoField): boolean {
  const own = SNAPSHOT_PROTO.messages[message];
  return own !== undefined && !own.fields.some(({ number }) => number === field.number);
}

function overlayMessage(base: ProtoMessage, overlay: ProtoMessage, overlays: [string, string][]): ProtoMessage {
  const fields = [...base.fields];
  for (const field of overlay.fields) {
    const own = fields.find(({ number }) => number === field.number);
    if (own === undefined) fields.push(withFreeName(field, fields));
    else if (own.kind === "message" && field.kind === "message") overlays.push([own.typeName!, field.typeName!]);
  }
  return { ...base, fields };
}

function withFreeName(field: ProtoField, taken: readonly ProtoField[]): ProtoField {
  const isTaken = taken.some(({ name }) => name === field.name);
  return isTaken ? { ...field, name: `${field.name}_${field.number}` } : field;
}

function getMessage(proto: ProtoSchema, name: string): ProtoMessage {
  const message = proto.messages[name];
  if (message !== undefined) return message;
  const names = Object.keys(proto.messages);
  const near = suggestNames(name, names);
  throw new SnapshotError("MessageNotFound", `the project's schema has no message ${name}`, {
    format: "pigweed",
    fields: { name },
    available: near.length > 0 ? near : names,
  });
}
