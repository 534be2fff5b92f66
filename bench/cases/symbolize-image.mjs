// A deterministic 64-bit little-endian image: functions of 256 bytes, 25 lines each, 50 functions to a unit, DWARF 4.

const FUNCTION_BYTES = 256;
const ROWS = 25;
const PER_UNIT = 50;
const BASE = 0x40_0000;
const LINE_BASE = -5;
const LINE_RANGE = 14;
const OPCODE_BASE = 13;

class Bytes {
  constructor(capacity) {
    this.buffer = Buffer.alloc(capacity);
    this.length = 0;
  }
  room(n) {
    if (this.length + n <= this.buffer.length) return;
    const larger = Buffer.alloc(Math.max(this.buffer.length * 2, this.length + n));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
  u8(...values) {
    this.room(values.length);
    for (const value of values) this.buffer[this.length++] = value & 0xff;
  }
  u16(value) {
    this.room(2);
    this.length = this.buffer.writeUInt16LE(value, this.length);
  }
  u32(value) {
    this.room(4);
    this.length = this.buffer.writeUInt32LE(value, this.length);
  }
  u64(value) {
    this.room(8);
    this.length = this.buffer.writeBigUInt64LE(BigInt(value), this.length);
  }
  uleb(value) {
    let rest = value;
    while (rest > 127) {
      this.u8((rest & 127) | 128);
      rest >>>= 7;
    }
    this.u8(rest);
  }
  sleb(value) {
    let rest = value;
    for (;;) {
      const low = rest & 127;
      rest >>= 7;
      if ((rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0)) return this.u8(low);
      this.u8(low | 128);
    }
  }
  text(value) {
    this.room(value.length + 1);
    this.length += this.buffer.write(value, this.length, "latin1");
    this.buffer[this.length++] = 0;
  }
  patch32(at, value) {
    this.buffer.writeUInt32LE(value, at);
  }
  bytes() {
    return this.buffer.subarray(0, this.length);
  }
}

/** @param functions number of functions; 100,000 make about 50 MB */
export function bigImage(functions) {
  const units = Math.ceil(functions / PER_UNIT);
  const line = new Bytes(functions * 128);
  const info = new Bytes(functions * 32);
  const symbols = new Bytes(functions * 24 + 24);
  const names = new Bytes(functions * 32);
  symbols.u64(0);
  symbols.u64(0);
  symbols.u64(0);
  names.u8(0);
  for (let unit = 0; unit < units; unit++) {
    const from = unit * PER_UNIT;
    const to = Math.min(from + PER_UNIT, functions);
    const at = line.length;
    writeLines(line, unit, from, to);
    writeInfo(info, unit, from, to, at);
    for (let ix = from; ix < to; ix++) {
      symbols.u32(names.length);
      symbols.u8(0x12, 0);
      symbols.u16(1);
      symbols.u64(BASE + ix * FUNCTION_BYTES);
      symbols.u64(FUNCTION_BYTES);
      names.text(functionName(ix));
    }
  }
  const sections = [
    { name: ".text", type: 1, flags: 6, address: BASE, bytes: Buffer.alloc(functions * FUNCTION_BYTES, 0x90) },
    { name: ".debug_line", type: 1, bytes: line.bytes() },
    { name: ".debug_info", type: 1, bytes: info.bytes() },
    { name: ".debug_abbrev", type: 1, bytes: abbreviations() },
    { name: ".symtab", type: 2, bytes: symbols.bytes(), link: 6, entry: 24 },
    { name: ".strtab", type: 3, bytes: names.bytes() },
  ];
  return {
    bytes: new Uint8Array(link(sections)),
    lineBytes: line.length,
    functions,
    addressAt: (i) => BigInt(BASE) + BigInt((Math.imul(i + 1, 2654435761) >>> 0) % (functions * FUNCTION_BYTES)),
  };
}

function functionName(ix) {
  return `subsystem_${ix % 97}_operation_${ix}`;
}

function writeLines(out, unit, from, to) {
  const start = out.length;
  out.u32(0);
  out.u16(4);
  const lengthAt = out.length;
  out.u32(0);
  out.u8(1, 1, 1, LINE_BASE, LINE_RANGE, OPCODE_BASE, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1);
  out.u8(0);
  out.text(`src/unit_${unit}.c`);
  out.u8(0, 0, 0);
  out.text("include/inline.h");
  out.u8(0, 0, 0, 0);
  out.patch32(lengthAt, out.length - lengthAt - 4);
  for (let ix = from; ix < to; ix++) writeFunction(out, ix);
  out.patch32(start, out.length - start - 4);
}

function writeFunction(out, ix) {
  out.u8(0, 9, 2);
  out.u64(BASE + ix * FUNCTION_BYTES);
  out.u8(3);
  out.sleb(9 + (ix % 50) * 30);
  out.u8(1);
  let address = 0;
  for (let row = 1; row < ROWS; row++) {
    const step = 4 + ((ix + row * 3) % 7);
    const delta = ((row * 5 + ix) % 8) - 2;
    if (row % 9 === 4) out.u8(4, 2);
    if (row % 9 === 6) out.u8(4, 1);
    out.u8(5, (row * 7) % 80);
    out.u8(delta - LINE_BASE + LINE_RANGE * step + OPCODE_BASE);
    address += step;
  }
  out.u8(2);
  out.uleb(FUNCTION_BYTES - address);
  out.u8(0, 1, 1);
}

function writeInfo(out, unit, from, to, lines) {
  const start = out.length;
  out.u32(0);
  out.u16(4);
  out.u32(0);
  out.u8(8);
  out.uleb(1);
  out.text(`src/unit_${unit}.c`);
  out.text("/build/firmware");
  out.u32(lines);
  out.u64(BASE + from * FUNCTION_BYTES);
  out.u32((to - from) * FUNCTION_BYTES);
  for (let ix = from; ix < to; ix++) {
    out.uleb(2);
    out.text(functionName(ix));
    out.u64(BASE + ix * FUNCTION_BYTES);
    out.u32(FUNCTION_BYTES);
  }
  out.u8(0);
  out.patch32(start, out.length - start - 4);
}

function abbreviations() {
  const out = new Bytes(64);
  // compile_unit: name, comp_dir, stmt_list, low_pc, high_pc
  out.u8(1, 0x11, 1, 0x03, 0x08, 0x1b, 0x08, 0x10, 0x17, 0x11, 0x01, 0x12, 0x06, 0, 0);
  // subprogram: name, low_pc, high_pc
  out.u8(2, 0x2e, 0, 0x03, 0x08, 0x11, 0x01, 0x12, 0x06, 0, 0, 0);
  return out.bytes();
}

function link(sections) {
  const all = [...sections, { name: ".shstrtab", type: 3 }];
  const names = new Bytes(256);
  names.u8(0);
  const nameAt = all.map(({ name }) => {
    const at = names.length;
    names.text(name);
    return at;
  });
  all.at(-1).bytes = names.bytes();
  const out = new Bytes(64 + all.reduce((sum, { bytes }) => sum + bytes.length + 16, 0) + 64 * (all.length + 1));
  out.u8(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  out.u16(2);
  out.u16(62);
  out.u32(1);
  out.u64(BASE);
  out.u64(0);
  const tableAt = out.length;
  out.u64(0);
  out.u32(0);
  for (const value of [64, 56, 0, 64, all.length + 1, all.length]) out.u16(value);
  const offsets = all.map(({ bytes }) => {
    const at = out.length;
    out.room(bytes.length);
    bytes.copy(out.buffer, out.length);
    out.length += bytes.length;
    return at;
  });
  out.buffer.writeBigUInt64LE(BigInt(out.length), tableAt);
  for (let i = 0; i < 8; i++) out.u64(0);
  all.forEach(({ type, flags = 0, address = 0, bytes, link: linked = 0, entry = 0 }, i) => {
    out.u32(nameAt[i]);
    out.u32(type);
    out.u64(flags);
    out.u64(address);
    out.u64(offsets[i]);
    out.u64(bytes.length);
    out.u32(linked);
    out.u32(type === 2 ? 1 : 0);
    out.u64(1);
    out.u64(entry);
  });
  return out.bytes();
}
