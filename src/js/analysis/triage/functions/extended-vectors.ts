import { codePointLength, compareText } from "../../../base/text.ts";
import type { Expression } from "../ast.ts";
import { bool, equalValues, int, type LambdaValue, problemValue, unwrap, type Value, vector } from "../values.ts";
import { type BuiltIn, type Call, callLambda, evaluateArgs, missing, syntaxError, valueError } from "./call.ts";
import { isItems, itemsOf, mismatch } from "./extended-numbers.ts";
import { worstAmong } from "./logic.ts";

function overItems(run: (call: Call, items: readonly Value[]) => Value): BuiltIn {
  return {
    evaluate(call, args): Value {
      const items = itemsOf(call, args);
      return isItems(items) ? run(call, items) : items;
    },
  };
}

/** Evaluated arguments if there are as many as wanted and none is a problem. */
export function argumentsOf(
  call: Call,
  args: readonly Expression[],
  least: number,
  most: number,
): readonly Value[] | Value {
  if (args.length < least || args.length > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    return syntaxError(`${call.name} needs ${wanted} arguments, not ${args.length}`);
  }
  const values = evaluateArgs(call, args);
  const worst = worstAmong(values);
  return worst === undefined ? values : problemValue(worst);
}

/** An index counted from 0, or from the end if negative. */
function indexOf(value: Value, length: number): number | undefined {
  const ix = unwrap(value);
  if (ix.kind !== "Int" || ix.value > BigInt(length) || ix.value < -BigInt(length)) return undefined;
  return Number(ix.value < 0n ? ix.value + BigInt(length) : ix.value);
}

const at: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 2, 2);
    if (!isItems(values)) return values;
    const [list, position] = values as [Value, Value];
    if (list.kind !== "Vector") return mismatch(call, "a vector", list);
    const ix = indexOf(position, list.items.length);
    return (ix === undefined ? undefined : list.items[ix]) ?? missing("No item at this place");
  },
};

const slice: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 2, 3);
    if (!isItems(values)) return values;
    const [list, from, to] = values as [Value, Value, Value?];
    if (list.kind !== "Vector") return mismatch(call, "a vector", list);
    const places = [from, to].map((value) => (value === undefined ? undefined : unwrap(value)));
    const stranger = places.find((place) => place !== undefined && place.kind !== "Int");
    if (stranger !== undefined) return mismatch(call, "integers", stranger);
    const [start, end] = places.map((place) => (place?.kind === "Int" ? Number(place.value) : undefined));
    return vector(list.items.slice(start, end));
  },
};

const concat: BuiltIn = {
  evaluate(call, args): Value {
    const items = evaluateArgs(call, args).flatMap((value) => (value.kind === "Vector" ? value.items : [value]));
    call.evaluator.budget.spend(items.length);
    return vector(items);
  },
};

const flatten = overItems((call, items) => {
  const flat = items.flatMap((item) => (item.kind === "Vector" ? item.items : [item]));
  call.evaluator.budget.spend(flat.length);
  return vector(flat);
});

const zip: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 1, 16);
    if (!isItems(values)) return values;
    const lists = values.map((value) => (value.kind === "Vector" ? value.items : [value]));
    const length = lists.reduce((least, list) => Math.min(least, list.length), Number.POSITIVE_INFINITY);
    call.evaluator.budget.spend(length * lists.length);
    return vector(Array.from({ length }, (_, ix) => vector(lists.map((list) => list[ix]!))));
  },
};

const sort: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 1, 2);
    if (!isItems(values)) return values;
    const [list, key] = values as [Value, Value?];
    if (list.kind !== "Vector") return mismatch(call, "a vector", list);
    if (key !== undefined && key.kind !== "Lambda") return mismatch(call, "a function as second argument", key);
    return sortItems(call, list.items, key);
  },
};

function sortItems(call: Call, items: readonly Value[], key: LambdaValue | undefined): Value {
  call.evaluator.budget.spend(items.length * 16);
  const keyed = items.map((item) => ({ item, key: key === undefined ? item : unwrap(callLambda(call, key, [item])) }));
  const worst = worstAmong(keyed.map((entry) => entry.key));
  if (worst !== undefined) return problemValue(worst);
  const isNumber = (value: Value): boolean => value.kind === "Int" || value.kind === "Float";
  if (keyed.every((entry) => isNumber(entry.key))) return sortBy(keyed, compareNumbers);
  if (keyed.every((entry) => entry.key.kind === "String")) return sortBy(keyed, compareStrings);
  return valueError("Sort needs all numbers or all texts", "typeMismatch");
}

