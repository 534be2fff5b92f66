import { limitExceeded } from "../../../base/limits.ts";
import { alignOf, isPacked } from "./alignment.ts";
import type { Btf, BtfMember } from "./btf.ts";
import { isComposite, isEnum, KIND } from "./kinds.ts";

/** Names of the C scope: the n-th definition of a name gets `___n`, as upstream's headers have it. */
export interface CNames {
  /** Tag of a struct, union or enum. */
  tag(id: number): string;
  /** Name of a typedef. */
  typedef(id: number): string;
  /** Name of an enumerator; each call is a further definition. */
  enumerator(name: string): string;
}

/** Names as they are, for one declaration out of context. */
function plainNames(btf: Btf): CNames {
  return { tag: (id) => btf.name(id), typedef: (id) => btf.name(id), enumerator: (name) => name };
}

/** Anonymous structs in arrays of structs …: nesting of definitions and declarators. */
const MAX_DEPTH = 2000;
/** A kernel's whole header has 3 MB. */
const MAX_BYTES = 1 << 26;
/** Lines of padding in one gap: a megabyte. */
const MAX_PADS = 131_072;

const INDENT = "\t";

/**
 * Writes C declarations. The text equals that of libbpf's btf_dump (BSD-licensed part of Linux, tools/lib/bpf), which
 * is what `bpftool btf dump … format c` prints; the padding rules are in docs/formats/btf.md.
 */
export class CWriter {
  private readonly btf: Btf;
  private readonly names: CNames;
  private readonly parts: string[] = [];
  private bytes = 0;
  private depth = 0;

  constructor(btf: Btf, names: CNames = plainNames(btf)) {
    this.btf = btf;
    this.names = names;
  }

  /** The text so far; the writer is empty afterwards. */
  take(): string {
    const text = this.parts.join("");
    this.parts.length = 0;
    return text;
  }

  write(text: string): void {
    this.parts.push(text);
    this.bytes += text.length;
    if (this.bytes > MAX_BYTES) throw limitExceeded("textLength", MAX_BYTES, this.bytes, "writing C declarations");
  }

  // -- definitions -------------------------------------------------------------------------------------------------

  structForward(id: number): void {
    const word = this.btf.kind(id) === KIND.STRUCT ? "struct" : "union";
    this.write(this.btf.nameOff(id) === 0 ? word : `${word} ${this.names.tag(id)}`);
  }

  /** A FWD type. */
  forward(id: number): void {
    this.write(`${this.btf.kindFlag(id) ? "union" : "struct"} ${this.names.tag(id)}`);
  }

  typedef(id: number): void {
    const name = this.names.typedef(id);
    // GCC's type of variable arguments has no BTF of its own.
    if (this.btf.target(id) === 0 && name === "__gnuc_va_list") {
      this.write("typedef __builtin_va_list __gnuc_va_list");
      return;
    }
    this.write("typedef ");
    this.declare(this.btf.target(id), name, 0);
  }

  enumDefinition(id: number, level: number): void {
    this.enumForward(id);
    const enumerators = this.btf.enumerators(id);
    if (enumerators.length === 0) return;
    const signed = this.btf.kindFlag(id);
    const suffix = this.btf.kind(id) === KIND.ENUM64 ? (signed ? "LL" : "ULL") : "";
    this.write(" {");
    for (const { name, value } of enumerators) {
      this.write(`\n${INDENT.repeat(level + 1)}${this.names.enumerator(name)} = ${value}${suffix},`);
    }
    this.write(`\n${INDENT.repeat(level)}}${this.enumMode(id)}`);
  }

  private enumMode(id: number): string {
    const size = this.btf.rawSize(id);
    if (size === 1) return " __attribute__((mode(byte)))";
    if (size !== 8 || this.btf.pointerSize !== 8) return "";
    const wide = this.btf.kind(id) === KIND.ENUM64;
    const needsWord = !wide || this.btf.enumerators(id).every(({ value }) => BigInt.asUintN(64, value) >> 32n === 0n);
    return needsWord ? " __attribute__((mode(word)))" : "";
  }

  enumForward(id: number): void {
    this.write(this.btf.nameOff(id) === 0 ? "enum" : `enum ${this.names.tag(id)}`);
  }

