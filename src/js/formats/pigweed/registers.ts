import type { CodeSymbol } from "../../model/symbols.ts";
import type { ReadContext } from "./context.ts";

export interface CapturedRegister {
  readonly name: string;
  readonly value: number;
  /** What the value points to, for registers that are looked up and where a name is known. */
  readonly symbol?: CodeSymbol;
}

/** Values of the registers that were captured, by name, in order of declaration. */
export type RegisterValues = ReadonlyMap<string, number>;

/** @param symbolized names of the registers whose value is looked up as an address of code. */
export function readRegisters(
  values: RegisterValues,
  symbolized: ReadonlySet<string>,
  context: ReadContext,
): CapturedRegister[] {
  return [...values].map(([name, value]) => {
    const symbol = symbolized.has(name) ? context.symbolizer?.lookup(BigInt(value)) : undefined;
    return { name, value, ...(symbol !== undefined && symbol.name !== "" && { symbol }) };
  });
}
