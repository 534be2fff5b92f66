import type { ValueKind } from "../../../model/values.ts";
import type { Btf } from "../btf/btf.ts";
import { renderTypeName } from "../btf/declaration.ts";
import { isComposite, isEnum, KIND } from "../btf/kinds.ts";
import { flattenFields, placeOf } from "../btf/layout.ts";
import { type EnumNames, readEnumNames } from "./enum-names.ts";

/** A named place inside a struct, union or section; members of anonymous structs are among those of their parent. */
export interface Field {
  readonly name: string;
  readonly typeId: number;
  /** From the start of the parent, in bits. */
  readonly bitOffset: number;
  readonly bitSize: number;
  readonly isBitfield: boolean;
  /** Nothing of the parent lies behind it: a flexible array may go on there. */
  readonly isLast: boolean;
}

/** What a type says about reading bytes as it, worked out once per type. */
export interface Shape {
  /** As declared, and behind typedefs and qualifiers. */
  readonly typeId: number;
  readonly resolvedId: number;
  readonly kind: ValueKind;
  /** As C writes the type. */
  readonly typeName: string;
  /** Undefined for what has no size. */
  readonly byteSize: number | undefined;
  /** Bits of a scalar that is no bitfield, and where they start in its bytes. */
  readonly bits: number;
  readonly shift: number;
  readonly signed: boolean;
  readonly fields: readonly Field[];
  readonly byName: ReadonlyMap<string, Field>;
  readonly element: { readonly typeId: number; readonly byteSize: number; readonly count: number } | undefined;
  readonly enumNames: EnumNames | undefined;
  /** What a pointer points to. */
  readonly targetId: number;
  /** Why the type cannot be read. */
  readonly problem: { readonly code: string; readonly message: string } | undefined;
}

const NO_FIELDS: readonly Field[] = [];
const NO_NAMES: ReadonlyMap<string, Field> = new Map();

/** @param typeId VAR, typedef and qualifiers are looked through. */
export function shapeOf(btf: Btf, typeId: number): Shape {
  const declared = btf.kind(typeId) === KIND.VAR ? btf.target(typeId) : typeId;
  const resolved = btf.resolve(declared);
  const blank: Shape = {
    typeId: declared,
    resolvedId: resolved ?? 0,
    kind: "error",
    typeName: typeNameOf(btf, declared),
    byteSize: btf.sizeOf(declared),
    bits: 0,
    shift: 0,
    signed: false,
    fields: NO_FIELDS,
    byName: NO_NAMES,
    element: undefined,
    enumNames: undefined,
    targetId: 0,
    problem: undefined,
  };
  if (resolved === undefined) return { ...blank, problem: endless(declared) };
  const kind = btf.kind(resolved);
  if (isComposite(kind)) return compositeShape(btf, blank, kind === KIND.STRUCT ? "struct" : "union");
  if (kind === KIND.DATASEC) return sectionShape(btf, blank);
  if (isEnum(kind)) return enumShape(btf, blank);
  switch (kind) {
    case KIND.INT:
      return intShape(btf, blank);
    case KIND.FLOAT:
      return floatShape(btf, blank);
    case KIND.PTR:
      return { ...blank, kind: "pointer", bits: btf.pointerSize * 8, targetId: btf.target(resolved) };
    case KIND.ARRAY:
      return arrayShape(btf, blank);
    default:
      return { ...blank, problem: sizeless(blank.typeName) };
  }
}

function typeNameOf(btf: Btf, id: number): string {
  if (btf.kind(id) === KIND.DATASEC) return btf.name(id);
  try {
    return renderTypeName(btf, id);
  } catch {
    // A chain that does not end has no C form.
    return btf.name(id);
  }
}

function compositeShape(btf: Btf, blank: Shape, kind: "struct" | "union"): Shape {
  const flat = flattenFields(btf, blank.resolvedId);
  const last = flat.reduce((most, field) => Math.max(most, field.bitOffset), 0);
  const fields = flat.map((field) => ({ ...field, isLast: kind === "union" || field.bitOffset >= last }));
  return { ...blank, kind, fields, byName: indexFields(fields) };
}

