import type { JsonKind, JsonReader } from "./json-reader.ts";

/** Reads one value; what does not fit is an issue of the reader, and the fallback takes its place. */
export interface Decoder<T> {
  readonly fallback: T;
  /** Members that records in it know, those of their members included. */
  readonly names?: readonly string[] | undefined;
  read(reader: JsonReader): T;
}

/** A member of a record: how it is read, and what it means when it is not there. */
export interface Member<T> extends Decoder<T> {
  readonly absent: "problem" | "fallback";
}

/** Notes that the value at hand is of the wrong kind, and passes over it. */
export function reject<T>(reader: JsonReader, expected: string, fallback: T): T {
  const kind = reader.kind();
  if (kind === "end" || kind === "other") reader.fail("a value");
  else {
    reader.problem("ValueOutOfRange", `found ${kind}, expected ${expected}`);
    reader.skip();
  }
  return fallback;
}

function scalar<T>(kind: JsonKind, expected: string, fallback: T, read: (reader: JsonReader) => T): Decoder<T> {
  return {
    fallback,
    read: (reader) => (reader.kind() === kind ? read(reader) : reject(reader, expected, fallback)),
  };
}

function outOfRange<T>(reader: JsonReader, expected: string, offset: number, fallback: T): T {
  if (!reader.failed) reader.problem("ValueOutOfRange", `the number is not a ${expected}`, offset);
  return fallback;
}

function smallInteger(expected: string, least: number, most: number): Decoder<number> {
  return scalar("number", expected, 0, (reader) => {
    const offset = reader.at;
    const { isInteger, value } = reader.readNumber();
    const fits = isInteger && typeof value === "number" && value >= least && value <= most;
    return fits ? value : outOfRange(reader, expected, offset, 0);
  });
}

function wideInteger(expected: string, least: bigint, most: bigint): Decoder<bigint> {
  return scalar("number", expected, 0n, (reader) => {
    const offset = reader.at;
    const token = reader.readNumber();
    if (!token.isInteger) return outOfRange(reader, expected, offset, 0n);
    const value = BigInt(token.value);
    return value >= least && value <= most ? value : outOfRange(reader, expected, offset, 0n);
  });
}

export const u8: Decoder<number> = smallInteger("u8", 0, 0xff);
export const u32: Decoder<number> = smallInteger("u32", 0, 0xffff_ffff);
export const i32: Decoder<number> = smallInteger("i32", -0x8000_0000, 0x7fff_ffff);
/** A count or length; exact as a number up to 2^53-1. */
export const usize: Decoder<number> = smallInteger("usize", 0, Number.MAX_SAFE_INTEGER);
export const u64: Decoder<bigint> = wideInteger("u64", 0n, 0xffff_ffff_ffff_ffffn);
export const i64: Decoder<bigint> = wideInteger("i64", -0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn);
export const bool: Decoder<boolean> = scalar("boolean", "a boolean", false, (reader) => reader.readBoolean());
export const string: Decoder<string> = scalar("string", "a string", "", (reader) => reader.readString());

/** A double; `null` is what NaN and infinities are written as. */
export const f64: Decoder<number> = {
  fallback: Number.NaN,
  read(reader) {
    if (reader.kind() === "null") {
      reader.readNull();
      return Number.NaN;
    }
    return reader.kind() === "number" ? Number(reader.readNumber().value) : reject(reader, "a number", Number.NaN);
  },
};

export function required<T>(decoder: Decoder<T>): Member<T> {
  const { fallback, names } = decoder;
  return { fallback, names, absent: "problem", read: (reader) => decoder.read(reader) };
}

/** `null` and absence are both undefined. */
export function optional<T>(decoder: Decoder<T>): Member<T | undefined> {
  return {
    fallback: undefined,
    names: decoder.names,
    absent: "fallback",
    read(reader) {
      if (reader.kind() !== "null") return decoder.read(reader);
      reader.readNull();
      return undefined;
    },
  };
}

