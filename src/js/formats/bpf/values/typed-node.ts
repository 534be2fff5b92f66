import type { Scalar, ValueKind, ValueNode, ValueOrigin } from "../../../model/values.ts";
import type { Btf } from "../btf/btf.ts";
import { type AddressSpace, describeImpossible } from "./address-space.ts";
import { readAligned, readUnsigned } from "./bits.ts";
import { nameOfValue } from "./enum-names.ts";
import { type LongDouble, readFloat } from "./floats.ts";
import { type Field, type Shape, shapeOf } from "./shape.ts";

/** Bytes with the coordinates of the first one. Shared by all values in them. */
export class Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Address of `bytes[0]` in the captured system; undefined for copies made by the kernel. */
  readonly address: bigint | undefined;
  /** Place of `bytes[0]` in the snapshot's first input; undefined for bytes that were put together. */
  readonly offset: number | undefined;

  constructor(
    bytes: Uint8Array,
    place: { readonly address?: bigint | undefined; readonly offset?: number | undefined } = {},
  ) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.address = place.address;
    this.offset = place.offset;
  }
}

export interface TypeReaderOptions {
  /** Byte order of the data; that of the BTF by default. */
  readonly bigEndian?: boolean | undefined;
  readonly longDouble?: LongDouble | undefined;
  /** Where pointers lead; none by default. */
  readonly space?: AddressSpace | undefined;
}

/** Reads bytes as types of one BTF. */
export class TypeReader {
  readonly btf: Btf;
  readonly bigEndian: boolean;
  readonly longDouble: LongDouble;
  readonly space: AddressSpace | undefined;
  private readonly shapes = new Map<number, Shape>();

  constructor(btf: Btf, options: TypeReaderOptions = {}) {
    this.btf = btf;
    this.bigEndian = options.bigEndian ?? btf.bigEndian;
    this.longDouble = options.longDouble ?? "x87";
    this.space = options.space;
  }

  shape(typeId: number): Shape {
    let shape = this.shapes.get(typeId);
    if (shape === undefined) {
      shape = shapeOf(this.btf, typeId);
      this.shapes.set(typeId, shape);
    }
    return shape;
  }

  /**
   * The value of a type at byte `at` of a window; what is there ends at byte `end`.
   * @param trail what pointers led here, innermost last.
   */
  node(name: string, typeId: number, window: Window, at: number, end: number, trail?: PointerTrail): TypedNode {
    const shape = this.shape(typeId);
    return new TypedNode(this, shape, name, window, at * 8 + shape.shift, shape.bits, end, true, trail);
  }
}

/** Pointers followed on the way to a value. */
export interface PointerTrail {
  readonly address: bigint;
  readonly typeId: number;
  readonly before: PointerTrail | undefined;
}

/** Fields of kernel structs that the system calls zero in what they copy out. Source: docs/formats/btf.md. */
const ZEROED: ReadonlySet<string> = new Set([
  "bpf_spin_lock",
  "bpf_res_spin_lock",
  "bpf_timer",
  "bpf_wq",
  "bpf_list_head",
  "bpf_list_node",
  "bpf_rb_root",
  "bpf_rb_node",
  "bpf_refcount",
]);

/** Elements without bytes that an array shows: beyond the captured ones, or of a type without size. */
const MISSING_ELEMENTS = 1000;

/** A value of a type at a place. Costs nothing but itself until it is asked. */
export class TypedNode implements ValueNode {
  readonly kind: ValueKind;
  readonly name: string;
  readonly reader: TypeReader;
  readonly shape: Shape;
  readonly window: Window;
  /** First bit of the value, from the start of the window. */
  readonly bitAt: number;
  /** Bits of a scalar. */
  readonly width: number;
  /** Bytes of the window that may be read. */
  readonly end: number;
  /** Nothing of the outermost value lies behind this one. */
  readonly isTail: boolean;
  readonly trail: PointerTrail | undefined;

