import { SnapshotError } from "../base/errors.ts";
import { suggestNames } from "../base/text.ts";
import type { FieldKind, ProtoField, ProtoMessage, ProtoSchema } from "../proto/descriptor.ts";
import * as L from "./layout.ts";

/** A field and where its value is in a row. Offsets in words. */
export interface FieldLayout {
  readonly field: ProtoField;
  readonly slot: number;
  readonly hasWord: number;
  readonly hasMask: number;
  /** Layout of the child message, for messages and groups. */
  readonly child: MessageLayout | undefined;
}

export interface MessageLayout {
  readonly name: string;
  readonly message: ProtoMessage;
  /** Index in the schema table: the first argument of `pb_scan`. */
  readonly ix: number;
  readonly rowWords: number;
  /** In order of field number. */
  readonly fields: readonly FieldLayout[];
  readonly byName: ReadonlyMap<string, FieldLayout>;
  readonly byNumber: ReadonlyMap<number, FieldLayout>;
  /** Word of the list of unknown fields, or 0. */
  readonly unknownSlot: number;
}

/** A schema as the core reads it: the table and, on this side, the same layout by name. */
export interface CompiledSchema {
  readonly words: Uint32Array;
  readonly messages: ReadonlyMap<string, MessageLayout>;
}

export interface CompileOptions {
  /** Keep what the schema does not know, for re-encoding and `unknownFields`. Costs three words per row. */
  readonly keepUnknown?: boolean;
}

interface Draft extends Omit<MessageLayout, "fields"> {
  rowWords: number;
  readonly fields: DraftField[];
  readonly byName: Map<string, FieldLayout>;
  readonly byNumber: Map<number, FieldLayout>;
  readonly dense: number;
  unknownSlot: number;
}

interface DraftField extends FieldLayout {
  child: MessageLayout | undefined;
  readonly clear: number;
  readonly oneofRange: number;
}

/** Field numbers below this are looked up directly, above by binary search. */
const MAX_DENSE = 64;
const WIRE_VARINT = 0;
const WIRE_64 = 1;
const WIRE_LEN = 2;
const WIRE_GROUP = 3;
const WIRE_32 = 5;
/** A rowful of a message with thousands of fields is no crash snapshot; it also bounds the table's offsets. */
const MAX_ROW_WORDS = 8192;

const KINDS: Readonly<Record<FieldKind, number>> = {
  double: L.KIND_F64,
  float: L.KIND_F32,
  int32: L.KIND_I32,
  int64: L.KIND_V64,
  uint32: L.KIND_V32,
  uint64: L.KIND_V64,
  sint32: L.KIND_S32,
  sint64: L.KIND_S64,
  fixed32: L.KIND_F32,
  fixed64: L.KIND_F64,
  sfixed32: L.KIND_F32,
  sfixed64: L.KIND_F64,
  bool: L.KIND_BOOL,
  enum: L.KIND_I32,
  string: L.KIND_STRING,
  bytes: L.KIND_BYTES,
  message: L.KIND_MESSAGE,
  group: L.KIND_GROUP,
};

/** Kind of a field's values as the core knows them; proto2 strings are not checked, so they are bytes. */
export function coreKind(field: ProtoField): number {
  return field.kind === "string" && field.utf8 !== true ? L.KIND_BYTES : KINDS[field.kind];
}

/**
 * Compiles the messages reachable from `roots` into one table.
 * @throws SnapshotError `MessageNotFound`; `Unsupported` for a message of more than 8,192 row words.
 */
export function compileSchema(
  schema: ProtoSchema,
  roots: readonly string[],
  options: CompileOptions = {},
): CompiledSchema {
  const drafts = new Map<string, Draft>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (drafts.has(name)) continue;
    const message = schema.messages[name];
    if (message === undefined) throw messageNotFound(schema, name);
    drafts.set(name, layOutMessage(message, drafts.size, options.keepUnknown === true));
    for (const field of message.fields) {
      if (isMessage(field) && field.typeName !== undefined) queue.push(field.typeName);
    }
  }
  for (const draft of drafts.values()) {
    for (const field of draft.fields)
      field.child = drafts.get(isMessage(field.field) ? (field.field.typeName ?? "") : "");
  }
  return { words: writeTable([...drafts.values()]), messages: drafts };
}

export function getMessageLayout(schema: CompiledSchema, name: string): MessageLayout {
  const layout = schema.messages.get(name);
  if (layout === undefined) {
    throw new SnapshotError("MessageNotFound", `the schema has no message ${name}`, {
      fields: { name },
      available: [...schema.messages.keys()],
    });
  }
  return layout;
}

function messageNotFound(schema: ProtoSchema, name: string): SnapshotError {
  const known = Object.keys(schema.messages);
  const near = suggestNames(name, known);
  return new SnapshotError("MessageNotFound", `the schema has no message ${name}`, {
    fields: { name },
    available: near.length > 0 ? near : known,
  });
}

function isMessage(field: ProtoField): boolean {
  return field.kind === "message" || field.kind === "group";
}

