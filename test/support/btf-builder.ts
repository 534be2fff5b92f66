import { encodeUtf8 } from "../../src/js/base/bytes.ts";

export interface BuiltMember {
  readonly name?: string;
  readonly type: number;
  /** Bit offset; with `width` the struct gets kind_flag. */
  readonly at: number;
  readonly width?: number;
}

export interface BlobShape {
  readonly bigEndian?: boolean;
  /** 24 by default; the rest of a longer header is zero. */
  readonly headerLength?: number;
  /** Adds a layout section of these records {fixed bytes, element bytes} by kind. */
  readonly layout?: readonly (readonly [fixed: number, element: number])[];
}

/** Writes BTF blobs. Each method adds a type and returns its id; names are shared. */
export class BtfBuilder {
  private readonly words: number[] = [];
  private readonly strings: number[] = [];
  private readonly offsets = new Map<string, number>();
  private readonly stringsFirst: number;
  private next: number;

  /** @param base what a split blob extends: its number of types (void included) and bytes of strings. */
  constructor(base: { readonly types: number; readonly strings: number } = { types: 1, strings: 0 }) {
    this.next = base.types;
    this.stringsFirst = base.strings;
    if (base.strings === 0) {
      this.strings.push(0);
      this.offsets.set("", 0);
    }
  }

  get typeCount(): number {
    return this.next;
  }

  get stringBytes(): number {
    return this.stringsFirst + this.strings.length;
  }

  name(text: string): number {
    if (text === "") return 0;
    let at = this.offsets.get(text);
    if (at === undefined) {
      at = this.stringsFirst + this.strings.length;
      for (const byte of encodeUtf8(text)) this.strings.push(byte);
      this.strings.push(0);
      this.offsets.set(text, at);
    }
    return at;
  }

  /** A record as it stands: kind, flag, vlen, size or type, and the words after the head. */
  raw(
    name: string,
    kind: number,
    flag: boolean,
    vlen: number,
    sizeOrType: number,
    extra: readonly number[] = [],
  ): number {
    const info = ((flag ? 0x8000_0000 : 0) | (kind << 24) | vlen) >>> 0;
    this.words.push(this.name(name), info, sizeOrType, ...extra);
    return this.next++;
  }

  /** @param encoding 0 none, 1 signed, 2 char, 4 bool */
  int(name: string, size: number, encoding = 0, bits: number = size * 8, offset = 0): number {
    return this.raw(name, 1, false, 0, size, [(encoding << 24) | (offset << 16) | bits]);
  }

  ptr(type: number): number {
    return this.raw("", 2, false, 0, type);
  }

  array(element: number, index: number, count: number): number {
    return this.raw("", 3, false, 0, 0, [element, index, count]);
  }

  struct(name: string, size: number, members: readonly BuiltMember[]): number {
    return this.composite(4, name, size, members);
  }

  union(name: string, size: number, members: readonly BuiltMember[]): number {
    return this.composite(5, name, size, members);
  }

  enum(name: string, size: number, values: readonly (readonly [string, number])[], signed = false): number {
    return this.raw(
      name,
      6,
      signed,
      values.length,
      size,
      values.flatMap(([n, v]) => [this.name(n), v >>> 0]),
    );
  }

  enum64(name: string, size: number, values: readonly (readonly [string, bigint])[], signed = false): number {
    const extra = values.flatMap(([n, v]) => [
      this.name(n),
      Number(BigInt.asUintN(32, v)),
      Number(BigInt.asUintN(32, v >> 32n)),
    ]);
    return this.raw(name, 19, signed, values.length, size, extra);
  }

  fwd(name: string, union = false): number {
    return this.raw(name, 7, union, 0, 0);
  }

  typedef(name: string, type: number): number {
    return this.raw(name, 8, false, 0, type);
  }

  volatile(type: number): number {
    return this.raw("", 9, false, 0, type);
  }

  const(type: number): number {
    return this.raw("", 10, false, 0, type);
  }

  restrict(type: number): number {
    return this.raw("", 11, false, 0, type);
  }

  func(name: string, proto: number, linkage = 1): number {
    return this.raw(name, 12, false, linkage, proto);
  }

  proto(returned: number, params: readonly (readonly [string, number])[]): number {
    return this.raw(
      "",
      13,
      false,
      params.length,
      returned,
      params.flatMap(([n, t]) => [this.name(n), t]),
    );
  }

  var(name: string, type: number, linkage = 1): number {
    return this.raw(name, 14, false, 0, type, [linkage]);
  }

  /** @param entries {VAR, offset, size} */
  datasec(name: string, size: number, entries: readonly (readonly [number, number, number])[]): number {
    return this.raw(name, 15, false, entries.length, size, entries.flat());
  }

  float(name: string, size: number): number {
    return this.raw(name, 16, false, 0, size);
  }

  declTag(tag: string, type: number, component = -1): number {
    return this.raw(tag, 17, false, 0, type, [component >>> 0]);
  }

  typeTag(tag: string, type: number, attribute = false): number {
    return this.raw(tag, 18, attribute, 0, type);
  }

  build(shape: BlobShape = {}): Uint8Array<ArrayBuffer> {
    const littleEndian = shape.bigEndian !== true;
    const layout = shape.layout ?? [];
    const headerLength = shape.headerLength ?? (layout.length > 0 ? 32 : 24);
    const typeBytes = this.words.length * 4;
    const layoutBytes = layout.length * 4;
    const blob = new Uint8Array(headerLength + typeBytes + layoutBytes + this.strings.length);
    const view = new DataView(blob.buffer);
    view.setUint16(0, 0xeb9f, littleEndian);
    blob[2] = 1;
    const header = [headerLength, 0, typeBytes, typeBytes + layoutBytes, this.strings.length];
    if (layout.length > 0) header.push(typeBytes, layoutBytes);
    header.forEach((word, ix) => {
      view.setUint32(4 + ix * 4, word, littleEndian);
    });
    this.words.forEach((word, ix) => {
      view.setUint32(headerLength + ix * 4, word, littleEndian);
    });
    layout.forEach(([fixed, element], ix) => {
      blob[headerLength + typeBytes + ix * 4] = fixed;
      blob[headerLength + typeBytes + ix * 4 + 1] = element;
    });
    blob.set(this.strings, headerLength + typeBytes + layoutBytes);
    return blob;
  }

  private composite(kind: number, name: string, size: number, members: readonly BuiltMember[]): number {
    const flagged = members.some((member) => member.width !== undefined);
    const extra = members.flatMap((member) => [
      this.name(member.name ?? ""),
      member.type,
      flagged ? (((member.width ?? 0) << 24) | member.at) >>> 0 : member.at,
    ]);
    return this.raw(name, kind, flagged, members.length, size, extra);
  }
}
