import { Uint32Column } from "../base/columns.ts";
import type { FieldKind, ProtoField } from "../proto/descriptor.ts";
import type { Message } from "./rows.ts";

/** Where a value's bytes are in the input: its own, without key and length prefix. */
export interface BytePlace {
  readonly offset: number;
  readonly length: number;
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED_32 = 5;

const OTHER_WIRES: Partial<Readonly<Record<FieldKind, number>>> = {
  ...{ double: FIXED_64, fixed64: FIXED_64, sfixed64: FIXED_64 },
  ...{ float: FIXED_32, fixed32: FIXED_32, sfixed32: FIXED_32 },
  ...{ string: LENGTH, bytes: LENGTH, message: LENGTH, group: START_GROUP },
};

/** Called for each field; `key` and `end` are those of the whole record, `from` and `to` those of its value. */
type Visit = (number: number, wire: number, from: number, to: number, key: number, end: number) => void;

/**
 * Finds the bytes of a message's fields by reading its body once more, when somebody asks. Rows keep no offsets of
 * numbers: nobody needs them but who points at bytes, and they would double the tables.
 */
export class FieldPlaces {
  private readonly input: Uint8Array;
  /** (from, to) of each part of the body; of several, one after the other is the message. */
  private readonly parts: Uint32Array;
  private singles: ReadonlyMap<number, BytePlace> | undefined;

  constructor(input: Uint8Array, parts: Uint32Array) {
    this.input = input;
    this.parts = parts;
  }

  static of(message: Message): FieldPlaces {
    return new FieldPlaces(message.input, message.bodies());
  }

  /** Of a singular field: the last occurrence, which is the one that counts. */
  last({ number, kind }: ProtoField): BytePlace | undefined {
    const wire = wireOf(kind);
    return this.byNumber().get(number * 8 + wire);
  }

  /** Of each element of a repeated number, packed or not, in order. */
  elements(field: ProtoField): ElementPlaces {
    const places = new Uint32Column();
    const own = wireOf(field.kind);
    this.forEach((number, wire, from, to) => {
      if (number !== field.number) return;
      if (wire === own) addPlace(places, from, to);
      else if (wire === LENGTH) addPacked(this.input, places, own, from, to);
    });
    return new ElementPlaces(places.take());
  }

  /** Of a singular message that may have come in several parts. */
  inside(field: ProtoField): FieldPlaces {
    const parts = new Uint32Column();
    this.forEach((number, wire, from, to) => {
      if (number === field.number && wire === wireOf(field.kind)) addPlace(parts, from, to);
    });
    return new FieldPlaces(this.input, parts.take());
  }

  /** Of a whole repeated field, keys included, where nothing else lies between its records. */
  run(field: ProtoField): BytePlace | undefined {
    let first = -1;
    let last = -1;
    let isBroken = false;
    this.forEach((number, _wire, _from, _to, key, end) => {
      if (number !== field.number) return;
      isBroken ||= last >= 0 && key !== last;
      if (first < 0) first = key;
      last = end;
    });
    return first < 0 || isBroken ? undefined : { offset: first, length: last - first };
  }

  private byNumber(): ReadonlyMap<number, BytePlace> {
    if (this.singles !== undefined) return this.singles;
    const singles = new Map<number, BytePlace>();
    this.forEach((number, wire, from, to) => {
      // Of a long list only the last record is kept, and of numbers that no schema has none.
      if (singles.size < MOST_FIELDS) singles.set(number * 8 + wire, { offset: from, length: to - from });
    });
    this.singles = singles;
    return singles;
  }

  private forEach(visit: Visit): void {
    for (let i = 0; i < this.parts.length; i += 2) walkFields(this.input, this.parts[i]!, this.parts[i + 1]!, visit);
  }
}

/** More kinds of field than any schema has. */
const MOST_FIELDS = 65_536;

export class ElementPlaces {
  private readonly places: Uint32Array;

  constructor(places: Uint32Array) {
    this.places = places;
  }

