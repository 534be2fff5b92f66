import { SnapshotError } from "../../../base/errors.ts";
import { limitExceeded } from "../../../base/limits.ts";
import type { Btf } from "./btf.ts";
import { type CNames, CWriter } from "./declaration.ts";
import { isComposite, isEnum, isModifier, KIND } from "./kinds.ts";
import { sortForHeader } from "./sort.ts";

export interface CHeaderOptions {
  /** Types to write, with all they need; absent: every type and the prototypes of kfuncs. */
  readonly roots?: readonly number[] | undefined;
  /** Without roots. Default `name`. */
  readonly order?: HeaderOrder | undefined;
}

/**
 * `name`: by rank and name, so that headers of two kernels compare well; `id`: as the types come; `bpftool`: as
 * bpftool 7.8 sorts, which starts at its second type and so loses the first one if nothing refers to it.
 */
export type HeaderOrder = "name" | "id" | "bpftool";

const PREAMBLE = `#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
#endif

#ifndef __ksym
#define __ksym __attribute__((section(".ksyms")))
#endif

#ifndef __weak
#define __weak __attribute__((weak))
#endif

#ifndef __bpf_fastcall
#if __has_attribute(bpf_fastcall)
#define __bpf_fastcall __attribute__((bpf_fastcall))
#else
#define __bpf_fastcall
#endif
#endif

`;

const EPILOGUE = `#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute pop
#endif

#endif /* __VMLINUX_H__ */
`;

/**
 * A C header of types, as `bpftool btf dump … format c` of bpftool 7.8 prints it; it compiles. Dependencies by value
 * come first, those through pointers as forward declarations.
 * @throws SnapshotError `TypeCycle` for structs that contain themselves, `LimitExceeded`.
 */
export function* renderCHeader(btf: Btf, options: CHeaderOptions = {}): Generator<string> {
  const header = new CHeader(btf);
  yield PREAMBLE;
  for (const id of options.roots ?? allTypes(btf, options.order ?? "name")) {
    const text = header.renderType(id);
    if (text !== "") yield text;
  }
  if (options.roots === undefined) yield header.renderKfuncs();
  yield EPILOGUE;
}

/** Definitions of the types and all they need, without the frame of a header. */
export function renderCTypes(btf: Btf, roots: readonly number[]): string {
  const header = new CHeader(btf);
  return roots.map((id) => header.renderType(id)).join("");
}

function allTypes(btf: Btf, order: HeaderOrder): readonly number[] {
  if (order === "id") return Array.from({ length: btf.typeCount - 1 }, (_, ix) => ix + 1);
  return sortForHeader(btf).slice(order === "bpftool" ? 1 : 0);
}

const ORDERING = 1;
const ORDERED = 2;

const NOT_EMITTED = 0;
const EMITTING = 1;
const EMITTED = 2;

const MAX_DEPTH = 2000;
/** Types looked at for one header: a kernel's needs a million. */
const MAX_STEPS = 1 << 24;

/** GCC's names of Arm vector types, and what they stand for. */
const ALIASES: Readonly<Record<string, string>> = {
  __Poly8_t: "unsigned char",
  __Poly16_t: "unsigned short",
  __Poly64_t: "unsigned long long",
  __Poly128_t: "unsigned __int128",
};

/** How far a struct depends on a type: by its whole definition or through a pointer only. */
type Link = "strong" | "weak";

/** State of one header: what has been ordered, written, declared forward and named. */
class CHeader {
  private readonly btf: Btf;
  private readonly writer: CWriter;
  private readonly order: Uint8Array;
  private readonly emitted: Uint8Array;
  private readonly forwarded: Uint8Array;
  private readonly referenced: Uint8Array;
  private queue: number[] = [];
  private depth = 0;
  private steps = 0;

  constructor(btf: Btf) {
    this.btf = btf;
    this.writer = new CWriter(btf, new ScopedNames(btf));
    this.order = new Uint8Array(btf.typeCount);
    this.emitted = new Uint8Array(btf.typeCount);
    this.forwarded = new Uint8Array(btf.typeCount);
    this.referenced = markReferenced(btf);
    this.order[0] = ORDERED;
    this.emitted[0] = EMITTED;
  }

  renderType(id: number): string {
    this.queue = [];
    this.depth = 0;
    this.orderType(id, false);
    for (const next of this.queue) this.emit(next, 0);
    return this.writer.take();
  }

