import { extractBits, signExtend } from "./bits";
import { NUMBER_BYTES, writeHex, writeSigned, writeUnsigned } from "./digits";
import {
  FIX_BYTES,
  FLAGS_BARE,
  LOOP_TO_END,
  MAX_FRAMES,
  MAX_GROUPS,
  OP_BOOL,
  OP_BYTES,
  OP_CHAR,
  OP_END,
  OP_ENUM,
  OP_FIX,
  OP_FLAGS,
  OP_GROUP,
  OP_HEX,
  OP_JUMP,
  OP_LITERAL,
  OP_LOOP,
  OP_NEXT,
  OP_SEGMENT,
  OP_SIGNED,
  OP_TEXT,
  OP_TURN,
  OP_UNGROUP,
  OP_UNSIGNED,
  TEXT_ASCII,
} from "./plan";
import { isPlainUtf8, isPrintableAscii, untilNul, writeQuoted, writeQuotedByte } from "./text";

/** Words of a run: entries done, bytes written, fixes written, values that lay beyond the data. */
export const RUN: usize = memory.data(16);
/** Per loop: base to restore, turns left, turn. */
const FRAMES: usize = memory.data(i32(MAX_FRAMES * 12));
/** Per group: end of the output, fixes and the flag as they were. */
const GROUPS: usize = memory.data(i32(MAX_GROUPS * 12));
/** `null` */
const NULL: u32 = 0x6c6c_756e;

let plan: usize = 0;
let pool: usize = 0;
let pc: usize = 0;
let bigEndian: bool = false;

/** Start and end of the entry's key and value, current base and end of the segment in use. */
let keyStart: usize = 0;
let keyEnd: usize = 0;
let valueStart: usize = 0;
let valueEnd: usize = 0;
let base: usize = 0;
let limit: usize = 0;

let out: usize = 0;
let outEnd: usize = 0;
let fixes: usize = 0;
let fixesEnd: usize = 0;
let full: bool = false;

let frames: u32 = 0;
let groups: u32 = 0;
let nonzero: bool = false;
let beyond: u32 = 0;

let outStart: usize = 0;

export function setPlan(program: usize, literals: usize, dataBigEndian: bool): void {
  plan = program;
  pool = literals;
  bigEndian = dataBigEndian;
}

export function setOutput(start: usize, bytes: u32, fixTable: usize, fixCount: u32): void {
  outStart = start;
  out = start;
  outEnd = start + bytes;
  fixes = fixTable;
  fixesEnd = fixTable + fixCount * FIX_BYTES;
}

/**
 * Renders entries until `count` are done or the output is full; an entry is written whole or not at all.
 * @returns entries done; 0 with count > 0 means that one entry alone needs more room.
 */
export function run(keys: usize, keyBytes: u32, values: usize, valueBytes: u32, count: u32): u32 {
  const fixStart = fixes;
  let done: u32 = 0;
  beyond = 0;
  while (done < count) {
    keyStart = keys + done * keyBytes;
    keyEnd = keyStart + keyBytes;
    valueStart = values + done * valueBytes;
    valueEnd = valueStart + valueBytes;
    const outBefore = out;
    const fixesBefore = fixes;
    if (!renderEntry()) {
      out = outBefore;
      fixes = fixesBefore;
      break;
    }
    done++;
  }
  store<u32>(RUN, done);
  store<u32>(RUN, u32(out - outStart), 4);
  store<u32>(RUN, u32(fixes - fixStart) / FIX_BYTES, 8);
  store<u32>(RUN, beyond, 12);
  return done;
}

function renderEntry(): bool {
  pc = plan;
  base = valueStart;
  limit = valueEnd;
  frames = 0;
  groups = 0;
  nonzero = false;
  full = false;
  while (!full && load<u32>(pc) != OP_END) {
    const op = pc;
    pc += OP_BYTES;
    execute(op);
  }
  return !full;
}

function execute(op: usize): void {
  const x = load<u32>(op, 4);
  const y = load<u32>(op, 8);
  const z = load<u32>(op, 12);
  switch (load<u32>(op)) {
    case OP_LITERAL:
      copyLiteral(x, y);
      break;
    case OP_UNSIGNED:
    case OP_SIGNED:
    case OP_HEX:
      renderNumber(load<u32>(op), x, y, z);
      break;
    case OP_BOOL:
      renderBool(x, y);
      break;
    case OP_ENUM:
      renderEnum(x, y, z);
      break;
    case OP_FLAGS:
      renderFlags(x, y, z);
      break;
    case OP_TEXT:
      renderText(x, y, z);
      break;
    case OP_JUMP:
      pc = plan + x * OP_BYTES;
      break;
    case OP_LOOP:
      enterLoop(x, y, z);
      break;
    case OP_NEXT:
      nextTurn(plan + x * OP_BYTES);
      break;
    case OP_SEGMENT:
      base = x == 0 ? keyStart : valueStart;
      limit = x == 0 ? keyEnd : valueEnd;
      break;
    case OP_FIX:
      addFix(x, y, z);
      break;
    case OP_GROUP:
      openGroup();
      break;
    case OP_UNGROUP:
      closeGroup();
      break;
    case OP_TURN:
      renderTurn(x);
      break;
    case OP_CHAR:
      renderChar(x);
      break;
    default:
      unreachable();
  }
}

