/** Substitutions in reach while a C++ name is read. Source: Itanium C++ ABI, section 5.1.10. */
import { scratch } from "../arena";
import { NONE } from "./cxx-tree";

const MAX_SUBSTITUTIONS: u32 = 4096;

let substitutions: u32 = 0;
let substitutionCount: u32 = 0;
/** Name of the class that a constructor constructs, as read last. */
export let lastName: u32 = NONE;
/** Reading the type of a conversion operator: template arguments behind T_ may be the operator's own. */
export let inConversion: bool = false;

export function openScope(): bool {
  substitutions = scratch(MAX_SUBSTITUTIONS * 4);
  substitutionCount = 0;
  lastName = NONE;
  inConversion = false;
  return substitutions != 0;
}

export function addSubstitution(node: u32): void {
  if (node == NONE || substitutionCount >= MAX_SUBSTITUTIONS) return;
  store<u32>(substitutions + substitutionCount++ * 4, node);
}

export function substitution(index: u32): u32 {
  return index < substitutionCount ? load<u32>(substitutions + index * 4) : NONE;
}

export function setLastName(node: u32): void {
  lastName = node;
}

export function setInConversion(value: bool): void {
  inConversion = value;
}
