import type { Message } from "../../abi/rows.ts";
import type { FieldLayout } from "../../abi/schema.ts";
import { decodeUtf8Lossy } from "../../base/bytes.ts";
import type { Scalar, ValueKind, ValueNode, ValueOrigin, ValueSource } from "../../model/values.ts";
import { findEnumName, type ProtoField, type ProtoSchema } from "../../proto/descriptor.ts";
import type { FieldDecoder } from "./context.ts";
import { cpuStateType } from "./cpu.ts";
import { CPU_ARCHITECTURES, CPU_STATE, type CpuStateType, type RegisterField, registerSlot } from "./schema.ts";

/** What a node is made of. A node is built when it is asked for, and so is what is inside it. */
interface Inside {
  readonly count: number;
  page(from: number, count: number): ValueNode[];
  child(name: string): ValueNode | undefined;
}

/** What turns raw values into scalars. */
interface Reading {
  readonly proto: ProtoSchema;
  readonly fields: FieldDecoder;
}

/** Option that marks a field as optionally tokenized. */
const TOKENIZED = "(pw.tokenizer.format)";
const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/**
 * A decoded snapshot as a value tree: members by their names in the `.proto` files, those that are present. Optionally
 * tokenized fields are text, enums have names, field 20 holds the registers of the snapshot's own architecture.
 */
export function snapshotValues(root: Message, proto: ProtoSchema, fields: FieldDecoder): ValueSource {
  const reading: Reading = { proto, fields };
  const inside = ({ handle }: ValueNode): Inside | undefined => (isInside(handle) ? handle : undefined);
  const leaf = ({ handle }: ValueNode): Leaf | undefined => (handle instanceof Leaf ? handle : undefined);
  return {
    root: messageNode("", root, reading),
    count: (node) => inside(node)?.count ?? 0,
    page: (node, from, count) => inside(node)?.page(from, count) ?? [],
    child: (node, name) => inside(node)?.child(name),
    scalar: (node) => leaf(node)?.scalar(reading) ?? null,
    rawInteger: (node) => leaf(node)?.integer(),
  };
}

function isInside(handle: unknown): handle is Inside {
  return (
    handle instanceof Members || handle instanceof Elements || handle instanceof Tags || handle instanceof Registers
  );
}

// -- messages --------------------------------------------------------------------------------------------------------

class Members implements Inside {
  private readonly message: Message;
  private readonly reading: Reading;
  private present: readonly FieldLayout[] | undefined;

  constructor(message: Message, reading: Reading) {
    this.message = message;
    this.reading = reading;
  }

  get count(): number {
    return this.fields().length;
  }

  page(from: number, count: number): ValueNode[] {
    return this.fields()
      .slice(from, from + count)
      .map((field) => fieldNode(this.message, field, this.reading));
  }

  /** Also a field that is absent: with its default, or as absent where that is a difference. */
  child(name: string): ValueNode | undefined {
    const field = this.message.layout.byName.get(name) ?? this.cpuField(name);
    if (field === undefined) return undefined;
    const node = fieldNode(this.message, field, this.reading);
    return node.name === name ? node : undefined;
  }

  private fields(): readonly FieldLayout[] {
    this.present ??= this.message.layout.fields.filter(({ field }) => this.message.has(field.name));
    return this.present;
  }

  /** Field 20 goes by the name that it has on the snapshot's architecture. */
  private cpuField(name: string): FieldLayout | undefined {
    return this.message.layout.fields.find(
      ({ child }) => child?.name === CPU_STATE && cpuTypeOf(this.message).field === name,
    );
  }
}

function fieldNode(message: Message, layout: FieldLayout, reading: Reading): ValueNode {
  const { field, child } = layout;
  const { name } = field;
  if (child?.name === CPU_STATE) return registersNode(message, field);
  if (child?.message.mapEntry === true) return tagsNode(message, layout, reading);
  if (field.repeated === true) return elementsNode(message, layout, reading);
  if (child !== undefined) {
    const inner = message.message(name);
    return inner === undefined ? absentNode(name, typeNameOf(field)) : messageNode(name, inner, reading);
  }
  if (field.presence === true && !message.has(name)) return absentNode(name, typeNameOf(field));
  return leafNode(name, field, rawOf(message, field), originOf(message, field));
}

function absentNode(name: string, typeName: string): ValueNode {
  return { kind: "absent", name, typeName, handle: undefined };
}

