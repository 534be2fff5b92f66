import type { Expression } from "../ast.ts";
import { float, unwrap, type Value, vector } from "../values.ts";
import type { PreviousWorld, World } from "../world.ts";
import { type BuiltIn, type Call, evaluatePlain, missing, syntaxError } from "./call.ts";
import { isItems, mismatch } from "./extended-numbers.ts";
import { argumentsOf } from "./extended-vectors.ts";
import { integer } from "./numbers.ts";

/** Snapshots `History` looks back at without a second argument, the present one included. */
const DEFAULT_HISTORY = 10n;
const NANOS_PER_SECOND = 1e9;

function before(call: Call, expression: Expression, previous: PreviousWorld): Value {
  return previous.evaluate(expression, call.scope.namespace, call.scope.bound);
}

const prev: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 1) return syntaxError("Prev needs 1 argument");
    const { previous } = call.evaluator.world;
    return previous === undefined ? missing("No earlier snapshot") : before(call, args[0]!, previous);
  },
};

/** What a value has grown by since the snapshot before, and in what time. */
function change(call: Call, args: readonly Expression[]): { readonly by: Value; readonly nanos?: bigint } {
  if (args.length !== 1) return { by: syntaxError(`${call.name} needs 1 argument`) };
  const { world } = call.evaluator;
  if (world.previous === undefined) return { by: missing("No earlier snapshot") };
  const present = unwrap(call.evaluator.evaluate(args[0]!, call.scope));
  const past = unwrap(before(call, args[0]!, world.previous));
  const stranger = [present, past].find((value) => value.kind !== "Int" && value.kind !== "Float");
  if (stranger !== undefined) return { by: mismatch(call, "a number", stranger) };
  const nanos = elapsed(world, world.previous.world);
  const by = subtract(call, present, past);
  return nanos === undefined ? { by } : { by, nanos };
}

function subtract(call: Call, a: Value, b: Value): Value {
  if (a.kind === "Int" && b.kind === "Int") return integer(a.value - b.value, call.scope.dialect);
  const isNumber = (value: Value): value is Extract<Value, { kind: "Int" | "Float" }> =>
    value.kind === "Int" || value.kind === "Float";
  return isNumber(a) && isNumber(b) ? float(Number(a.value) - Number(b.value)) : missing("No number");
}

function elapsed(now: World, then: World): bigint | undefined {
  return now.now === undefined || then.now === undefined ? undefined : now.now - then.now;
}

/** Growth per second. */
const rate: BuiltIn = {
  evaluate(call, args): Value {
    const { by, nanos } = change(call, args);
    if (by.kind !== "Int" && by.kind !== "Float") return by;
    if (nanos === undefined || nanos <= 0n) return missing("No valid time between the snapshots");
    return float(Number(by.value) / (Number(nanos) / NANOS_PER_SECOND));
  },
};

/** `History(expression[, most])`: its values in the snapshots of the series, oldest first, the present one last. */
const history: BuiltIn = {
  evaluate(call, args): Value {
    if (args.length !== 1 && args.length !== 2) return syntaxError("History needs 1 or 2 arguments");
    const most = args.length === 2 ? unwrap(evaluatePlain(call, args.slice(1))[0]!) : undefined;
    if (most !== undefined && most.kind !== "Int") return mismatch(call, "a number of snapshots", most);
    const values = [call.evaluator.evaluate(args[0]!, call.scope)];
    let { previous } = call.evaluator.world;
    while (previous !== undefined && values.length < (most?.value ?? DEFAULT_HISTORY)) {
      values.push(before(call, args[0]!, previous));
      previous = previous.world.previous;
    }
    return vector(values.reverse().map(unwrap));
  },
};

const fact: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 1, 1);
    if (!isItems(values)) return values;
    const key = unwrap(values[0]!);
    if (key.kind !== "String") return mismatch(call, "a text", key);
    return call.evaluator.world.fact(key.value) ?? missing(`No fact '${key.value}'`);
  },
};

const field: BuiltIn = {
  evaluate(call, args): Value {
    const values = argumentsOf(call, args, 1, 1);
    if (!isItems(values)) return values;
    const path = unwrap(values[0]!);
    if (path.kind !== "String") return mismatch(call, "a text", path);
    return call.evaluator.world.field?.(path.value) ?? missing(`No field '${path.value}'`);
  },
};

type Names = "Prev" | "Delta" | "Rate" | "History" | "Fact" | "Field";

export const SERIES: Readonly<Record<Names, BuiltIn>> = {
  Prev: prev,
  Delta: { evaluate: (call, args) => change(call, args).by },
  Rate: rate,
  History: history,
  Fact: fact,
  Field: field,
};
