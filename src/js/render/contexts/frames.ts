import { isStandardPackage, packageOf } from "../../base/go-symbol.ts";
import { framesOf, type StackIx, type StackTable } from "../../model/stacks.ts";
import { frameText } from "./context-text.ts";

/** The innermost frame outside the runtime and the standard library, else the innermost one. */
export function userFrameOf(table: StackTable, stack: StackIx): string {
  const frames = framesOf(table, stack);
  const own = frames.find(({ functionName }) => {
    const path = packageOf(functionName);
    return path !== "" && !isStandardPackage(path);
  });
  const frame = own ?? frames[0];
  return frame === undefined ? "(no frames)" : frameText(frame);
}

/** The innermost frame. */
export function leafOf(table: StackTable, stack: StackIx): string {
  const [frame] = framesOf(table, stack);
  return frame === undefined ? "(no frames)" : frameText(frame);
}
