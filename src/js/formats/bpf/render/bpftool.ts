import * as P from "../../../abi/btf-plan.ts";
import { isQualifier, KIND } from "../btf/kinds.ts";
import { FIX } from "./dialect.ts";
import { checkLevel, ValueWriter } from "./value-writer.ts";

/**
 * What `bpftool -j map dump` writes under "formatted", byte for byte, where that is JSON: bitfields in hex without sign
 * or name, anonymous members under the key "", strings of printable ASCII only. Floats, which bpftool cannot write, are
 * numbers. Source: docs/formats/btf.md, "As bpftool renders".
 */
export class BpftoolPlan extends ValueWriter {
  override value(typeId: number, at: number, level: number): void {
    checkLevel(level);
    const { plan } = this;
    const { btf } = this.reader;
    const id = btf.kind(typeId) === KIND.VAR ? btf.target(typeId) : typeId;
    const resolved = btf.resolve(id) ?? 0;
    if (this.reader.shape(resolved).problem?.code === "MalformedBtf") {
      plan.text("null");
      return;
    }
    switch (btf.kind(resolved)) {
      case KIND.INT:
        this.int(resolved, at * 8);
        break;
      case KIND.PTR:
        plan.op(P.OP_UNSIGNED, at * 8, btf.pointerSize * 8);
        break;
      case KIND.ENUM:
        this.enum32(resolved, at * 8);
        break;
      case KIND.ENUM64:
        this.enum64(resolved, at * 8);
        break;
      case KIND.STRUCT:
      case KIND.UNION:
        this.composite(resolved, at, level);
        break;
      case KIND.ARRAY:
        this.array(resolved, at, level);
        break;
      case KIND.DATASEC:
        this.section(resolved, at, level);
        break;
      case KIND.FLOAT:
        plan.op(P.OP_FIX, at * 8, btf.rawSize(resolved) * 8, FIX.float);
        break;
      default:
        plan.text("null");
    }
  }

  private int(id: number, bitAt: number): void {
    const { plan } = this;
    const { signed, char, bool, bits, bitOffset } = this.reader.btf.int(id);
    const plain = bitOffset === 0 && bitAt % 8 === 0;
    if (!plain || bits % 8 !== 0) this.hex(bitAt + bitOffset, bits);
    else if (bits === 128) plan.op(P.OP_FIX, bitAt, bits, FIX.wideHex);
    else if (bool) plan.op(P.OP_BOOL, bitAt / 8, 1);
    else if (char) plan.op(P.OP_CHAR, bitAt / 8);
    else if (bits === 8 || bits === 16 || bits === 32 || bits === 64) {
      plan.op(signed ? P.OP_SIGNED : P.OP_UNSIGNED, bitAt, bits);
    } else this.hex(bitAt, bits);
  }

  private hex(bitAt: number, bits: number): void {
    if (bits > 64) this.plan.op(P.OP_FIX, bitAt, bits, FIX.wideHex);
    else this.plan.op(P.OP_HEX, bitAt, Math.max(bits, 1), 1);
  }

  /** Compared as signed numbers of the enum's size, whatever the enum says. */
  private enum32(id: number, bitAt: number): void {
    const { btf } = this.reader;
    const width = btf.rawSize(id) * 8;
    const rows: (readonly [bigint, string])[] = [];
    for (const { name, value } of btf.enumerators(id)) {
      const signed = BigInt.asIntN(32, value);
      if (BigInt.asIntN(width, signed) === signed) rows.push([BigInt.asUintN(width, signed), JSON.stringify(name)]);
    }
    this.named(rows, bitAt, width);
  }

  private enum64(id: number, bitAt: number): void {
    const rows = this.reader.btf
      .enumerators(id)
      .map(({ name, value }) => [BigInt.asUintN(64, value), JSON.stringify(name)] as const);
    this.named(rows, bitAt, this.reader.btf.rawSize(id) * 8);
  }

  private named(rows: readonly (readonly [bigint, string])[], bitAt: number, width: number): void {
    const first = new Map<bigint, string>();
    for (const [value, text] of rows) if (!first.has(value)) first.set(value, text);
    this.plan.op(P.OP_ENUM, bitAt, width, this.plan.valueTable([...first]));
    this.plan.op(P.OP_SIGNED, bitAt, width);
  }

  private composite(id: number, at: number, level: number): void {
    const { btf } = this.reader;
    this.plan.text("{");
    btf.members(id).forEach((member, ix) => {
      if (ix > 0) this.plan.text(",");
      this.plan.text(`${JSON.stringify(member.name)}:`);
      const bitAt = at * 8 + member.bitOffset;
      if (member.bitfieldSize > 0) this.hex(bitAt, member.bitfieldSize);
      else if (member.bitOffset % 8 === 0) this.value(member.typeId, bitAt / 8, level + 1);
      else this.unaligned(member.typeId, bitAt);
    });
    this.plan.text("}");
  }

  /** A bitfield of the old form: an int at a bit offset. */
  private unaligned(typeId: number, bitAt: number): void {
    const { btf } = this.reader;
    const resolved = btf.resolve(typeId) ?? 0;
    if (btf.kind(resolved) === KIND.INT) this.int(resolved, bitAt);
    else this.plan.text("null");
  }

  private array(id: number, at: number, level: number): void {
    const { btf } = this.reader;
    const { elementId, count } = btf.array(id);
    const text = this.isCharacter(elementId) ? P.TEXT_ASCII : undefined;
    const byteSize = btf.sizeOf(elementId) ?? 0;
    this.elements({ at, byteSize, count, text }, () => this.value(elementId, 0, level + 1));
  }

  /** Through qualifiers, but not through typedefs. */
  private isCharacter(elementId: number): boolean {
    const { btf } = this.reader;
    let id = elementId;
    for (let steps = 0; steps < 32 && isQualifier(btf.kind(id)); steps++) id = btf.target(id);
    return btf.kind(id) === KIND.INT && btf.rawSize(id) === 1 && (btf.int(id).char || btf.name(id) === "char");
  }

  /** Global variables: a list of objects of one key each. */
  private section(id: number, at: number, level: number): void {
    const { btf } = this.reader;
    this.plan.text(`{${JSON.stringify(btf.name(id))}:[`);
    btf.sectionEntries(id).forEach((entry, ix) => {
      if (ix > 0) this.plan.text(",");
      this.plan.text(`{${JSON.stringify(btf.name(entry.typeId))}:`);
      this.value(entry.typeId, at + entry.offset, level + 1);
      this.plan.text("}");
    });
    this.plan.text("]}");
  }
}