  structDefinition(id: number, level: number): void {
    this.enter();
    const { btf } = this;
    const isStruct = btf.kind(id) === KIND.STRUCT;
    const align = alignOf(btf, id);
    const packed = isStruct && isPacked(btf, id);
    this.structForward(id);
    this.write(" {");
    let end = 0;
    let afterBitfield = false;
    for (const member of btf.members(id)) {
      const memberAlign = packed ? 1 : alignOf(btf, member.typeId);
      this.padding(end, member.bitOffset, memberAlign, afterBitfield && member.bitfieldSize > 0, level + 1);
      end = this.member(member, level + 1);
      afterBitfield = member.bitfieldSize > 0;
    }
    const size = btf.rawSize(id);
    if (isStruct) this.padding(end, size * 8, align, false, level + 1);
    this.write(btf.vlen(id) > 0 || size > 0 ? `\n${INDENT.repeat(level)}}` : "}");
    if (packed) this.write(" __attribute__((packed))");
    this.depth--;
  }

  /** @returns the bit offset where the member ends. */
  private member(member: BtfMember, level: number): number {
    this.write(`\n${INDENT.repeat(level)}`);
    this.declare(member.typeId, member.name, level);
    if (member.bitfieldSize > 0) {
      this.write(`: ${member.bitfieldSize};`);
      return member.bitOffset + member.bitfieldSize;
    }
    this.write(";");
    return member.bitOffset + (this.btf.sizeOf(member.typeId) ?? 0) * 8;
  }

  /**
   * Explicit padding up to `next`, in bits: the largest of long, int, short and char whose boundary lies in the gap
   * gives the unit; a zero-width (in a run of bitfields: exact-width) filler reaches that boundary where natural
   * alignment would not; full units and one smaller remainder follow.
   */
  private padding(current: number, next: number, nextAlign: number, inBitfield: boolean, level: number): void {
    if (current >= next) return;
    const pads = [
      { name: "long", bits: this.btf.pointerSize * 8 },
      { name: "int", bits: 32 },
      { name: "short", bits: 16 },
      { name: "char", bits: 8 },
    ];
    const line = `\n${INDENT.repeat(level)}`;
    const unit = pads.find(({ bits }) => roundUp(current, bits) <= next) ?? pads.at(-1)!;
    const boundary = roundUp(current, unit.bits);
    let at = current;
    if (boundary > at && boundary <= next) {
      const natural = roundUp(at, nextAlign * 8) === boundary;
      const swallowed = boundary !== next && next - boundary <= boundary - at;
      if (inBitfield || (boundary === next && !natural) || swallowed) {
        this.write(`${line}${unit.name}: ${inBitfield ? boundary - at : 0};`);
      }
      at = boundary;
    }
    if (next - at > unit.bits * MAX_PADS) {
      throw limitExceeded(
        "textLength",
        MAX_PADS,
        Math.floor((next - at) / unit.bits),
        "writing C: padding of a struct",
      );
    }
    for (; next - at >= unit.bits; at += unit.bits) this.write(`${line}${unit.name}: ${unit.bits};`);
    const rest = next - at;
    if (rest > 0) this.write(`${line}${pads.findLast(({ bits }) => bits >= rest)!.name}: ${rest};`);
  }

  // -- declarators -------------------------------------------------------------------------------------------------

  /** `type name` of a type; C's declarators are read inside out, so the chain of types is walked from its end. */
  declare(id: number, name: string, level: number): void {
    this.enter();
    const chain: number[] = [];
    for (let at = id; ; at = this.nextInChain(at)) {
      chain.push(at);
      if (!this.continuesChain(at)) break;
      if (chain.length > MAX_DEPTH) throw limitExceeded("depth", MAX_DEPTH, chain.length, "writing a C declaration");
    }
    this.chain(chain, name, level);
    this.depth--;
  }

  private continuesChain(id: number): boolean {
    const kind = this.btf.kind(id);
    return (
      kind === KIND.PTR ||
      kind === KIND.ARRAY ||
      kind === KIND.FUNC_PROTO ||
      (kind >= KIND.VOLATILE && kind <= KIND.RESTRICT) ||
      kind === KIND.TYPE_TAG
    );
  }

  private nextInChain(id: number): number {
    return this.btf.kind(id) === KIND.ARRAY ? this.btf.array(id).elementId : this.btf.target(id);
  }

  /** Consumes `chain` from its end. */
  private chain(chain: number[], name: string, level: number): void {
    this.enter();
    // A single star stands beside what it belongs to: `int *p`, but `(*p)`.
    let afterPointer = true;
    for (let id = chain.pop(); id !== undefined; id = chain.pop()) {
      const kind = this.btf.kind(id);
      if (kind === KIND.ARRAY || kind === KIND.FUNC_PROTO) {
        this.dropQualifiers(chain);
        if (kind === KIND.ARRAY) this.arrayDeclarator(id, chain, name, level, afterPointer);
        else this.functionDeclarator(id, chain, name, level, afterPointer);
        this.depth--;
        return;
      }
      this.link(id, kind, chain, level, afterPointer);
      afterPointer = kind === KIND.PTR;
    }
    this.name(name, afterPointer);
    this.depth--;
  }

