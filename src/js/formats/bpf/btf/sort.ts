import { compareText } from "../../../base/text.ts";
import type { Btf } from "./btf.ts";
import { isComposite, isEnum, isModifier, KIND } from "./kinds.ts";

/** Order of the types in a header, so that headers of two kernels can be compared. Source: bpftool 7.8, btf.c. */
export function sortForHeader(btf: Btf): number[] {
  const hashes = new Hashes(btf);
  const rows = Array.from({ length: btf.typeCount - 1 }, (_, ix) => {
    const id = ix + 1;
    return { id, rank: rankOf(btf, id, false), sortName: sortName(btf, id), ownName: btf.name(id) };
  });
  rows.sort(
    (a, b) =>
      a.rank - b.rank ||
      compareText(a.sortName, b.sortName) ||
      compareText(a.ownName, b.ownName) ||
      compareBigint(hashes.of(a.id), hashes.of(b.id)) ||
      a.id - b.id,
  );
  return rows.map((row) => row.id);
}

const LAST_RANK = 10;
const MAX_STEPS = 64;

function isReference(kind: number): boolean {
  return isModifier(kind) || kind === KIND.PTR || kind === KIND.DECL_TAG;
}

/** Enums first, then what stands for numbers, then structs; the nameless go where they are used. */
function rankOf(btf: Btf, id: number, hasName: boolean): number {
  let at = id;
  let named = hasName;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    named ||= btf.nameOff(at) !== 0;
    const kind = btf.kind(at);
    if (isEnum(kind)) return named ? 1 : 0;
    if (kind === KIND.INT || kind === KIND.FLOAT) return 2;
    if (isComposite(kind)) return named ? 3 : LAST_RANK;
    if (kind === KIND.FUNC_PROTO) return named ? 4 : LAST_RANK;
    if (!named || !(isReference(kind) || kind === KIND.ARRAY)) return LAST_RANK;
    at = kind === KIND.ARRAY ? btf.array(at).elementId : btf.target(at);
  }
  return LAST_RANK;
}

/** Name of what a type refers to in the end; an anonymous enum goes by its first enumerator. */
function sortName(btf: Btf, id: number): string {
  let at = id;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const kind = btf.kind(at);
    if (isEnum(kind) && at === id && btf.nameOff(at) === 0) return btf.enumerators(at)[0]?.name ?? "";
    if (isReference(kind)) at = btf.target(at);
    else if (kind === KIND.ARRAY) at = btf.array(at).elementId;
    else return btf.name(at);
  }
  return "";
}

function compareBigint(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** 64-bit hashes of names and members, which order types of one name. */
class Hashes {
  private readonly btf: Btf;
  private readonly known = new Map<number, bigint>();

  constructor(btf: Btf) {
    this.btf = btf;
  }

  of(id: number): bigint {
    let hash = this.known.get(id);
    if (hash === undefined) {
      hash = this.hash(id, true, 0);
      this.known.set(id, hash);
    }
    return hash;
  }

  private hash(id: number, withMembers: boolean, depth: number): bigint {
    const { btf } = this;
    if (depth > MAX_STEPS) return 0n;
    const kind = btf.kind(id);
    let hash = addName(0n, btf.name(id));
    if (isEnum(kind)) for (const { name } of btf.enumerators(id)) hash = addName(hash, name);
    else if (isComposite(kind) && withMembers) {
      for (const member of btf.members(id)) {
        hash = add(addName(hash, member.name), this.hash(member.typeId, false, depth + 1));
      }
    } else if (isReference(kind)) hash = add(hash, this.hash(btf.target(id), withMembers, depth + 1));
    else if (kind === KIND.ARRAY) {
      const { count, elementId } = btf.array(id);
      hash = add(add(hash, BigInt(count)), this.hash(elementId, withMembers, depth + 1));
    }
    return hash;
  }
}

function add(hash: bigint, value: bigint): bigint {
  return BigInt.asUintN(64, hash * 31n + value);
}

function addName(hash: bigint, name: string): bigint {
  if (name === "") return hash;
  let own = 0n;
  for (let i = 0; i < name.length; i++) own = add(own, BigInt(name.charCodeAt(i)));
  return add(hash, own);
}
