import { ByteWriter } from "./elf-builder.ts";

/** Writes debug information for tests: line tables of versions 2 to 5, units with subprograms and inlined calls. */

export interface ByteOrder {
  readonly is64?: boolean;
  readonly littleEndian?: boolean;
}

export interface LineRow {
  readonly address: number;
  readonly line: number;
  readonly file?: number;
  readonly column?: number;
}

export interface LineTable {
  readonly version: 2 | 3 | 4 | 5;
  /** 64-bit DWARF. */
  readonly wide?: boolean;
  readonly directories?: readonly string[];
  readonly files: readonly { readonly name: string; readonly directory: number }[];
  /** Each sequence: its rows and the first address behind them. */
  readonly sequences: readonly { readonly rows: readonly LineRow[]; readonly end: number }[];
  /** Advance by special opcodes where they fit. */
  readonly special?: boolean;
}

const LINE_BASE = -5;
const LINE_RANGE = 14;
const OPCODE_BASE = 13;
const OPCODE_LENGTHS = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

export function buildLineTable(table: LineTable, order: ByteOrder = {}): number[] {
  const tables = new ByteWriter(order.is64, order.littleEndian);
  tables.u8(1);
  if (table.version >= 4) tables.u8(1);
  tables.u8(1, LINE_BASE, LINE_RANGE, OPCODE_BASE, ...OPCODE_LENGTHS);
  if (table.version >= 5) writeTables5(tables, table);
  else writeTables(tables, table);
  const program = new ByteWriter(order.is64, order.littleEndian);
  for (const sequence of table.sequences) writeSequence(program, sequence, table.special ?? true);
  const unit = new ByteWriter(order.is64, order.littleEndian).u16(table.version);
  if (table.version >= 5) unit.u8(order.is64 === true ? 8 : 4, 0);
  writeOffset(unit, tables.bytes.length, table.wide).append(tables.bytes).append(program.bytes);
  return withLength(unit.bytes, order, table.wide);
}

function writeTables(out: ByteWriter, table: LineTable): void {
  for (const directory of table.directories ?? []) out.text(directory);
  out.u8(0);
  for (const { name, directory } of table.files) out.text(name).uleb(directory).uleb(0).uleb(0);
  out.u8(0);
}

function writeTables5(out: ByteWriter, table: LineTable): void {
  out.u8(1).uleb(1).uleb(0x08);
  out.uleb(table.directories?.length ?? 0);
  for (const directory of table.directories ?? []) out.text(directory);
  out.u8(3).uleb(1).uleb(0x08).uleb(2).uleb(0x0b).uleb(5).uleb(0x1e);
  out.uleb(table.files.length);
  for (const { name, directory } of table.files) {
    out.text(name).u8(directory);
    for (let i = 0; i < 16; i++) out.u8(i);
  }
}

function writeSequence(
  out: ByteWriter,
  sequence: { readonly rows: readonly LineRow[]; readonly end: number },
  special: boolean,
): void {
  let [address, line, file, column] = [sequence.rows[0]?.address ?? 0, 1, 1, 0];
  out
    .u8(0)
    .uleb(1 + (out.is64 ? 8 : 4))
    .u8(2)
    .word(address);
  for (const row of sequence.rows) {
    if ((row.file ?? 1) !== file) out.u8(4).uleb(row.file ?? 1);
    if ((row.column ?? 0) !== column) out.u8(5).uleb(row.column ?? 0);
    const opcode = row.line - line - LINE_BASE + LINE_RANGE * (row.address - address) + OPCODE_BASE;
    const fits = row.line - line >= LINE_BASE && row.line - line < LINE_BASE + LINE_RANGE && opcode <= 255;
    if (special && fits) out.u8(opcode);
    else {
      if (row.address !== address) out.u8(2).uleb(row.address - address);
      if (row.line !== line) out.u8(3).sleb(row.line - line);
      out.u8(1);
    }
    [address, line, file, column] = [row.address, row.line, row.file ?? 1, row.column ?? 0];
  }
  out
    .u8(2)
    .uleb(sequence.end - address)
    .u8(0, 1, 1);
}

function writeOffset(out: ByteWriter, value: number, wide = false): ByteWriter {
  return wide ? out.u64(value) : out.u32(value);
}

function withLength(unit: readonly number[], order: ByteOrder, wide = false): number[] {
  const out = new ByteWriter(order.is64, order.littleEndian);
  if (wide) out.u32(0xffff_ffff).u64(unit.length);
  else out.u32(unit.length);
  return out.append(unit).bytes;
}

export interface FunctionPlan {
  readonly name: string;
  readonly linkage?: string;
  readonly low: number;
  readonly high: number;
  /** Several ranges instead of low and high. */
  readonly ranges?: readonly (readonly [number, number])[];
  readonly calls?: readonly InlinePlan[];
}

export interface InlinePlan {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly callFile: number;
  readonly callLine: number;
  readonly calls?: readonly InlinePlan[];
}

