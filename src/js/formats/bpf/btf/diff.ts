import { append } from "../../../base/append.ts";
import type { Btf } from "./btf.ts";
import { renderTypeName } from "./declaration.ts";
import { isComposite, isEnum, KIND, KIND_NAMES, kindMask } from "./kinds.ts";
import { flattenFields, type LayoutField } from "./layout.ts";
import { labelOf } from "./search.ts";

export type TypeChange =
  | { readonly change: "kind"; readonly before: string; readonly after: string }
  | { readonly change: "size"; readonly before: number; readonly after: number }
  | { readonly change: "added" | "removed"; readonly member: string; readonly place: MemberPlace }
  | { readonly change: "moved"; readonly member: string; readonly before: MemberPlace; readonly after: MemberPlace }
  | { readonly change: "retyped"; readonly member: string; readonly before: MemberPlace; readonly after: MemberPlace }
  | { readonly change: "value"; readonly member: string; readonly before: bigint | null; readonly after: bigint | null }
  | { readonly change: "declaration"; readonly before: string; readonly after: string };

export interface MemberPlace {
  readonly bitOffset: number;
  readonly bitSize: number;
  /** C type without the member's name. */
  readonly type: string;
}

/**
 * What became of one type between two kernels: members by name (those of anonymous structs included), enumerators by
 * name, everything else as a declaration. A member that moved and changed its type is `retyped`. Empty = no difference.
 */
export function diffTypes(before: Btf, beforeId: number, after: Btf, afterId: number): TypeChange[] {
  const a = before.resolve(beforeId) ?? 0;
  const b = after.resolve(afterId) ?? 0;
  const kinds = [before.kind(a), after.kind(b)] as const;
  if (kinds[0] !== kinds[1] && !(isEnum(kinds[0]) && isEnum(kinds[1]))) {
    return [{ change: "kind", before: KIND_NAMES[kinds[0]] ?? "", after: KIND_NAMES[kinds[1]] ?? "" }];
  }
  const changes: TypeChange[] = [];
  const sizes = [before.sizeOf(a), after.sizeOf(b)] as const;
  if (sizes[0] !== sizes[1]) changes.push({ change: "size", before: sizes[0] ?? 0, after: sizes[1] ?? 0 });
  if (isComposite(kinds[0])) append(changes, diffMembers(before, a, after, b));
  else if (isEnum(kinds[0])) append(changes, diffEnumerators(before, a, after, b));
  else append(changes, diffDeclarations(before, a, after, b));
  return changes;
}

/** What became of one named type; an id is undefined where that BTF has no such type. */
export interface NamedDiff {
  /** With its kind: `STRUCT task_struct`. */
  readonly name: string;
  readonly beforeId: number | undefined;
  readonly afterId: number | undefined;
  /** Empty for types that one side lacks. */
  readonly changes: readonly TypeChange[];
}

const COMPARED = kindMask(KIND.STRUCT, KIND.UNION, KIND.ENUM, KIND.ENUM64, KIND.TYPEDEF, KIND.FUNC);

/**
 * Every named struct, union, enum, typedef and function that is not the same in both, in order of the older ids, then
 * of the newer ones. Of several types of one name and kind the lowest ids are compared.
 */
export function* diffAll(before: Btf, after: Btf): Generator<NamedDiff> {
  for (const [name, beforeId] of namedTypes(before)) {
    const afterId = twinOf(after, before, beforeId);
    const changes = afterId === undefined ? [] : diffTypes(before, beforeId, after, afterId);
    if (afterId === undefined || changes.length > 0) yield { name, beforeId, afterId, changes };
  }
  for (const [name, afterId] of namedTypes(after)) {
    if (twinOf(before, after, afterId) === undefined) yield { name, beforeId: undefined, afterId, changes: [] };
  }
}

function namedTypes(btf: Btf): Map<string, number> {
  const types = new Map<string, number>();
  for (let id = 1; id < btf.typeCount; id++) {
    if (((COMPARED >>> btf.kind(id)) & 1) === 0 || btf.name(id) === "") continue;
    const name = labelOf(btf, id);
    if (!types.has(name)) types.set(name, id);
  }
  return types;
}

