import { limitExceeded } from "../../../base/limits.ts";
import { alignOf, isPacked } from "./alignment.ts";
import type { Btf } from "./btf.ts";
import { renderTypeName } from "./declaration.ts";
import { isComposite, KIND } from "./kinds.ts";

/** A named place in a struct; members of anonymous structs and unions appear at their parent's level, as C has them. */
export interface LayoutField {
  readonly name: string;
  readonly typeId: number;
  /** From the start of the outermost struct, in bits. */
  readonly bitOffset: number;
  /** 0 for flexible arrays and types without size. */
  readonly bitSize: number;
  readonly isBitfield: boolean;
  /** Anonymous structs and unions around it. */
  readonly depth: number;
}

/** Bits that belong to no member. */
export interface LayoutHole {
  readonly bitOffset: number;
  readonly bits: number;
}

export interface StructLayout {
  readonly id: number;
  readonly kind: "struct" | "union";
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly align: number;
  readonly packed: boolean;
  readonly fields: readonly LayoutField[];
  readonly holes: readonly LayoutHole[];
  /** Bits after the last member. */
  readonly paddingBits: number;
  /** Started 64-byte lines. */
  readonly cacheLines: number;
}

const CACHE_LINE_BYTES = 64;

const MAX_DEPTH = 64;
/** Lines of a layout. */
const MAX_FIELDS = 1 << 20;
/** Members of unnamed structs inside a struct; the kernel's own have a few hundred. */
const MAX_NESTED = 1 << 16;

/**
 * The members that a dotted path can name, in declaration order. Types that nest beyond reason end early: unnamed structs
 * can contain each other so that a small blob has more members than memory.
 */
export function flattenFields(btf: Btf, id: number): LayoutField[] {
  const fields: LayoutField[] = [];
  collect(btf, id, 0, 0, { fields, left: btf.vlen(id) + MAX_NESTED });
  return fields;
}

interface Flattening {
  readonly fields: LayoutField[];
  /** Members that may still be looked at. */
  left: number;
}

function collect(btf: Btf, id: number, base: number, depth: number, into: Flattening): void {
  for (let ix = 0, count = btf.vlen(id); ix < count && into.left > 0; ix++) {
    into.left--;
    const member = btf.member(id, ix);
    const inner = btf.resolve(member.typeId);
    const bitOffset = base + member.bitOffset;
    if (member.name === "" && inner !== undefined && isComposite(btf.kind(inner)) && depth < MAX_DEPTH) {
      collect(btf, inner, bitOffset, depth + 1, into);
    } else
      into.fields.push({
        name: member.name,
        typeId: member.typeId,
        depth,
        ...placeOf(btf, member.typeId, bitOffset, member.bitfieldSize),
      });
  }
}

/**
 * Where a member's value is. Bitfields have two forms: a width in a struct with kind_flag, or an INT whose bits are
 * fewer than its bytes hold or start within them.
 */
export function placeOf(
  btf: Btf,
  typeId: number,
  bitOffset: number,
  bitfieldSize: number,
): { readonly bitOffset: number; readonly bitSize: number; readonly isBitfield: boolean } {
  if (bitfieldSize > 0) return { bitOffset, bitSize: bitfieldSize, isBitfield: true };
  const resolved = btf.resolve(typeId);
  const bitSize = (btf.sizeOf(typeId) ?? 0) * 8;
  if (resolved !== undefined && btf.kind(resolved) === KIND.INT) {
    const { bits, bitOffset: shift } = btf.int(resolved);
    if (shift !== 0 || bits !== bitSize || (bitOffset & 7) !== 0) {
      return { bitOffset: bitOffset + shift, bitSize: bits, isBitfield: true };
    }
  }
  return { bitOffset, bitSize, isBitfield: false };
}

/** @returns undefined if `id` is no struct or union (typedefs and qualifiers are followed). */
export function getLayout(btf: Btf, id: number): StructLayout | undefined {
  const resolved = btf.resolve(id);
  if (resolved === undefined || !isComposite(btf.kind(resolved))) return undefined;
  const isStruct = btf.kind(resolved) === KIND.STRUCT;
  const size = btf.rawSize(resolved);
  const fields = flattenFields(btf, resolved);
  const { holes, end } = findHoles(btf, resolved);
  return {
    id: resolved,
    kind: isStruct ? "struct" : "union",
    name: btf.name(resolved),
    size,
    align: alignOf(btf, resolved),
    packed: isStruct && isPacked(btf, resolved),
    fields,
    holes: isStruct ? holes : [],
    paddingBits: isStruct ? Math.max(0, size * 8 - end) : 0,
    cacheLines: Math.ceil(size / CACHE_LINE_BYTES),
  };
}

/** Gaps between the direct members; what lies inside a nested struct is that struct's own affair. */
function findHoles(btf: Btf, id: number): { readonly holes: LayoutHole[]; readonly end: number } {
  const holes: LayoutHole[] = [];
  let end = 0;
  for (const member of btf.members(id)) {
    const place = placeOf(btf, member.typeId, member.bitOffset, member.bitfieldSize);
    if (place.bitOffset > end) holes.push({ bitOffset: end, bits: place.bitOffset - end });
    end = Math.max(end, place.bitOffset + place.bitSize);
  }
  return { holes, end };
}

