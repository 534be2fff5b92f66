/** Kinds of BTF types. Source: Linux include/uapi/linux/btf.h. */
export const KIND = {
  VOID: 0,
  INT: 1,
  PTR: 2,
  ARRAY: 3,
  STRUCT: 4,
  UNION: 5,
  ENUM: 6,
  FWD: 7,
  TYPEDEF: 8,
  VOLATILE: 9,
  CONST: 10,
  RESTRICT: 11,
  FUNC: 12,
  FUNC_PROTO: 13,
  VAR: 14,
  DATASEC: 15,
  FLOAT: 16,
  DECL_TAG: 17,
  TYPE_TAG: 18,
  ENUM64: 19,
} as const;

export type Kind = (typeof KIND)[keyof typeof KIND];

/** As the tools write them, by number. */
export const KIND_NAMES: readonly string[] = [
  "UNKN",
  "INT",
  "PTR",
  "ARRAY",
  "STRUCT",
  "UNION",
  "ENUM",
  "FWD",
  "TYPEDEF",
  "VOLATILE",
  "CONST",
  "RESTRICT",
  "FUNC",
  "FUNC_PROTO",
  "VAR",
  "DATASEC",
  "FLOAT",
  "DECL_TAG",
  "TYPE_TAG",
  "ENUM64",
];

/** Words that people put before a type's name, and what they select. */
const KINDS_OF_WORD: Readonly<Record<string, readonly Kind[]>> = {
  struct: [KIND.STRUCT],
  union: [KIND.UNION],
  enum: [KIND.ENUM, KIND.ENUM64],
  typedef: [KIND.TYPEDEF],
  func: [KIND.FUNC],
  var: [KIND.VAR],
  datasec: [KIND.DATASEC],
  fwd: [KIND.FWD],
  int: [KIND.INT],
  float: [KIND.FLOAT],
};

/** All kinds, for a lookup without choice. */
export const ANY_KIND = 0xffffffff;

/** Bit mask of kinds, as lookups take it. */
export function kindMask(...kinds: readonly number[]): number {
  return kinds.reduce((mask, kind) => mask | (1 << kind), 0) >>> 0;
}

/** `struct task_struct` → its kinds and the bare name; a name of several words (`long unsigned int`) stays whole. */
export function splitTypeName(text: string): { readonly name: string; readonly kinds: number } {
  const match = /^(\w+)\s+(\S+)$/.exec(text.trim());
  const word = match?.[1];
  const kinds = word !== undefined && Object.hasOwn(KINDS_OF_WORD, word) ? KINDS_OF_WORD[word] : undefined;
  if (match === null || kinds === undefined) return { name: text.trim(), kinds: ANY_KIND };
  return { name: match[2]!, kinds: kindMask(...kinds) };
}

/** CONST, VOLATILE, RESTRICT and TYPE_TAG: say something about a type without changing what it holds. */
export function isQualifier(kind: number): boolean {
  return kind === KIND.CONST || kind === KIND.VOLATILE || kind === KIND.RESTRICT || kind === KIND.TYPE_TAG;
}

/** Qualifiers, and typedefs. */
export function isModifier(kind: number): boolean {
  return isQualifier(kind) || kind === KIND.TYPEDEF;
}

export function isComposite(kind: number): boolean {
  return kind === KIND.STRUCT || kind === KIND.UNION;
}

export function isEnum(kind: number): boolean {
  return kind === KIND.ENUM || kind === KIND.ENUM64;
}
