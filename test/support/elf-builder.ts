/** Writes small ELF files for tests: both classes, both byte orders, any sections. */

export interface SectionPlan {
  readonly name: string;
  readonly type?: number;
  readonly flags?: number;
  readonly address?: number;
  readonly bytes?: Uint8Array | readonly number[];
  readonly link?: number;
  readonly entrySize?: number;
  /** Size in the header, where it should lie. */
  readonly declaredSize?: number;
}

export interface SymbolPlan {
  readonly name: string;
  readonly value: number;
  readonly size?: number;
  /** STT_NOTYPE 0, STT_OBJECT 1, STT_FUNC 2, STT_SECTION 3, STT_FILE 4. */
  readonly type?: number;
  readonly global?: boolean;
  /** Section index; 0 undefined, 0xfff1 absolute. */
  readonly section?: number;
}

export interface ElfPlan {
  readonly is64?: boolean;
  readonly littleEndian?: boolean;
  readonly machine?: number;
  readonly type?: number;
  readonly sections?: readonly SectionPlan[];
  readonly segments?: readonly { readonly address: number; readonly offset: number; readonly size: number }[];
}

/** Bytes in one byte order; words follow the class. */
export class ByteWriter {
  readonly bytes: number[] = [];
  readonly is64: boolean;
  readonly littleEndian: boolean;

  constructor(is64 = false, littleEndian = true) {
    this.is64 = is64;
    this.littleEndian = littleEndian;
  }

  u8(...values: number[]): this {
    for (const value of values) this.bytes.push(value & 0xff);
    return this;
  }

  u16(value: number): this {
    return this.integer(BigInt(value), 2);
  }

  u32(value: number): this {
    return this.integer(BigInt(value), 4);
  }

  u64(value: bigint | number): this {
    return this.integer(BigInt(value), 8);
  }

  word(value: bigint | number): this {
    return this.integer(BigInt(value), this.is64 ? 8 : 4);
  }

  uleb(value: bigint | number): this {
    let rest = BigInt(value);
    do {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      this.u8(rest === 0n ? low : low | 0x80);
    } while (rest !== 0n);
    return this;
  }

  sleb(value: number): this {
    let rest = value;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
      this.u8(done ? low : low | 0x80);
      if (done) return this;
    }
  }

  text(value: string): this {
    for (const byte of new TextEncoder().encode(value)) this.bytes.push(byte);
    return this.u8(0);
  }

  append(bytes: Iterable<number>): this {
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }

  private integer(value: bigint, size: number): this {
    for (let i = 0; i < size; i++) {
      const shift = BigInt((this.littleEndian ? i : size - 1 - i) * 8);
      this.bytes.push(Number((BigInt.asUintN(64, value) >> shift) & 0xffn));
    }
    return this;
  }
}

/** A string table and the offsets of its strings. */
function stringTable(names: readonly string[]): { bytes: number[]; offsets: Map<string, number> } {
  const writer = new ByteWriter();
  writer.u8(0);
  const offsets = new Map<string, number>([["", 0]]);
  for (const name of names) {
    if (offsets.has(name)) continue;
    offsets.set(name, writer.bytes.length);
    writer.text(name);
  }
  return { bytes: writer.bytes, offsets };
}

/** `.symtab` and `.strtab` sections; the string table must be section `link`. */
export function symbolSections(symbols: readonly SymbolPlan[], link: number, plan: ElfPlan = {}): SectionPlan[] {
  const strings = stringTable(symbols.map((symbol) => symbol.name));
  const out = new ByteWriter(plan.is64, plan.littleEndian);
  const write = (name: number, info: number, value: number, size: number, section: number): void => {
    if (out.is64) out.u32(name).u8(info, 0).u16(section).u64(value).u64(size);
    else out.u32(name).u32(value).u32(size).u8(info, 0).u16(section);
  };
  write(0, 0, 0, 0, 0);
  for (const { name, value, size = 0, type = 2, global = true, section = 1 } of symbols) {
    write(strings.offsets.get(name) ?? 0, ((global ? 1 : 0) << 4) | type, value, size, section);
  }
  return [
    { name: ".symtab", type: 2, bytes: out.bytes, link, entrySize: plan.is64 === true ? 24 : 16 },
    { name: ".strtab", type: 3, bytes: strings.bytes },
  ];
}

/** The file: header, contents, section header table, program header table. Section 0 and `.shstrtab` are added. */
export function buildElf(plan: ElfPlan = {}): Uint8Array {
  const { is64 = false, littleEndian = true, machine = 40, type = 2, segments = [] } = plan;
  const sections = [...(plan.sections ?? []), { name: ".shstrtab", type: 3 } as SectionPlan];
  const names = stringTable(sections.map((section) => section.name));
  const headerSize = is64 ? 64 : 52;
  const contents = new ByteWriter(is64, littleEndian);
  const placed = sections.map((section) => {
    const bytes = section.name === ".shstrtab" ? names.bytes : (section.bytes ?? []);
    const offset = headerSize + contents.bytes.length;
    contents.append(bytes);
    return { section, offset, size: section.declaredSize ?? bytes.length };
  });
  const sectionTable = headerSize + contents.bytes.length;
  const stride = is64 ? 64 : 40;
  const programTable = sectionTable + stride * (placed.length + 1);
  const out = new ByteWriter(is64, littleEndian);
  out.u8(0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, littleEndian ? 1 : 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  out.u16(type).u16(machine).u32(1).word(0);
  out
    .word(segments.length > 0 ? programTable : 0)
    .word(sectionTable)
    .u32(0);
  out
    .u16(headerSize)
    .u16(is64 ? 56 : 32)
    .u16(segments.length);
  out
    .u16(stride)
    .u16(placed.length + 1)
    .u16(placed.length);
  out.append(contents.bytes);
  writeSection(out, 0, { name: "" }, 0, 0);
  for (const { section, offset, size } of placed) {
    writeSection(out, names.offsets.get(section.name) ?? 0, section, offset, size);
  }
  for (const segment of segments) writeSegment(out, segment);
  return Uint8Array.from(out.bytes);
}

function writeSection(out: ByteWriter, name: number, section: SectionPlan, offset: number, size: number): void {
  out
    .u32(name)
    .u32(section.type ?? (section.name === "" ? 0 : 1))
    .word(section.flags ?? 0);
  out
    .word(section.address ?? 0)
    .word(offset)
    .word(size);
  out
    .u32(section.link ?? 0)
    .u32(0)
    .word(1)
    .word(section.entrySize ?? 0);
}

function writeSegment(out: ByteWriter, segment: { address: number; offset: number; size: number }): void {
  if (out.is64) out.u32(1).u32(5).u64(segment.offset).u64(segment.address).u64(segment.address);
  else out.u32(1).u32(segment.offset).u32(segment.address).u32(segment.address);
  if (out.is64) out.u64(segment.size).u64(segment.size).u64(1);
  else out.u32(segment.size).u32(segment.size).u32(5).u32(1);
}
