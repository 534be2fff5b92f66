import { SnapshotError } from "../../../base/errors.ts";
import { suggestNames } from "../../../base/text.ts";
import type { Btf } from "./btf.ts";
import { isComposite, KIND, KIND_NAMES, splitTypeName } from "./kinds.ts";
import { flattenFields, type LayoutField } from "./layout.ts";

/**
 * The types that a person means by a name: `task_struct`, `struct task_struct`, or a number. A bare name gives every
 * type so called, structs, unions, enums and typedefs before functions and variables, each group lowest id first.
 * @throws SnapshotError `TypeNotFound` with the nearest names.
 */
export function findTypes(btf: Btf, text: string): number[] {
  if (/^\d+$/.test(text.trim())) {
    const id = Number(text);
    if (id < btf.typeCount) return [id];
    throw new SnapshotError("TypeNotFound", `there is no type ${id}; ids go up to ${btf.typeCount - 1}`, {
      fields: { name: text },
    });
  }
  const { name, kinds } = splitTypeName(text);
  const ids = btf.findAll(name, kinds);
  if (ids.length > 0) return ids.sort((a, b) => order(btf, a) - order(btf, b) || a - b);
  const near = suggestTypeNames(btf, name);
  const hint = near.length > 0 ? `; did you mean ${near.join(" or ")}` : "";
  throw new SnapshotError("TypeNotFound", `${btf.label} has no type ${JSON.stringify(text)}${hint}`, {
    fields: { name: text },
    available: near,
  });
}

/** What a value can be of comes first. */
function order(btf: Btf, id: number): number {
  const kind = btf.kind(id);
  if (kind === KIND.FWD) return 2;
  return kind === KIND.FUNC || kind === KIND.VAR || kind === KIND.DECL_TAG || kind === KIND.TYPE_TAG ? 1 : 0;
}

/** Names of types nearest to a misspelt one; walks all names. */
function suggestTypeNames(btf: Btf, name: string): string[] {
  const close = new Set<string>();
  const first = name[0]?.toLowerCase();
  for (let id = 1; id < btf.typeCount; id++) {
    const other = btf.name(id);
    if (Math.abs(other.length - name.length) > 3 || other[0]?.toLowerCase() !== first) continue;
    close.add(other);
  }
  return suggestNames(name, [...close]);
}

export interface MemberUse {
  /** The struct or union. */
  readonly typeId: number;
  readonly memberIx: number;
}

/** Structs and unions that have a member of that name, lowest id first. Walks all types. */
export function findByMember(btf: Btf, member: string): MemberUse[] {
  const uses: MemberUse[] = [];
  for (let id = 1; id < btf.typeCount; id++) {
    if (!isComposite(btf.kind(id))) continue;
    for (let ix = 0, count = btf.vlen(id); ix < count; ix++) {
      if (btf.member(id, ix).name === member) uses.push({ typeId: id, memberIx: ix });
    }
  }
  return uses;
}

/** A member as C reaches it: through unnamed structs and unions of its owner. */
export interface OwnedMember {
  /** A struct or union with a name, or one without that no other contains. */
  readonly typeId: number;
  readonly field: LayoutField;
}

/** Everything that `x.member` can mean, lowest id of its owner first. Walks all types. */
export function findMembers(btf: Btf, member: string): OwnedMember[] {
  const unnamed = new Set(findByMember(btf, member).map(({ typeId }) => typeId));
  const found: OwnedMember[] = [];
  const inner = new Set<number>();
  for (let id = 1; id < btf.typeCount; id++) {
    if (!isComposite(btf.kind(id)) || !(unnamed.has(id) || hasUnnamedPart(btf, id))) continue;
    const fields = flattenFields(btf, id);
    for (const field of fields) if (field.name === member) found.push({ typeId: id, field });
    if (fields.some(({ depth }) => depth > 0)) addUnnamedParts(btf, id, inner);
  }
  return found.filter(({ typeId }) => !inner.has(typeId));
}

function hasUnnamedPart(btf: Btf, id: number): boolean {
  for (let ix = 0, count = btf.vlen(id); ix < count; ix++) if (btf.member(id, ix).name === "") return true;
  return false;
}

/** Structs and unions whose members belong to `id`. */
function addUnnamedParts(btf: Btf, id: number, parts: Set<number>): void {
  for (const { name, typeId } of btf.members(id)) {
    const inner = name === "" ? btf.resolve(typeId) : undefined;
    if (inner !== undefined && isComposite(btf.kind(inner)) && btf.name(inner) === "") parts.add(inner);
  }
}

/** Ids of the named types that a pattern of `*` and `?` matches, lowest first: `scx_*`, `struct bpf_*`. Walks all types. */
export function matchTypes(btf: Btf, pattern: string): number[] {
  const { name, kinds } = splitTypeName(pattern);
  const matches = globMatcher(name);
  const ids: number[] = [];
  for (let id = 1; id < btf.typeCount; id++) {
    if (((kinds >>> btf.kind(id)) & 1) !== 0 && btf.name(id) !== "" && matches(btf.name(id))) ids.push(id);
  }
  return ids;
}

/** Greedy with one point of return: linear in practice, quadratic at worst. */
function globMatcher(pattern: string): (text: string) => boolean {
  return (text) => {
    let p = 0;
    let star = -1;
    let resume = 0;
    for (let t = 0; t < text.length; ) {
      if (pattern[p] === "*") {
        star = p++;
        resume = t;
      } else if (pattern[p] === "?" || (p < pattern.length && pattern[p] === text[t])) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else return false;
    }
    while (pattern[p] === "*") p++;
    return p === pattern.length;
  };
}

/** Ids of the types that mention `id`. Walks all types. */
export function findUses(btf: Btf, id: number): number[] {
  const users: number[] = [];
  for (let user = 1; user < btf.typeCount; user++) {
    let mentions = false;
    btf.forEachReference(user, (target) => {
      mentions ||= target === id;
    });
    if (mentions) users.push(user);
  }
  return users;
}

/** `STRUCT task_struct`, `FUNC_PROTO (anon)`: for lists of candidates. */
export function labelOf(btf: Btf, id: number): string {
  const name = btf.name(id);
  return `${KIND_NAMES[btf.kind(id)] ?? "UNKN"} ${name === "" ? "(anon)" : name}`;
}
