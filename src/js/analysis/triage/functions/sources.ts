import { isSnapshotError } from "../../../base/errors.ts";
import { Regex } from "../../../base/regex/regex.ts";
import { displayValue, renderFloat } from "../value-text.ts";
import { bool, int, type Value } from "../values.ts";
import type { LogName } from "../world.ts";
import { type BuiltIn, type Call, evaluatePlain, missing, syntaxError, valueError } from "./call.ts";
import { integer, truncate } from "./numbers.ts";

/** The pattern, or undefined if it is none. */
export function regexOf(call: Call, pattern: string): Regex | undefined {
  const { patterns } = call.evaluator.budget;
  const known = patterns.get(pattern);
  if (known !== undefined) return known === "malformed" ? undefined : known;
  call.evaluator.budget.spend(pattern.length);
  const regex = compileOrUndefined(pattern);
  patterns.set(pattern, regex ?? "malformed");
  return regex;
}

function compileOrUndefined(pattern: string): Regex | undefined {
  try {
    return new Regex(pattern);
  } catch (error) {
    if (isSnapshotError(error) && error.code === "MalformedRegex") return undefined;
    throw error;
  }
}

const stringMatches: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 2) {
      return syntaxError("StringMatches(metric, regex) needs one string metric and one string regex");
    }
    const [text, pattern] = evaluatePlain(call, args) as [Value, Value];
    if (text.kind !== "String" || pattern.kind !== "String") {
      return syntaxError("Arguments to StringMatches must be strings");
    }
    const regex = regexOf(call, pattern.value);
    if (regex === undefined) return syntaxError(`Could not parse \`${pattern.value}\` as regex`);
    return bool(regex.test(text.value, call.evaluator.budget.spend));
  },
};

function logMatcher(log: LogName): BuiltIn {
  return {
    evaluate(call, args): Value {
      if (args.length !== 1) return syntaxError("Log matcher must use exactly 1 argument, an RE string.");
      const pattern = evaluatePlain(call, args)[0]!;
      if (pattern.kind !== "String") return valueError("Log matcher needs a string (RE).");
      const regex = regexOf(call, pattern.value);
      if (regex === undefined) return bool(false);
      const { spend } = call.evaluator.budget;
      return bool(call.evaluator.world.logs.lines(log).some((line) => regex.test(line, spend)));
    },
  };
}

const annotation: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 1) return syntaxError("Annotation() needs 1 string argument");
    const key = evaluatePlain(call, args)[0]!;
    if (key.kind !== "String") return valueError("Annotation() needs a string argument");
    return call.evaluator.world.annotation(key.value) ?? missing(`Key '${key.value}' not found in annotations`);
  },
};

const now: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length > 0) return syntaxError("Now() requires no operands.");
    const time = call.evaluator.world.now;
    return time === undefined ? missing("No valid time available") : int(time);
  },
};

const TIME_ARGUMENT = "Time conversion needs 1 numeric argument";

/** A span of time in nanoseconds. */
function duration(unit: bigint): BuiltIn {
  return {
    evaluate(call, args): Value {
      if (args.length !== 1) return syntaxError(TIME_ARGUMENT);
      const value = evaluatePlain(call, args)[0]!;
      if (value.kind === "Problem") return value;
      if (value.kind === "Int") return integer(value.value * unit, call.scope.dialect);
      if (value.kind !== "Float") return valueError(`${TIME_ARGUMENT}, not ${displayValue(value)}`, "typeMismatch");
      const nanos = truncate(value.value * Number(unit));
      return nanos === undefined
        ? valueError(`${TIME_ARGUMENT}; couldn't convert ${renderFloat(value.value)}`)
        : int(nanos);
    },
  };
}

type Names =
  | "StringMatches"
  | "KlogHas"
  | "SyslogHas"
  | "BootlogHas"
  | "Annotation"
  | "Now"
  | "Nanos"
  | "Micros"
  | "Millis"
  | "Seconds"
  | "Minutes"
  | "Hours"
  | "Days";

export const SOURCES: Readonly<Record<Names, BuiltIn>> = {
  StringMatches: stringMatches,
  KlogHas: logMatcher("klog"),
  SyslogHas: logMatcher("syslog"),
  BootlogHas: logMatcher("bootlog"),
  Annotation: annotation,
  Now: now,
  Nanos: duration(1n),
  Micros: duration(1_000n),
  Millis: duration(1_000_000n),
  Seconds: duration(1_000_000_000n),
  Minutes: duration(60_000_000_000n),
  Hours: duration(3_600_000_000_000n),
  Days: duration(86_400_000_000_000n),
};
