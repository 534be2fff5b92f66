import { SnapshotError } from "../../../base/errors.ts";
import { KIND, KIND_NAMES } from "./kinds.ts";
import { assembleBlob, StringTable } from "./strings.ts";

/** Members, enumerators, parameters, entries of a type record as `bpftool -j btf dump` lists them. */
export type ListedRecord = Readonly<Record<string, unknown>>;

/** What a listing does not tell, and so a blob rebuilt from it lacks. */
export const LOST_IN_LISTINGS = "whether tags are plain attributes (kind_flag of TYPE_TAG and DECL_TAG)";

/**
 * Rebuilds a blob from a listing of its types, as `bpftool -j btf dump id N` prints it: ids unchanged.
 * @param base types (void included) and bytes of strings of what a split BTF extends.
 * @throws SnapshotError `MalformedCapture` if the ids are not consecutive or a record lacks a field.
 */
export function encodeListing(
  records: readonly ListedRecord[],
  base: { readonly types: number; readonly strings: number } = { types: 1, strings: 0 },
): Uint8Array<ArrayBuffer> {
  const encoder = new ListingEncoder(base.strings);
  records.forEach((record, ix) => {
    const id = Number(record["id"]);
    if (id !== base.types + ix) throw malformed(`type ${id} comes where ${base.types + ix} is expected`);
    encoder.add(record);
  });
  return assembleBlob(encoder.words, encoder.strings.bytes());
}

const LINKAGES: Readonly<Record<string, number>> = { static: 0, global: 1, extern: 2 };
const ENCODINGS: Readonly<Record<string, number>> = { "(none)": 0, SIGNED: 1, CHAR: 2, BOOL: 4 };

class ListingEncoder {
  readonly words: number[] = [];
  readonly strings: StringTable;

  constructor(stringsFirst: number) {
    this.strings = new StringTable(stringsFirst);
  }

  add(record: ListedRecord): void {
    const kind = KIND_NAMES.indexOf(String(record["kind"]));
    const write = WRITERS[kind];
    if (write === undefined) throw malformed(`type ${record["id"]} is of the unknown kind ${record["kind"]}`);
    write(this, record, kind);
  }

  head(record: ListedRecord, kind: number, flag: boolean, vlen: number, sizeOrType: number): void {
    this.words.push(this.name(record), ((flag ? 0x8000_0000 : 0) | (kind << 24) | vlen) >>> 0, sizeOrType >>> 0);
  }

  name(record: ListedRecord): number {
    const name = String(record["name"] ?? "");
    return name === "(anon)" ? 0 : this.strings.addText(name);
  }
}

type Writer = (out: ListingEncoder, record: ListedRecord, kind: number) => void;

function number(record: ListedRecord, key: string): number {
  const value = record[key];
  if (typeof value === "bigint") return Number(BigInt.asUintN(32, value));
  if (typeof value === "number") return value;
  throw malformed(`type ${record["id"] ?? ""} has no number ${key}`);
}

function list(record: ListedRecord, key: string): readonly ListedRecord[] {
  const value = record[key];
  if (Array.isArray(value)) return value as readonly ListedRecord[];
  throw malformed(`type ${record["id"]} has no list ${key}`);
}

function big(record: ListedRecord, key: string): bigint {
  const value = record[key];
  if (typeof value === "bigint" || Number.isInteger(value)) return BigInt(value as bigint | number);
  throw malformed(`an enumerator has no number ${key}`);
}

const reference: Writer = (out, record, kind) => out.head(record, kind, false, 0, number(record, "type_id"));

const composite: Writer = (out, record, kind) => {
  const members = list(record, "members");
  const flagged = members.some((member) => member["bitfield_size"] !== undefined);
  out.head(record, kind, flagged, members.length, number(record, "size"));
  for (const member of members) {
    const width = flagged ? Number(member["bitfield_size"] ?? 0) : 0;
    out.words.push(out.name(member), number(member, "type_id"), ((width << 24) | number(member, "bits_offset")) >>> 0);
  }
};

const enumeration: Writer = (out, record, kind) => {
  const values = list(record, "values");
  out.head(record, kind, record["encoding"] === "SIGNED", values.length, number(record, "size"));
  for (const value of values) {
    const val = big(value, "val");
    out.words.push(out.name(value), Number(BigInt.asUintN(32, val)));
    if (kind === KIND.ENUM64) out.words.push(Number(BigInt.asUintN(32, val >> 32n)));
  }
};

const WRITERS: Readonly<Record<number, Writer>> = {
  [KIND.INT]: (out, record, kind) => {
    out.head(record, kind, false, 0, number(record, "size"));
    const encoding = ENCODINGS[String(record["encoding"])] ?? 0;
    out.words.push((encoding << 24) | (number(record, "bits_offset") << 16) | number(record, "nr_bits"));
  },
  [KIND.PTR]: reference,
  [KIND.ARRAY]: (out, record, kind) => {
    out.head(record, kind, false, 0, 0);
    out.words.push(number(record, "type_id"), number(record, "index_type_id"), number(record, "nr_elems"));
  },
  [KIND.STRUCT]: composite,
  [KIND.UNION]: composite,
  [KIND.ENUM]: enumeration,
  [KIND.ENUM64]: enumeration,
  [KIND.FWD]: (out, record, kind) => out.head(record, kind, record["fwd_kind"] === "union", 0, 0),
  [KIND.TYPEDEF]: reference,
  [KIND.VOLATILE]: reference,
  [KIND.CONST]: reference,
  [KIND.RESTRICT]: reference,
  [KIND.TYPE_TAG]: reference,
  [KIND.FUNC]: (out, record, kind) =>
    out.head(record, kind, false, LINKAGES[String(record["linkage"])] ?? 0, number(record, "type_id")),
  [KIND.FUNC_PROTO]: (out, record, kind) => {
    const params = list(record, "params");
    out.head(record, kind, false, params.length, number(record, "ret_type_id"));
    for (const param of params) out.words.push(out.name(param), number(param, "type_id"));
  },
  [KIND.VAR]: (out, record, kind) => {
    out.head(record, kind, false, 0, number(record, "type_id"));
    out.words.push(LINKAGES[String(record["linkage"])] ?? 0);
  },
  [KIND.DATASEC]: (out, record, kind) => {
    const vars = list(record, "vars");
    out.head(record, kind, false, vars.length, number(record, "size"));
    for (const entry of vars) out.words.push(number(entry, "type_id"), number(entry, "offset"), number(entry, "size"));
  },
  [KIND.FLOAT]: (out, record, kind) => out.head(record, kind, false, 0, number(record, "size")),
  [KIND.DECL_TAG]: (out, record, kind) => {
    out.head(record, kind, false, 0, number(record, "type_id"));
    out.words.push(number(record, "component_idx") >>> 0);
  },
};

function malformed(reason: string): SnapshotError {
  return new SnapshotError("MalformedCapture", `rebuilding BTF from a listing: ${reason}`, { fields: { reason } });
}
