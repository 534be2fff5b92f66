import type { Expression } from "../ast.ts";
import { debugValue, displayValue } from "../value-text.ts";
import { EMPTY_VECTOR, int, type LambdaValue, problemValue, type Value, vector } from "../values.ts";
import { type BuiltIn, type Call, callLambda, evaluateArgs, syntaxError, valueError } from "./call.ts";
import { combineBools, worstAmong } from "./logic.ts";

const fn: BuiltIn = {
  evaluate(call, args): Value {
    const [params, body] = args;
    if (args.length !== 2 || params === undefined || body === undefined) {
      return syntaxError("Function needs two parameters, list of params and expression");
    }
    if (params.kind !== "vector") return syntaxError("Function params must be a vector of names");
    const { namespace, bound, dialect } = call.scope;
    const names: string[] = [];
    for (const param of params.items) {
      // Upstream puts arguments into the text of a function, inner lists of parameters included.
      const isReplaced = param.kind === "variable" && !dialect.lexicalScope && bound.has(param.written);
      if (param.kind !== "variable" || isReplaced) return syntaxError("Function params must be valid identifier names");
      if (param.namespace !== undefined) return syntaxError("Namespaces not allowed in function params");
      names.push(param.name);
    }
    return { kind: "Lambda", params: names, body, bound, namespace, dialect };
  },
};

/** A function over a function: checks that the first argument is one. */
function higherOrder(run: (call: Call, lambda: LambdaValue, rest: readonly Expression[]) => Value): BuiltIn {
  return {
    evaluate(call, args): Value {
      const lambda = args.length === 0 ? undefined : call.evaluator.evaluate(args[0]!, call.scope);
      if (lambda?.kind !== "Lambda") return syntaxError(`${call.name} needs a function in its first argument`);
      return run(call, lambda, args.slice(1));
    },
  };
}

/** What comes of an argument that is no vector: in extended mode a problem stays itself, so that its reason is seen. */
function noVector(call: Call, value: Value, otherwise: Value): Value {
  return value.kind === "Problem" && call.scope.dialect.extended ? value : otherwise;
}

const apply = higherOrder((call, lambda, rest) => {
  if (rest.length === 0) return syntaxError("Apply needs a second argument (a vector).");
  if (rest.length > 1) return syntaxError("Apply only accepts one vector argument.");
  const args = evaluateArgs(call, rest)[0]!;
  if (args.kind !== "Vector") return noVector(call, args, valueError("Apply only accepts a vector as an argument."));
  return callLambda(call, lambda, args.items);
});

function worstValue(values: readonly Value[]): Value {
  const worst = worstAmong(values);
  return worst === undefined ? EMPTY_VECTOR : problemValue(worst);
}

const map = higherOrder((call, lambda, rest) => {
  const values = evaluateArgs(call, rest);
  const lengths = values.flatMap((value) => (value.kind === "Vector" ? [value.items.length] : []));
  if (lengths.length === 0) return noVector(call, worstValue(values), EMPTY_VECTOR);
  const length = lengths.reduce((least, n) => Math.min(least, n));
  const results: Value[] = [];
  for (let ix = 0; ix < length; ix++) {
    const args = values.map((value) => (value.kind === "Vector" ? value.items[ix]! : value));
    results.push(callLambda(call, lambda, args));
  }
  return vector(results);
});

const fold = higherOrder((call, lambda, rest) => {
  if (rest.length === 0) return syntaxError("Fold needs a second argument, a vector");
  if (rest.length > 2) return syntaxError("Fold needs (function, vec) or (function, vec, start)");
  const [list, start] = evaluateArgs(call, rest) as [Value, Value?];
  if (list.kind !== "Vector") return noVector(call, list, valueError("Second argument of Fold must be a vector"));
  const items = start === undefined ? list.items : [start, ...list.items];
  if (items.length === 0) return valueError("Fold needs at least one value");
  return items.reduce((sum, item) => callLambda(call, lambda, [sum, item]));
});

const filter = higherOrder((call, lambda, rest) => {
  if (rest.length !== 1) return syntaxError("Filter needs (function, vector)");
  const list = evaluateArgs(call, rest)[0]!;
  if (list.kind !== "Vector") return noVector(call, list, syntaxError("Filter second argument must be a vector"));
  const kept: Value[] = [];
  for (const item of list.items) {
    const verdict = callLambda(call, lambda, [item]);
    if (verdict.kind === "Problem") kept.push(verdict);
    else if (verdict.kind !== "Bool") {
      kept.push(valueError(`Bad value ${debugValue(verdict)} from filter function should be Boolean`, "typeMismatch"));
    } else if (verdict.value) kept.push(item);
  }
  return vector(kept);
});

function quantifier(decisive: boolean): BuiltIn {
  return higherOrder((call, lambda, rest) => {
    if (rest.length !== 1) return syntaxError(`${call.name} needs two arguments (function, vector)`);
    const list = evaluateArgs(call, rest)[0]!;
    if (list.kind !== "Vector") {
      return noVector(call, list, syntaxError(`The second argument passed to ${call.name} must be a vector`));
    }
    const results = list.items.map((item) => callLambda(call, lambda, [item]));
    return combineBools(results, decisive);
  });
}

function counter(name: "CountProperties" | "CountChildren"): BuiltIn {
  return {
    evaluate(call, args): Value {
      if (args.length !== 1) return syntaxError(`${name} requires one argument, a vector`);
      const value = evaluateArgs(call, args)[0]!;
      if (value.kind !== "Vector") {
        return noVector(call, value, valueError(`${name} only works on vectors, not ${displayValue(value)}`));
      }
      call.evaluator.budget.spend(value.items.length);
      const worst = worstAmong(value.items);
      if (worst !== undefined) return problemValue(worst);
      const nodes = value.items.filter((item) => item.kind === "Node").length;
      return int(BigInt(name === "CountChildren" ? nodes : value.items.length - nodes));
    },
  };
}

type Names = "Fn" | "Apply" | "Map" | "Fold" | "Filter" | "All" | "Any" | "Count" | "CountProperties" | "CountChildren";

export const VECTORS: Readonly<Record<Names, BuiltIn>> = {
  Fn: fn,
  Apply: apply,
  Map: map,
  Fold: fold,
  Filter: filter,
  All: quantifier(false),
  Any: quantifier(true),
  Count: counter("CountProperties"),
  CountProperties: counter("CountProperties"),
  CountChildren: counter("CountChildren"),
};
