/**
 * The resident index over `.debug_line`: one record per sequence {low u64, high u64, program offset, unit offset,
 * checkpoint count, 0} with its checkpoints {address u64, program offset, file, line, column (24 bits) + operation
 * (8)} behind it, and an array of records ordered by low address. About a fifth of the section it describes.
 */
import { keepUntil, reach, rewind, setResult, setResult64 } from "./arena";
import { STATUS_ISSUES, STATUS_LIMIT, STATUS_OK } from "./layout";
import { programPtr, readLineHeader, unitEnd } from "./line-header";
import {
  address,
  column,
  file,
  line,
  operation,
  resetRegisters,
  resumeProgram,
  STEP_END_SEQUENCE,
  STEP_OVER,
  STEP_ROW,
  setRegisters,
  stepProgram,
} from "./line-program";
import { left, openWindow, position, seek } from "./reader";
import { sortHandles } from "./sort";

const CHECKPOINT_ROWS: u32 = 64;
const SEQUENCE_BYTES: u32 = 32;
const CHECKPOINT_BYTES: u32 = 24;
/** The index may be this many times the section; real programs need a tenth of that. */
const MAX_GROWTH: u64 = 3;
const FREE_BYTES: u64 = 65536;
/** Bytes of program run for one address. Between two checkpoints real programs have a few hundred. */
const MAX_REPLAY_BYTES: u32 = 65536;
/** Overlapping sequences looked at for one address. Only discarded functions at address 0 overlap in real files. */
const MAX_OVERLAPS: u32 = 4096;

let section: u32 = 0;
let sectionLength: u32 = 0;
let recordsPtr: u32 = 0;
let recordsEnd: u32 = 0;
let sequences: u32 = 0;
let order: u32 = 0;
let longest: u64 = 0;
let badUnits: u32 = 0;
let nextUnit: u32 = 0;

/** Begins the index of the section at `ptr`, which was kept last. */
export function beginLines(ptr: u32, length: u32): void {
  section = ptr;
  sectionLength = length;
  recordsPtr = (ptr + length + 7) & ~7;
  recordsEnd = recordsPtr;
  sequences = 0;
  longest = 0;
  badUnits = 0;
  order = 0;
  nextUnit = ptr;
}

/**
 * Reads units until at least `byteBudget` bytes of program are done.
 * Result: 0 = bytes done, 1 = sequences, 2 = units that could not be read.
 * @returns STATUS_OK when there is more to do, STATUS_ISSUES when all is read, STATUS_LIMIT when the index is full
 * (what was read is usable).
 */
export function stepLines(byteBudget: u32): u32 {
  const from = nextUnit;
  let status = STATUS_OK;
  while (nextUnit < section + sectionLength && nextUnit - from < byteBudget && status == STATUS_OK) status = readUnit();
  if (status == STATUS_OK && nextUnit >= section + sectionLength) status = STATUS_ISSUES;
  setResult(0, nextUnit - section);
  setResult(1, sequences);
  setResult(2, badUnits);
  return status;
}

/** Orders the sequences; to be called once after the last step. Result: 0 = bytes of the index. */
export function finishLines(): u32 {
  const at = (recordsEnd + 7) & ~7;
  if (!keepUntil(at + sequences * 4)) return STATUS_LIMIT;
  let record = recordsPtr;
  for (let i: u32 = 0; i < sequences; i++) {
    store<u32>(at + i * 4, record);
    record += SEQUENCE_BYTES + load<u32>(record, 24) * CHECKPOINT_BYTES;
  }
  if (!sortHandles(at, sequences, (a: u32, b: u32): bool => load<u64>(a) < load<u64>(b))) return STATUS_LIMIT;
  rewind(0);
  order = at;
  setResult(0, at + sequences * 4 - recordsPtr);
  return STATUS_OK;
}