  /** Prototypes of the kernel functions that BPF programs may call. */
  renderKfuncs(): string {
    const { btf, writer } = this;
    const tagged = (tag: string): number[] => functionsTagged(btf, tag);
    const fast = new Set(tagged("bpf_fastcall"));
    writer.write("\n/* BPF kfuncs */\n#ifndef BPF_NO_KFUNC_PROTOTYPES\n");
    for (const id of tagged("bpf_kfunc")) {
      writer.write("extern ");
      if (fast.has(id)) writer.write("__bpf_fastcall ");
      writer.declare(btf.target(id), btf.name(id), 0);
      writer.write(" __weak __ksym;\n");
    }
    writer.write("#endif\n\n");
    return writer.take();
  }

  // -- order -------------------------------------------------------------------------------------------------------

  /** Queues what must be defined before `id` can be, and `id` itself. */
  private orderType(id: number, throughPointer: boolean): Link {
    if (id >= this.order.length || this.order[id] === ORDERED) return "strong";
    this.enter();
    const link = this.orderUnordered(id, throughPointer);
    this.depth--;
    return link;
  }

  private orderUnordered(id: number, throughPointer: boolean): Link {
    const { btf } = this;
    const kind = btf.kind(id);
    const named = btf.nameOff(id) !== 0;
    if (this.order[id] === ORDERING) {
      if (isComposite(kind) && throughPointer && named) return "weak";
      throw new SnapshotError("TypeCycle", `writing C: type ${id} (${btf.name(id)}) contains itself`, {
        fields: { typeId: id },
      });
    }
    if (isComposite(kind)) return this.orderComposite(id, throughPointer, named);
    if (isEnum(kind) || kind === KIND.FWD) {
      if (named || this.referenced[id] === 0) this.queue.push(id);
      this.order[id] = ORDERED;
      return "strong";
    }
    if (kind === KIND.TYPEDEF) return this.orderTypedef(id, throughPointer);
    if (isModifier(kind)) return this.orderType(btf.target(id), throughPointer);
    if (kind === KIND.ARRAY) return this.orderType(btf.array(id).elementId, false);
    if (kind === KIND.FUNC_PROTO) return this.orderProto(id, throughPointer);
    if (kind === KIND.PTR) {
      const link = this.orderType(btf.target(id), true);
      this.order[id] = ORDERED;
      return link;
    }
    this.order[id] = ORDERED;
    return "weak";
  }

  private orderComposite(id: number, throughPointer: boolean, named: boolean): Link {
    if (throughPointer && named) return "weak";
    this.order[id] = ORDERING;
    for (const member of this.btf.members(id)) this.orderType(member.typeId, false);
    if (named) this.queue.push(id);
    this.order[id] = ORDERED;
    return "strong";
  }

  private orderTypedef(id: number, throughPointer: boolean): Link {
    const link = this.orderType(this.btf.target(id), throughPointer);
    if (throughPointer && link === "weak") return "weak";
    this.queue.push(id);
    this.order[id] = ORDERED;
    return "strong";
  }

  private orderProto(id: number, throughPointer: boolean): Link {
    let link = this.orderType(this.btf.target(id), throughPointer);
    for (const param of this.btf.params(id)) {
      if (this.orderType(param.typeId, throughPointer) === "strong") link = "strong";
    }
    return link;
  }

  // -- emission ----------------------------------------------------------------------------------------------------

  /** @param container the struct or typedef whose definition needs `id`; 0 = `id` itself is to be defined. */
  private emit(id: number, container: number): void {
    if (id >= this.emitted.length || this.emitted[id] === EMITTED) return;
    this.enter();
    if (this.emitted[id] === EMITTING) this.emitWithin(id, container);
    else this.emitNew(id, container);
    this.depth--;
  }

  /** `id` is being defined further out: a forward declaration must do. */
  private emitWithin(id: number, container: number): void {
    if (this.forwarded[id] === 1) return;
    const kind = this.btf.kind(id);
    if (isComposite(kind)) {
      if (id === container || this.btf.nameOff(id) === 0) return;
      this.writer.structForward(id);
      this.writer.write(";\n\n");
      this.forwarded[id] = 1;
    } else if (kind === KIND.TYPEDEF) {
      this.writeTypedef(id);
      this.forwarded[id] = 1;
    }
  }

