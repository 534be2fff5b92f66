import { type HistogramBuckets, totalCount } from "../../../model/histogram.ts";
import type { Expression } from "../ast.ts";
import { estimatePercentile, estimateSum } from "../histogram.ts";
import { displayValue } from "../value-text.ts";
import { float, int, problemValue, unwrap, type Value } from "../values.ts";
import { type BuiltIn, type Call, evaluateArgs, evaluatePlain, missing, syntaxError, valueError } from "./call.ts";
import { worstAmong } from "./logic.ts";
import { integer, truncate } from "./numbers.ts";

type Numeric = Extract<Value, { kind: "Int" | "Float" }>;

/** The items of the one vector argument (any other value is a vector of one), or the problem there is. */
export function itemsOf(call: Call, args: readonly Expression[]): readonly Value[] | Value {
  if (args.length !== 1) return syntaxError(`${call.name} needs 1 argument, a vector`);
  const value = evaluateArgs(call, args)[0]!;
  if (value.kind === "Problem") return value;
  const items = value.kind === "Vector" ? value.items : [value];
  call.evaluator.budget.spend(items.length);
  const worst = worstAmong(items);
  return worst === undefined ? items : problemValue(worst);
}

export function isItems(items: readonly Value[] | Value): items is readonly Value[] {
  return Array.isArray(items);
}

export function mismatch(call: Call, wanted: string, value: Value): Value {
  if (value.kind === "Problem") return value;
  return valueError(`${call.name} needs ${wanted}, not ${displayValue(value)}`, "typeMismatch");
}

function numeric(run: (call: Call, numbers: readonly Numeric[]) => Value): BuiltIn {
  return {
    evaluate(call, args): Value {
      const items = itemsOf(call, args);
      if (!isItems(items)) return items;
      const stranger = items.find((item) => item.kind !== "Int" && item.kind !== "Float");
      return stranger === undefined ? run(call, items as readonly Numeric[]) : mismatch(call, "numbers", stranger);
    },
  };
}

function sumOf(call: Call, numbers: readonly Numeric[]): Value {
  if (numbers.every((n) => n.kind === "Int")) {
    return integer(
      numbers.reduce((sum, n) => sum + (n.value as bigint), 0n),
      call.scope.dialect,
    );
  }
  return float(numbers.reduce((sum, n) => sum + Number(n.value), 0));
}

function extremeOf(isBetter: (a: Numeric, b: Numeric) => boolean): BuiltIn {
  return numeric((_call, numbers) => {
    if (numbers.length === 0) return missing("No values");
    return numbers.reduce((best, n) => (isBetter(n, best) ? n : best));
  });
}

const average = numeric((_call, numbers) => {
  if (numbers.length === 0) return missing("No values");
  return float(numbers.reduce((sum, n) => sum + Number(n.value), 0) / numbers.length);
});

function histogram(run: (buckets: HistogramBuckets) => Value): BuiltIn {
  return {
    evaluate(call, args): Value {
      if (args.length !== 1) return syntaxError(`${call.name} needs 1 argument, a histogram`);
      const value = unwrap(evaluateArgs(call, args)[0]!);
      return value.kind === "Histogram" ? run(value.value) : mismatch(call, "a histogram", value);
    },
  };
}

function countValue(count: bigint | number): Value {
  return typeof count === "bigint" ? int(count) : float(count);
}

const bucketCount: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 2) return syntaxError("BucketCount needs 2 arguments, a histogram and a number");
    const [value, at] = evaluateArgs(call, args).map(unwrap) as [Value, Value];
    if (value.kind !== "Histogram") return mismatch(call, "a histogram", value);
    if (at.kind !== "Int" && at.kind !== "Float") return mismatch(call, "a number", at);
    const wanted = Number(at.value);
    const bucket = value.value.buckets.find(({ lower, upper }) => lower <= wanted && wanted < upper);
    return countValue(bucket?.count ?? 0n);
  },
};