/** An enum that outgrew 32 bits is of another kind and still the same type. */
function twinOf(btf: Btf, other: Btf, id: number): number | undefined {
  const kind = other.kind(id);
  const twin = btf.find(other.name(id), kindMask(kind));
  return twin ?? (isEnum(kind) ? btf.find(other.name(id), kindMask(KIND.ENUM, KIND.ENUM64)) : undefined);
}

/** A name that occurs again gets its ordinal, so that equal names pair up in order. */
function byName(btf: Btf, fields: readonly LayoutField[]): Map<string, MemberPlace> {
  const seen = new Map<string, number>();
  const places = new Map<string, MemberPlace>();
  for (const { name, bitOffset, bitSize, typeId } of fields) {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    places.set(count > 1 ? `${name}#${count}` : name, { bitOffset, bitSize, type: renderTypeName(btf, typeId) });
  }
  return places;
}

function diffMembers(before: Btf, a: number, after: Btf, b: number): TypeChange[] {
  const old = byName(before, flattenFields(before, a));
  const now = byName(after, flattenFields(after, b));
  const changes: TypeChange[] = [];
  for (const [member, place] of old) {
    const next = now.get(member);
    if (next === undefined) changes.push({ change: "removed", member, place });
    else if (next.type !== place.type || next.bitSize !== place.bitSize) {
      changes.push({ change: "retyped", member, before: place, after: next });
    } else if (next.bitOffset !== place.bitOffset) {
      changes.push({ change: "moved", member, before: place, after: next });
    }
  }
  for (const [member, place] of now) if (!old.has(member)) changes.push({ change: "added", member, place });
  return changes;
}

function diffEnumerators(before: Btf, a: number, after: Btf, b: number): TypeChange[] {
  const old = new Map(before.enumerators(a).map(({ name, value }) => [name, value]));
  const now = new Map(after.enumerators(b).map(({ name, value }) => [name, value]));
  const changes: TypeChange[] = [];
  for (const [member, value] of old) {
    const next = now.get(member) ?? null;
    if (next !== value) changes.push({ change: "value", member, before: value, after: next });
  }
  for (const [member, value] of now) {
    if (!old.has(member)) changes.push({ change: "value", member, before: null, after: value });
  }
  return changes;
}

function diffDeclarations(before: Btf, a: number, after: Btf, b: number): TypeChange[] {
  const text = (btf: Btf, id: number): string => {
    const inner = btf.kind(id) === KIND.FUNC || btf.kind(id) === KIND.VAR ? btf.target(id) : id;
    return renderTypeName(btf, inner, btf.name(id));
  };
  const [old, now] = [text(before, a), text(after, b)];
  return old === now ? [] : [{ change: "declaration", before: old, after: now }];
}

/** One line per change: `- int a at 0`, `+ …`, `~ a moved from 8 to 16`. Offsets in bytes, bitfields `byte:bit`. */
export function renderTypeDiff(changes: readonly TypeChange[]): string {
  return changes.map((change) => `${renderChange(change)}\n`).join("");
}

function renderChange(change: TypeChange): string {
  switch (change.change) {
    case "kind":
      return `~ was ${change.before}, is ${change.after}`;
    case "size":
      return `~ size ${change.before} → ${change.after} bytes`;
    case "added":
      return `+ ${change.member}: ${placeText(change.place)}`;
    case "removed":
      return `- ${change.member}: ${placeText(change.place)}`;
    case "moved":
      return `~ ${change.member}: ${offsetText(change.before)} → ${offsetText(change.after)}`;
    case "retyped":
      return `~ ${change.member}: ${placeText(change.before)} → ${placeText(change.after)}`;
    case "value":
      return renderValueChange(change.member, change.before, change.after);
    case "declaration":
      return `- ${change.before}\n+ ${change.after}`;
    default:
      return change satisfies never;
  }
}

function renderValueChange(member: string, before: bigint | null, after: bigint | null): string {
  if (before === null) return `+ ${member} = ${after}`;
  return after === null ? `- ${member} = ${before}` : `~ ${member}: ${before} → ${after}`;
}

function placeText(place: MemberPlace): string {
  const width = place.bitSize % 8 === 0 ? `${place.bitSize / 8} bytes` : `${place.bitSize} bits`;
  return `${place.type} at ${offsetText(place)}, ${width}`;
}

function offsetText({ bitOffset }: MemberPlace): string {
  return bitOffset % 8 === 0 ? String(bitOffset / 8) : `${Math.floor(bitOffset / 8)}:${bitOffset % 8}`;
}
