/**
 * The line-number state machine (DWARF 5 section 6.2.5). Rows are not stored: a sequence keeps its range and a
 * checkpoint every CHECKPOINT_ROWS rows, from which a lookup runs on.
 */
import {
  lineBase,
  lineRange,
  maxOperations,
  minInstruction,
  opcodeBase,
  opcodeLengths,
  programPtr,
  unitEnd,
} from "./line-header";
import { failed, left, position, readSleb, readU8, readU16, readUleb, readUnsigned, seek, setEnd } from "./reader";

const DW_LNS_COPY: u32 = 1;
const DW_LNS_ADVANCE_PC: u32 = 2;
const DW_LNS_ADVANCE_LINE: u32 = 3;
const DW_LNS_SET_FILE: u32 = 4;
const DW_LNS_SET_COLUMN: u32 = 5;
const DW_LNS_NEGATE_STMT: u32 = 6;
const DW_LNS_SET_BASIC_BLOCK: u32 = 7;
const DW_LNS_CONST_ADD_PC: u32 = 8;
const DW_LNS_FIXED_ADVANCE_PC: u32 = 9;
const DW_LNS_SET_PROLOGUE_END: u32 = 10;
const DW_LNS_SET_EPILOGUE_BEGIN: u32 = 11;
const DW_LNS_SET_ISA: u32 = 12;
const DW_LNE_END_SEQUENCE: u32 = 1;
const DW_LNE_SET_ADDRESS: u32 = 2;

/** Registers of the state machine. */
export let address: u64 = 0;
export let operation: u32 = 0;
export let file: u32 = 1;
export let line: u32 = 1;
export let column: u32 = 0;

export function resetRegisters(): void {
  address = 0;
  operation = 0;
  file = 1;
  line = 1;
  column = 0;
}

export function setRegisters(atAddress: u64, atOperation: u32, atFile: u32, atLine: u32, atColumn: u32): void {
  address = atAddress;
  operation = atOperation;
  file = atFile;
  line = atLine;
  column = atColumn;
}

/** What one opcode did. */
export const STEP_NOTHING: u32 = 0;
export const STEP_ROW: u32 = 1;
export const STEP_END_SEQUENCE: u32 = 2;
/** The program is over, or cut off. */
export const STEP_OVER: u32 = 3;

/** Places the cursor at `at` in the program of the unit whose header was read last. */
export function resumeProgram(at: u32): void {
  setEnd(unitEnd);
  seek(at < programPtr ? programPtr : at);
}

/** Executes the opcode at the cursor. Every opcode takes at least one byte, so a program ends. */
export function stepProgram(): u32 {
  if (left() == 0) return STEP_OVER;
  const opcode = readU8();
  if (opcode >= opcodeBase) {
    const adjusted = opcode - opcodeBase;
    advance(lineRange == 0 ? 0 : u64(adjusted / lineRange));
    line = line + lineBase + (lineRange == 0 ? 0 : adjusted % lineRange);
    return STEP_ROW;
  }
  return opcode == 0 ? stepExtended() : stepStandard(opcode);
}

function stepExtended(): u32 {
  const length = readUleb();
  if (failed || length > u64(left())) return STEP_OVER;
  if (length == 0) return STEP_NOTHING;
  const next = position() + u32(length);
  const opcode = readU8();
  if (opcode == DW_LNE_END_SEQUENCE) {
    seek(next);
    return STEP_END_SEQUENCE;
  }
  if (opcode == DW_LNE_SET_ADDRESS && length <= 9) {
    address = readUnsigned(u32(length) - 1);
    operation = 0;
  }
  seek(next);
  return STEP_NOTHING;
}

function stepStandard(opcode: u32): u32 {
  switch (opcode) {
    case DW_LNS_COPY:
      return STEP_ROW;
    case DW_LNS_ADVANCE_PC:
      advance(readUleb());
      break;
    case DW_LNS_ADVANCE_LINE:
      line = line + u32(readSleb());
      break;
    case DW_LNS_SET_FILE:
      file = u32(readUleb());
      break;
    case DW_LNS_SET_COLUMN:
      column = u32(readUleb());
      break;
    case DW_LNS_CONST_ADD_PC:
      advance(lineRange == 0 ? 0 : u64((255 - opcodeBase) / lineRange));
      break;
    case DW_LNS_FIXED_ADVANCE_PC:
      address += u64(readU16());
      operation = 0;
      break;
    case DW_LNS_SET_ISA:
      readUleb();
      break;
    case DW_LNS_NEGATE_STMT:
    case DW_LNS_SET_BASIC_BLOCK:
    case DW_LNS_SET_PROLOGUE_END:
    case DW_LNS_SET_EPILOGUE_BEGIN:
      break;
    default:
      skipOperands(opcode);
  }
  return failed ? STEP_OVER : STEP_NOTHING;
}

function skipOperands(opcode: u32): void {
  const count = u32(load<u8>(opcodeLengths + opcode - 1));
  for (let i: u32 = 0; i < count; i++) readUleb();
}

function advance(operations: u64): void {
  if (maxOperations <= 1) {
    address += operations * minInstruction;
    return;
  }
  const total = u64(operation) + operations;
  address += minInstruction * (total / u64(maxOperations));
  operation = u32(total % u64(maxOperations));
}
