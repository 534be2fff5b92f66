import { SnapshotError } from "../../../base/errors.ts";
import type { Btf } from "./btf.ts";
import { isComposite, isEnum, isModifier, KIND, KIND_NAMES } from "./kinds.ts";
import { extraWords, HEAD_WORDS, visitIdWords, visitNameWords } from "./shape.ts";
import { assembleBlob, StringTable } from "./strings.ts";

/**
 * Moves a split BTF that was made on a distilled base (ELF section `.BTF.base`) onto a real one. Types of the
 * distilled base are found in the real one by name and kind; numbers, enums and structs that split types hold by
 * value, and names that the real base has several times, must agree in size as well.
 * Source: libbpf, btf_relocate.c; docs/formats/btf.md, "Split BTF".
 *
 * @param split opened on its distilled base.
 * @returns the blob to be opened on `base`.
 * @throws SnapshotError `BtfBaseMismatch` naming the type that has no or several counterparts.
 */
export function relocateSplit(split: Btf, base: Btf): Uint8Array<ArrayBuffer> {
  const counterparts = findCounterparts(split, base);
  const shift = base.typeCount - split.firstId;
  const strings = new StringTable(stringBytesOf(base));
  const words: number[] = [];
  for (let id = split.firstId; id < split.typeCount; id++) {
    const record = readRecord(split, id);
    const kind = split.kind(id);
    const vlen = split.vlen(id);
    visitIdWords(kind, vlen, (at) => {
      const target = record[at]!;
      record[at] = target >= split.firstId ? target + shift : (counterparts.get(target) ?? 0);
    });
    visitNameWords(kind, vlen, (at) => {
      record[at] = movedName(split, base, counterparts, record[at]!, strings);
    });
    for (const word of record) words.push(word);
  }
  return assembleBlob(words, strings.bytes(), split.bigEndian);
}

function readRecord(btf: Btf, id: number): number[] {
  const at = btf.core.recordAt(id);
  const count = HEAD_WORDS + extraWords(btf.kind(id), btf.vlen(id));
  return Array.from(btf.core.words.subarray(at, at + count));
}

function stringBytesOf(base: Btf): number {
  const last = base.layers.at(-1)!;
  return last.stringsFirst + last.stringsLength;
}

/** A name of the distilled base is that of one of its types: its counterpart has it, too. */
function movedName(
  split: Btf,
  base: Btf,
  counterparts: ReadonlyMap<number, number>,
  off: number,
  strings: StringTable,
): number {
  if (off === 0) return 0;
  const distilledEnd = split.layers.at(-1)!.stringsFirst;
  if (off < distilledEnd) {
    for (const [distilled, real] of counterparts) {
      if (split.nameOff(distilled) === off && base.nameOff(real) !== 0) return base.nameOff(real);
    }
  }
  return strings.add(split.core.stringBytes(off));
}

/** Distilled id → real id. */
function findCounterparts(split: Btf, base: Btf): Map<number, number> {
  const embedded = embeddedTypes(split);
  const found = new Map<number, number>();
  for (let id = 1; id < split.firstId; id++) found.set(id, findCounterpart(split, id, base, embedded.has(id)));
  return found;
}

function findCounterpart(split: Btf, id: number, base: Btf, embedded: boolean): number {
  const name = split.name(id);
  const alike = base.findAll(name).filter((real) => isAlike(split, id, base, real));
  const bySize = embedded || alike.length > 1;
  const fitting = bySize ? alike.filter((real) => sizeAgrees(split, id, base, real)) : alike;
  if (fitting.length === 1) return fitting[0]!;
  const what = `${KIND_NAMES[split.kind(id)]} ${JSON.stringify(name)}`;
  const reason = fitting.length > 1 ? `${fitting.length} types that fit` : alike.length > 0 ? "another size" : "none";
  throw new SnapshotError(
    "BtfBaseMismatch",
    `moving ${split.label} to ${base.label}: of ${what} the base has ${reason}`,
    {
      fields: { typeName: name, reason },
    },
  );
}

function isAlike(split: Btf, id: number, base: Btf, real: number): boolean {
  const wanted = split.kind(id);
  const kind = base.kind(real);
  if (isEnum(wanted)) return isEnum(kind) && split.rawSize(id) === base.rawSize(real);
  if (wanted === KIND.INT) return kind === KIND.INT && sameInt(split, id, base, real);
  if (wanted === KIND.FLOAT) return kind === KIND.FLOAT && split.rawSize(id) === base.rawSize(real);
  if (wanted === KIND.FWD) {
    const composite = split.kindFlag(id) ? KIND.UNION : KIND.STRUCT;
    return kind === composite || (kind === KIND.FWD && base.kindFlag(real) === split.kindFlag(id));
  }
  return isComposite(wanted) && kind === wanted;
}

function sameInt(split: Btf, id: number, base: Btf, real: number): boolean {
  const a = split.int(id);
  const b = base.int(real);
  const sameEncoding = a.signed === b.signed && a.bool === b.bool && a.char === b.char;
  return sameEncoding && split.rawSize(id) === base.rawSize(real) && a.bits === b.bits;
}

function sizeAgrees(split: Btf, id: number, base: Btf, real: number): boolean {
  return !isComposite(split.kind(id)) || split.rawSize(id) === base.rawSize(real);
}

/** Structs and unions of the base that split types hold by value. */
function embeddedTypes(split: Btf): Set<number> {
  const found = new Set<number>();
  for (let id = split.firstId; id < split.typeCount; id++) {
    if (!isComposite(split.kind(id))) continue;
    for (const member of split.members(id)) {
      const held = heldType(split, member.typeId);
      if (held !== undefined && held < split.firstId) found.add(held);
    }
  }
  return found;
}

/** What a value of the type consists of: through typedefs, qualifiers and arrays. */
function heldType(btf: Btf, id: number): number | undefined {
  let at = id;
  for (let steps = 0; steps <= 64; steps++) {
    const kind = btf.kind(at);
    if (isModifier(kind)) at = btf.target(at);
    else if (kind === KIND.ARRAY) at = btf.array(at).elementId;
    else return at;
  }
  return undefined;
}