/** True if there is room for `bytes` more; else the entry ends here. */
function room(bytes: u32): bool {
  if (bytes <= u32(outEnd - out)) return true;
  full = true;
  return false;
}

function copyLiteral(at: u32, bytes: u32): void {
  // Literals are padded to eight bytes, and the output has as many to spare.
  if (!room(bytes + 8)) return;
  const from = pool + at;
  for (let i: u32 = 0; i < bytes; i += 8) store<u64>(out + i, load<u64>(from + i));
  out += bytes;
}

/** True if bits [offset, offset + width) are there; else `null` is written. */
function reach(offset: u32, width: u32): bool {
  return within((u64(offset) + u64(width) + 7) >>> 3);
}

/** The same for a number: it has 1 to 64 bits. */
function reachNumber(offset: u32, width: u32): bool {
  return reach(offset, width - 1 < 64 ? width : u32.MAX_VALUE);
}

/** The same for bytes [offset, offset + bytes). */
function reachBytes(offset: u32, bytes: u32): bool {
  return within(u64(offset) + u64(bytes));
}

function within(end: u64): bool {
  if (base <= limit && end <= u64(limit - base)) return true;
  beyond++;
  if (room(4)) {
    store<u32>(out, NULL);
    out += 4;
  }
  return false;
}

function bitsAt(offset: u32, width: u32): u64 {
  const at = base + (offset >>> 3);
  if (!bigEndian && (offset & 7) == 0) {
    if (width == 32) return u64(load<u32>(at));
    if (width == 64) return load<u64>(at);
    if (width == 8) return u64(load<u8>(at));
    if (width == 16) return u64(load<u16>(at));
  }
  return extractBits(base, offset, width, bigEndian);
}

function renderNumber(op: u32, offset: u32, width: u32, quoted: u32): void {
  if (!reachNumber(offset, width) || !room(NUMBER_BYTES)) return;
  const value = bitsAt(offset, width);
  if (value != 0) nonzero = true;
  if (op == OP_UNSIGNED) out = writeUnsigned(out, value);
  else if (op == OP_SIGNED) out = writeSigned(out, signExtend(value, width));
  else writeHexNumber(value, quoted != 0);
}

function writeHexNumber(value: u64, quoted: bool): void {
  if (quoted) store<u8>(out++, 0x22);
  store<u16>(out, 0x7830);
  out = writeHex(out + 2, value);
  if (quoted) store<u8>(out++, 0x22);
}

function renderBool(offset: u32, bytes: u32): void {
  if (!reachBytes(offset, bytes) || !room(5)) return;
  let any: u32 = 0;
  for (let i: u32 = 0; i < bytes; i++) any |= load<u8>(base + offset + i);
  if (any != 0) nonzero = true;
  // `true`, and `fals` + `e`
  store<u32>(out, any != 0 ? 0x6575_7274 : 0x736c_6166);
  if (any == 0) store<u8>(out, 0x65, 4);
  out += any != 0 ? 4 : 5;
}

/** A known value is written and the next instruction skipped; so is `null` beyond the data. */
function renderEnum(offset: u32, width: u32, table: u32): void {
  if (!reachNumber(offset, width)) {
    pc += OP_BYTES;
    return;
  }
  const value = bitsAt(offset, width);
  if (value != 0) nonzero = true;
  let low: u32 = 0;
  let high = load<u32>(pool + table);
  const rows = pool + table + 8;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<u64>(rows + middle * 16) < value) low = middle + 1;
    else high = middle;
  }
  if (low == load<u32>(pool + table) || load<u64>(rows + low * 16) != value) return;
  copyLiteral(load<u32>(rows + low * 16, 8), load<u32>(rows + low * 16, 12));
  pc += OP_BYTES;
}

/** Names of the bits that are set, joined by `|`; bits without a name follow in hex. */
function renderFlags(offset: u32, mode: u32, table: u32): void {
  const value = bitsAt(offset, mode & 0xff);
  const count = load<u32>(pool + table);
  const quoted = (mode & FLAGS_BARE) == 0;
  let left = value;
  let first: bool = true;
  if (quoted && room(1)) store<u8>(out++, 0x22);
  for (let i: u32 = 0; i < count; i++) {
    const row = pool + table + 8 + i * 16;
    if ((value & load<u64>(row)) == 0) continue;
    left &= ~load<u64>(row);
    if (!first) copyBar();
    first = false;
    copyLiteral(load<u32>(row, 8), load<u32>(row, 12));
  }
  if (!room(NUMBER_BYTES + 2)) return;
  if (first) {
    if (quoted) out--;
    out = writeUnsigned(out, value);
    return;
  }
  if (left != 0) {
    copyBar();
    writeHexNumber(left, false);
  }
  if (quoted) store<u8>(out++, 0x22);
}

