import { parseArgs } from "node:util";
import { DEFAULT_LIMITS, type LimitName, type Limits, SnapshotError, suggestNames, withLimits } from "../js/index.ts";
import type { Command, OptionSpec } from "./command.ts";
import { GLOBAL_OPTIONS } from "./option-specs.ts";
import { Options } from "./options.ts";

export interface ParsedCall {
  readonly options: Options;
  readonly operands: readonly string[];
}

/** All options of a verb: its own, then those of every verb. */
export function optionsOf(command: Command): Readonly<Record<string, OptionSpec>> {
  return { ...command.options, ...GLOBAL_OPTIONS };
}

/**
 * Reads a verb's arguments by its row of the command table.
 * @throws SnapshotError `UsageError`
 */
export function parseCall(command: Command, args: readonly string[]): ParsedCall {
  const specs = optionsOf(command);
  const options = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, toNodeOption(spec)]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const values = new Map<string, string[]>();
  const flags = new Set<string>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) throw unknownOption(command, token.rawName, Object.keys(specs));
    if (spec.value === undefined) {
      if (token.value !== undefined) throw usage(`--${token.name} takes no value`);
      flags.add(token.name);
    } else {
      const value = checkValue(token.name, spec, token.value, token.inlineValue === true, specs);
      values.set(token.name, [...(values.get(token.name) ?? []), value]);
    }
  }
  const parsed = { options: new Options(values, flags), operands };
  if (!flags.has("help")) checkOperands(command, operands);
  return parsed;
}

function toNodeOption(spec: OptionSpec): { type: "string" | "boolean"; multiple: boolean; short?: string } {
  return {
    type: spec.value === undefined ? "boolean" : "string",
    multiple: true,
    ...(spec.short !== undefined && { short: spec.short }),
  };
}

function checkValue(
  name: string,
  spec: OptionSpec,
  value: string | undefined,
  inline: boolean,
  specs: Readonly<Record<string, OptionSpec>>,
): string {
  if (value === undefined || (!inline && isOption(value, specs))) {
    throw usage(`--${name} needs a value: --${name} ${spec.value}`);
  }
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    throw usage(`--${name} is one of ${spec.choices.join(", ")}, not ${JSON.stringify(value)}`, spec.choices);
  }
  return value;
}

function isOption(word: string, specs: Readonly<Record<string, OptionSpec>>): boolean {
  return word.startsWith("--") && Object.hasOwn(specs, word.slice(2));
}

function checkOperands({ name, operands }: Command, given: readonly string[]): void {
  const { min, max, usage: words } = operands;
  if (given.length < min) throw usage(`${name} needs ${words}`);
  if (max === undefined || given.length <= max) return;
  const extra = JSON.stringify(given[max]);
  throw usage(max === 0 ? `${name} takes no argument, found ${extra}` : `${name} takes ${words}, found also ${extra}`);
}

function unknownOption(command: Command, written: string, names: readonly string[]): SnapshotError {
  const near = suggestNames(written.replace(/^-+/, ""), names);
  const hint = near.length > 0 ? `; did you mean --${near[0]}?` : "";
  return usage(`${command.name} has no option ${written}${hint}`, names);
}

/** @throws SnapshotError `UsageError` with the nearest verbs. */
export function findCommand(commands: readonly Command[], verb: string): Command {
  const found = commands.find((command) => command.name === verb);
  if (found !== undefined) return found;
  const names = commands.map((command) => command.name);
  const near = suggestNames(verb, names);
  const hint = near.length > 0 ? `; did you mean ${near[0]}?` : "; coldframe help lists the verbs";
  throw usage(`there is no verb ${JSON.stringify(verb)}${hint}`, names);
}

/** The choice that an operand names. @throws SnapshotError `UsageError` */
export function findChoice<T extends string>(what: string, word: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === word);
  if (found === undefined)
    throw usage(`the ${what} is one of ${choices.join(", ")}, not ${JSON.stringify(word)}`, choices);
  return found;
}

/** Limits of `--limit NAME=N` over the defaults. N may end in k, M or G (powers of 1024). */
export function parseLimits(settings: readonly string[]): Limits {
  const overrides: Partial<Record<LimitName, number>> = {};
  for (const setting of settings) {
    const match = /^([A-Za-z]+)=(\d{1,15})([kMG]?)$/.exec(setting);
    if (match === null) throw usage(`--limit takes NAME=N, found ${JSON.stringify(setting)}`);
    const [, name, digits, unit] = match as unknown as [string, string, string, "" | "k" | "M" | "G"];
    if (!isLimitName(name)) {
      const names = Object.keys(DEFAULT_LIMITS);
      throw usage(`there is no limit ${name}; the limits are ${names.join(", ")}`, names);
    }
    overrides[name] = Number(digits) * { "": 1, k: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[unit];
  }
  return withLimits(overrides);
}

function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(DEFAULT_LIMITS, name);
}

function usage(message: string, available?: readonly string[]): SnapshotError {
  return new SnapshotError("UsageError", message, { available });
}
