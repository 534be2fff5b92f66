import { isSnapshotError, SnapshotError } from "../base/errors.ts";
import { attempt } from "../base/result.ts";
import { mapTypeName } from "../model/map-type-names.ts";
import type { CapturedMap, MapCapture } from "../model/maps.ts";
import { innermost } from "../model/nodes.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { ValueNode } from "../model/values.ts";
import { viewCapture } from "./capture.ts";
import { typeMismatch } from "./failures.ts";
import { kindName } from "./kind-name.ts";
import { MapView } from "./map.ts";
import { canonicalPath } from "./path.ts";
import { treeMap } from "./tree-map.ts";
import { type ViewContext, walk } from "./walk.ts";

/** A map, and where its entries are in the value tree. */
export interface PlacedMap {
  readonly map: MapView;
  /** Path of entry `ix`, as `getPath` takes it. */
  entryPath(ix: number): string;
}

/**
 * A captured map by its name or path; in any snapshot also the array, map or struct at a path, entry by entry.
 * @throws SnapshotError `MapNotFound`, `FieldNotFound`, `TypeMismatch`, `PlaceholderSnapshot`, `MalformedPath`.
 */
export function openMap(snapshot: Snapshot, name: string): PlacedMap {
  return findMap(snapshot, { values: snapshot.values, strict: false }, name);
}

export function findMap(snapshot: Snapshot, context: ViewContext, name: string): PlacedMap {
  const { maps: capture } = snapshot;
  if (capture === undefined) return mapAt(snapshot, context, name);
  const named = viewCapture(snapshot).tryMap(name);
  if (named.ok) return place(context, named.value.captured, () => pathOf(snapshot, capture, named.value.captured));
  const found = attempt(() => mapAt(snapshot, context, name));
  // A name that is no path either: what was captured is the better answer.
  if (!found.ok) throw named.error;
  return found.value;
}

function mapAt(snapshot: Snapshot, context: ViewContext, path: string): PlacedMap {
  const found = walk(context, context.values.root, path);
  if (isSnapshotError(found)) throw found;
  const node = innermost(context.values, found);
  const captured = capturedAt(snapshot.maps, node) ?? treeMap(context.values, node, path);
  if (captured === undefined) throw atPath(typeMismatch("Map, Array or Struct", kindName(node)), path);
  return place(context, captured, () => canonicalPath(snapshot, path));
}

/** The captured map that a node stands for: formats may make nodes anew, so what tells maps apart is compared. */
function capturedAt(capture: MapCapture | undefined, node: ValueNode): CapturedMap | undefined {
  if (capture === undefined) return undefined;
  const same = capture.maps.find((map) => map.node === node);
  if (same !== undefined) return same;
  const alike = capture.maps.filter(
    ({ name, kva, mapType }) =>
      name === node.name && kva === (node.address ?? 0n) && mapTypeName(mapType) === node.typeName,
  );
  return alike.length === 1 ? alike[0] : undefined;
}

function place(context: ViewContext, captured: CapturedMap, path: () => string): PlacedMap {
  const store = captured.stores.at(0);
  let base: string | undefined;
  return {
    map: new MapView(context, captured),
    entryPath(ix) {
      base ??= path() + (store?.member === undefined ? "" : `.${store.member}`);
      if (store?.kind === "value" && store.member !== undefined) return base;
      return captured.node.kind === "array" ? `${base}[${ix}]` : `${base}[#${ix}]`;
    },
  };
}

/** Path of a captured map; of equal names all but the first have a number. */
function pathOf(snapshot: Snapshot, capture: MapCapture, map: CapturedMap): string {
  const table = capture.tablePath?.("maps") ?? "maps";
  const isFirst = capture.maps.find(({ name }) => name === map.name) === map;
  const segment = isFirst ? JSON.stringify(map.name) : `#${capture.maps.indexOf(map)}`;
  return canonicalPath(snapshot, `${table}[${segment}]`);
}

function atPath(error: SnapshotError, path: string): SnapshotError {
  const { code, message, fields } = error;
  return new SnapshotError(code, `reading ${JSON.stringify(path)}: ${message}`, { fields, path });
}
