import { SnapshotError } from "../../base/errors.ts";
import { isSymbolizer, isSymbolSource, type SymbolOptions } from "../../model/symbols.ts";
import type { ProjectSchema } from "./project.ts";
import type { TokenDatabase } from "./tokens/token-database.ts";
import { loadTokens, type TokenInput } from "./tokens/token-files.ts";

/** Options of `open` for this format. */
export interface PigweedOptions extends SymbolOptions {
  /** A loaded token database, or its files. */
  readonly tokens?: TokenDatabase | readonly TokenInput[] | undefined;
  /** A project's own fields beside Pigweed's. */
  readonly project?: ProjectSchema | undefined;
  /**
   * How much is concluded beyond the report: default `full`; `frames` leaves the scan of raw stacks out, `none`
   * everything.
   */
  readonly analysis?: "full" | "frames" | "none" | undefined;
  /** Ticks per second of the times in trace data; default 1000. */
  readonly traceTicksPerSecond?: number | undefined;
  /** Give up where upstream gives up. */
  readonly strict?: boolean | undefined;
}

/** Options of `dump` for this format. */
export interface PigweedTextOptions {
  /** Columns that the fatal banner is centred in; default 80. */
  readonly width?: number | undefined;
  /** `"none"` leaves the log section out. */
  readonly logs?: "none" | undefined;
  /** The report of pw_system, which repeats the logs in a form of its own after each snapshot. */
  readonly variant?: "pw_system" | undefined;
}

type Options = Readonly<Record<string, unknown>>;
type Guard<T> = (value: unknown) => value is T;

/** What `options` say for this format. @throws SnapshotError `UsageError` for an option of the wrong kind. */
export function readOptions(options: Options): PigweedOptions {
  return {
    tokens: check(options, "tokens", isTokens),
    symbols: check(options, "symbols", isSymbolSource),
    symbolizer: check(options, "symbolizer", isSymbolizer),
    project: check(options, "project", isProject),
    analysis: check(options, "analysis", isAnalysis),
    traceTicksPerSecond: check(options, "traceTicksPerSecond", isRate),
    strict: options["strict"] === true,
  };
}

/** @throws SnapshotError `UsageError` */
export function readTextOptions(options: Options): PigweedTextOptions {
  return {
    width: check(options, "width", isWidth),
    logs: check(options, "logs", (value): value is "none" => value === "none"),
    variant: check(options, "variant", (value): value is "pw_system" => value === "pw_system"),
  };
}

/** @throws SnapshotError as `loadTokens` for files of which nothing can be read. */
export function openTokens(tokens: PigweedOptions["tokens"], strict: boolean): TokenDatabase | undefined {
  return isTokenFiles(tokens) ? loadTokens(tokens, { strict }) : tokens;
}

function check<T>(options: Options, name: string, guard: Guard<T>): T | undefined {
  const value = options[name];
  if (value === undefined || guard(value)) return value;
  throw new SnapshotError("UsageError", `option ${name} of a Pigweed snapshot is not of the kind that it should be`, {
    format: "pigweed",
    path: name,
  });
}

function isRecord(value: unknown): value is Options {
  return typeof value === "object" && value !== null;
}

function isTokenFiles(value: unknown): value is readonly TokenInput[] {
  return (
    Array.isArray(value) &&
    value.every((file: unknown) => isRecord(file) && typeof file["name"] === "string" && isBytes(file["bytes"]))
  );
}

function isTokens(value: unknown): value is TokenDatabase | readonly TokenInput[] {
  return isTokenFiles(value) || (isRecord(value) && Array.isArray(value["entries"]) && Array.isArray(value["issues"]));
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function isProject(value: unknown): value is ProjectSchema {
  return isRecord(value) && typeof value["message"] === "string" && isRecord(value["proto"]);
}

function isAnalysis(value: unknown): value is "full" | "frames" | "none" {
  return value === "full" || value === "frames" || value === "none";
}

function isRate(value: unknown): value is number {
  return typeof value === "number" && value > 0 && Number.isFinite(value);
}

function isWidth(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 1000;
}