function sortBy(keyed: readonly { item: Value; key: Value }[], compare: (a: Value, b: Value) => number): Value {
  return vector([...keyed].sort((a, b) => compare(a.key, b.key)).map((entry) => entry.item));
}

function compareNumbers(a: Value, b: Value): number {
  if ((a.kind !== "Int" && a.kind !== "Float") || (b.kind !== "Int" && b.kind !== "Float")) return 0;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

function compareStrings(a: Value, b: Value): number {
  return a.kind === "String" && b.kind === "String" ? compareText(a.value, b.value) : 0;
}

const unique = overItems((call, items) => {
  // An integer may equal a float, so integers are told apart by their digits only where there are no floats.
  const hasFloats = items.some((item) => item.kind === "Float");
  const seen = new Set<string>();
  const kept: Value[] = [];
  for (const item of items) {
    const key = scalarKey(item, hasFloats);
    const isKnown =
      key === undefined ? kept.some((other) => equalValues(item, other, call.evaluator.budget.spend)) : seen.has(key);
    if (isKnown) continue;
    if (key !== undefined) seen.add(key);
    kept.push(item);
  }
  return vector(kept);
});

/** Equal keys for equal scalars; undefined for values that have to be compared. */
function scalarKey(value: Value, hasFloats: boolean): string | undefined {
  if (value.kind === "String") return `s${value.value}`;
  if (value.kind === "Bool") return `b${value.value}`;
  return value.kind === "Int" && !hasFloats ? `i${value.value}` : undefined;
}

const len: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 1, 1);
    if (!isItems(values)) return values;
    const value = values[0]!;
    if (value.kind === "Vector") return int(BigInt(value.items.length));
    if (value.kind === "String") return int(BigInt(codePointLength(value.value)));
    return value.kind === "Bytes" ? int(BigInt(value.value.length)) : mismatch(call, "a vector, text or bytes", value);
  },
};

const contains: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 2, 2);
    if (!isItems(values)) return values;
    const [where, what] = values as [Value, Value];
    const sole = unwrap(what);
    if (where.kind === "Vector") {
      const { spend } = call.evaluator.budget;
      return bool(where.items.some((item) => equalValues(item, sole, spend)));
    }
    if (where.kind !== "String") return mismatch(call, "a vector or text", where);
    return sole.kind === "String" ? bool(where.value.includes(sole.value)) : mismatch(call, "a text", sole);
  },
};

/** `Let(name, value, body)`: the body with the name bound. */
const bind: BuiltIn = {
  evaluate(call, args): Value {
    const [name, value, body] = args;
    if (name === undefined || value === undefined || body === undefined || args.length !== 3) {
      return syntaxError("Let needs a name, a value and an expression");
    }
    if (name.kind !== "variable" || name.namespace !== undefined) return syntaxError("Let needs a plain name first");
    const bound = new Map(call.scope.bound).set(name.name, call.evaluator.evaluate(value, call.scope));
    return call.evaluator.evaluate(body, { ...call.scope, bound });
  },
};

const choose: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 3) return syntaxError("If needs a condition and two values");
    const condition = unwrap(call.evaluator.evaluate(args[0]!, call.scope));
    if (condition.kind !== "Bool") return mismatch(call, "a boolean condition", condition);
    return call.evaluator.evaluate(condition.value ? args[1]! : args[2]!, call.scope);
  },
};

type Names =
  | "At"
  | "First"
  | "Last"
  | "Slice"
  | "Concat"
  | "Flatten"
  | "Zip"
  | "Sort"
  | "Unique"
  | "Len"
  | "Contains"
  | "Let"
  | "If";

export const EXTENDED_VECTORS: Readonly<Record<Names, BuiltIn>> = {
  At: at,
  First: overItems((_call, items) => items[0] ?? missing("No values")),
  Last: overItems((_call, items) => items.at(-1) ?? missing("No values")),
  Slice: slice,
  Concat: concat,
  Flatten: flatten,
  Zip: zip,
  Sort: sort,
  Unique: unique,
  Len: len,
  Contains: contains,
  Let: bind,
  If: choose,
};