/**
 * The layout as text: every member with its offset and size in bytes (bitfields: `byte:bit width`), holes, cache
 * lines, and a summary line, much as pahole prints them.
 */
export function renderLayout(btf: Btf, id: number): string {
  const layout = getLayout(btf, id);
  if (layout === undefined) return "";
  const writer = new LayoutWriter(btf);
  writer.composite(layout.id, layout.name, 0, 0, "");
  const lines = writer.lines();
  const holes = layout.holes.reduce((sum, hole) => sum + hole.bits, 0);
  lines.push("");
  lines.push(
    `/* size: ${layout.size}, cache lines: ${layout.cacheLines}, members: ${btf.vlen(layout.id)}, align: ${layout.align}${layout.packed ? ", packed" : ""} */`,
  );
  if (holes > 0) lines.push(`/* holes: ${layout.holes.length}, ${bitsText(holes)} */`);
  if (layout.paddingBits > 0) lines.push(`/* padding: ${bitsText(layout.paddingBits)} */`);
  return `${lines.join("\n")}\n`;
}

function bitsText(bits: number): string {
  const bytes = Math.floor(bits / 8);
  const rest = bits % 8;
  const parts = [...(bytes > 0 ? [`${bytes} bytes`] : []), ...(rest > 0 ? [`${rest} bits`] : [])];
  return parts.join(" ");
}

const TAB_COLUMNS = 8;
/** Offsets stand in one column, unless a declaration is longer than this. */
const MAX_COLUMN = 96;

interface LayoutLine {
  readonly tabs: number;
  readonly text: string;
  /** What stands in the column of offsets. */
  readonly note?: string;
}

class LayoutWriter {
  private readonly btf: Btf;
  private readonly written: LayoutLine[] = [];
  private line = 0;

  constructor(btf: Btf) {
    this.btf = btf;
  }

  lines(): string[] {
    const width = ({ tabs, text }: LayoutLine): number => tabs * TAB_COLUMNS + text.length;
    const noted = this.written.filter(({ note }) => note !== undefined).map(width);
    const column = noted.filter((end) => end < MAX_COLUMN).reduce((most, end) => Math.max(most, end), 0) + 2;
    return this.written.map((line) => {
      const start = "\t".repeat(line.tabs) + line.text;
      return line.note === undefined ? start : `${start}${" ".repeat(Math.max(1, column - width(line)))}${line.note}`;
    });
  }

  composite(id: number, name: string, base: number, depth: number, after: string, note?: string): void {
    const { btf } = this;
    const isStruct = btf.kind(id) === KIND.STRUCT;
    this.push(depth, `${isStruct ? "struct" : "union"}${name === "" ? "" : ` ${name}`} {`);
    let end = 0;
    for (const member of btf.members(id)) {
      const place = placeOf(btf, member.typeId, member.bitOffset, member.bitfieldSize);
      if (isStruct && place.bitOffset > end) this.hole(place.bitOffset - end, depth + 1);
      this.cacheLine(base + place.bitOffset, depth + 1);
      this.member(member.typeId, member.name, base + member.bitOffset, depth + 1, place, base);
      end = Math.max(end, place.bitOffset + place.bitSize);
    }
    this.push(depth, `}${after};`, note);
  }

  private member(
    typeId: number,
    name: string,
    bitOffset: number,
    depth: number,
    place: { readonly bitOffset: number; readonly bitSize: number; readonly isBitfield: boolean },
    base: number,
  ): void {
    const { btf } = this;
    const anonymous = btf.nameOff(typeId) === 0 && isComposite(btf.kind(typeId));
    if (anonymous && depth < MAX_DEPTH) {
      const note = bytesText(bitOffset / 8, btf.rawSize(typeId));
      this.composite(typeId, "", bitOffset, depth, name === "" ? "" : ` ${name}`, note);
      return;
    }
    const at = base + place.bitOffset;
    const where = place.isBitfield
      ? `/* ${String(Math.floor(at / 8)).padStart(5)}:${at % 8} ${place.bitSize} */`
      : bytesText(at / 8, place.bitSize / 8);
    this.push(depth, `${renderTypeName(btf, typeId, name)}${place.isBitfield ? `:${place.bitSize}` : ""};`, where);
  }

  private hole(bits: number, depth: number): void {
    this.push(0, "");
    this.push(depth, `/* hole of ${bitsText(bits)} */`);
    this.push(0, "");
  }

  private cacheLine(bitOffset: number, depth: number): void {
    const line = Math.floor(bitOffset / 8 / CACHE_LINE_BYTES);
    if (line <= this.line) return;
    this.line = line;
    this.push(depth, `/* --- cache line ${line} (${line * CACHE_LINE_BYTES} bytes) --- */`);
  }

  /** @throws SnapshotError `LimitExceeded` for types that nest beyond reason. */
  private push(tabs: number, text: string, note?: string): void {
    if (this.written.length >= MAX_FIELDS) {
      throw limitExceeded("reportItems", MAX_FIELDS, this.written.length + 1, "rendering a layout");
    }
    this.written.push(note === undefined ? { tabs, text } : { tabs, text, note });
  }
}

function bytesText(offset: number, size: number): string {
  return `/* ${String(offset).padStart(5)} ${String(size).padStart(5)} */`;
}
