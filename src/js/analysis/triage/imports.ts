import { isSnapshotError } from "../../base/errors.ts";
import { type Json5Member, type Json5Node, parseJson5 } from "../../base/json5.ts";
import { withLimits } from "../../base/limits.ts";
import { suggestNames } from "../../base/text.ts";
import type { FileReport, MemberReader } from "./member-reader.ts";
import type { RuleSource } from "./rules.ts";

const NAME = /^[A-Za-z_]\w*$/;
const EXTENSION = ".triage";

/** A rule file that another one in extended mode names in its `imports`. */
export interface Import {
  /** What stands before `::`. */
  readonly alias: string;
  /** A namespace, or the path of a rule file from the directory of the importing one. */
  readonly target: string;
  /** Offset in the importing file. */
  readonly start: number;
}

/** The name that other files know a file by: without directory and last extension. */
export function namespaceOf(path: string): string {
  const name = path.replace(/^.*[/\\]/, "");
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}

/** Whether an import names a file by its path. */
export function isImportPath(target: string): boolean {
  return target.endsWith(EXTENSION) || /[/\\]/.test(target);
}

function stemOf(target: string): string {
  return isImportPath(target) ? namespaceOf(target) : target;
}

/**
 * Reads `imports`: a list of namespaces and paths, or an object of them by the names they are to have here. What is
 * wrong goes to the report.
 */
export function readImports(sections: MemberReader): readonly Import[] {
  const node = sections.get("imports")?.value;
  if (node === undefined) return [];
  const imports: Import[] = [];
  if (node.kind === "array") {
    for (const item of node.items) readImport(sections, undefined, item, imports);
  } else if (node.kind === "object") {
    for (const member of node.members) readImport(sections, member, member.value, imports);
  } else sections.wrongKind("imports", node, "a sequence of strings or a map");
  return imports;
}

function readImport(sections: MemberReader, named: Json5Member | undefined, node: Json5Node, found: Import[]): void {
  if (node.kind !== "string") {
    sections.wrongKind("imports", node, "strings");
    return;
  }
  const alias = named?.key ?? stemOf(node.value);
  const { report } = sections;
  if (!NAME.test(alias)) {
    const offset = named?.keyStart ?? node.start;
    const message = `"${alias}" is no name: give it one by imports: { name: "${node.value}" }`;
    report.schemaError("malformed-section", offset, message, message);
  } else if (found.some((one) => one.alias === alias)) {
    const message = `"${alias}" is imported twice`;
    report.schemaError("duplicate-name", named?.keyStart ?? node.start, message, message);
  } else found.push({ alias, target: node.value, start: node.start });
}

/** Namespaces of a set of rule files, also by what the files are called. */
export class Namespaces {
  private readonly names = new Set<string>();
  private readonly byStem = new Map<string, string>();

  add(namespace: string, stem: string): void {
    this.names.add(namespace);
    this.byStem.set(stem, namespace);
  }

  /** What stands before `::` in a file with these imports, and the namespace it means. */
  aliases(imports: readonly Import[], report: FileReport): ReadonlyMap<string, string> {
    const aliases = new Map<string, string>();
    for (const { alias, target, start } of imports) {
      const stem = stemOf(target);
      const namespace = this.names.has(stem) ? stem : this.byStem.get(stem);
      aliases.set(alias, namespace ?? stem);
      if (namespace !== undefined) continue;
      const message = `there is no rule file "${target}" to import`;
      const [near] = suggestNames(stem, [...this.names, ...this.byStem.keys()], 1);
      report.error("unknown-namespace", start, message, message, near);
    }
    return aliases;
  }
}

/**
 * What a rule file imports, for a host that has to find it; nothing for a file that is not in extended mode or cannot
 * be read.
 */
export function importsOf({ text }: Pick<RuleSource, "text">): readonly string[] {
  let root: Json5Node;
  try {
    root = parseJson5(text, withLimits(undefined).depth);
  } catch (error) {
    if (isSnapshotError(error)) return [];
    throw error;
  }
  const memberOf = (name: string): Json5Node | undefined =>
    root.kind === "object" ? root.members.find((member) => member.key === name)?.value : undefined;
  const extended = memberOf("extended");
  if (extended === undefined || (extended.kind === "boolean" && !extended.value)) return [];
  const imports = memberOf("imports");
  const nodes =
    imports?.kind === "array"
      ? imports.items
      : imports?.kind === "object"
        ? imports.members.map((member) => member.value)
        : [];
  return nodes.flatMap((node) => (node.kind === "string" ? [node.value] : []));
}
