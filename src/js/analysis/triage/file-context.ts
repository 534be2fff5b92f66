import { isSnapshotError } from "../../base/errors.ts";
import type { Json5Member } from "../../base/json5.ts";
import type { Limits } from "../../base/limits.ts";
import { suggestNames } from "../../base/text.ts";
import type { Dialect } from "./dialect.ts";
import { type FileReport, type MemberReader, offsetOf } from "./member-reader.ts";
import { parseExpression } from "./parser.ts";
import type { EvalMetric, SourceText } from "./rules.ts";

export interface RuleReadOptions {
  readonly limits: Limits;
  /** Refuses everything that Fuchsia's engine refuses, so also `extended` files. */
  readonly compat: boolean;
  /** Reads rule files of 2021 and before: an action without a type is a Warning. */
  readonly legacy: boolean;
}

/** What the readers of a file's parts share. */
export interface FileContext {
  readonly report: FileReport;
  readonly dialect: Dialect;
  readonly options: RuleReadOptions;
  /** Names of imported files here, and their namespaces. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** Parses an expression of the file; what is wrong with it goes to the report. */
export function compileExpression(source: SourceText, context: FileContext): EvalMetric | undefined {
  const { limits } = context.options;
  try {
    const { aliases, dialect } = context;
    const expression = parseExpression(source.text, { limits, extended: dialect.extended, aliases });
    return { kind: "eval", source, expression };
  } catch (error) {
    if (!isSnapshotError(error)) throw error;
    const offset = offsetOf(context.report, source, error.offset ?? 0);
    const rule = error.code === "LimitExceeded" ? "limit" : "malformed-expression";
    const report = error.fields["report"];
    context.report.error(rule, offset, error.message, typeof report === "string" ? report : error.message);
    return undefined;
  }
}

/** A member that means nothing: upstream passes over it, a reader is told. */
export function reportUnknown(members: MemberReader, member: Json5Member, what: string): void {
  const suggestion = suggestNames(member.key, members.askedNames(), 1)[0];
  members.report.warn("unknown-member", member.keyStart, `"${member.key}" means nothing in ${what}`, suggestion);
}
