import type { FunctionName } from "../function-names.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import type { BuiltIn } from "./call.ts";
import { EXTENDED_NUMBERS } from "./extended-numbers.ts";
import { EXTENDED_TEXTS } from "./extended-texts.ts";
import { EXTENDED_VECTORS } from "./extended-vectors.ts";
import { LOGIC } from "./logic.ts";
import { SERIES } from "./series.ts";
import { SOURCES } from "./sources.ts";
import { VECTORS } from "./vectors.ts";

/** Every function and operator. Which of them a file may call is for the parser to say. */
const BY_NAME: Readonly<Record<FunctionName, BuiltIn>> = {
  ...ARITHMETIC,
  ...LOGIC,
  ...VECTORS,
  ...SOURCES,
  ...EXTENDED_NUMBERS,
  ...EXTENDED_VECTORS,
  ...EXTENDED_TEXTS,
  ...SERIES,
};

/** A Map: names of functions come one after another, which objects are slow at. */
export const FUNCTIONS: ReadonlyMap<FunctionName, BuiltIn> = new Map(
  Object.entries(BY_NAME) as [FunctionName, BuiltIn][],
);
