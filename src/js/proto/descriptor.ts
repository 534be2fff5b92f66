/** What a `.proto` file says, as far as reading and writing messages needs it. Plain data. */
export type ScalarType =
  | "double"
  | "float"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes";

export type FieldKind = ScalarType | "enum" | "message" | "group";

export interface ProtoField {
  readonly name: string;
  readonly number: number;
  readonly kind: FieldKind;
  /** Full name of the enum or message, without a leading dot. */
  readonly typeName?: string;
  readonly repeated?: boolean;
  /** Written packed; both forms are always read. */
  readonly packed?: boolean;
  /** A present zero differs from absence. Members of a oneof, proto2 fields, `optional`, messages. */
  readonly presence?: boolean;
  /** Name of the oneof, which no other field of the message may be set with. */
  readonly oneof?: string;
  /** Strings are checked to be UTF-8 (proto3). */
  readonly utf8?: boolean;
  /** Options as written: `"(pw.tokenizer.format)" → "TOKENIZATION_OPTIONAL"`. */
  readonly options?: Readonly<Record<string, string>>;
}

export interface ProtoMessage {
  /** Full name, without a leading dot. */
  readonly name: string;
  readonly fields: readonly ProtoField[];
  /** The entry type of a map field: key 1, value 2. */
  readonly mapEntry?: boolean;
}

export interface ProtoEnum {
  readonly name: string;
  /** In source order; several names may have one number. */
  readonly values: readonly (readonly [name: string, number: number])[];
}

export interface ProtoSchema {
  readonly messages: Readonly<Record<string, ProtoMessage>>;
  readonly enums: Readonly<Record<string, ProtoEnum>>;
}

/** Joins schemas; of equal names the later one counts. */
export function mergeSchemas(...schemas: readonly ProtoSchema[]): ProtoSchema {
  const messages: Record<string, ProtoMessage> = Object.create(null);
  const enums: Record<string, ProtoEnum> = Object.create(null);
  for (const schema of schemas) {
    Object.assign(messages, schema.messages);
    Object.assign(enums, schema.enums);
  }
  return { messages, enums };
}

/** Name of an enum's value, or undefined for a number that the schema does not name. The first name of a number wins. */
export function findEnumName(type: ProtoEnum | undefined, number: number): string | undefined {
  return type?.values.find(([, value]) => value === number)?.[0];
}