function messageNode(name: string, message: Message, reading: Reading): ValueNode {
  return {
    kind: "struct",
    name,
    typeName: message.layout.name,
    origin: { input: 0, offset: message.offset, length: message.byteLength },
    ...(message.isMerged && { note: "merged of several parts" }),
    handle: new Members(message, reading),
  };
}

// -- repeated fields and maps ----------------------------------------------------------------------------------------

class Elements implements Inside {
  readonly count: number;
  private readonly nodeAt: (ix: number) => ValueNode;

  constructor(count: number, nodeAt: (ix: number) => ValueNode) {
    this.count = count;
    this.nodeAt = nodeAt;
  }

  page(from: number, count: number): ValueNode[] {
    const last = Math.min(this.count, from + count);
    return Array.from({ length: Math.max(0, last - from) }, (_, i) => this.nodeAt(from + i));
  }

  child(name: string): ValueNode | undefined {
    const ix = INDEX.test(name) ? Number(name) : this.count;
    return ix < this.count ? this.nodeAt(ix) : undefined;
  }
}

function elementsNode(message: Message, layout: FieldLayout, reading: Reading): ValueNode {
  const { field, child } = layout;
  return {
    kind: "array",
    name: field.name,
    typeName: `repeated ${typeNameOf(field)}`,
    handle: child === undefined ? scalarElements(message, field) : messageElements(message, field, reading),
  };
}

function messageElements(message: Message, field: ProtoField, reading: Reading): Elements {
  const list = message.messages(field.name);
  return new Elements(list.length, (ix) => messageNode(String(ix), list.at(ix), reading));
}

function scalarElements(message: Message, field: ProtoField): Elements {
  const raw = rawElements(message, field);
  return new Elements(raw.length, (ix) => {
    const value = raw[ix]!;
    return leafNode(String(ix), field, value, value instanceof Uint8Array ? viewOrigin(message, value) : undefined);
  });
}

/** A map by the text of its keys, in wire order of their first appearance; the last value of a key counts. */
class Tags implements Inside {
  private readonly message: Message;
  private readonly field: string;
  private readonly reading: Reading;
  private entries: ReadonlyMap<string, Message> | undefined;

  constructor(message: Message, field: string, reading: Reading) {
    this.message = message;
    this.field = field;
    this.reading = reading;
  }

  get count(): number {
    return this.byKey().size;
  }

  page(from: number, count: number): ValueNode[] {
    return [...this.byKey()].slice(from, from + count).map(([name, entry]) => this.node(name, entry));
  }

  child(name: string): ValueNode | undefined {
    const entry = this.byKey().get(name);
    return entry && this.node(name, entry);
  }

  private node(name: string, entry: Message): ValueNode {
    return { ...fieldNode(entry, entry.layout.byName.get("value")!, this.reading), name };
  }

  private byKey(): ReadonlyMap<string, Message> {
    if (this.entries !== undefined) return this.entries;
    const entries = new Map<string, Message>();
    for (const entry of this.message.messages(this.field)) {
      const key = entry.layout.byName.get("key")!.field;
      entries.set(String(new Leaf(key, rawOf(entry, key)).scalar(this.reading)), entry);
    }
    this.entries = entries;
    return entries;
  }
}

function tagsNode(message: Message, { field, child }: FieldLayout, reading: Reading): ValueNode {
  const [key, value] = (child?.message.fields ?? []).map(typeNameOf);
  const handle = new Tags(message, field.name, reading);
  return { kind: "map", name: field.name, typeName: `map<${key}, ${value}>`, handle };
}

// -- registers -------------------------------------------------------------------------------------------------------

class Registers implements Inside {
  private readonly state: Message;
  private readonly present: readonly RegisterField[];

  constructor(state: Message, { registers }: CpuStateType) {
    this.state = state;
    this.present = registers.filter(({ number }) => state.has(registerSlot(number)));
  }

  get count(): number {
    return this.present.length;
  }

  page(from: number, count: number): ValueNode[] {
    return this.present.slice(from, from + count).map((register) => this.node(register));
  }

  child(name: string): ValueNode | undefined {
    const register = this.present.find((r) => r.name === name);
    return register && this.node(register);
  }

  private node({ name, number }: RegisterField): ValueNode {
    const field: ProtoField = { name, number, kind: "uint32" };
    return leafNode(name, field, this.state.u32(registerSlot(number)), undefined);
  }
}

