import type { ErrorReport, Scalar, Snapshot, ValueOrigin } from "coldframe";
import type { ComponentChildren } from "preact";
import type { Reading } from "../tasks/task.ts";

/** A file as it was dropped, pasted or fetched. */
export interface SourceFile {
  readonly name: string;
  /** Place in a dropped folder, with `/`. */
  readonly path?: string | undefined;
  readonly blob: Blob;
}

/** A snapshot that is open. Several may come from one file, and several files may make one. */
export interface Opened {
  readonly id: number;
  /** What the list calls it. */
  readonly label: string;
  readonly files: readonly SourceFile[];
  readonly snapshot: Snapshot;
  /** How it was read: what a worker needs to read it again. */
  readonly reading: Reading;
  /** Which of the snapshots of the reading. */
  readonly ix: number;
  /** Milliseconds from the drop to the decoded snapshot. */
  readonly openedInMs: number;
  /** Where it can be fetched again after a reload. */
  readonly sample?: string | undefined;
}

/** A file that is no snapshot but helps to read some. */
export interface Companion {
  readonly kind: "symbols" | "tokens" | "types" | "rules" | "reports";
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A file that could not be opened, and why. */
export interface Refusal {
  readonly name: string;
  readonly error: ErrorReport;
}

/** Work under way: always with words, always stoppable. */
export interface Work {
  readonly what: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly startedAt: number;
  cancel(): void;
}

export interface DetailField {
  readonly name: string;
  readonly value: ComponentChildren;
}

/** What is selected: fills the detail panel, and is what the gestures act upon. */
export interface Detail {
  readonly title: string;
  readonly fields: readonly DetailField[];
  readonly body?: ComponentChildren;
  /** Path of the value, as the command line and the library take it. */
  readonly path?: string | undefined;
  readonly origin?: ValueOrigin | undefined;
  /** Expression that keeps rows like this one. */
  readonly filter?: string | undefined;
  /** Stacks in folded form. */
  readonly folded?: (() => string) | undefined;
  readonly json: () => unknown;
}

export type CellTone = "fault" | "wait" | "run" | "added" | "removed" | "dim" | "name" | "warn";

export interface TableColumn {
  /** Name in filter expressions. */
  readonly name: string;
  readonly title?: string;
  /** Pixels; columns without one share the rest. */
  readonly width?: number;
  readonly align?: "end";
  readonly hidden?: boolean;
}

/** Rows that are made when they are shown. */
export interface TableModel {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly length: number;
  /** What a cell holds, exactly: what sorting and filters see. */
  scalar(row: number, column: number): Scalar;
  /** What a cell shows, where that is not its scalar. */
  text?(row: number, column: number): string | undefined;
  tone?(row: number, column: number): CellTone | undefined;
  /** What expressions reach with `Field('a.b')`. */
  field?(row: number, path: string): Scalar | undefined;
  detail?(row: number): Detail;
  /** Enter on a row. */
  enter?(row: number): void;
}
