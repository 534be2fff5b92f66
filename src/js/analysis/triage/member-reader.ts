import { type Json5Member, type Json5Node, offsetInString } from "../../base/json5.ts";
import { suggestNames } from "../../base/text.ts";
import { type Diagnostic, type DiagnosticRule, diagnosticAt } from "./diagnostics.ts";
import type { RuleSource, SourceText } from "./rules.ts";

const KIND_NAMES: Readonly<Record<Json5Node["kind"], string>> = {
  null: "null",
  boolean: "boolean",
  number: "number",
  string: "string",
  array: "sequence",
  object: "map",
};

/** Collects what is wrong with one rule file while its parts are read. */
export class FileReport {
  readonly source: RuleSource;
  readonly diagnostics: Diagnostic[] = [];

  constructor(source: RuleSource) {
    this.source = source;
  }

  get fileName(): string {
    return this.source.fileName ?? this.source.namespace;
  }

  /** An error that refuses the file; `upstream` is Fuchsia's own text about it. */
  error(rule: DiagnosticRule, offset: number, message: string, upstream?: string, suggestion?: string): void {
    this.add(offset, { rule, message, upstream, suggestion });
  }

  /** An error of the file's schema or of an action, as Fuchsia's engine introduces it. */
  schemaError(rule: DiagnosticRule, offset: number, message: string, detail: string, suggestion?: string): void {
    this.error(rule, offset, message, `Parsing file '${this.source.namespace}': ${detail}`, suggestion);
  }

  warn(rule: DiagnosticRule, offset: number, message: string, suggestion?: string): void {
    this.add(offset, { rule, severity: "warning", message, suggestion });
  }

  private add(offset: number, options: Parameters<typeof diagnosticAt>[3]): void {
    this.diagnostics.push(diagnosticAt(this.fileName, this.source.text, offset, options));
  }
}

export const SCHEMA = "Unable to deserialize config file";

/** Members of one object of a rule file, read by name and kind. */
export class MemberReader {
  readonly report: FileReport;
  /** Where messages about missing members point. */
  readonly start: number;
  private readonly members = new Map<string, Json5Member>();
  private readonly what: string;
  private readonly asked = new Set<string>();

  constructor(report: FileReport, members: readonly Json5Member[], start: number, what: string) {
    this.report = report;
    this.start = start;
    this.what = what;
    for (const member of members) {
      if (this.members.has(member.key))
        report.warn("duplicate-key", member.keyStart, `"${member.key}" occurs twice in ${what}`);
      this.members.set(member.key, member);
    }
  }

  has(name: string): boolean {
    return this.members.has(name);
  }

  get(name: string): Json5Member | undefined {
    this.asked.add(name);
    return this.members.get(name);
  }

  /** A text member. Missing: undefined, and an error if it is required; another kind: an error. */
  text(name: string, required = false): SourceText | undefined {
    const node = this.get(name)?.value;
    if (node === undefined) {
      if (required) this.missing(name);
      return undefined;
    }
    if (node.kind === "string") return { text: node.value, start: node.start };
    this.wrongKind(name, node, "a string");
    return undefined;
  }

  /** A list of texts. */
  texts(name: string): readonly string[] | undefined {
    const node = this.get(name)?.value;
    if (node === undefined) return undefined;
    if (node.kind === "array") {
      const texts = node.items.flatMap((item) => (item.kind === "string" ? [item.value] : []));
      if (texts.length === node.items.length) return texts;
    }
    this.wrongKind(name, node, "a sequence of strings");
    return undefined;
  }

  /** Members of an object member. */
  entries(name: string): readonly Json5Member[] {
    const node = this.get(name)?.value;
    if (node === undefined) return [];
    if (node.kind === "object") return node.members;
    this.wrongKind(name, node, "a map");
    return [];
  }

  wrongKind(name: string, node: Json5Node, expected: string): void {
    const detail = `${SCHEMA} invalid type: ${KIND_NAMES[node.kind]}, expected ${expected}`;
    this.report.schemaError(
      "malformed-section",
      node.start,
      `"${name}" of ${this.what} is a ${KIND_NAMES[node.kind]}, expected ${expected}`,
      detail,
    );
  }

  missing(name: string): void {
    const others = [...this.members.keys()].filter((key) => !this.asked.has(key));
    this.report.schemaError(
      "malformed-section",
      this.start,
      `${this.what} has no "${name}"`,
      `${SCHEMA} missing field \`${name}\``,
      suggestNames(name, others, 1)[0],
    );
  }

  /** Members that nobody asked for; to be called when all have been. */
  unknown(): readonly Json5Member[] {
    return [...this.members.values()].filter((member) => !this.asked.has(member.key));
  }

  /** Names a spelling of which an unknown member may be. */
  askedNames(): readonly string[] {
    return [...this.asked];
  }
}

/** The offset in the file of character `ix` of a text. */
export function offsetOf(report: FileReport, source: SourceText, ix: number): number {
  return offsetInString(report.source.text, source.start, ix);
}
