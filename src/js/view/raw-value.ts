import { innermost, isStruct } from "../model/nodes.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { BOOL, type Coercion, F64, I64, readArray, U32, U64 } from "./coercion.ts";
import { kindName } from "./kind-name.ts";

/** A value read without errors: whatever is not there or not of the type is undefined (section 3.1). */
export class RawValue {
  readonly node: ValueNode;
  private readonly values: ValueSource;

  constructor(values: ValueSource, node: ValueNode) {
    this.values = values;
    this.node = node;
  }

  /** `Struct`, `Ptr`, `Truncated` and so on. */
  get kind(): string {
    return kindName(this.node);
  }

  /** The first member of that name, behind any pointers and cuts. */
  member(name: string): RawValue | undefined {
    const container = innermost(this.values, this.node);
    return isStruct(container) ? this.wrap(this.values.child(container, name)) : undefined;
  }

  /** Element `ix` of an array, behind any pointers and cuts. */
  index(ix: number): RawValue | undefined {
    const array = innermost(this.values, this.node);
    if (array.kind !== "array" || !(ix >= 0 && ix < this.values.count(array))) return undefined;
    return this.wrap(this.values.page(array, ix, 1)[0]);
  }

  /** Members by a dotted path; `""` is the value itself. */
  get(path: string): RawValue | undefined {
    if (path === "") return this;
    let value: RawValue | undefined = this;
    for (const name of path.split(".")) value = name === "" ? undefined : value?.member(name);
    return value;
  }

  asU64(): bigint | undefined {
    return U64.read(this.values, this.node);
  }
  asI64(): bigint | undefined {
    return I64.read(this.values, this.node);
  }
  asF64(): number | undefined {
    return F64.read(this.values, this.node);
  }
  asBool(): boolean | undefined {
    return BOOL.read(this.values, this.node);
  }
  asU64Array(): bigint[] | undefined {
    return this.array(U64);
  }
  asU32Array(): number[] | undefined {
    return this.array(U32)?.map(Number);
  }
  asI64Array(): bigint[] | undefined {
    return this.array(I64);
  }
  asF64Array(): number[] | undefined {
    return this.array(F64);
  }
  asBoolArray(): boolean[] | undefined {
    return this.array(BOOL);
  }

  private array<T>(kind: Coercion<T>): T[] | undefined {
    return readArray(kind, this.values, this.node);
  }

  private wrap(node: ValueNode | undefined): RawValue | undefined {
    return node && new RawValue(this.values, node);
  }
}
