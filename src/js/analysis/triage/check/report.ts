import { type Diagnostic, type DiagnosticOptions, diagnosticAt } from "../diagnostics.ts";
import type { RuleFile } from "../rules.ts";

/** Collects what the checker finds; the same thing at the same place once. */
export class CheckReport {
  readonly diagnostics: Diagnostic[] = [];
  private readonly seen = new Set<string>();

  add(file: RuleFile, offset: number, options: DiagnosticOptions): void {
    const key = `${file.namespace}\0${offset}\0${options.rule}\0${options.message}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.diagnostics.push(diagnosticAt(file.fileName, file.text, offset, options));
  }
}
