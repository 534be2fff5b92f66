/** Ways into the values of any snapshot: paths, fields, maps entry by entry. */
export { SnapshotError } from "./base/errors.ts";
export type { Result } from "./base/result.ts";
export type { Snapshot } from "./model/snapshot.ts";
export type { Scalar, ValueKind, ValueNode, ValueSource } from "./model/values.ts";
export { type OpenedSnapshot, type SnapshotAccess, withAccess } from "./view/access.ts";
export { type CaptureTarget, CaptureView, type VarHit, type ViewOptions, viewCapture } from "./view/capture.ts";
export { Entry, type EntryKind } from "./view/entry.ts";
export { Field } from "./view/field.ts";
export { type EntryKey, type EntryPredicate, MapView } from "./view/map.ts";
export {
  type ChildPage,
  type ChildRange,
  canonicalPath,
  getPath,
  listChildren,
  type PathChild,
  type PathTarget,
  tryGetPath,
} from "./view/path.ts";
export { openMap, type PlacedMap } from "./view/placed-map.ts";
export { RawValue } from "./view/raw-value.ts";
export { MapTable, type TableColumn, tableColumn } from "./view/table.ts";
