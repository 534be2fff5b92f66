import { escapeTerminal } from "../../base/text.ts";
import { inlineText, printableText, scalarText } from "../../model/node-text.ts";
import { childrenOf, partialOf, targetOf } from "../../model/nodes.ts";
import type { ValueNode, ValueSource } from "../../model/values.ts";
import { isZero } from "./zero-values.ts";

export interface ValueTextOptions {
  /** Show members that are zero; default false: they are counted. */
  readonly zeros?: boolean | undefined;
  /** Show the format strings of bpf_printk, which are globals like others; default false. */
  readonly formats?: boolean | undefined;
  /** Columns of a line; default 110. */
  readonly width?: number | undefined;
}

const WIDTH = 110;
/** Levels shown; an input may nest deeper than anybody reads. */
const DEPTH = 48;
const BYTES_PER_LINE = 32;
const BYTES_SHOWN = 256;
/** As libbpf's bpf_printk names them. */
const PRINTK_FORMAT = /____?fmt(?:\.\d+)?$/;

/** A value as lines for people: what fits stands on one line. Escaped for terminals. */
export function valueLines(values: ValueSource, node: ValueNode, options: ValueTextOptions = {}): string[] {
  const writer = new ValueWriter(values, options);
  writer.write("", node, 0);
  return writer.lines.map((line) => escapeTerminal(line, false));
}

class ValueWriter {
  readonly lines: string[] = [];
  private readonly values: ValueSource;
  private readonly options: ValueTextOptions;

  constructor(values: ValueSource, options: ValueTextOptions) {
    this.values = values;
    this.options = options;
  }

  write(label: string, node: ValueNode, level: number): void {
    if (level > DEPTH) {
      this.line(level, `${label}… nested deeper`);
      return;
    }
    switch (node.kind) {
      case "struct":
      case "union":
        this.struct(label, node, level);
        break;
      case "array":
        this.array(label, node, level);
        break;
      case "pointer":
        this.pointer(label, node, level);
        break;
      case "truncated":
        this.cut(label, node, level);
        break;
      case "bytes":
        this.bytes(label, node, level);
        break;
      default:
        this.line(level, `${label}${scalarText(this.values, node) ?? `(${node.kind})`}${noteOf(node)}`);
    }
  }

  private line(level: number, text: string): void {
    this.lines.push(`${"  ".repeat(level)}${text}`);
  }

  private struct(label: string, node: ValueNode, level: number): void {
    const members = this.flatten(childrenOf(this.values, node), 0);
    const shown = members.filter((member) => this.isShown(member));
    const hidden = members.length - shown.length;
    const rest = hidden === 0 ? "" : ` (${hidden} zero)`;
    const inline = this.inline(shown, level, label);
    if (inline !== undefined) {
      this.line(level, `${label}${inline}${rest}${noteOf(node)}`);
      return;
    }
    const name = node.typeName ?? (label === "" ? node.kind : "");
    const isRoot = label === "" && level === 0;
    if (!isRoot) this.line(level, `${label}${name}${rest}${noteOf(node)}`.trimEnd());
    for (const member of shown) this.write(`${member.name}: `, member, isRoot ? level : level + 1);
    if (isRoot && hidden > 0) this.line(level, `(${hidden} zero)`);
  }

  /** Members of anonymous members belong to the struct itself. */
  private flatten(members: readonly ValueNode[], depth: number): ValueNode[] {
    return members.flatMap((member) => {
      const isAnonymous = member.name === "" && (member.kind === "struct" || member.kind === "union");
      return isAnonymous && depth < DEPTH ? this.flatten(childrenOf(this.values, member), depth + 1) : [member];
    });
  }

  private isShown(member: ValueNode): boolean {
    if (this.options.formats !== true && PRINTK_FORMAT.test(member.name)) return false;
    return this.options.zeros === true || !isZero(this.values, member);
  }

  private inline(members: readonly ValueNode[], level: number, label: string): string | undefined {
    const room = (this.options.width ?? WIDTH) - 2 * level - label.length;
    const texts: string[] = [];
    let length = 2;
    for (const member of members) {
      if (targetOf(this.values, member) !== undefined || member.problem !== undefined) return undefined;
      const text = `${member.name}: ${inlineText(this.values, member, room)}`;
      length += text.length + 2;
      if (length > room) return undefined;
      texts.push(text);
    }
    return `{${texts.join(", ")}}`;
  }

  private pointer(label: string, node: ValueNode, level: number): void {
    const address = scalarText(this.values, node) ?? "";
    const note = node.note === undefined ? "" : ` [${node.note}]`;
    const target = targetOf(this.values, node);
    if (target !== undefined) {
      this.write(`${label}${address}${note} → `, target, level);
      return;
    }
    const { problem } = node;
    const why = problem === undefined || problem.code === "NullPointer" ? "" : ` (not followed: ${problem.message})`;
    this.line(level, `${label}${address}${note}${why}`);
  }

