import { isSnapshotError, type SnapshotError } from "../base/errors.ts";
import { childrenOf, isStruct, targetOf } from "../model/nodes.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { emptyPathComponent, fieldNotFound, indexOutOfRange, notAStruct, type WalkPoint } from "./failures.ts";
import { kindName } from "./kind-name.ts";
import { walkFrom } from "./path.ts";

/** How a view reads: `strict` keeps to the rules of the specification, without indexing or descent into cut values. */
export interface ViewContext {
  readonly values: ValueSource;
  readonly strict: boolean;
}

/** Pointers that the strict walk looks through at each step. */
const PEELED = 17;

/** The value at `path` below `root`, or why there is none. */
export function walk(context: ViewContext, root: ValueNode, path: string): ValueNode | SnapshotError {
  if (path === "") return root;
  return context.strict ? walkStrictly(context.values, root, path) : walkFreely(context.values, root, path);
}

/** Pointers peeled as `var()` and the strict walk do. */
export function peelPointers(values: ValueSource, from: ValueNode): ValueNode {
  let node = from;
  for (let layer = 0; layer < PEELED; layer++) {
    const target = targetOf(values, node);
    if (target === undefined) return node;
    node = target;
  }
  return node;
}

/** Components are judged from left to right (section 5.3). */
function walkStrictly(values: ValueSource, root: ValueNode, path: string): ValueNode | SnapshotError {
  let node = root;
  let walked = "";
  for (const component of path.split(".")) {
    if (component === "") return emptyPathComponent(path);
    const point: WalkPoint = { requested: path, walked, component };
    const container = peelPointers(values, node);
    if (!isStruct(container)) return notAStruct(point, kindName(container));
    const member = values.child(container, component);
    if (member === undefined) return fieldNotFound(point, memberNames(values, container));
    node = member;
    walked = walked === "" ? component : `${walked}.${component}`;
  }
  return node;
}

export function memberNames(values: ValueSource, container: ValueNode): string[] {
  return childrenOf(values, container).map((member) => member.name);
}

/** The grammar of `getPath`; a miss is told in the terms of the strict walk. */
function walkFreely(values: ValueSource, root: ValueNode, path: string): ValueNode | SnapshotError {
  try {
    const steps = walkFrom(values, root, path);
    return steps.at(-1)?.node ?? root;
  } catch (error) {
    if (!isSnapshotError(error) || error.code !== "PathNotFound") throw error;
    return toMiss(values, root, path, error);
  }
}

function toMiss(values: ValueSource, root: ValueNode, path: string, error: SnapshotError): SnapshotError {
  const walked = String(error.fields["walked"]);
  const component = String(error.fields["component"]);
  const steps = walkFrom(values, root, walked);
  const container = peelPointers(values, steps.at(-1)?.node ?? root);
  const point: WalkPoint = { requested: path, walked, component };
  if (container.kind === "array") {
    if (/^\d+$/.test(component)) return indexOutOfRange(walked, Number(component), values.count(container));
    return notAStruct(point, kindName(container));
  }
  if (values.count(container) === 0 && !isStruct(container)) return notAStruct(point, kindName(container));
  return fieldNotFound(point, error.available ?? []);
}
