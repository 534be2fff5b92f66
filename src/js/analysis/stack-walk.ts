import { NONE } from "../base/brand.ts";
import { isStandardPackage, packageOf } from "../base/go-symbol.ts";
import type { Frame, StackIx, StackTable } from "../model/stacks.ts";

/** Frames of a stack, innermost first, without building a list. */
export function* walkStack(table: StackTable, stack: StackIx): Generator<Frame> {
  for (let node: number = stack; node !== NONE; node = table.caller[node]!) yield table.frames[table.frame[node]!]!;
}

/** Outermost frame of a stack. */
export function rootFrame(table: StackTable, stack: StackIx): Frame | undefined {
  let last: number = NONE;
  for (let node: number = stack; node !== NONE; node = table.caller[node]!) last = node;
  return last === NONE ? undefined : table.frames[table.frame[last]!];
}

export function leafFrame(table: StackTable, stack: StackIx): Frame | undefined {
  return stack === NONE ? undefined : table.frames[table.frame[stack]!];
}

/** Remembers what `read` makes of a stack: contexts share stacks, often by the thousand. */
export function perStack<Value>(read: (stack: StackIx) => Value): (stack: StackIx) => Value {
  const known = new Map<StackIx, Value>();
  return (stack) => {
    if (known.has(stack)) return known.get(stack)!;
    const value = read(stack);
    known.set(stack, value);
    return value;
  };
}

/** Code of the program itself: outside the runtime and the standard library. */
export function isUserFrame({ functionName }: Frame): boolean {
  const path = packageOf(functionName);
  return path !== "" && !isStandardPackage(path);
}