/** Absence is the default; `null` is a problem. */
export function defaulted<T>(decoder: Decoder<T>, fallback: T = decoder.fallback): Member<T> {
  return { fallback, names: decoder.names, absent: "fallback", read: (reader) => decoder.read(reader) };
}

export function nullable<T>(decoder: Decoder<T>): Decoder<T | null> {
  return {
    fallback: null,
    names: decoder.names,
    read(reader) {
      return reader.kind() === "null" ? reader.readNull() : decoder.read(reader);
    },
  };
}

/**
 * A list. Of the item that was being read when the input broke off nothing is kept, unless `keepCut`: then the item
 * says itself what is missing.
 */
export function list<T>(decoder: Decoder<T>, keepCut = false): Decoder<readonly T[]> {
  return {
    fallback: [],
    names: decoder.names,
    read(reader) {
      if (!reader.openArray()) return reject(reader, "an array", []);
      const items: T[] = [];
      for (let ix = 0; reader.nextElement(); ix++) {
        const start = reader.at;
        reader.path.push(ix);
        const item = decoder.read(reader);
        reader.path.pop();
        if (!reader.failed || (keepCut && reader.at > start)) items.push(item);
      }
      return items;
    },
  };
}

/** The members of a record, prepared for reading. At most 31. */
class MemberTable {
  readonly template: Readonly<Record<string, unknown>>;
  private readonly rows = new Map<string, { readonly member: Member<unknown>; readonly bit: number }>();
  private readonly required: number;

  constructor(members: Readonly<Record<string, Member<unknown>>>) {
    const template: Record<string, unknown> = {};
    let required = 0;
    Object.entries(members).forEach(([name, member], ix) => {
      const bit = 1 << ix;
      this.rows.set(name, { member, bit });
      if (member.fallback !== undefined) template[name] = member.fallback;
      if (member.absent === "problem") required |= bit;
    });
    this.template = template;
    this.required = required;
  }

  /** Reads the value of `name` into `found`. @returns the bit of the member, 0 for an unknown one. */
  read(reader: JsonReader, name: string, found: Record<string, unknown>): number {
    const row = this.rows.get(name);
    reader.path.push(name);
    const value = row === undefined ? reader.readValue() : row.member.read(reader);
    reader.path.pop();
    if (value !== undefined) setOwn(found, name, value);
    else if (Object.hasOwn(found, name)) delete found[name];
    return row?.bit ?? 0;
  }

  /** Notes the required members that were not among those seen. */
  finish(reader: JsonReader, seen: number, offset: number): void {
    const missing = this.required & ~seen;
    if (missing === 0 || reader.failed) return;
    for (const [name, { bit }] of this.rows) {
      if ((missing & bit) !== 0)
        reader.problem("MissingMember", `the member ${JSON.stringify(name)} is missing`, offset);
    }
  }
}

/**
 * A record of the members of `T`. Unknown members are kept under their own names. Optional members that are absent are
 * left out of the object.
 */
export function record<T extends object>(members: { readonly [K in keyof T]-?: Member<T[K]> }): Decoder<T> {
  const table = new MemberTable(members);
  const inner = Object.values<Member<unknown>>(members).flatMap(({ names }) => names ?? []);
  return {
    fallback: { ...table.template } as T,
    names: [...new Set([...Object.keys(members), ...inner])],
    read(reader) {
      const found: Record<string, unknown> = { ...table.template };
      if (reader.kind() !== "object") return reject(reader, "an object", found as T);
      const start = reader.at;
      let seen = 0;
      reader.openObject();
      for (let name = reader.nextKey(); name !== undefined; name = reader.nextKey()) {
        const { at } = reader;
        const bit = table.read(reader, name, found);
        if ((seen & bit) !== 0 && !reader.failed)
          reader.problem("DuplicateMember", `the member ${JSON.stringify(name)} is there twice; this one counts`, at);
        seen |= bit;
      }
      table.finish(reader, seen, start);
      return found as T;
    },
  };
}

/** Assignment that an input's `__proto__` cannot turn into something else. */
function setOwn(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