function layOutMessage(message: ProtoMessage, ix: number, keepUnknown: boolean): Draft {
  const sorted = [...message.fields].sort((a, b) => a.number - b.number);
  const bits = assignPresenceBits(sorted);
  let word = L.ROW_HAS + bits.words;
  const fields: DraftField[] = [];
  const oneofSlots = new Map<string, number>();
  for (const field of sorted) {
    // Members of a oneof share one slot: only one of them can be present.
    const shared = field.oneof === undefined ? undefined : oneofSlots.get(field.oneof);
    const slot = shared ?? word;
    if (shared === undefined) word += field.oneof === undefined ? slotWords(field) : 2;
    if (field.oneof !== undefined) oneofSlots.set(field.oneof, slot);
    fields.push({ field, slot, child: undefined, ...bits.of.get(field)! });
  }
  const unknownSlot = keepUnknown ? word : 0;
  if (keepUnknown) word += 3;
  if (word > MAX_ROW_WORDS) {
    throw new SnapshotError("Unsupported", `message ${message.name} has ${sorted.length} fields: its row is too wide`, {
      fields: { feature: "messages of thousands of fields" },
    });
  }
  const highest = sorted.findLast((field) => field.number < MAX_DENSE)?.number ?? 0;
  return {
    name: message.name,
    message,
    ix,
    rowWords: word + (word & 1),
    fields,
    byName: new Map(fields.map((f) => [f.field.name, f])),
    byNumber: new Map(fields.map((f) => [f.field.number, f])),
    dense: highest + 1,
    unknownSlot,
  };
}

function slotWords(field: ProtoField): number {
  if (field.repeated === true) return 3;
  switch (coreKind(field)) {
    case L.KIND_V64:
    case L.KIND_S64:
    case L.KIND_F64:
    case L.KIND_STRING:
    case L.KIND_BYTES:
      return 2;
    default:
      return 1;
  }
}

interface PresenceBit {
  readonly hasWord: number;
  readonly hasMask: number;
  readonly clear: number;
  readonly oneofRange: number;
}

/** One bit per field. The members of a oneof lie in one word, or, when they are too many, in words of their own. */
function assignPresenceBits(fields: readonly ProtoField[]): { words: number; of: Map<ProtoField, PresenceBit> } {
  const of = new Map<ProtoField, PresenceBit>();
  let bit = 2;
  const groups = new Map<string, ProtoField[]>();
  for (const field of fields) {
    if (field.oneof === undefined) of.set(field, presenceBit(bit++, 0, 0));
    else groups.set(field.oneof, [...(groups.get(field.oneof) ?? []), field]);
  }
  for (const members of groups.values()) {
    const inWord = bit % 32;
    if (members.length > 1 && inWord + members.length > 32) bit += 32 - inWord;
    const first = bit;
    const wide = members.length > 31;
    const words = Math.ceil(members.length / 32);
    const group = wide ? 0xffffffff : (((1 << members.length) - 1) << (first % 32)) >>> 0;
    const range = wide ? (((L.ROW_HAS + first / 32) * 4) << 16) | words : 0;
    for (const member of members) of.set(member, presenceBit(bit++, group, range));
    if (wide) bit = first + words * 32;
  }
  return { words: Math.ceil(bit / 32), of };
}

function presenceBit(bit: number, clear: number, oneofRange: number): PresenceBit {
  return { hasWord: L.ROW_HAS + (bit >>> 5), hasMask: (1 << (bit & 31)) >>> 0, clear, oneofRange };
}

function writeTable(drafts: readonly Draft[]): Uint32Array {
  const entryBytes = (draft: Draft) =>
    L.FIELD_BYTES * (draft.dense + draft.fields.filter((f) => f.field.number >= MAX_DENSE).length);
  const blockBytes = (draft: Draft) => L.MESSAGE_BYTES + entryBytes(draft) + draft.fields.length * 8 + draft.dense * 8;
  const starts: number[] = [];
  let size = align8((drafts.length + 1) * 4);
  for (const draft of drafts) {
    starts.push(size);
    size = align8(size + blockBytes(draft));
  }
  const table = new DataView(new ArrayBuffer(size));
  table.setUint32(0, drafts.length, true);
  drafts.forEach((draft, ix) => {
    table.setUint32((ix + 1) * 4, starts[ix]!, true);
    writeMessage(table, starts[ix]!, draft, starts);
  });
  return new Uint32Array(table.buffer);
}

