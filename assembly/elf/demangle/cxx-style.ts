/** How a C++ name is printed, how much work that may be, and which pack element is meant. */
import { first, kindOf, listItem, NONE, PACK, PARAMETER, second, third } from "./cxx-tree";
import { stopText } from "./text-out";

const MAX_VISITS: u32 = 200_000;
const MAX_DEPTH: u32 = 512;
const MAX_SEARCH: u32 = 256;

/** Bits of a style. */
export const STYLE_LLVM: u32 = 1;
/** `std::string` for its template, no hashes of Rust crates. */
export const STYLE_SHORT: u32 = 2;

export let isLlvm: bool = false;
export let isShort: bool = false;
/** Element of a pack that is printed now; -1 outside an expansion. */
export let packIndex: i32 = -1;
let visits: u32 = 0;
let depth: u32 = 0;
let expressionRule: (node: u32) => void = nothing;

function nothing(_node: u32): void {}

export function setStyle(style: u32): void {
  isLlvm = (style & STYLE_LLVM) != 0;
  isShort = (style & STYLE_SHORT) != 0;
  packIndex = -1;
  inLambda = false;
  frame = -1;
  frameCount = 0;
  visits = 0;
  depth = 0;
}

export function setExpressionRule(rule: (node: u32) => void): void {
  expressionRule = rule;
}

export function printExpression(node: u32): void {
  expressionRule(node);
}

/** Printing the parameters of a lambda: T_ is one of its own. */
export let inLambda: bool = false;

export function setInLambda(value: bool): void {
  inLambda = value;
}

export function setPackIndex(index: i32): void {
  packIndex = index;
}

/** Counts a node. @returns false, once the budget is used up or the name nests too deeply. */
export function visit(): bool {
  if (++visits > MAX_VISITS || depth >= MAX_DEPTH) {
    stopText();
    return false;
  }
  depth++;
  return true;
}

export function leaveVisit(): void {
  depth--;
}

// -- what template parameters stand for -------------------------------------------------------------------------------

/** Four bytes each in the two areas below. */
const MAX_FRAMES: u32 = 512;
/** Template arguments of the encodings being printed, and the frame that was innermost before each. */
const frameArguments: usize = memory.data(2048);
const frameOuter: usize = memory.data(2048);
let frameCount: u32 = 0;
/** Innermost frame in reach; -1 when there is none. */
export let frame: i32 = -1;

export function pushFrame(list: u32): bool {
  if (frameCount >= MAX_FRAMES) {
    stopText();
    return false;
  }
  store<u32>(frameArguments + (frameCount << 2), list);
  store<i32>(frameOuter + (frameCount << 2), frame);
  frame = i32(frameCount++);
  return true;
}

export function popFrame(): void {
  frameCount--;
  frame = load<i32>(frameOuter + (frameCount << 2));
}

export function setFrame(index: i32): void {
  frame = index;
}

/** What parameter `index` stands for: its argument, a whole pack included, or NONE. */
export function argumentOf(index: u32): u32 {
  return frame < 0 || inLambda ? NONE : listItem(load<u32>(frameArguments + (u32(frame) << 2)), index);
}

/** The frame in which the arguments of the present one were written. */
export function outerFrame(): i32 {
  return frame < 0 ? -1 : load<i32>(frameOuter + (u32(frame) << 2));
}

/** The first pack that a pattern's parameters stand for, or NONE. */
export function findPack(node: u32, level: u32): u32 {
  if (node == NONE || level > MAX_SEARCH || ++visits > MAX_VISITS) return NONE;
  const kind = kindOf(node);
  if (kind == PARAMETER) {
    const target = argumentOf(first(node));
    return kindOf(target) == PACK ? target : NONE;
  }
  const words = NODE_WORDS[kind];
  let found = (words & 1) != 0 ? findPack(first(node), level + 1) : NONE;
  if (found == NONE && (words & 2) != 0) found = findPack(second(node), level + 1);
  if (found == NONE && (words & 4) != 0) found = findPack(third(node), level + 1);
  return found;
}

/** Which words of each kind of node are nodes in turn: bit 0 for the first. */
const NODE_WORDS: StaticArray<u8> = [
  0, 0, 0, 3, 3, 3, 3, 1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 3, 2, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 3, 3, 3, 3,
  3, 3, 0, 0, 1, 2, 0, 0, 0, 0, 0, 1, 2, 6, 3, 3, 3, 6, 0, 3, 1, 3, 1, 6, 7, 2, 0,
];