/** The variables of a section; padding between them belongs to none. */
function sectionShape(btf: Btf, blank: Shape): Shape {
  const fields = btf.sectionEntries(blank.resolvedId).map((entry): Field => {
    const typeId = btf.kind(entry.typeId) === KIND.VAR ? btf.target(entry.typeId) : entry.typeId;
    const place = placeOf(btf, typeId, entry.offset * 8, 0);
    return { name: btf.name(entry.typeId), typeId, ...place, isLast: false };
  });
  return { ...blank, kind: "struct", fields, byName: indexFields(fields) };
}

/** Of equal names the first counts. */
function indexFields(fields: readonly Field[]): Map<string, Field> {
  const byName = new Map<string, Field>();
  for (const field of fields) if (field.name !== "" && !byName.has(field.name)) byName.set(field.name, field);
  return byName;
}

/** Sizes in bytes. Source: Linux kernel/bpf/btf.c, btf_float_check_meta and btf_enum_check_meta. */
const FLOAT_SIZES: ReadonlySet<number> = new Set([2, 4, 8, 12, 16]);
const ENUM_SIZES: ReadonlySet<number> = new Set([1, 2, 4, 8]);
const MAX_INT_BITS = 128;

function floatShape(btf: Btf, blank: Shape): Shape {
  const bytes = btf.rawSize(blank.resolvedId);
  if (!FLOAT_SIZES.has(bytes)) return { ...blank, problem: unreadable(blank, `a float of ${bytes} bytes`) };
  return { ...blank, kind: "float", bits: bytes * 8 };
}

function unreadable({ resolvedId }: Shape, what: string): { code: string; message: string } {
  return { code: "MalformedBtf", message: `type ${resolvedId} is ${what}` };
}

function intShape(btf: Btf, blank: Shape): Shape {
  const { signed, char, bool, bits, bitOffset } = btf.int(blank.resolvedId);
  const isChar = blank.byteSize === 1 && (char || btf.name(blank.resolvedId) === "char");
  const kind: ValueKind = bool ? "bool" : isChar ? "char" : signed ? "int" : "uint";
  // A type without bits of its own is read by its size.
  const width = bits === 0 ? (blank.byteSize ?? 0) * 8 : bits;
  if (width === 0 || width > MAX_INT_BITS) {
    return { ...blank, problem: unreadable(blank, `an integer of ${width} bits`) };
  }
  return { ...blank, kind, bits: width, shift: bitOffset, signed: signed && !bool };
}

function enumShape(btf: Btf, blank: Shape): Shape {
  const bytes = btf.rawSize(blank.resolvedId);
  if (!ENUM_SIZES.has(bytes)) return { ...blank, problem: unreadable(blank, `an enum of ${bytes} bytes`) };
  const enumNames = readEnumNames(btf, blank.resolvedId);
  const signed = btf.kindFlag(blank.resolvedId);
  return { ...blank, kind: enumNames.isFlags ? "flags" : "enum", bits: (blank.byteSize ?? 0) * 8, signed, enumNames };
}

function arrayShape(btf: Btf, blank: Shape): Shape {
  const { elementId, count } = btf.array(blank.resolvedId);
  const byteSize = btf.sizeOf(elementId);
  if (byteSize === undefined) return { ...blank, problem: sizeless(typeNameOf(btf, elementId)) };
  return { ...blank, kind: "array", element: { typeId: elementId, byteSize, count } };
}

function sizeless(typeName: string): { code: string; message: string } {
  return { code: "TypeWithoutSize", message: `${typeName === "" ? "the type" : typeName} has no size` };
}

function endless(typeId: number): { code: string; message: string } {
  return { code: "TypeCycle", message: `type ${typeId} is a chain of types that does not end` };
}