  private cut(label: string, node: ValueNode, level: number): void {
    const partial = partialOf(this.values, node);
    this.line(level, `${label}cut: ${node.problem?.message ?? "it is not whole"}`);
    if (partial !== undefined) this.write("", partial, level + 1);
  }

  private bytes(label: string, node: ValueNode, level: number): void {
    const bytes = this.values.scalar(node);
    if (!(bytes instanceof Uint8Array)) {
      this.line(level, `${label}${noteOf(node)}`);
      return;
    }
    if (bytes.length === 0 && label === "") return;
    const most = this.options.zeros === true ? bytes.length : Math.min(bytes.length, BYTES_SHOWN);
    const pairs = (from: number): string =>
      Array.from(bytes.subarray(from, Math.min(from + BYTES_PER_LINE, most)), (byte) =>
        byte.toString(16).padStart(2, "0"),
      ).join(" ");
    if (most <= BYTES_PER_LINE) this.line(level, `${label}${pairs(0)}`);
    else {
      this.line(level, `${label}${bytes.length} bytes`);
      for (let at = 0; at < most; at += BYTES_PER_LINE)
        this.line(level + 1, `${at.toString(16).padStart(4, "0")}  ${pairs(at)}`);
    }
    if (most < bytes.length) this.line(level + 1, `… ${bytes.length - most} more bytes`);
  }

  // -- arrays ------------------------------------------------------------------------------------------------------

  private array(label: string, node: ValueNode, level: number): void {
    const text = printableText(this.values, node);
    if (text !== undefined) {
      this.line(level, `${label}${JSON.stringify(text)}`);
      return;
    }
    const elements = childrenOf(this.values, node);
    const scalars = elements.map((one) => this.scalarElement(one));
    if (scalars.every((one) => one !== undefined)) {
      this.scalars(label, scalars, node, level);
      return;
    }
    this.line(level, `${label}${elements.length} elements${noteOf(node)}`);
    for (const { from, to } of this.runs(elements)) {
      const place = from === to ? `[${from}]` : `[${from}-${to}]`;
      if (this.options.zeros !== true && isZero(this.values, elements[from]!)) this.line(level + 1, `${place} zero`);
      else this.write(`${place} `, elements[from]!, level + 1);
    }
  }

  private scalarElement(node: ValueNode): string | undefined {
    if (this.values.count(node) > 0 || node.problem !== undefined) return undefined;
    return scalarText(this.values, node);
  }

  private scalars(label: string, texts: readonly string[], node: ValueNode, level: number): void {
    const cells = foldRuns(texts);
    const one = `${label}[${cells.join(" ")}]${noteOf(node)}`;
    if (2 * level + one.length <= (this.options.width ?? WIDTH)) {
      this.line(level, one);
      return;
    }
    this.line(level, `${label}${texts.length} elements${noteOf(node)}`);
    const cell = cells.reduce((most, text) => Math.max(most, text.length), 0);
    const perLine = Math.max(1, Math.floor(((this.options.width ?? WIDTH) - 2 * (level + 1)) / (cell + 1)));
    for (let at = 0; at < cells.length; at += perLine) {
      const row = cells.slice(at, at + perLine).map((text) => text.padStart(cell));
      this.line(level + 1, row.join(" "));
    }
  }

  /** Neighbours that read the same. */
  private runs(elements: readonly ValueNode[]): { from: number; to: number }[] {
    const runs: { from: number; to: number; text: string }[] = [];
    elements.forEach((element, ix) => {
      const text = inlineText(this.values, element, 2000);
      const last = runs.at(-1);
      if (last !== undefined && last.text === text && text.length <= 2000) last.to = ix;
      else runs.push({ from: ix, to: ix, text });
    });
    return runs;
  }
}

function noteOf({ note, problem, kind }: ValueNode): string {
  const why = problem === undefined || kind === "absent" || kind === "error" ? undefined : problem.message;
  const parts = [note, why].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

/** `0 × 12` for three or more equal neighbours. */
function foldRuns(texts: readonly string[]): string[] {
  const cells: string[] = [];
  for (let ix = 0; ix < texts.length; ) {
    let end = ix + 1;
    while (end < texts.length && texts[end] === texts[ix]) end++;
    if (end - ix >= 3) cells.push(`${texts[ix]}×${end - ix}`);
    else for (let at = ix; at < end; at++) cells.push(texts[at]!);
    ix = end;
  }
  return cells;
}
