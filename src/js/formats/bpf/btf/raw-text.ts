import type { Btf } from "./btf.ts";
import { KIND, KIND_NAMES } from "./kinds.ts";
import { describeType, linkageName, nameOr } from "./record.ts";

/** Types as `bpftool btf dump … format raw` lists them, one string per type, each ending in a newline. */
export function* renderRaw(btf: Btf, from: number = btf.firstId, to: number = btf.typeCount): Generator<string> {
  for (let id = from; id < to; id++) yield renderRawType(btf, id);
}

export function renderRawType(btf: Btf, id: number): string {
  const kind = btf.kind(id);
  const head = `[${id}] ${KIND_NAMES[kind] ?? `UNKNOWN ${kind}`} '${nameOr(btf.name(id))}'`;
  const { attributes, lines } = DETAILS[kind]?.(btf, id) ?? NOTHING;
  return `${head}${attributes === "" ? "" : ` ${attributes}`}\n${lines.map((line) => `\t${line}\n`).join("")}`;
}

interface RawDetails {
  readonly attributes: string;
  readonly lines: readonly string[];
}

const NOTHING: RawDetails = { attributes: "", lines: [] };

/** `key=value` of every scalar of the type's record, in order. */
function attributesOf(btf: Btf, id: number): string {
  return Object.entries(describeType(btf, id))
    .slice(3)
    .filter(([, value]) => !Array.isArray(value))
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}

function scalars(btf: Btf, id: number): RawDetails {
  return { attributes: attributesOf(btf, id), lines: [] };
}

function composite(btf: Btf, id: number): RawDetails {
  const lines = btf.members(id).map((member) => {
    const width = member.bitfieldSize > 0 ? ` bitfield_size=${member.bitfieldSize}` : "";
    return `'${nameOr(member.name)}' type_id=${member.typeId} bits_offset=${member.bitOffset}${width}`;
  });
  return { attributes: attributesOf(btf, id), lines };
}

function enumeration(suffix: readonly [signed: string, unsigned: string]): (btf: Btf, id: number) => RawDetails {
  return (btf, id) => {
    const end = suffix[btf.kindFlag(id) ? 0 : 1];
    const lines = btf.enumerators(id).map(({ name, value }) => `'${nameOr(name)}' val=${value}${end}`);
    return { attributes: attributesOf(btf, id), lines };
  };
}

const DETAILS: Readonly<Record<number, (btf: Btf, id: number) => RawDetails>> = {
  [KIND.INT]: scalars,
  [KIND.PTR]: scalars,
  [KIND.ARRAY]: scalars,
  [KIND.STRUCT]: composite,
  [KIND.UNION]: composite,
  [KIND.ENUM]: enumeration(["", ""]),
  [KIND.ENUM64]: enumeration(["LL", "ULL"]),
  [KIND.FWD]: scalars,
  [KIND.TYPEDEF]: scalars,
  [KIND.VOLATILE]: scalars,
  [KIND.CONST]: scalars,
  [KIND.RESTRICT]: scalars,
  [KIND.TYPE_TAG]: scalars,
  [KIND.FLOAT]: scalars,
  [KIND.FUNC]: scalars,
  [KIND.DECL_TAG]: scalars,
  [KIND.FUNC_PROTO]: (btf, id) => {
    const lines = btf.params(id).map(({ name, typeId }) => `'${nameOr(name)}' type_id=${typeId}`);
    return { attributes: attributesOf(btf, id), lines };
  },
  [KIND.VAR]: (btf, id) => ({
    attributes: `type_id=${btf.target(id)}, linkage=${linkageName(btf.linkage(id))}`,
    lines: [],
  }),
  [KIND.DATASEC]: (btf, id) => {
    const lines = btf.sectionEntries(id).map(({ typeId, offset, size }) => {
      const about =
        btf.kind(typeId) === KIND.VOID ? "" : ` (${KIND_NAMES[btf.kind(typeId)]} '${nameOr(btf.name(typeId))}')`;
      return `type_id=${typeId} offset=${offset} size=${size}${about}`;
    });
    return { attributes: attributesOf(btf, id), lines };
  },
};
