/** Where the rules for names, types and expressions, which refer to each other, meet. */
import { NONE } from "./cxx-tree";

function nothing(): u32 {
  return NONE;
}

let typeRule: () => u32 = nothing;
let nameRule: () => u32 = nothing;
let encodingRule: () => u32 = nothing;
let unqualifiedRule: () => u32 = nothing;
let expressionRule: () => u32 = nothing;
let argumentsRule: () => u32 = nothing;
let argumentRule: () => u32 = nothing;

export function setRules(
  type: () => u32,
  name: () => u32,
  encoding: () => u32,
  unqualified: () => u32,
  expression: () => u32,
  templateArguments: () => u32,
  argument: () => u32,
): void {
  typeRule = type;
  nameRule = name;
  encodingRule = encoding;
  unqualifiedRule = unqualified;
  expressionRule = expression;
  argumentsRule = templateArguments;
  argumentRule = argument;
}

export function parseType(): u32 {
  return typeRule();
}

export function parseName(): u32 {
  return nameRule();
}

/** A function with its parameters, or a variable, inside another name. */
export function parseInnerEncoding(): u32 {
  return encodingRule();
}

export function parseUnqualified(): u32 {
  return unqualifiedRule();
}

export function parseExpression(): u32 {
  return expressionRule();
}

/** Template arguments, the `I` included. Returns the list node's number plus one, 0 on failure: a list may be empty. */
export function parseArguments(): u32 {
  return argumentsRule();
}

export function parseArgument(): u32 {
  return argumentRule();
}