const percentile: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 2) return syntaxError("Percentile needs 2 arguments, a histogram or vector and a number");
    const [list, percent] = evaluateArgs(call, args) as [Value, Value];
    const rank = unwrap(percent);
    if (rank.kind !== "Int" && rank.kind !== "Float") return mismatch(call, "a number from 0 to 100", rank);
    const p = Number(rank.value);
    if (!(p >= 0 && p <= 100)) return mismatch(call, "a number from 0 to 100", rank);
    const sole = unwrap(list);
    if (sole.kind === "Histogram") {
      const found = estimatePercentile(sole.value, p);
      return found === undefined ? missing("No values") : float(found);
    }
    return list.kind === "Vector" ? rankOf(call, list.items, p) : mismatch(call, "a histogram or vector", list);
  },
};

/** The nearest rank: the smallest item that `percent` of the items do not exceed. */
function rankOf(call: Call, items: readonly Value[], percent: number): Value {
  call.evaluator.budget.spend(items.length * 16);
  const stranger = items.find((item) => item.kind !== "Int" && item.kind !== "Float");
  if (stranger !== undefined) return mismatch(call, "numbers", stranger);
  const sorted = [...(items as readonly Numeric[])].sort((a, b) =>
    a.value < b.value ? -1 : a.value > b.value ? 1 : 0,
  );
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? missing("No values");
}

/** A function of two integers. */
function ofIntegers(run: (call: Call, a: bigint, b: bigint) => Value): BuiltIn {
  return {
    evaluate(call, args): Value {
      if (args.length !== 2) return syntaxError(`${call.name} needs 2 arguments, integers`);
      const values = evaluateArgs(call, args).map(unwrap);
      const stranger = values.find((value) => value.kind !== "Int");
      if (stranger !== undefined) return mismatch(call, "integers", stranger);
      const [a, b] = values as [Extract<Value, { kind: "Int" }>, Extract<Value, { kind: "Int" }>];
      return run(call, a.value, b.value);
    },
  };
}

const mod = ofIntegers((_call, a, b) => (b === 0n ? valueError("Division by zero") : int(a % b)));

/** Negative numbers count as their 64 bits. */
const bitAnd = ofIntegers((call, a, b) => integer(BigInt.asUintN(64, a) & BigInt.asUintN(64, b), call.scope.dialect));

const toInt: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 1) return syntaxError("ToInt needs 1 argument");
    const value = unwrap(evaluatePlain(call, args)[0]!);
    if (value.kind === "Int") return value;
    if (value.kind === "Bool") return int(value.value ? 1n : 0n);
    if (value.kind === "Float") {
      const whole = truncate(value.value);
      return whole === undefined ? mismatch(call, "a finite number", value) : int(whole);
    }
    if (value.kind !== "String") return mismatch(call, "a number or text", value);
    const text = value.value.trim();
    if (!/^[+-]?(?:\d{1,20}|0x[0-9a-fA-F]{1,16})$/.test(text)) return mismatch(call, "the text of an integer", value);
    const magnitude = BigInt(text.replace(/^[+-]/, ""));
    return integer(text.startsWith("-") ? -magnitude : magnitude, call.scope.dialect);
  },
};

const toFloat: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 1) return syntaxError("ToFloat needs 1 argument");
    const value = unwrap(evaluatePlain(call, args)[0]!);
    if (value.kind === "Int" || value.kind === "Float") return float(Number(value.value));
    if (value.kind !== "String") return mismatch(call, "a number or text", value);
    const text = value.value.trim();
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return mismatch(call, "the text of a number", value);
    return float(Number(text));
  },
};

type Names =
  | "Mod"
  | "BitAnd"
  | "Sum"
  | "Avg"
  | "MinOf"
  | "MaxOf"
  | "BucketCount"
  | "HistogramCount"
  | "HistogramSum"
  | "Percentile"
  | "ToInt"
  | "ToFloat";

export const EXTENDED_NUMBERS: Readonly<Record<Names, BuiltIn>> = {
  Sum: numeric(sumOf),
  Avg: average,
  MinOf: extremeOf((a, b) => a.value < b.value),
  MaxOf: extremeOf((a, b) => a.value > b.value),
  BucketCount: bucketCount,
  HistogramCount: histogram((buckets) => countValue(totalCount(buckets))),
  HistogramSum: histogram((buckets) => float(estimateSum(buckets))),
  Percentile: percentile,
  Mod: mod,
  BitAnd: bitAnd,
  ToInt: toInt,
  ToFloat: toFloat,
};