export interface UnitPlan {
  readonly version: 4 | 5;
  readonly directory: string;
  readonly lines: number;
  readonly functions: readonly FunctionPlan[];
}

const CODE = { unit: 1, subprogram: 2, leaf: 3, abstract: 4, inlined: 5, inlinedLeaf: 6, ranged: 7 } as const;

/** `.debug_info`, `.debug_abbrev` and the range lists of one unit. */
export function buildUnit(
  plan: UnitPlan,
  order: ByteOrder = {},
): { info: number[]; abbrev: number[]; ranges: number[] } {
  const headerSize = plan.version >= 5 ? 12 : 11;
  const body = new ByteWriter(order.is64, order.littleEndian);
  const ranges = new ByteWriter(order.is64, order.littleEndian);
  if (plan.version >= 5)
    ranges
      .u32(0)
      .u16(5)
      .u8(order.is64 === true ? 8 : 4, 0)
      .u32(0);
  body.uleb(CODE.unit).text(plan.directory).u32(plan.lines).word(0);
  const origins = new Map<string, number>();
  for (const name of inlinedNames(plan.functions)) {
    origins.set(name, headerSize + body.bytes.length);
    body.uleb(CODE.abstract).text(name);
  }
  for (const one of plan.functions) writeFunction(body, ranges, one, origins, plan.version);
  body.u8(0);
  const unit = new ByteWriter(order.is64, order.littleEndian).u16(plan.version);
  const addressSize = order.is64 === true ? 8 : 4;
  if (plan.version >= 5) unit.u8(1, addressSize).u32(0);
  else unit.u32(0).u8(addressSize);
  return { info: withLength(unit.append(body.bytes).bytes, order), abbrev: abbreviations(), ranges: ranges.bytes };
}

function inlinedNames(functions: readonly (FunctionPlan | InlinePlan)[], inside = false): Set<string> {
  const names = new Set<string>();
  for (const one of functions) {
    if (inside) names.add(one.name);
    for (const name of inlinedNames(one.calls ?? [], true)) names.add(name);
  }
  return names;
}

function writeFunction(
  out: ByteWriter,
  ranges: ByteWriter,
  one: FunctionPlan,
  origins: ReadonlyMap<string, number>,
  version: number,
): void {
  if (one.ranges !== undefined) {
    out.uleb(CODE.ranged).text(one.name).u32(ranges.bytes.length);
    for (const [low, high] of one.ranges) {
      if (version >= 5) ranges.u8(6).word(low).word(high);
      else ranges.word(low).word(high);
    }
    if (version >= 5) ranges.u8(0);
    else ranges.word(0).word(0);
  } else {
    out
      .uleb(one.calls === undefined ? CODE.leaf : CODE.subprogram)
      .text(one.name)
      .text(one.linkage ?? one.name);
    out.word(one.low).u32(one.high - one.low);
    if (one.calls === undefined) return;
  }
  for (const call of one.calls ?? []) writeCall(out, call, origins);
  out.u8(0);
}

function writeCall(out: ByteWriter, call: InlinePlan, origins: ReadonlyMap<string, number>): void {
  out.uleb(call.calls === undefined ? CODE.inlinedLeaf : CODE.inlined).u32(origins.get(call.name)!);
  out
    .word(call.low)
    .u32(call.high - call.low)
    .u8(call.callFile)
    .u16(call.callLine);
  if (call.calls === undefined) return;
  for (const inner of call.calls) writeCall(out, inner, origins);
  out.u8(0);
}

function abbreviations(): number[] {
  const out = new ByteWriter();
  const declare = (
    code: number,
    tag: number,
    children: number,
    pairs: readonly (readonly [number, number])[],
  ): void => {
    out.uleb(code).uleb(tag).u8(children);
    for (const [attribute, form] of pairs) out.uleb(attribute).uleb(form);
    out.u8(0, 0);
  };
  const call = [
    [0x31, 0x13],
    [0x11, 0x01],
    [0x12, 0x06],
    [0x58, 0x0b],
    [0x59, 0x05],
  ] as const;
  const code = [
    [0x03, 0x08],
    [0x6e, 0x08],
    [0x11, 0x01],
    [0x12, 0x06],
  ] as const;
  declare(CODE.unit, 0x11, 1, [
    [0x1b, 0x08],
    [0x10, 0x17],
    [0x11, 0x01],
  ]);
  declare(CODE.subprogram, 0x2e, 1, code);
  declare(CODE.leaf, 0x2e, 0, code);
  declare(CODE.abstract, 0x2e, 0, [[0x03, 0x08]]);
  declare(CODE.inlined, 0x1d, 1, call);
  declare(CODE.inlinedLeaf, 0x1d, 0, call);
  declare(CODE.ranged, 0x2e, 1, [
    [0x03, 0x08],
    [0x55, 0x17],
  ]);
  return out.u8(0).bytes;
}
