import type { Rendered, RenderedArray, RenderedEnum, RenderedPtr, RenderedStruct } from "../rendered.ts";
import type { RedactOptions, Relabelling } from "./relabelling.ts";

const CPU_LIST = /^[\d,-]*$/;

/** Rewrites rendered values. Nesting is bounded by the reader's limit. */
export class ValueRedactor {
  private readonly labels: Relabelling;
  private readonly types: boolean;

  constructor(labels: Relabelling, { types }: Pick<RedactOptions, "types">) {
    this.labels = labels;
    this.types = types === true;
  }

  /** The value as it is written; a float that is not finite is null, as captures write it. */
  value(value: Rendered): object {
    switch (value.kind) {
      case "int":
      case "uint":
        return { kind: value.kind, bits: value.bits, value: this.labels.integer(value.value) };
      case "bool":
      case "char":
        return { kind: value.kind, value: value.value };
      case "cpu_list":
        return { kind: "cpu_list", cpus: CPU_LIST.test(value.cpus) ? value.cpus : this.labels.text(value.cpus) };
      case "float":
        return { kind: "float", bits: value.bits, value: Number.isFinite(value.value) ? value.value : null };
      case "enum":
        return this.enum(value);
      case "struct":
        return this.struct(value);
      case "array":
        return this.array(value);
      case "ptr":
        return this.pointer(value);
      case "bytes":
        return { kind: "unsupported", reason: `redacted: ${Math.ceil(value.hex.replace(/\s/g, "").length / 2)} bytes` };
      case "truncated":
        return { kind: "truncated", needed: value.needed, had: value.had, partial: this.value(value.partial) };
      case "unsupported":
        return { kind: "unsupported", reason: this.labels.text(value.reason) };
      default:
        return value satisfies never;
    }
  }

  private typeName(name: string): string {
    return this.types ? this.labels.name("type", name) : name;
  }

  private enum({ kind, bits, value, variant, is_signed }: RenderedEnum): object {
    const shown = variant === null ? null : this.typeName(variant);
    return { kind, bits, value: this.labels.integer(value), variant: shown, ...(is_signed && { is_signed }) };
  }

  private struct({ kind, type_name, members }: RenderedStruct): object {
    const shown = members.map(({ name, value }) => ({ name: this.memberName(name), value: this.value(value) }));
    return { kind, type_name: type_name === null ? null : this.typeName(type_name), members: shown };
  }

  /** Names of sections' variables are members, too. */
  private memberName(name: string): string {
    return this.types ? this.labels.name("member", name) : name;
  }

  /** Bytes in a row are text or somebody's data: neither stays. */
  private array({ kind, len, elements }: RenderedArray): object {
    const bytes = elements.map(byteOf);
    const isPlain = bytes.some((byte) => byte === undefined) || bytes.every((byte) => byte === 0);
    if (elements.length < 4 || isPlain) return { kind, len, elements: elements.map((element) => this.value(element)) };
    const end = bytes.indexOf(0);
    const text = bytes
      .slice(0, end < 0 ? bytes.length : end)
      .map((byte) => String.fromCharCode(byte!))
      .join("");
    const label = this.labels.name("s", text).slice(0, elements.length - 1);
    return {
      kind,
      len,
      elements: elements.map((element, ix) => withByte(element, ix < label.length ? label.charCodeAt(ix) : 0)),
    };
  }

  private pointer({ kind, value, deref, deref_skipped_reason, cast_annotation }: RenderedPtr): object {
    return {
      kind,
      value: this.labels.address(value),
      ...(deref !== undefined && { deref: this.value(deref) }),
      ...(deref_skipped_reason !== undefined && { deref_skipped_reason: this.labels.text(deref_skipped_reason) }),
      ...(cast_annotation !== undefined && { cast_annotation: this.labels.word(cast_annotation) }),
    };
  }
}

function byteOf(value: Rendered): number | undefined {
  if (value.kind === "char") return value.value;
  if ((value.kind === "int" || value.kind === "uint") && value.bits === 8)
    return Number(BigInt.asUintN(8, value.value));
  return undefined;
}

function withByte(value: Rendered, byte: number): object {
  if (value.kind === "int" || value.kind === "uint") return { kind: value.kind, bits: value.bits, value: BigInt(byte) };
  return { kind: "char", value: byte };
}