function readUnit(): u32 {
  const unit = nextUnit;
  openWindow(section, sectionLength);
  seek(unit);
  const isReadable = readLineHeader(section + sectionLength);
  nextUnit = unitEnd > unit ? unitEnd : section + sectionLength;
  if (!isReadable) {
    badUnits++;
    return STATUS_OK;
  }
  resumeProgram(programPtr);
  resetRegisters();
  while (left() > 0) {
    const status = readSequence(unit);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

/** Runs one sequence and adds its record if it covers anything. */
function readSequence(unit: u32): u32 {
  const record = recordsEnd;
  const program = position();
  if (!roomFor(record + SEQUENCE_BYTES)) return STATUS_LIMIT;
  let out = record + SEQUENCE_BYTES;
  let rows: u32 = 0;
  let low: u64 = 0;
  for (;;) {
    const step = stepProgram();
    if (step == STEP_OVER) {
      seek(unitEnd);
      return STATUS_OK;
    }
    if (step == STEP_END_SEQUENCE) break;
    if (step != STEP_ROW) continue;
    if (rows++ == 0) low = address;
    else if (rows % CHECKPOINT_ROWS == 0) {
      if (!roomFor(out + CHECKPOINT_BYTES)) return STATUS_LIMIT;
      writeCheckpoint(out);
      out += CHECKPOINT_BYTES;
    }
  }
  if (rows > 0 && low < address) {
    store<u64>(record, low);
    store<u64>(record, address, 8);
    store<u32>(record, program - section, 16);
    store<u32>(record, unit - section, 20);
    store<u32>(record, (out - record - SEQUENCE_BYTES) / CHECKPOINT_BYTES, 24);
    if (address - low > longest) longest = address - low;
    recordsEnd = out;
    sequences++;
  }
  resetRegisters();
  return STATUS_OK;
}

function writeCheckpoint(out: u32): void {
  store<u64>(out, address);
  store<u32>(out, position() - section, 8);
  store<u32>(out, file, 12);
  store<u32>(out, line, 16);
  store<u32>(out, min(column, 0xff_ffff) | (operation << 24), 20);
}

function roomFor(end: u32): bool {
  if (u64(end) - u64(recordsPtr) > u64(sectionLength) * MAX_GROWTH + FREE_BYTES) return false;
  return reach(u64(end));
}

// -- lookup -----------------------------------------------------------------------------------------------------------

/** The lookup made last would have taken too many steps. */
export let isReplayCut: bool = false;

/**
 * The row that holds `target`: last row at or below it in the sequence that covers it. Of several sequences the one of
 * the first unit.
 * Result words from `word` on: unit offset, file, line, column, and the row's address (u64).
 */
export function findLine(target: u64, word: u32): bool {
  isReplayCut = false;
  const record = findSequence(target);
  if (record == 0) return false;
  openWindow(section, sectionLength);
  const unit = load<u32>(record, 20);
  seek(section + unit);
  if (!readLineHeader(section + sectionLength)) return false;
  startNear(record, target);
  let rowAddress = address;
  let rowFile = file;
  let rowLine = line;
  let rowColumn = column;
  const from = position();
  for (;;) {
    const step = stepProgram();
    if (step == STEP_OVER || step == STEP_END_SEQUENCE) break;
    if (position() - from > MAX_REPLAY_BYTES) {
      isReplayCut = true;
      return false;
    }
    if (step != STEP_ROW) continue;
    if (address > target) break;
    rowAddress = address;
    rowFile = file;
    rowLine = line;
    rowColumn = column;
  }
  setResult(word, unit);
  setResult(word + 1, rowFile);
  setResult(word + 2, rowLine);
  setResult(word + 3, rowColumn);
  setResult64(word + 4, rowAddress);
  return true;
}

/** Sets the registers to the last checkpoint at or below `target`, or to the start of the sequence. */
function startNear(record: u32, target: u64): void {
  const checkpoints = record + SEQUENCE_BYTES;
  let low: u32 = 0;
  let high = load<u32>(record, 24);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<u64>(checkpoints + middle * CHECKPOINT_BYTES) <= target) low = middle + 1;
    else high = middle;
  }
  if (low == 0) {
    resetRegisters();
    resumeProgram(section + load<u32>(record, 16));
    return;
  }
  const at = checkpoints + (low - 1) * CHECKPOINT_BYTES;
  const last = load<u32>(at, 20);
  setRegisters(load<u64>(at), last >>> 24, load<u32>(at, 12), load<u32>(at, 16), last & 0xff_ffff);
  resumeProgram(section + load<u32>(at, 8));
}

function findSequence(target: u64): u32 {
  let low: u32 = 0;
  let high: u32 = order == 0 ? 0 : sequences;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<u64>(load<u32>(order + middle * 4)) <= target) low = middle + 1;
    else high = middle;
  }
  let best: u32 = 0;
  for (let tried: u32 = 0; low > 0 && tried < MAX_OVERLAPS; tried++) {
    const record = load<u32>(order + --low * 4);
    if (target - load<u64>(record) >= longest) break;
    if (target >= load<u64>(record, 8)) continue;
    if (best == 0 || load<u32>(record, 20) < load<u32>(best, 20)) best = record;
  }
  return best;
}
