import protobuf from "protobufjs";

/** A field as the reference decoder wants to know it. */
export interface ReferenceField {
  readonly name: string;
  readonly number: number;
  /** The type word of the .proto file, or "message", "group" or "enum". */
  readonly type: string;
  readonly repeated: boolean;
  /** Of messages and groups. */
  readonly messageName?: string;
  /** Name of the (real) oneof that the field belongs to. */
  readonly oneof?: string;
}

/** Messages by full name. */
export type ReferenceSchema = ReadonlyMap<string, readonly ReferenceField[]>;

/** Compiles .proto texts, by path, with protobufjs: an implementation that shares nothing with ours. */
export function compileReferenceSchema(files: Readonly<Record<string, string>>): ReferenceSchema {
  const root = new protobuf.Root();
  for (const text of Object.values(files)) protobuf.parse(text, root, { keepCase: true });
  root.resolveAll();
  const schema = new Map<string, readonly ReferenceField[]>();
  visit(root, schema);
  return schema;
}

function visit(namespace: protobuf.NamespaceBase, schema: Map<string, readonly ReferenceField[]>): void {
  for (const nested of namespace.nestedArray) {
    if (nested instanceof protobuf.Type) addMessage(nested, schema);
    if (nested instanceof protobuf.Namespace) visit(nested, schema);
  }
}

function addMessage(type: protobuf.Type, schema: Map<string, readonly ReferenceField[]>): void {
  const name = fullName(type);
  schema.set(
    name,
    type.fieldsArray.map((field) => describe(field, name, schema)),
  );
}

function describe(
  field: protobuf.Field,
  owner: string,
  schema: Map<string, readonly ReferenceField[]>,
): ReferenceField {
  const resolved = field.resolvedType;
  const base = { name: field.name, number: field.id, repeated: field.repeated || field.map };
  const oneof = field.partOf !== null && !field.partOf.isProto3Optional ? { oneof: field.partOf.name } : {};
  if (field instanceof protobuf.MapField) {
    const messageName = `${owner}.${field.name}@entry`;
    const value = resolved instanceof protobuf.Type ? { type: "message", messageName: fullName(resolved) } : {};
    schema.set(messageName, [
      { name: "key", number: 1, type: field.keyType, repeated: false },
      { name: "value", number: 2, type: resolved === null ? field.type : "enum", repeated: false, ...value },
    ]);
    return { ...base, type: "message", messageName };
  }
  if (resolved instanceof protobuf.Type) {
    return { ...base, ...oneof, type: field.delimited ? "group" : "message", messageName: fullName(resolved) };
  }
  return { ...base, ...oneof, type: resolved === null ? field.type : "enum" };
}

function fullName(type: protobuf.ReflectionObject): string {
  return type.fullName.replace(/^\./, "");
}
