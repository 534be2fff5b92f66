import { isSnapshotError, SnapshotError } from "../base/errors.ts";
import { attempt, type Result } from "../base/result.ts";
import type { CapturedMap } from "../model/maps.ts";
import { childrenOf, innermost } from "../model/nodes.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { ValueNode, ValueSource } from "../model/values.ts";
import { viewCapture } from "./capture.ts";
import { typeMismatch, varNotFound } from "./failures.ts";
import { Field } from "./field.ts";
import { kindName } from "./kind-name.ts";
import { MapView } from "./map.ts";
import { treeMap } from "./tree-map.ts";
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
  const map = (name: string): MapView => findMap(snapshot, context, name);
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

function findMap(snapshot: Snapshot, context: ViewContext, name: string): MapView {
  if (snapshot.maps === undefined) return new MapView(context, containerAt(context, name));
  const captured = viewCapture(snapshot).tryMap(name);
  if (captured.ok) return captured.value;
  const found = attempt(() => containerAt(context, name));
  // A name that is no path either: what was captured is the better answer.
  if (!found.ok) throw captured.error;
  return new MapView(context, found.value);
}

function containerAt(context: ViewContext, path: string): CapturedMap {
  const found = walk(context, context.values.root, path);
  if (isSnapshotError(found)) throw found;
  const container = innermost(context.values, found);
  const map = treeMap(context.values, container, path);
  if (map === undefined) throw atPath(typeMismatch("Map, Array or Struct", kindName(container)), path);
  return map;
}

function atPath(error: SnapshotError, path: string): SnapshotError {
  const { code, message, fields } = error;
  return new SnapshotError(code, `reading ${JSON.stringify(path)}: ${message}`, { fields, path });
}