  get length(): number {
    return this.places.length / 2;
  }

  at(ix: number): BytePlace | undefined {
    const from = this.places[2 * ix];
    return from === undefined ? undefined : { offset: from, length: this.places[2 * ix + 1]! - from };
  }
}

function wireOf(kind: FieldKind): number {
  return OTHER_WIRES[kind] ?? VARINT;
}

function addPlace(places: Uint32Column, from: number, to: number): void {
  places.push(from);
  places.push(to);
}

function addPacked(input: Uint8Array, places: Uint32Column, wire: number, from: number, to: number): void {
  for (let at = from; at < to; ) {
    const end = wire === VARINT ? varintEnd(input, at, to) : at + fixedBytes(wire);
    if (end < 0 || end > to || end === at) return;
    addPlace(places, at, end);
    at = end;
  }
}

function fixedBytes(wire: number): number {
  return wire === FIXED_64 ? 8 : wire === FIXED_32 ? 4 : 0;
}

/** Reads as far as the bytes are fields; what comes after damage has no places. */
function walkFields(input: Uint8Array, start: number, stop: number, visit: Visit): void {
  const end = Math.min(stop, input.length);
  let at = start;
  while (at < end) {
    const afterKey = varintEnd(input, at, end);
    if (afterKey < 0) return;
    const key = readVarint(input, at, afterKey);
    const wire = key % 8;
    const number = Math.floor(key / 8);
    const value = valuePlace(input, afterKey, end, wire, number);
    if (value === undefined) return;
    visit(number, wire, value.from, value.to, at, value.next);
    at = value.next;
  }
}

interface ValuePlace {
  readonly from: number;
  readonly to: number;
  /** Where the next record begins. */
  readonly next: number;
}

function valuePlace(input: Uint8Array, at: number, end: number, wire: number, number: number): ValuePlace | undefined {
  if (wire === START_GROUP) return groupPlace(input, at, end, number);
  if (wire === FIXED_64 || wire === FIXED_32) return within(at, at + fixedBytes(wire), end);
  const next = wire === VARINT || wire === LENGTH ? varintEnd(input, at, end) : -1;
  if (next < 0) return undefined;
  if (wire === VARINT) return { from: at, to: next, next };
  // A length that runs past the end is damage; what is there of the value is still its own.
  const to = Math.min(end, next + readVarint(input, at, next));
  return { from: next, to, next: to };
}

function within(from: number, to: number, end: number): ValuePlace | undefined {
  return to > end ? undefined : { from, to, next: to };
}

/** The body of a group, up to its end tag; groups inside are counted, not entered. */
function groupPlace(input: Uint8Array, from: number, end: number, outer: number): ValuePlace | undefined {
  const open = [outer];
  for (let at = from; at < end; ) {
    const afterKey = varintEnd(input, at, end);
    if (afterKey < 0) return undefined;
    const key = readVarint(input, at, afterKey);
    const wire = key % 8;
    const number = Math.floor(key / 8);
    if (wire === END_GROUP) {
      if (open.pop() !== number) return undefined;
      if (open.length === 0) return { from, to: at, next: afterKey };
      at = afterKey;
    } else if (wire === START_GROUP) {
      if (open.push(number) > MOST_GROUPS) return undefined;
      at = afterKey;
    } else {
      const value = valuePlace(input, afterKey, end, wire, number);
      if (value === undefined) return undefined;
      at = value.next;
    }
  }
  return undefined;
}

/** Deeper nesting was refused when the message was read. */
const MOST_GROUPS = 10_000;

/** Offset behind a varint, or -1. */
function varintEnd(input: Uint8Array, from: number, end: number): number {
  const last = Math.min(end, from + 10);
  for (let at = from; at < last; at++) if (input[at]! < 0x80) return at + 1;
  return -1;
}

/** Inexact beyond 2^53, where no length and no field number is. */
function readVarint(input: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = to - 1; at >= from; at--) value = value * 128 + (input[at]! & 0x7f);
  return value;
}