function copyBar(): void {
  if (room(NUMBER_BYTES)) store<u8>(out++, 0x7c);
}

function renderText(offset: u32, bytes: u32, rule: u32): void {
  if (base > limit || u64(offset) + u64(bytes) > u64(limit - base)) {
    pc += OP_BYTES;
    return;
  }
  const at = base + offset;
  const length = untilNul(at, bytes);
  const plain = rule == TEXT_ASCII ? length < bytes && isPrintableAscii(at, length) : isPlainUtf8(at, length);
  if (!plain) {
    pc += OP_BYTES;
    return;
  }
  if (length > 0) nonzero = true;
  if (room(2 * length + 2)) out = writeQuoted(out, at, length);
}

function renderChar(offset: u32): void {
  if (!reachBytes(offset, 1) || !room(8)) return;
  const c = load<u8>(base + offset);
  if (c != 0) nonzero = true;
  out = writeQuotedByte(out, c);
}

// -- loops -------------------------------------------------------------------------------------------------------------

/** Turns are bounded by the data that is there, whatever the array's type says. */
function enterLoop(count: u32, stride: u32, offset: u32): void {
  const there: u32 = base <= limit && offset <= u32(limit - base) ? u32(limit - base) - offset : 0;
  const whole: u32 = stride == 0 ? 0 : there / stride;
  let turns = whole;
  if (count != LOOP_TO_END) {
    const some: u32 = stride == 0 ? 0 : u32((u64(there) + u64(stride) - 1) / u64(stride));
    turns = min<u32>(count, some);
    if (turns < count && stride != 0) beyond++;
  }
  const frame = FRAMES + frames * 12;
  store<u32>(frame, u32(base));
  store<u32>(frame, turns, 4);
  store<u32>(frame, 0, 8);
  if (turns == 0 || frames == MAX_FRAMES) {
    skipLoop();
    return;
  }
  frames++;
  base += offset;
  // The separator is not for the first turn.
  pc += OP_BYTES;
}

/** Goes on behind the OP_NEXT of the loop just entered. */
function skipLoop(): void {
  const loop = u32(pc - OP_BYTES - plan) / OP_BYTES;
  while (load<u32>(pc) != OP_NEXT || load<u32>(pc, 4) != loop) pc += OP_BYTES;
  pc += OP_BYTES;
}

function nextTurn(loop: usize): void {
  const frame = FRAMES + (frames - 1) * 12;
  const left = load<u32>(frame, 4) - 1;
  if (left == 0) {
    base = load<u32>(frame);
    frames--;
    return;
  }
  store<u32>(frame, left, 4);
  store<u32>(frame, load<u32>(frame, 8) + 1, 8);
  base += load<u32>(loop, 8);
  pc = loop + OP_BYTES;
}

function renderTurn(table: u32): void {
  const turn = load<u32>(FRAMES + (frames - 1) * 12, 8);
  if (room(NUMBER_BYTES)) out = writeUnsigned(out, u64(load<u32>(pool + table + (turn << 2))));
}

// -- groups and fixes --------------------------------------------------------------------------------------------------

function openGroup(): void {
  const group = GROUPS + groups * 12;
  if (groups == MAX_GROUPS) unreachable();
  groups++;
  store<u32>(group, u32(out));
  store<u32>(group, u32(fixes), 4);
  store<u32>(group, u32(nonzero), 8);
  nonzero = false;
}

function closeGroup(): void {
  const group = GROUPS + --groups * 12;
  if (!nonzero) {
    out = load<u32>(group);
    fixes = load<u32>(group, 4);
  }
  nonzero = nonzero || load<u32>(group, 8) != 0;
}

/** Row: bytes written so far, address of the base, bit offset, meaning and width. */
function addFix(offset: u32, width: u32, meaning: u32): void {
  if (!reach(offset, width)) return;
  if (fixes == fixesEnd) {
    full = true;
    return;
  }
  store<u32>(fixes, u32(out - outStart));
  store<u32>(fixes, u32(base), 4);
  store<u32>(fixes, offset, 8);
  store<u32>(fixes, (meaning << 16) | width, 12);
  fixes += FIX_BYTES;
  if (anyBit(offset, width)) nonzero = true;
}

function anyBit(offset: u32, width: u32): bool {
  for (let done: u32 = 0; done < width; done += 64) {
    if (extractBits(base, offset + done, min<u32>(64, width - done), bigEndian) != 0) return true;
  }
  return false;
}
