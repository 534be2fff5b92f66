import { attempt, type Result } from "../base/result.ts";
import { childrenOf } from "../model/nodes.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { viewCapture } from "./capture.ts";
import { varNotFound } from "./failures.ts";
import { Field } from "./field.ts";
import type { MapView } from "./map.ts";
import { findMap } from "./placed-map.ts";
import { type ViewContext, walk } from "./walk.ts";

/** The short ways into a snapshot's values, for every format that has some (docs/view.md). */
export interface SnapshotAccess {
  /**
   * The value at a dotted path, by the rules of `getPath`. A value that is not there is a field too: only its terminal
   * (`asU64()`, `asStr()`, …) throws, and says what was there instead.
   * @throws SnapshotError `MalformedPath`
   */
  get(path: string): Field;
  /**
   * A variable by its whole name: a global of captured programs, elsewhere a value at the top of the tree. Like `get`,
   * a field whether or not it is there.
   */
  var(name: string): Field;
  /**
   * A captured map by its name; in any snapshot also the array, map or struct at a path, entry by entry.
   * @throws SnapshotError `MapNotFound`, `FieldNotFound`, `TypeMismatch`, `PlaceholderSnapshot`, …
   */
  map(name: string): MapView;
  tryMap(name: string): Result<MapView>;
}

/** What `open` gives: a snapshot and the short ways into it. */
export interface OpenedSnapshot extends Snapshot, SnapshotAccess {}

/** Adds `get`, `var` and `map` to a snapshot that came another way, e.g. from `fromJson`. */
export function withAccess(snapshot: Snapshot): OpenedSnapshot {
  const { values } = snapshot;
  const context: ViewContext = { values, strict: false };
  const map = (name: string): MapView => findMap(snapshot, context, name).map;
  return {
    ...snapshot,
    get: (path) => Field.of(context, walk(context, values.root, path)),
    var: (name) =>
      snapshot.maps === undefined ? topValue(context, name) : viewCapture(snapshot, { strict: false }).var(name),
    map,
    tryMap: (name) => attempt(() => map(name)),
  };
}

function topValue(context: ViewContext, name: string): Field {
  const { values } = context;
  const found = values.child(values.root, name);
  return Field.of(context, found ?? varNotFound(name, namesOf(values, values.root)));
}

/** Names of an array's elements say nothing. */
function namesOf(values: ValueSource, node: ValueNode): string[] {
  return node.kind === "array" ? [] : childrenOf(values, node).map((child) => child.name);
}
