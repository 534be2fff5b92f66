import { isModifier, KIND } from "./kinds.ts";

/** Where a record holds type ids and names, in words. */
export interface ElementShape {
  readonly words: number;
  /** Word of an element that is a name's offset, or -1. */
  readonly name: number;
  /** Word of an element that is a type id, or -1. */
  readonly id: number;
}

const ELEMENTS: Readonly<Record<number, ElementShape>> = {
  [KIND.STRUCT]: { words: 3, name: 0, id: 1 },
  [KIND.UNION]: { words: 3, name: 0, id: 1 },
  [KIND.ENUM]: { words: 2, name: 0, id: -1 },
  [KIND.FUNC_PROTO]: { words: 2, name: 0, id: 1 },
  [KIND.DATASEC]: { words: 3, name: -1, id: 0 },
  [KIND.ENUM64]: { words: 3, name: 0, id: -1 },
};

/** Words of a record's head; elements of the kinds that have them follow at once. */
export const HEAD_WORDS = 3;

/** The third word of the head is a type id. */
function refersToOne(kind: number): boolean {
  return (
    isModifier(kind) ||
    kind === KIND.PTR ||
    kind === KIND.FUNC ||
    kind === KIND.FUNC_PROTO ||
    kind === KIND.VAR ||
    kind === KIND.DECL_TAG
  );
}

/** Words after the head. */
export function extraWords(kind: number, vlen: number): number {
  if (kind === KIND.INT || kind === KIND.VAR || kind === KIND.DECL_TAG) return 1;
  if (kind === KIND.ARRAY) return 3;
  return (ELEMENTS[kind]?.words ?? 0) * vlen;
}

/** Calls `visit` with the word index, from the start of the record, of every type id in it. */
export function visitIdWords(kind: number, vlen: number, visit: (word: number) => void): void {
  if (kind === KIND.ARRAY) {
    visit(HEAD_WORDS);
    visit(HEAD_WORDS + 1);
    return;
  }
  if (refersToOne(kind)) visit(2);
  const shape = ELEMENTS[kind];
  if (shape === undefined || shape.id < 0) return;
  for (let ix = 0; ix < vlen; ix++) visit(HEAD_WORDS + ix * shape.words + shape.id);
}

/** As `visitIdWords`, for offsets of names. */
export function visitNameWords(kind: number, vlen: number, visit: (word: number) => void): void {
  visit(0);
  const shape = ELEMENTS[kind];
  if (shape === undefined || shape.name < 0) return;
  for (let ix = 0; ix < vlen; ix++) visit(HEAD_WORDS + ix * shape.words + shape.name);
}
