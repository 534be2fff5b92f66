import { encodeUtf8 } from "../../src/js/base/bytes.ts";
import { type Limits, withLimits } from "../../src/js/base/limits.ts";
import { attachInspect, decodeInspectSnapshot } from "../../src/js/formats/inspect/plugin.ts";
import type { Snapshot } from "../../src/js/model/snapshot.ts";
import type { ValueNode } from "../../src/js/model/values.ts";

export interface InspectOptions {
  readonly legacy?: boolean;
  readonly limits?: Partial<Limits>;
}

/** A snapshot from the texts of its files, by file name. */
export function inspectOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: InspectOptions = {},
): Snapshot {
  const inputs = Object.entries(files).map(([name, content]) => ({
    name,
    bytes: typeof content === "string" ? encodeUtf8(content) : content,
  }));
  const { limits, ...rest } = options;
  const parts = decodeInspectSnapshot(inputs, { limits: withLimits(limits), options: rest });
  return { ...parts, ...attachInspect(parts) };
}

/** A snapshot of one tree with this root, as JSON text. */
export function inspectTree(root: string, moniker = "core/app"): Snapshot {
  return inspectOf({ "inspect.json": `[{"moniker":"${moniker}","metadata":{},"payload":{"root":${root}}}]` });
}

/** Names along the way to a value; throws where one is missing. */
export function nodeAt(snapshot: Snapshot, ...path: readonly string[]): ValueNode {
  return path.reduce((node, name) => {
    const child = snapshot.values.child(node, name);
    if (child === undefined) throw new Error(`no ${name} in ${path.join("/")}`);
    return child;
  }, snapshot.values.root);
}

export function childrenOf(snapshot: Snapshot, node: ValueNode): readonly ValueNode[] {
  return snapshot.values.page(node, 0, snapshot.values.count(node));
}
