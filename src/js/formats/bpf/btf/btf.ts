import { BtfCore, type BtfLayer, type BtfRefusal } from "../../../abi/btf.ts";
import * as L from "../../../abi/btf-layout.ts";
import { decodeUtf8, encodeUtf8 } from "../../../base/bytes.ts";
import { SnapshotError } from "../../../base/errors.ts";
import { toI64, toU64 } from "../../../base/int64.ts";
import type { Issue } from "../../../base/issue.ts";
import { describeFault } from "./faults.ts";
import { ANY_KIND, isModifier, KIND } from "./kinds.ts";
import { describeRefusal, type KernelVerdict } from "./refusals.ts";
import { visitIdWords } from "./shape.ts";

export interface BtfMember {
  /** Empty for a member without a name: an anonymous struct or union as a rule. */
  readonly name: string;
  readonly typeId: number;
  /** From the start of the struct, in bits. */
  readonly bitOffset: number;
  /** Width of a bitfield of a struct with kind_flag; 0 = not a bitfield of that form. */
  readonly bitfieldSize: number;
}

export interface BtfEnumerator {
  readonly name: string;
  /** Signed where the enum's kind_flag says so, else 0 … 2^64-1. */
  readonly value: bigint;
}

export interface BtfParam {
  readonly name: string;
  readonly typeId: number;
}

export interface BtfSectionEntry {
  /** A VAR. */
  readonly typeId: number;
  /** In the section, bytes; 0 in object files that no loader has completed. */
  readonly offset: number;
  readonly size: number;
}

export interface IntEncoding {
  readonly signed: boolean;
  readonly char: boolean;
  readonly bool: boolean;
  /** Where the value starts in its storage, in bits: not 0 only in bitfields of the old form. */
  readonly bitOffset: number;
  readonly bits: number;
}

export interface BtfOptions {
  /** What a split blob extends. */
  readonly base?: Btf | undefined;
  /** Name for messages. */
  readonly name?: string | undefined;
}

/** Steps through modifiers, arrays and typedefs before a chain counts as endless. Source: libbpf, MAX_RESOLVE_DEPTH. */
const MAX_STEPS = 32;
const LONG_NAMES: readonly string[] = [
  "long",
  "long int",
  "int long",
  "unsigned long",
  "long unsigned",
  "unsigned long int",
  "unsigned int long",
  "long unsigned int",
  "long int unsigned",
  "int unsigned long",
  "int long unsigned",
];

/**
 * The types of one BTF, alone or on top of a base, resident in a Wasm instance of its own. Ids are the kernel's: 0 is
 * void, a split BTF goes on where its base ends. Records are read when asked for; nothing here walks all types unless
 * it says so.
 *
 * A damaged blob is readable as far as it goes: `issues` says what is wrong. Ids beyond the last type read as void.
 */
export class Btf {
  readonly core: BtfCore;
  readonly issues: readonly Issue[];
  /** Base first. */
  readonly blobs: readonly Uint8Array[];
  readonly layers: readonly BtfLayer[];
  readonly base: Btf | undefined;
  /** Blob, module or file it came from. */
  readonly label: string;
  /** What `alignOf` found so far. */
  readonly alignments: Map<number, number> = new Map();
  private readonly names = new Map<number, string>();
  private pointerBytes: number | undefined;

  /**
   * @param module the compiled btf.wasm.
   * @throws SnapshotError `MalformedBtf` if there is no usable header; `LimitExceeded` where memory is refused.
   */
  constructor(module: WebAssembly.Module, blob: Uint8Array, options: BtfOptions = {}) {
    this.base = options.base;
    this.label = options.name ?? "BTF";
    this.blobs = [...(options.base?.blobs ?? []), blob];
    this.core = new BtfCore(module);
    let issues: Issue[] = [];
    for (const part of this.blobs) {
      const { status, faults, total } = this.core.add(part);
      issues = faults.map((fault) => describeFault(fault, this.label));
      if (total > faults.length) issues.push(furtherFaults(total - faults.length, this.label));
      if (status === L.STATUS_UNREADABLE) throw unreadable(issues[0]);
    }
    this.issues = issues;
    this.layers = this.core.layers();
  }

  /** Types of the chain, void included: valid ids are 0 … typeCount-1. */
  get typeCount(): number {
    return this.core.typeCount;
  }

  /** First id of this blob: 1, or where its base ends. */
  get firstId(): number {
    return this.layers.at(-1)!.firstId;
  }

  get bigEndian(): boolean {
    return this.layers.at(-1)!.bigEndian;
  }