function registersNode(snapshot: Message, field: ProtoField): ValueNode {
  const type = cpuTypeOf(snapshot);
  const state = snapshot.message(field.name);
  if (state === undefined) return absentNode(type.field, type.typeName);
  return {
    kind: "struct",
    name: type.field,
    typeName: type.typeName,
    origin: { input: 0, offset: state.offset, length: state.byteLength },
    handle: new Registers(state, type),
  };
}

function cpuTypeOf(snapshot: Message): CpuStateType {
  return cpuStateType(CPU_ARCHITECTURES.get(snapshot.message("metadata")?.i32("cpu_arch") ?? 0));
}

// -- scalars ---------------------------------------------------------------------------------------------------------

/** A value as the rows hold it: 32 bits, 64 bits (unsigned), or bytes. */
type RawValue = number | bigint | Uint8Array;

class Leaf {
  private readonly field: ProtoField;
  private readonly raw: RawValue;

  constructor(field: ProtoField, raw: RawValue) {
    this.field = field;
    this.raw = raw;
  }

  scalar(reading: Reading): Scalar {
    const { raw, field } = this;
    if (raw instanceof Uint8Array) {
      if (isTokenized(field)) return reading.fields.decodeField(raw);
      return field.kind === "string" ? decodeUtf8Lossy(raw) : raw;
    }
    if (field.kind === "bool") return raw !== 0;
    if (field.kind === "float" || field.kind === "double") return floatOf(raw);
    const integer = this.integer() ?? 0n;
    if (field.kind !== "enum") return integer;
    return findEnumName(reading.proto.enums[field.typeName ?? ""], Number(integer)) ?? integer;
  }

  integer(): bigint | undefined {
    const { raw, field } = this;
    if (raw instanceof Uint8Array || field.kind === "float" || field.kind === "double") return undefined;
    const isSigned = /^(?:s|int|enum)/.test(field.kind);
    const bits = typeof raw === "bigint" ? 64 : 32;
    return isSigned ? BigInt.asIntN(bits, BigInt(raw)) : BigInt(raw);
  }
}

function leafNode(name: string, field: ProtoField, raw: RawValue, origin: ValueOrigin | undefined): ValueNode {
  return {
    kind: kindOf(field),
    name,
    typeName: typeNameOf(field),
    ...(origin !== undefined && { origin }),
    handle: new Leaf(field, raw),
  };
}

function kindOf(field: ProtoField): ValueKind {
  switch (field.kind) {
    case "string":
      return "string";
    case "bytes":
      return isTokenized(field) ? "string" : "bytes";
    case "enum":
      return "enum";
    case "bool":
      return "bool";
    case "float":
    case "double":
      return "float";
    default:
      return /^(?:u|f)/.test(field.kind) ? "uint" : "int";
  }
}

function typeNameOf(field: ProtoField): string {
  return field.typeName ?? field.kind;
}

function isTokenized(field: ProtoField): boolean {
  return field.options?.[TOKENIZED] !== undefined;
}

const LENGTH_KINDS: ReadonlySet<string> = new Set(["string", "bytes"]);

function rawOf(message: Message, field: ProtoField): RawValue {
  if (LENGTH_KINDS.has(field.kind)) return message.bytes(field.name);
  return is64(field) ? message.u64(field.name) : message.u32(field.name);
}

function rawElements(message: Message, field: ProtoField): readonly RawValue[] {
  if (LENGTH_KINDS.has(field.kind)) return message.bytesList(field.name);
  return is64(field) ? message.u64s(field.name) : message.u32s(field.name);
}

function is64(field: ProtoField): boolean {
  return field.kind === "double" || field.kind.endsWith("64");
}

function floatOf(raw: number | bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  if (typeof raw === "bigint") {
    view.setBigUint64(0, raw);
    return view.getFloat64(0);
  }
  view.setUint32(0, raw);
  return view.getFloat32(0);
}

/** Where the bytes of a string or bytes field are; numbers have no span of their own. */
function originOf(message: Message, field: ProtoField): ValueOrigin | undefined {
  const span = LENGTH_KINDS.has(field.kind) ? message.span(field.name) : undefined;
  return span && { input: 0, offset: span.offset, length: span.length };
}

function viewOrigin(message: Message, view: Uint8Array): ValueOrigin {
  return { input: 0, offset: view.byteOffset - message.input.byteOffset, length: view.length };
}
