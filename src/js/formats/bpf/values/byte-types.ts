import type { ByteTypes, TypeId } from "../../../model/byte-types.ts";
import type { ValueNode } from "../../../model/values.ts";
import { Btf } from "../btf/btf.ts";
import { renderTypeName } from "../btf/declaration.ts";
import { KIND, kindMask } from "../btf/kinds.ts";
import { findBtfSections } from "../btf/object-file.ts";
import { findTypes } from "../btf/search.ts";
import { TypedValues } from "./source.ts";
import { TypeReader, Window } from "./typed-node.ts";

/** The kernel keeps so many characters of a map's name. */
const KERNEL_NAME = 15;

/**
 * The types of a BTF blob or of an ELF file with BTF, for bytes that were captured without.
 * @throws SnapshotError `MalformedBtf`, `MalformedElf`, `TypeMissing` for an ELF file without BTF.
 */
export function openByteTypes(module: WebAssembly.Module, file: Uint8Array): ByteTypes {
  const btf = new Btf(module, findBtfSections(file).btf, { name: "the BTF file" });
  const reader = new TypeReader(btf);
  const maps = declaredMaps(btf);
  return {
    values: new TypedValues({ kind: "struct", name: "", handle: undefined }),
    mapTypes: (name) => maps.get(name) ?? (name.length === KERNEL_NAME ? byPrefix(maps, name) : undefined),
    section: (name) => btf.find(name, kindMask(KIND.DATASEC)),
    named: (name) => findTypes(btf, name)[0]!,
    sizeOf: (type) => (type > 0 && type < btf.typeCount ? btf.sizeOf(type) : undefined),
    nameOf: (type) => renderTypeName(btf, type),
    node(name, type, bytes): ValueNode {
      return reader.node(name, type, new Window(bytes), 0, bytes.length);
    },
  };
}

interface MapTypes {
  readonly key?: TypeId;
  readonly value?: TypeId;
}

/**
 * The maps of the section `.maps`: each variable is a struct whose members `key` and `value` point to the types.
 * Source: libbpf, parse_btf_map_def.
 */
function declaredMaps(btf: Btf): Map<string, MapTypes> {
  const maps = new Map<string, MapTypes>();
  const section = btf.find(".maps", kindMask(KIND.DATASEC));
  if (section === undefined) return maps;
  for (const { typeId } of btf.sectionEntries(section)) {
    if (btf.kind(typeId) !== KIND.VAR) continue;
    const definition = btf.resolve(btf.target(typeId));
    if (definition === undefined || btf.kind(definition) !== KIND.STRUCT) continue;
    const key = pointedTo(btf, definition, "key");
    const value = pointedTo(btf, definition, "value");
    maps.set(btf.name(typeId), { ...(key !== undefined && { key }), ...(value !== undefined && { value }) });
  }
  return maps;
}

function pointedTo(btf: Btf, definition: TypeId, member: string): TypeId | undefined {
  const type = btf.members(definition).find(({ name }) => name === member)?.typeId;
  const pointer = type === undefined ? undefined : btf.resolve(type);
  return pointer !== undefined && btf.kind(pointer) === KIND.PTR ? btf.target(pointer) : undefined;
}

/** Only if one map alone starts so. */
function byPrefix(maps: ReadonlyMap<string, MapTypes>, prefix: string): MapTypes | undefined {
  const names = [...maps.keys()].filter((name) => name.startsWith(prefix));
  return names.length === 1 ? maps.get(names[0]!) : undefined;
}