  /** 4 or 8: the size of `long` if there is one, else 8. BTF does not store it. */
  get pointerSize(): number {
    this.pointerBytes ??= this.guessPointerSize();
    return this.pointerBytes;
  }

  /** What the kernel would say to the topmost blob (Linux 6.18; either byte order and a layout section are accepted). */
  verify(): KernelVerdict {
    return describeRefusal(this.core.verify() satisfies BtfRefusal);
  }

  // -- records -----------------------------------------------------------------------------------------------------

  kind(id: number): number {
    const at = this.core.recordAt(id);
    return at === 0 ? KIND.VOID : (this.core.words[at + 1]! >>> 24) & 0x7f;
  }

  /** Elements of the record; for FUNC its linkage. */
  vlen(id: number): number {
    const at = this.core.recordAt(id);
    return at === 0 ? 0 : this.core.words[at + 1]! & 0xffffff;
  }

  kindFlag(id: number): boolean {
    const at = this.core.recordAt(id);
    return at !== 0 && this.core.words[at + 1]! >>> 31 !== 0;
  }

  /** Empty for anonymous types and void. */
  name(id: number): string {
    const at = this.core.recordAt(id);
    return at === 0 ? "" : this.string(this.core.words[at]!);
  }

  nameOff(id: number): number {
    const at = this.core.recordAt(id);
    return at === 0 ? 0 : this.core.words[at]!;
  }

  /** The size field of a kind that has one. */
  rawSize(id: number): number {
    return this.wordOf(id, 2);
  }

  /** The type that a reference (PTR, TYPEDEF, …, VAR, FUNC, tags) or FUNC_PROTO (its return) names. */
  target(id: number): number {
    return this.wordOf(id, 2);
  }

  int(id: number): IntEncoding {
    const word = this.wordOf(id, 3);
    const encoding = (word >>> 24) & 0xf;
    return {
      signed: (encoding & 1) !== 0,
      char: (encoding & 2) !== 0,
      bool: (encoding & 4) !== 0,
      bitOffset: (word >>> 16) & 0xff,
      bits: word & 0xff,
    };
  }

  array(id: number): { readonly elementId: number; readonly indexId: number; readonly count: number } {
    return { elementId: this.wordOf(id, 3), indexId: this.wordOf(id, 4), count: this.wordOf(id, 5) };
  }

  /** Linkage of a VAR: 0 static, 1 global, 2 extern. */
  linkage(id: number): number {
    return this.wordOf(id, 3);
  }

  /** What a DECL_TAG is about: -1 the declaration itself, else a member or argument. */
  component(id: number): number {
    return this.wordOf(id, 3) | 0;
  }

  member(id: number, ix: number): BtfMember {
    const at = this.core.recordAt(id) + 3 + ix * 3;
    const words = this.core.words;
    const offset = words[at + 2]!;
    const flagged = this.kindFlag(id);
    return {
      name: this.string(words[at]!),
      typeId: words[at + 1]!,
      bitOffset: flagged ? offset & 0xffffff : offset,
      bitfieldSize: flagged ? offset >>> 24 : 0,
    };
  }

  members(id: number): BtfMember[] {
    return Array.from({ length: this.vlen(id) }, (_, ix) => this.member(id, ix));
  }

  enumerators(id: number): BtfEnumerator[] {
    const wide = this.kind(id) === KIND.ENUM64;
    const signed = this.kindFlag(id);
    const at = this.core.recordAt(id) + 3;
    const words = this.core.words;
    return Array.from({ length: this.vlen(id) }, (_, ix) => {
      const row = at + ix * (wide ? 3 : 2);
      const lo = words[row + 1]!;
      const hi = wide ? words[row + 2]! : signed ? (lo | 0) >> 31 : 0;
      return { name: this.string(words[row]!), value: signed ? toI64(lo, hi) : toU64(lo, hi) };
    });
  }

  params(id: number): BtfParam[] {
    const at = this.core.recordAt(id) + 3;
    const words = this.core.words;
    return Array.from({ length: this.vlen(id) }, (_, ix) => ({
      name: this.string(words[at + ix * 2]!),
      typeId: words[at + ix * 2 + 1]!,
    }));
  }

  sectionEntries(id: number): BtfSectionEntry[] {
    const at = this.core.recordAt(id) + 3;
    const words = this.core.words;
    return Array.from({ length: this.vlen(id) }, (_, ix) => ({
      typeId: words[at + ix * 3]!,
      offset: words[at + ix * 3 + 1]!,
      size: words[at + ix * 3 + 2]!,
    }));
  }

