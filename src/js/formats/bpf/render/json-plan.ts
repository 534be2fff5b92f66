import * as P from "../../../abi/btf-plan.ts";
import type { Field, Shape } from "../values/shape.ts";
import { FIX } from "./dialect.ts";
import { checkLevel, ValueWriter } from "./value-writer.ts";

/** Our JSON: compact, integers exact, one key per name that C can say. */
export class JsonPlan extends ValueWriter {
  override value(typeId: number, at: number, level: number): void {
    const shape = this.reader.shape(typeId);
    this.place(shape, at * 8 + shape.shift, shape.bits, level, true);
  }

  /** A value at a bit offset. @param isTail nothing of the outermost value lies behind it. */
  protected place(shape: Shape, bitAt: number, width: number, level: number, isTail: boolean): void {
    checkLevel(level);
    const { plan } = this;
    switch (shape.kind) {
      case "struct":
      case "union":
        this.composite(shape, bitAt, level, isTail);
        break;
      case "array":
        this.array(shape, bitAt / 8, level, isTail);
        break;
      case "bool":
        this.bool(bitAt, width);
        break;
      case "enum":
      case "flags":
        this.enumeration(shape, bitAt, width);
        break;
      case "float":
        plan.op(P.OP_FIX, bitAt, width, FIX.float);
        break;
      case "int":
      case "uint":
      case "char":
      case "pointer":
        this.integer(bitAt, width, shape.signed);
        break;
      default:
        plan.text("null");
    }
  }

  protected integer(bitAt: number, width: number, signed: boolean): void {
    if (width > 64) this.plan.op(P.OP_FIX, bitAt, width, signed ? FIX.signed : FIX.unsigned);
    else this.plan.op(signed ? P.OP_SIGNED : P.OP_UNSIGNED, bitAt, width);
  }

  private bool(bitAt: number, width: number): void {
    const { plan } = this;
    if (bitAt % 8 === 0 && width % 8 === 0) {
      plan.op(P.OP_BOOL, bitAt / 8, width / 8);
      return;
    }
    const table = plan.valueTable([[0n, "false"]]);
    plan.op(P.OP_ENUM, bitAt, width, table);
    plan.text("true");
    // What follows must not become one literal with it: the instruction is skipped when the bit is clear.
    plan.here();
  }

  private enumeration(shape: Shape, bitAt: number, width: number): void {
    const { plan } = this;
    const names = shape.enumNames!;
    const rows = [...names.byValue]
      .filter(([value]) => fits(value, width, shape.signed))
      .map(([value, name]) => [BigInt.asUintN(width, value), this.enumText(name)] as const);
    plan.op(P.OP_ENUM, bitAt, width, plan.valueTable(rows));
    if (!names.isFlags) {
      plan.op(shape.signed ? P.OP_SIGNED : P.OP_UNSIGNED, bitAt, width);
      return;
    }
    // Values without a single known bit are numbers, as they are for a reader of scalars.
    const bits = plan.valueTable(names.bits.map(([bit, name]) => [bit, this.flagText(name)]));
    plan.op(P.OP_FLAGS, bitAt, width | this.flagMode, bits);
  }

  /** Joined flags are a JSON string. */
  protected readonly flagMode: number = 0;

  protected enumText(name: string): string {
    return JSON.stringify(name);
  }

  /** A name inside the quotes that the renderer writes around joined flags. */
  protected flagText(name: string): string {
    return JSON.stringify(name).slice(1, -1);
  }

  protected composite(shape: Shape, bitAt: number, level: number, isTail: boolean): void {
    const { plan } = this;
    plan.text("{");
    shape.fields.forEach((field, ix) => {
      if (ix > 0) plan.text(",");
      plan.text(`${JSON.stringify(field.name)}:`);
      this.field(field, bitAt, level, isTail);
    });
    plan.text("}");
  }

  protected field(field: Field, bitAt: number, level: number, isTail: boolean): void {
    const shape = this.reader.shape(field.typeId);
    const width = shape.bits === 0 ? 0 : field.bitSize;
    this.place(shape, bitAt + field.bitOffset, width, level + 1, isTail && field.isLast);
  }

  private array(shape: Shape, at: number, level: number, isTail: boolean): void {
    const { typeId, byteSize, count } = shape.element!;
    const element = this.reader.shape(typeId);
    const text = element.kind === "char" ? P.TEXT_UTF8 : undefined;
    this.elements({ at, byteSize, count, text, isTail }, () =>
      this.place(element, element.shift, element.bits, level + 1, false),
    );
  }
}

function fits(value: bigint, width: number, signed: boolean): boolean {
  return (signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value)) === value;
}