  constructor(
    reader: TypeReader,
    shape: Shape,
    name: string,
    window: Window,
    bitAt: number,
    width: number,
    end: number,
    isTail: boolean,
    trail: PointerTrail | undefined,
  ) {
    this.reader = reader;
    this.shape = shape;
    this.name = name;
    this.window = window;
    this.bitAt = bitAt;
    this.width = width;
    this.end = end;
    this.isTail = isTail;
    this.trail = trail;
    this.kind = width > 0 && bitAt + width > end * 8 ? this.kindWhenCut() : shape.kind;
  }

  get handle(): unknown {
    return this;
  }

  get typeName(): string {
    return this.shape.typeName;
  }

  /** First byte that the value has a part in. */
  get byteAt(): number {
    return Math.floor(this.bitAt / 8);
  }

  get address(): bigint | undefined {
    const { address } = this.window;
    return address === undefined ? undefined : address + BigInt(this.byteAt);
  }

  get origin(): ValueOrigin | undefined {
    const { offset } = this.window;
    if (offset === undefined) return undefined;
    const length = this.width > 0 ? Math.ceil((this.bitAt + this.width) / 8) - this.byteAt : (this.shape.byteSize ?? 0);
    return { input: 0, offset: offset + this.byteAt, length };
  }

  get note(): string | undefined {
    const { shape, window } = this;
    if (this.kind === "array" && this.elementCount() < shape.element!.count) {
      return `${this.elementCount()} of ${shape.element!.count} elements are shown; the rest was not captured`;
    }
    if (window.address !== undefined) return undefined;
    const isZeroed = shape.kind === "struct" && ZEROED.has(this.reader.btf.name(shape.resolvedId));
    return isZeroed ? "the kernel gives zeros for this field" : undefined;
  }

  get problem(): { readonly code: string; readonly message: string } | undefined {
    if (this.shape.problem !== undefined) return this.shape.problem;
    if (this.kind === "truncated" || this.kind === "error") return this.cutProblem();
    if (this.kind !== "pointer") return undefined;
    if (this.follow() === undefined) return this.pointerProblem();
    if (!this.isOnTrail()) return undefined;
    const message = `it leads back to 0x${this.integer().toString(16)}, on the way here`;
    return { code: "PointerCycle", message };
  }

  // -- children ----------------------------------------------------------------------------------------------------

  get childCount(): number {
    switch (this.kind) {
      case "struct":
      case "union":
        return this.shape.fields.length;
      case "array":
        return this.elementCount();
      case "pointer":
        return this.follow() === undefined || this.isOnTrail() ? 0 : 1;
      case "truncated":
        return 1;
      default:
        return 0;
    }
  }

  childAt(ix: number): TypedNode | ValueNode {
    if (this.kind === "array") return this.element(ix);
    if (this.kind === "pointer") return this.follow()!;
    if (this.kind === "truncated") return this.partial();
    return this.field(this.shape.fields[ix]!);
  }

  childNamed(name: string): TypedNode | undefined {
    if (this.kind === "array") {
      const ix = /^(?:0|[1-9]\d{0,9})$/.test(name) ? Number(name) : -1;
      return ix >= 0 && ix < this.elementCount() ? this.element(ix) : undefined;
    }
    const field = this.shape.byName.get(name);
    return field === undefined ? undefined : this.field(field);
  }

  field(field: Field): TypedNode {
    const { reader, window, end, trail } = this;
    const shape = reader.shape(field.typeId);
    const width = shape.bits === 0 ? 0 : field.bitSize;
    return new TypedNode(
      reader,
      shape,
      field.name,
      window,
      this.bitAt + field.bitOffset,
      width,
      end,
      this.isTail && field.isLast,
      trail,
    );
  }

  private element(ix: number): TypedNode {
    const { reader, window, end, trail } = this;
    const { typeId, byteSize } = this.shape.element!;
    const shape = reader.shape(typeId);
    const bitAt = this.bitAt + ix * byteSize * 8 + shape.shift;
    return new TypedNode(reader, shape, String(ix), window, bitAt, shape.bits, end, false, trail);
  }

  /**
   * An array of no declared length at the end of a value goes on to the end of the bytes. Of elements that were not
   * captured only some are shown, whatever the type says of their number.
   */
  private elementCount(): number {
    const { count, byteSize } = this.shape.element!;
    if (byteSize === 0) return Math.min(count, MISSING_ELEMENTS);
    const there = Math.max(0, this.end - this.byteAt) / byteSize;
    return count === 0 && this.isTail ? Math.floor(there) : Math.min(count, Math.ceil(there) + MISSING_ELEMENTS);
  }