function writeMessage(table: DataView, at: number, draft: Draft, starts: readonly number[]): void {
  const listAt = at + blockSize(draft);
  table.setUint32(at + L.MESSAGE_ROW_BYTES, draft.rowWords * 4, true);
  table.setUint32(at + L.MESSAGE_DENSE, draft.dense, true);
  table.setUint32(at + L.MESSAGE_FIELDS, draft.fields.length, true);
  table.setUint32(at + L.MESSAGE_FIELDS_OFF, listAt, true);
  table.setUint32(at + L.MESSAGE_UNKNOWN_SLOT, draft.unknownSlot * 4, true);
  for (let number = 0; number < draft.dense; number++) writeActions(table, denseEntry(at, number), undefined);
  // Behind the list of fields.
  const flatOffset = blockSize(draft) + draft.fields.length * 8;
  table.setUint32(at + L.MESSAGE_FLAT, flatOffset, true);
  let sparse = draft.dense;
  draft.fields.forEach((layout, ix) => {
    const number = layout.field.number;
    const entry = denseEntry(at, number < draft.dense ? number : sparse++);
    writeEntry(table, entry, layout, layout.child === undefined ? 0 : starts[layout.child.ix]!);
    if (number < draft.dense) writeFlatWord(table, at + flatOffset + number * 8, layout);
    table.setUint32(listAt + ix * 8, number, true);
    table.setUint32(listAt + ix * 8 + 4, entry, true);
  });
}

function denseEntry(message: number, ix: number): number {
  return message + L.MESSAGE_BYTES + ix * L.FIELD_BYTES;
}

function blockSize(draft: Draft): number {
  const sparse = draft.fields.filter((f) => f.field.number >= draft.dense).length;
  return L.MESSAGE_BYTES + (draft.dense + sparse) * L.FIELD_BYTES;
}

function writeEntry(table: DataView, at: number, layout: DraftField, child: number): void {
  const { field } = layout;
  writeActions(table, at, field);
  table.setUint32(at + L.FIELD_SLOT, layout.slot * 4, true);
  table.setUint16(at + L.FIELD_HAS_OFF, layout.hasWord * 4, true);
  table.setUint8(at + L.FIELD_KIND, coreKind(field));
  const implicit = field.repeated !== true && field.presence !== true;
  const flags =
    (field.repeated === true ? L.FIELD_REPEATED : 0) |
    (field.packed === true ? L.FIELD_PACKED : 0) |
    (implicit ? L.FIELD_IMPLICIT : 0);
  table.setUint8(at + L.FIELD_FLAGS, flags);
  table.setUint32(at + L.FIELD_HAS_MASK, layout.hasMask, true);
  table.setUint32(at + L.FIELD_CHILD, child, true);
  table.setUint32(at + L.FIELD_CLEAR, layout.clear, true);
  table.setUint32(at + L.FIELD_ONEOF, layout.oneofRange, true);
}

const FLAT_READS: Readonly<Record<number, number>> = {
  [L.KIND_BYTES]: L.FLAT_BYTES,
  [L.KIND_STRING]: L.FLAT_STRING,
  [L.KIND_V32]: L.FLAT_V32,
  [L.KIND_I32]: L.FLAT_V32,
  [L.KIND_V64]: L.FLAT_V64,
  [L.KIND_BOOL]: L.FLAT_BOOL,
  [L.KIND_F32]: L.FLAT_F32,
  [L.KIND_F64]: L.FLAT_F64,
};

/** For single values and packed lists whose presence is one bit of the first word: the innermost loop reads them by this word alone. */
function writeFlatWord(table: DataView, at: number, layout: DraftField): void {
  if (layout.clear !== 0 || layout.hasWord !== L.ROW_HAS) return;
  const kind = coreKind(layout.field);
  const packed = layout.field.repeated === true && wireType(kind) !== WIRE_LEN && wireType(kind) !== WIRE_GROUP;
  const read = packed ? L.FLAT_PACKED : layout.field.repeated === true ? undefined : FLAT_READS[kind];
  if (read === undefined) return;
  const wire = packed ? WIRE_LEN : wireType(kind);
  table.setUint32(at, ((layout.slot * 4) << 16) | (packed ? kind << 8 : 0) | (read << 3) | wire, true);
  table.setUint32(at + 4, layout.hasMask, true);
}

/** What to do with each wire type. A wire type that does not suit the field makes it an unknown one. */
function writeActions(table: DataView, at: number, field: ProtoField | undefined): void {
  const actions = [L.SKIP_VARINT, L.SKIP_64, L.SKIP_LEN, L.SKIP_GROUP, L.END_GROUP, L.SKIP_32, L.BAD_WIRE, L.BAD_WIRE];
  if (field !== undefined) {
    const kind = coreKind(field);
    const wire = wireType(kind);
    actions[wire] = (field.repeated === true ? L.ELEMENT : L.ONE) + kind;
    if (field.repeated === true && wire !== WIRE_LEN && wire !== WIRE_GROUP) actions[WIRE_LEN] = L.PACKED + kind;
  }
  actions.forEach((action, wire) => {
    table.setUint8(at + L.FIELD_ACTIONS + wire, action);
  });
}

function wireType(kind: number): number {
  switch (kind) {
    case L.KIND_F32:
      return WIRE_32;
    case L.KIND_F64:
      return WIRE_64;
    case L.KIND_STRING:
    case L.KIND_BYTES:
    case L.KIND_MESSAGE:
      return WIRE_LEN;
    case L.KIND_GROUP:
      return WIRE_GROUP;
    default:
      return WIRE_VARINT;
  }
}

function align8(size: number): number {
  return (size + 7) & ~7;
}