  private emitNew(id: number, container: number): void {
    const { btf, writer } = this;
    const kind = btf.kind(id);
    if (isComposite(kind)) this.emitComposite(id, container);
    else if (kind === KIND.TYPEDEF) {
      this.emitted[id] = EMITTING;
      this.emit(btf.target(id), id);
      if (this.forwarded[id] === 0) this.writeTypedef(id);
      this.emitted[id] = EMITTED;
    } else if (isEnum(kind)) {
      if (container === 0) this.define(() => writer.enumDefinition(id, 0));
      this.emitted[id] = EMITTED;
    } else if (kind === KIND.FWD) {
      this.define(() => writer.forward(id));
      this.emitted[id] = EMITTED;
    } else if (kind === KIND.INT) {
      const alias = ALIASES[btf.name(id)];
      if (alias !== undefined) this.define(() => writer.write(`typedef ${alias} ${btf.name(id)}`));
      this.emitted[id] = EMITTED;
    } else if (kind === KIND.PTR || isModifier(kind)) this.emit(btf.target(id), container);
    else if (kind === KIND.ARRAY) this.emit(btf.array(id).elementId, container);
    else if (kind === KIND.FUNC_PROTO) {
      this.emit(btf.target(id), container);
      for (const param of btf.params(id)) this.emit(param.typeId, container);
    }
  }

  private emitComposite(id: number, container: number): void {
    const { btf, writer } = this;
    const anonymous = btf.nameOff(id) === 0;
    this.emitted[id] = EMITTING;
    if (container === 0 || anonymous) {
      for (const member of btf.members(id)) this.emit(member.typeId, anonymous ? container : id);
    } else if (this.forwarded[id] === 0 && id !== container) {
      this.define(() => writer.structForward(id));
      this.forwarded[id] = 1;
    }
    if (container === 0) this.define(() => writer.structDefinition(id, 0));
    this.emitted[id] = container === 0 ? EMITTED : NOT_EMITTED;
  }

  private writeTypedef(id: number): void {
    if (this.btf.name(id) === "__builtin_va_list") return;
    this.define(() => this.writer.typedef(id));
  }

  private define(write: () => void): void {
    write();
    this.writer.write(";\n\n");
  }

  private enter(): void {
    this.depth++;
    if (this.depth > MAX_DEPTH) throw limitExceeded("depth", MAX_DEPTH, this.depth, "writing C: types nest");
    this.steps++;
    if (this.steps > MAX_STEPS) throw limitExceeded("reportItems", MAX_STEPS, this.steps, "writing C: types nest");
  }
}

/** Struct, union and enum tags share one scope, typedefs and enumerators another. */
class ScopedNames implements CNames {
  private readonly btf: Btf;
  private readonly tags = new Map<string, number>();
  private readonly idents = new Map<string, number>();
  private readonly known = new Map<number, string>();

  constructor(btf: Btf) {
    this.btf = btf;
  }

  tag(id: number): string {
    return this.unique(id, this.tags);
  }

  typedef(id: number): string {
    return this.unique(id, this.idents);
  }

  enumerator(name: string): string {
    return numbered(name, this.idents);
  }

  private unique(id: number, scope: Map<string, number>): string {
    const { btf } = this;
    if (btf.nameOff(id) === 0) return "";
    const found = this.known.get(id);
    if (found !== undefined) return found;
    const kind = btf.kind(id);
    const declaredOnly = kind === KIND.FWD || (kind === KIND.ENUM && btf.vlen(id) === 0);
    const name = declaredOnly ? btf.name(id) : numbered(btf.name(id), scope);
    this.known.set(id, name);
    return name;
  }
}

function numbered(name: string, scope: Map<string, number>): string {
  const count = (scope.get(name) ?? 0) + 1;
  scope.set(name, count);
  return count > 1 ? `${name}___${count}` : name;
}

/** Types that some other type refers to, returns apart: an anonymous enum among them is written where it is used. */
function markReferenced(btf: Btf): Uint8Array {
  const marks = new Uint8Array(btf.typeCount);
  for (let id = 1; id < btf.typeCount; id++) {
    let skip = btf.kind(id) === KIND.FUNC_PROTO;
    btf.forEachReference(id, (target) => {
      if (!skip && target < marks.length) marks[target] = 1;
      skip = false;
    });
  }
  return marks;
}

/** Ids of the FUNCs that carry a declaration tag as a whole, in the order of the tags. */
function functionsTagged(btf: Btf, tag: string): number[] {
  return btf
    .findAll(tag, 1 << KIND.DECL_TAG)
    .filter((id) => btf.component(id) === -1)
    .map((id) => btf.target(id))
    .filter((id) => btf.kind(id) === KIND.FUNC);
}
