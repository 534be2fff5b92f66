import {
  bool,
  type Decoder,
  defaulted,
  f64,
  i64,
  list,
  type Member,
  nullable,
  optional,
  record,
  reject,
  required,
  string,
  u8,
  u32,
  u64,
  usize,
} from "./decoders.ts";
import type { JsonReader } from "./json-reader.ts";

/** One value as the capture rendered it through BTF: a plain tree tagged by `kind`. */
export type Rendered =
  | RenderedInteger<"int">
  | RenderedInteger<"uint">
  | RenderedBool
  | RenderedChar
  | RenderedFloat
  | RenderedEnum
  | RenderedStruct
  | RenderedArray
  | RenderedCpuList
  | RenderedPtr
  | RenderedBytes
  | RenderedTruncated
  | RenderedUnsupported;

export interface RenderedInteger<Kind extends string> {
  readonly kind: Kind;
  readonly bits: number;
  readonly value: bigint;
}
export interface RenderedBool {
  readonly kind: "bool";
  readonly value: boolean;
}
export interface RenderedChar {
  readonly kind: "char";
  readonly value: number;
}
export interface RenderedFloat {
  readonly kind: "float";
  readonly bits: number;
  /** NaN and infinities are written as null and read as NaN. */
  readonly value: number;
}
export interface RenderedEnum {
  readonly kind: "enum";
  readonly bits: number;
  /** Values of unsigned 64-bit enums from 2^63 on arrive negative. */
  readonly value: bigint;
  readonly variant: string | null;
  readonly is_signed: boolean;
}
export interface RenderedStruct {
  readonly kind: "struct";
  readonly type_name: string | null;
  readonly members: readonly RenderedMember[];
}
export interface RenderedMember {
  readonly name: string;
  readonly value: Rendered;
}
export interface RenderedArray {
  readonly kind: "array";
  /** As declared; fewer elements mean that the capture clipped it. */
  readonly len: number;
  readonly elements: readonly Rendered[];
}
export interface RenderedCpuList {
  readonly kind: "cpu_list";
  readonly cpus: string;
}
export interface RenderedPtr {
  readonly kind: "ptr";
  readonly value: bigint;
  readonly deref?: Rendered | undefined;
  readonly deref_skipped_reason?: string | undefined;
  readonly cast_annotation?: string | undefined;
}
export interface RenderedBytes {
  readonly kind: "bytes";
  readonly hex: string;
}
export interface RenderedTruncated {
  readonly kind: "truncated";
  readonly needed: number;
  readonly had: number;
  readonly partial: Rendered;
}
export interface RenderedUnsupported {
  readonly kind: "unsupported";
  readonly reason: string;
}

const UNREAD: RenderedUnsupported = { kind: "unsupported", reason: "not readable in this file" };
const CUT: RenderedUnsupported = { kind: "unsupported", reason: "the file is broken inside this value" };
const DEEP: RenderedUnsupported = { kind: "unsupported", reason: "nested too deeply to be read" };
/** Kinds of which a part is worth keeping when the file breaks off inside. */
const HOLDS_PARTS: ReadonlySet<string> = new Set(["struct", "array", "ptr", "truncated"]);

/** Any rendered value. Nesting is bounded by the reader's limit. */
export const RENDERED: Decoder<Rendered> = {
  fallback: UNREAD,
  read(reader) {
    if (reader.kind() !== "object") return reject(reader, "a rendered value", reader.failed ? CUT : UNREAD);
    if (reader.skipTooDeep()) return DEEP;
    const kind = readKind(reader) ?? "";
    if (reader.failed) return CUT;
    const decoder = KINDS.get(kind);
    if (decoder === undefined) return rejectKind(reader, kind);
    const value = decoder.read(reader);
    return reader.failed && !HOLDS_PARTS.has(value.kind) ? CUT : value;
  },
};

function rejectKind(reader: JsonReader, kind: string): Rendered {
  reader.problem("ValueOutOfRange", `found the kind ${JSON.stringify(kind)}, expected ${[...KINDS.keys()].join(", ")}`);
  reader.skip();
  return { kind: "unsupported", reason: `unknown kind ${JSON.stringify(kind)}` };
}

/** The tag, wherever it stands in the object; the reader stays where it was. */
function readKind(reader: JsonReader): string | undefined {
  const mark = reader.mark();
  let kind: string | undefined;
  reader.openObject();
  for (let key = reader.nextKey(); key !== undefined; key = reader.nextKey()) {
    if (key === "kind") {
      if (reader.kind() === "string") kind = reader.readString();
      else reader.skip();
      break;
    }
    reader.skip();
  }
  reader.reset(mark);
  return kind;
}

/** The tag itself, already known when the rest is read. */
function tag<Kind extends string>(kind: Kind): Member<Kind> {
  return {
    fallback: kind,
    absent: "fallback",
    read(reader) {
      reader.skip();
      return kind;
    },
  };
}

const MEMBER: Decoder<RenderedMember> = record<RenderedMember>({ name: required(string), value: required(RENDERED) });

const KINDS: ReadonlyMap<string, Decoder<Rendered>> = new Map<string, Decoder<Rendered>>([
  ["int", record<RenderedInteger<"int">>({ kind: tag("int"), bits: required(u32), value: required(i64) })],
  ["uint", record<RenderedInteger<"uint">>({ kind: tag("uint"), bits: required(u32), value: required(u64) })],
  ["bool", record<RenderedBool>({ kind: tag("bool"), value: required(bool) })],
  ["char", record<RenderedChar>({ kind: tag("char"), value: required(u8) })],
  ["float", record<RenderedFloat>({ kind: tag("float"), bits: required(u32), value: required(f64) })],
  [
    "enum",
    record<RenderedEnum>({
      kind: tag("enum"),
      bits: required(u32),
      value: required(i64),
      variant: defaulted(nullable(string), null),
      is_signed: defaulted(bool),
    }),
  ],
  [
    "struct",
    record<RenderedStruct>({
      kind: tag("struct"),
      type_name: defaulted(nullable(string), null),
      members: required(list(MEMBER, true)),
    }),
  ],
  [
    "array",
    record<RenderedArray>({ kind: tag("array"), len: required(usize), elements: required(list(RENDERED, true)) }),
  ],
  ["cpu_list", record<RenderedCpuList>({ kind: tag("cpu_list"), cpus: required(string) })],
  [
    "ptr",
    record<RenderedPtr>({
      kind: tag("ptr"),
      value: required(u64),
      deref: optional(RENDERED),
      deref_skipped_reason: optional(string),
      cast_annotation: optional(string),
    }),
  ],
  ["bytes", record<RenderedBytes>({ kind: tag("bytes"), hex: required(string) })],
  [
    "truncated",
    record<RenderedTruncated>({
      kind: tag("truncated"),
      needed: required(usize),
      had: required(usize),
      partial: required(RENDERED),
    }),
  ],
  ["unsupported", record<RenderedUnsupported>({ kind: tag("unsupported"), reason: required(string) })],
]);
