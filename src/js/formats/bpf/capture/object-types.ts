import { ElfFile, isElf } from "../../../base/elf-file.ts";
import { Btf } from "../btf/btf.ts";
import { KIND, kindMask } from "../btf/kinds.ts";
import { findBtfSections } from "../btf/object-file.ts";
import { completeSections } from "../btf/object-sections.ts";
import type { GivenTypes } from "./recorder.ts";
import { type MapInfo, NAME_LENGTH } from "./records.ts";

type MapTypes = { readonly btfKeyTypeId: number; readonly btfValueTypeId: number };

/**
 * Types of maps out of the object file that defines them: by the variables of its section `.maps`, and for globals by
 * its sections. A raw blob does as well, if its sections are complete.
 * @throws SnapshotError `MalformedBtf`, `MalformedElf`, `TypeMissing`.
 */
export function typesOfObject(module: WebAssembly.Module, bytes: Uint8Array, name: string): GivenTypes {
  const opened = new Btf(module, findBtfSections(bytes).btf, { name });
  const raw = isElf(bytes) ? completeSections(new ElfFile(bytes), opened) : findBtfSections(bytes).btf;
  const btf = new Btf(module, raw, { name });
  const defined = definitions(btf);
  return { raw, typesOf: (map) => defined.get(map.name) ?? globals(btf, map) };
}

/** Types by the name that the kernel keeps. */
function definitions(btf: Btf): Map<string, MapTypes> {
  const found = new Map<string, MapTypes>();
  for (const section of [".maps", "maps"]) {
    const id = btf.find(section, kindMask(KIND.DATASEC));
    for (const entry of id === undefined ? [] : btf.sectionEntries(id)) {
      found.set(btf.name(entry.typeId).slice(0, NAME_LENGTH), definition(btf, btf.target(entry.typeId)));
    }
  }
  return found;
}

/** `__type(key, T)` is a member `key` that points to T. */
function definition(btf: Btf, id: number): MapTypes {
  const struct = btf.resolve(id) ?? 0;
  const members = btf.kind(struct) === KIND.STRUCT ? btf.members(struct) : [];
  const typeOf = (wanted: string): number => {
    const pointer = members.find(({ name }) => name === wanted)?.typeId ?? 0;
    return btf.kind(pointer) === KIND.PTR ? btf.target(pointer) : 0;
  };
  return { btfKeyTypeId: typeOf("key"), btfValueTypeId: typeOf("value") };
}

/** `obj.bss` and the like: the section whose name ends the map's, and whose size is the value's. */
function globals(btf: Btf, map: MapInfo): MapTypes | undefined {
  for (let id = 1; id < btf.typeCount; id++) {
    if (btf.kind(id) !== KIND.DATASEC) continue;
    const name = btf.name(id);
    const isOwn = map.name.endsWith(name) || name.slice(0, NAME_LENGTH) === map.name;
    if (isOwn && btf.rawSize(id) === map.valueSize) return { btfKeyTypeId: 0, btfValueTypeId: id };
  }
  return undefined;
}
