import type { Btf } from "./btf.ts";
import { KIND, KIND_NAMES } from "./kinds.ts";

/**
 * One type as plain data, with the keys and words of `bpftool -j btf dump`. Enumerator values are bigint where they
 * exceed 2^53.
 */
export type TypeRecord = Readonly<Record<string, unknown>> & {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
};

const ANONYMOUS = "(anon)";
const LINKAGES: readonly string[] = ["static", "global", "extern"];

export function describeType(btf: Btf, id: number): TypeRecord {
  const kind = btf.kind(id);
  const head = { id, kind: KIND_NAMES[kind] ?? `UNKNOWN ${kind}`, name: nameOr(btf.name(id)) };
  return { ...head, ...(DETAILS[kind]?.(btf, id) ?? {}) };
}

export function nameOr(name: string): string {
  return name === "" ? ANONYMOUS : name;
}

export function linkageName(linkage: number): string {
  return LINKAGES[linkage] ?? "(unknown)";
}

function encodingName(btf: Btf, id: number): string {
  const { signed, char, bool } = btf.int(id);
  if (signed && !char && !bool) return "SIGNED";
  if (char && !signed && !bool) return "CHAR";
  if (bool && !signed && !char) return "BOOL";
  return signed || char || bool ? "UNKN" : "(none)";
}

type Details = (btf: Btf, id: number) => Readonly<Record<string, unknown>>;

function reference(btf: Btf, id: number): Readonly<Record<string, unknown>> {
  return { type_id: btf.target(id) };
}

function composite(btf: Btf, id: number): Readonly<Record<string, unknown>> {
  const members = btf.members(id).map((member) => ({
    name: nameOr(member.name),
    type_id: member.typeId,
    bits_offset: member.bitOffset,
    ...(member.bitfieldSize > 0 && { bitfield_size: member.bitfieldSize }),
  }));
  return { size: btf.rawSize(id), vlen: members.length, members };
}

function enumeration(btf: Btf, id: number): Readonly<Record<string, unknown>> {
  const values = btf.enumerators(id).map(({ name, value }) => ({
    name: nameOr(name),
    val: Number.isSafeInteger(Number(value)) ? Number(value) : value,
  }));
  const encoding = btf.kindFlag(id) ? "SIGNED" : "UNSIGNED";
  return { encoding, size: btf.rawSize(id), vlen: values.length, values };
}

const DETAILS: Readonly<Record<number, Details>> = {
  [KIND.INT]: (btf, id) => {
    const { bitOffset, bits } = btf.int(id);
    return { size: btf.rawSize(id), bits_offset: bitOffset, nr_bits: bits, encoding: encodingName(btf, id) };
  },
  [KIND.PTR]: reference,
  [KIND.ARRAY]: (btf, id) => {
    const { elementId, indexId, count } = btf.array(id);
    return { type_id: elementId, index_type_id: indexId, nr_elems: count };
  },
  [KIND.STRUCT]: composite,
  [KIND.UNION]: composite,
  [KIND.ENUM]: enumeration,
  [KIND.ENUM64]: enumeration,
  [KIND.FWD]: (btf, id) => ({ fwd_kind: btf.kindFlag(id) ? "union" : "struct" }),
  [KIND.TYPEDEF]: reference,
  [KIND.VOLATILE]: reference,
  [KIND.CONST]: reference,
  [KIND.RESTRICT]: reference,
  [KIND.TYPE_TAG]: reference,
  [KIND.FUNC]: (btf, id) => ({ type_id: btf.target(id), linkage: linkageName(btf.vlen(id)) }),
  [KIND.FUNC_PROTO]: (btf, id) => {
    const params = btf.params(id).map(({ name, typeId }) => ({ name: nameOr(name), type_id: typeId }));
    return { ret_type_id: btf.target(id), vlen: params.length, params };
  },
  [KIND.VAR]: (btf, id) => ({ type_id: btf.target(id), linkage: linkageName(btf.linkage(id)) }),
  [KIND.DATASEC]: (btf, id) => {
    const vars = btf.sectionEntries(id).map(({ typeId, offset, size }) => ({ type_id: typeId, offset, size }));
    return { size: btf.rawSize(id), vlen: vars.length, vars };
  },
  [KIND.FLOAT]: (btf, id) => ({ size: btf.rawSize(id) }),
  [KIND.DECL_TAG]: (btf, id) => ({ type_id: btf.target(id), component_idx: btf.component(id) }),
};
