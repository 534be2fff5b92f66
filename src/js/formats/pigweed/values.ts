import { type BytePlace, type ElementPlaces, FieldPlaces } from "../../abi/field-places.ts";
import type { Message } from "../../abi/rows.ts";
import type { FieldLayout } from "../../abi/schema.ts";
import type { ValueNode, ValueSource } from "../../model/values.ts";
import type { ProtoField, ProtoSchema } from "../../proto/descriptor.ts";
import type { FieldDecoder } from "./context.ts";
import { cpuStateType } from "./cpu.ts";
import {
  Leaf,
  leafNode,
  once,
  type Places,
  type Reading,
  rawElements,
  rawOf,
  toOrigin,
  typeNameOf,
  viewPlace,
} from "./scalar-nodes.ts";
import { CPU_ARCHITECTURES, CPU_STATE, type CpuStateType, type RegisterField, registerSlot } from "./schema.ts";

/** What a node is made of. A node is built when it is asked for, and so is what is inside it. */
interface Inside {
  readonly count: number;
  page(from: number, count: number): ValueNode[];
  child(name: string): ValueNode | undefined;
}

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
    root: messageNode("", root, reading, () => FieldPlaces.of(root)),
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
  private readonly places: Places;
  private present: readonly FieldLayout[] | undefined;

  constructor(message: Message, reading: Reading, places: Places) {
    this.message = message;
    this.reading = reading;
    this.places = places;
  }

  get count(): number {
    return this.fields().length;
  }

  page(from: number, count: number): ValueNode[] {
    return this.fields()
      .slice(from, from + count)
      .map((field) => fieldNode(this.message, field, this.reading, this.places));
  }

  /** Also a field that is absent: with its default, or as absent where that is a difference. */
  child(name: string): ValueNode | undefined {
    const field = this.message.layout.byName.get(name) ?? this.cpuField(name);
    if (field === undefined) return undefined;
    const node = fieldNode(this.message, field, this.reading, this.places);
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

function fieldNode(
  message: Message,
  layout: FieldLayout,
  reading: Reading,
  places: Places,
  name: string = layout.field.name,
): ValueNode {
  const { field, child } = layout;
  if (child?.name === CPU_STATE) return registersNode(message, field, places);
  if (child?.message.mapEntry === true) return tagsNode(message, layout, reading, places);
  if (field.repeated === true) return elementsNode(message, layout, reading, places);
  if (child !== undefined) {
    const inner = message.message(field.name);
    if (inner === undefined) return absentNode(name, typeNameOf(field));
    return messageNode(name, inner, reading, placesOf(inner, field, places));
  }
  if (!message.has(field.name) && field.presence === true) return absentNode(name, typeNameOf(field));
  const place = (): BytePlace | undefined => (message.has(field.name) ? places().last(field) : undefined);
  return leafNode(name, field, rawOf(message, field), place);
}

/** What came in several parts is found through the message around it. */
function placesOf(message: Message, field: ProtoField, outer: Places): Places {
  return once(() => (message.isMerged ? outer().inside(field) : FieldPlaces.of(message)));
}

function absentNode(name: string, typeName: string): ValueNode {
  return { kind: "absent", name, typeName, handle: undefined };
}

function messageNode(name: string, message: Message, reading: Reading, places: Places): ValueNode {
  return {
    kind: "struct",
    name,
    typeName: message.layout.name,
    origin: { input: 0, offset: message.offset, length: message.byteLength },
    ...(message.isMerged && { note: "merged of several parts" }),
    handle: new Members(message, reading, places),
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

function elementsNode(message: Message, layout: FieldLayout, reading: Reading, places: Places): ValueNode {
  const { field, child } = layout;
  return {
    kind: "array",
    name: field.name,
    typeName: `repeated ${typeNameOf(field)}`,
    get origin() {
      return toOrigin(places().run(field));
    },
    handle: child === undefined ? scalarElements(message, field, places) : messageElements(message, field, reading),
  };
}

function messageElements(message: Message, field: ProtoField, reading: Reading): Elements {
  const list = message.messages(field.name);
  return new Elements(list.length, (ix) => {
    const element = list.at(ix);
    return messageNode(
      String(ix),
      element,
      reading,
      once(() => FieldPlaces.of(element)),
    );
  });
}

function scalarElements(message: Message, field: ProtoField, places: Places): Elements {
  const raw = rawElements(message, field);
  const elements = once((): ElementPlaces => places().elements(field));
  return new Elements(raw.length, (ix) => {
    const value = raw[ix]!;
    const place = (): BytePlace | undefined =>
      value instanceof Uint8Array ? viewPlace(message, value) : elements().at(ix);
    return leafNode(String(ix), field, value, place);
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
    const places = once(() => FieldPlaces.of(entry));
    return fieldNode(entry, entry.layout.byName.get("value")!, this.reading, places, name);
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

function tagsNode(message: Message, layout: FieldLayout, reading: Reading, places: Places): ValueNode {
  const { field, child } = layout;
  const [key, value] = (child?.message.fields ?? []).map(typeNameOf);
  const handle = new Tags(message, field.name, reading);
  return {
    kind: "map",
    name: field.name,
    typeName: `map<${key}, ${value}>`,
    get origin() {
      return toOrigin(places().run(field));
    },
    handle,
  };
}

// -- registers -------------------------------------------------------------------------------------------------------

class Registers implements Inside {
  private readonly state: Message;
  private readonly places: Places;
  private readonly present: readonly RegisterField[];

  constructor(state: Message, { registers }: CpuStateType, places: Places) {
    this.state = state;
    this.places = places;
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
    return leafNode(name, field, this.state.u32(registerSlot(number)), () => this.places().last(field));
  }
}

function registersNode(snapshot: Message, field: ProtoField, places: Places): ValueNode {
  const type = cpuTypeOf(snapshot);
  const state = snapshot.message(field.name);
  if (state === undefined) return absentNode(type.field, type.typeName);
  return {
    kind: "struct",
    name: type.field,
    typeName: type.typeName,
    origin: { input: 0, offset: state.offset, length: state.byteLength },
    handle: new Registers(state, type, placesOf(state, field, places)),
  };
}

function cpuTypeOf(snapshot: Message): CpuStateType {
  return cpuStateType(CPU_ARCHITECTURES.get(snapshot.message("metadata")?.i32("cpu_arch") ?? 0));
}