  private link(id: number, kind: number, chain: number[], level: number, afterPointer: boolean): void {
    if (kind === KIND.PTR) this.write(afterPointer ? "*" : " *");
    else if (kind === KIND.VOLATILE) this.write(" volatile");
    else if (kind === KIND.CONST) this.write(" const");
    else if (kind === KIND.RESTRICT) this.write(" restrict");
    else {
      this.leadingQualifiers(chain);
      this.base(id, kind, level);
    }
  }

  private base(id: number, kind: number, level: number): void {
    const anonymous = this.btf.nameOff(id) === 0;
    if (kind === KIND.VOID) this.write("void");
    else if (isComposite(kind)) {
      if (anonymous) this.structDefinition(id, level);
      else this.structForward(id);
    } else if (isEnum(kind)) {
      if (anonymous) this.enumDefinition(id, level);
      else this.enumForward(id);
    } else if (kind === KIND.FWD) this.forward(id);
    else if (kind === KIND.TYPEDEF) this.write(this.names.typedef(id));
    else if (kind === KIND.TYPE_TAG) {
      const tag = this.btf.name(id);
      this.write(this.btf.kindFlag(id) ? ` __attribute__((${tag}))` : ` __attribute__((btf_type_tag("${tag}")))`);
    } else this.write(this.btf.name(id));
  }

  private arrayDeclarator(id: number, chain: number[], name: string, level: number, afterPointer: boolean): void {
    const outer = chain.at(-1);
    if (outer === undefined) this.name(name, afterPointer);
    else {
      const nested = this.btf.kind(outer) === KIND.ARRAY;
      if (name !== "" && !afterPointer) this.write(" ");
      if (!nested) this.write("(");
      this.chain(chain, name, level);
      if (!nested) this.write(")");
    }
    this.write(`[${this.btf.array(id).count}]`);
  }

  private functionDeclarator(id: number, chain: number[], name: string, level: number, afterPointer: boolean): void {
    if (chain.length > 0) {
      this.write(" (");
      this.chain(chain, name, level);
      this.write(")");
    } else this.name(name, afterPointer);
    const params = this.btf.params(id);
    const only = params.length === 1 && params[0]!.typeId === 0;
    if (params.length === 0 || only) {
      this.write("(void)");
      return;
    }
    this.write("(");
    params.forEach((param, ix) => {
      if (ix > 0) this.write(", ");
      if (ix === params.length - 1 && param.typeId === 0) this.write("...");
      else this.declare(param.typeId, param.name, level);
    });
    this.write(")");
  }

  private leadingQualifiers(chain: number[]): void {
    for (let id = chain.at(-1); id !== undefined; id = chain.at(-1)) {
      const kind = this.btf.kind(id);
      if (kind === KIND.VOLATILE) this.write("volatile ");
      else if (kind === KIND.CONST) this.write("const ");
      else if (kind === KIND.RESTRICT) this.write("restrict ");
      else return;
      chain.pop();
    }
  }

  /** Compilers repeat the element's qualifiers on an array, and `volatile` on functions that do not return. */
  private dropQualifiers(chain: number[]): void {
    while (chain.length > 0 && isPlainQualifier(this.btf.kind(chain.at(-1)!))) chain.pop();
  }

  private name(name: string, afterPointer: boolean): void {
    this.write(name !== "" && !afterPointer ? ` ${name}` : name);
  }

  private enter(): void {
    this.depth++;
    if (this.depth > MAX_DEPTH) throw limitExceeded("depth", MAX_DEPTH, this.depth, "writing a C declaration");
  }
}

function isPlainQualifier(kind: number): boolean {
  return kind >= KIND.VOLATILE && kind <= KIND.RESTRICT;
}

function roundUp(value: number, unit: number): number {
  return unit === 0 ? value : Math.ceil(value / unit) * unit;
}

/** `struct task_struct *`, `int (*f)(void)`: a declarator, by default without a name; anonymous structs as `struct {…}`. */
export function renderTypeName(btf: Btf, id: number, name = ""): string {
  return new TypeNameWriter(btf).render(id, name);
}

class TypeNameWriter extends CWriter {
  override structDefinition(id: number): void {
    this.structForward(id);
    this.write(" {…}");
  }

  override enumDefinition(id: number): void {
    this.enumForward(id);
    this.write(" {…}");
  }

  render(id: number, name: string): string {
    this.declare(id, name, 0);
    return this.take();
  }
}