  /** Calls `visit` with every type id that the record mentions (0 = void included), in the record's order. */
  forEachReference(id: number, visit: (target: number) => void): void {
    const at = this.core.recordAt(id);
    if (at === 0) return;
    const { words } = this.core;
    visitIdWords(this.kind(id), this.vlen(id), (word) => visit(words[at + word]!));
  }

  /** The string at an offset of the chain; bytes that are not UTF-8 are read as Latin-1. */
  string(off: number): string {
    if (off === 0) return "";
    let text = this.names.get(off);
    if (text === undefined) {
      const bytes = this.core.stringBytes(off);
      text = decodeUtf8(bytes) ?? Array.from(bytes, (c) => String.fromCharCode(c)).join("");
      this.names.set(off, text);
    }
    return text;
  }

  // -- names -------------------------------------------------------------------------------------------------------

  /** Lowest id of that name among `kinds` (see `kindMask`), or undefined. */
  find(name: string, kinds: number = ANY_KIND): number | undefined {
    const ascii = this.core.findAscii(name, kinds);
    if (ascii !== undefined) return ascii === 0 ? undefined : ascii;
    const id = this.core.find(encodeUtf8(name), kinds);
    if (id !== 0) return id;
    const latin = latin1Bytes(name);
    const again = latin === undefined ? 0 : this.core.find(latin, kinds);
    return again === 0 ? undefined : again;
  }

  /** Every id of that name among `kinds`, lowest first. */
  findAll(name: string, kinds: number = ANY_KIND): number[] {
    const ids: number[] = [];
    for (let id = this.find(name, kinds) ?? 0; id !== 0; id = this.core.findNext(id, kinds)) ids.push(id);
    return ids;
  }

  // -- sizes -------------------------------------------------------------------------------------------------------

  /** The type behind typedefs and qualifiers; undefined if the chain does not end. */
  resolve(id: number): number | undefined {
    let at = id;
    for (let steps = 0; steps <= MAX_STEPS; steps++) {
      if (!isModifier(this.kind(at))) return at;
      at = this.target(at);
    }
    return undefined;
  }

  /** Bytes of a value of the type; undefined where it has no size (void, FWD, FUNC, FUNC_PROTO) or does not end. */
  sizeOf(id: number): number | undefined {
    let at = id;
    let times = 1;
    for (let steps = 0; steps <= MAX_STEPS; steps++) {
      const size = this.ownSize(at);
      if (size !== undefined) return product(times, size);
      const kind = this.kind(at);
      if (kind === KIND.ARRAY) {
        const { elementId, count } = this.array(at);
        const total = product(times, count);
        if (total === undefined) return undefined;
        times = total;
        at = elementId;
      } else if (isModifier(kind) || kind === KIND.VAR) at = this.target(at);
      else return undefined;
    }
    return undefined;
  }

  private ownSize(id: number): number | undefined {
    switch (this.kind(id)) {
      case KIND.INT:
      case KIND.STRUCT:
      case KIND.UNION:
      case KIND.ENUM:
      case KIND.ENUM64:
      case KIND.FLOAT:
      case KIND.DATASEC:
        return this.rawSize(id);
      case KIND.PTR:
        return this.pointerSize;
      default:
        return undefined;
    }
  }

  private guessPointerSize(): number {
    for (let id = 1; id < this.typeCount; id++) {
      if (this.kind(id) !== KIND.INT) continue;
      const size = this.rawSize(id);
      if ((size === 4 || size === 8) && LONG_NAMES.includes(this.name(id))) return size;
    }
    return 8;
  }

  private wordOf(id: number, word: number): number {
    const at = this.core.recordAt(id);
    return at === 0 ? 0 : this.core.words[at + word]!;
  }
}

/** a × b below 2^32, else undefined: an array that no machine of this format can hold. */
function product(a: number, b: number): number | undefined {
  const result = a * b;
  return result <= 0xffffffff ? result : undefined;
}

function latin1Bytes(name: string): Uint8Array | undefined {
  if (!/[\x80-\xff]/.test(name) || /[^\x00-\xff]/.test(name)) return undefined;
  return Uint8Array.from(name, (c) => c.charCodeAt(0));
}

function furtherFaults(count: number, label: string): Issue {
  return { code: "MalformedBtf", severity: "error", message: `reading ${label}: ${count} further faults` };
}

function unreadable(issue: Issue | undefined): SnapshotError {
  return new SnapshotError("MalformedBtf", issue?.message ?? "reading BTF: unreadable", {
    offset: issue?.offset,
    fields: { typeId: 0, reason: issue?.message },
  });
}