  // -- scalars -----------------------------------------------------------------------------------------------------

  scalar(): Scalar {
    switch (this.kind) {
      case "int":
      case "uint":
      case "char":
      case "pointer":
        return this.integer();
      case "bool":
        return this.integer() !== 0n;
      case "enum":
      case "flags": {
        const value = this.integer();
        return nameOfValue(this.shape.enumNames!, value) ?? value;
      }
      case "float":
        return readFloat(this.ownBytes(), this.reader.bigEndian, this.reader.longDouble);
      default:
        return null;
    }
  }

  rawInteger(): bigint | undefined {
    const { kind } = this;
    const has = kind === "enum" || kind === "flags" || kind === "pointer" || kind === "char" || kind === "bool";
    return has ? this.integer() : undefined;
  }

  /** The bits of a scalar as a number, signed where the type is. */
  integer(): bigint {
    const { reader, bitAt, width, shape, window } = this;
    const aligned = readAligned(window.view, bitAt, width, shape.signed, !reader.bigEndian);
    if (aligned !== undefined) return aligned;
    const bits = readUnsigned(window.bytes, bitAt, width, reader.bigEndian);
    return shape.signed ? BigInt.asIntN(width, bits) : bits;
  }

  /** The bytes of the value that are there. */
  ownBytes(): Uint8Array {
    const length = this.width > 0 ? Math.ceil((this.bitAt + this.width) / 8) - this.byteAt : (this.shape.byteSize ?? 0);
    return this.window.bytes.subarray(this.byteAt, Math.min(this.byteAt + length, this.end));
  }

  // -- pointers ----------------------------------------------------------------------------------------------------

  /** What the pointer points to, if it was captured. */
  follow(): TypedNode | undefined {
    const { reader, shape } = this;
    if (this.kind !== "pointer" || reader.space === undefined) return undefined;
    const address = this.integer();
    const target = reader.shape(shape.targetId);
    if (target.byteSize === undefined || describeImpossible(address, reader.btf.pointerSize) !== undefined)
      return undefined;
    const found = reader.space.locate(address, target.byteSize);
    if (found === undefined) return undefined;
    const window = new Window(found.bytes, { address: address - BigInt(found.at), offset: found.offset });
    const trail = { address, typeId: target.resolvedId, before: this.trail };
    return reader.node("*", shape.targetId, window, found.at, found.end, trail);
  }

  /** The pointer leads to a value that this one was reached through. */
  private isOnTrail(): boolean {
    const address = this.integer();
    const { resolvedId } = this.reader.shape(this.shape.targetId);
    for (let step = this.trail; step !== undefined; step = step.before) {
      if (step.address === address && step.typeId === resolvedId) return true;
    }
    return false;
  }

  private pointerProblem(): { code: string; message: string } {
    const address = this.integer();
    if (address === 0n) return { code: "NullPointer", message: "the pointer is null" };
    const target = this.reader.shape(this.shape.targetId);
    const impossible = describeImpossible(address, this.reader.btf.pointerSize);
    if (impossible !== undefined) return { code: "PointerNotFollowed", message: impossible };
    if (target.byteSize === undefined) {
      return { code: "PointerNotFollowed", message: `it points to ${target.typeName}, which has no size` };
    }
    const where = `0x${address.toString(16)}`;
    return { code: "UnmappedAddress", message: `no memory was captured at ${where}` };
  }

  // -- cut values --------------------------------------------------------------------------------------------------

  private kindWhenCut(): ValueKind {
    return this.byteAt < this.end ? "truncated" : "error";
  }

  private cutProblem(): { code: string; message: string } {
    const needed = Math.ceil((this.bitAt + this.width) / 8) - this.byteAt;
    const there = Math.max(0, this.end - this.byteAt);
    return { code: "TruncatedValue", message: `it needs ${needed} bytes, ${there} were captured` };
  }

  private partial(): ValueNode {
    return { kind: "bytes", name: "partial", handle: this.ownBytes() };
  }
}
