import type { Scalar } from "coldframe";
import { createRowFilter, type RowFilter } from "coldframe/triage";
import type { TableModel } from "./types.ts";

export interface RowOrder {
  /** Rows to show, in order; undefined stands for all rows in their own order. */
  readonly rows: Uint32Array | undefined;
  /** Rows that the filter could not judge; they are not shown. */
  readonly problems: number;
  readonly firstProblem: string | undefined;
}

export interface OrderRequest {
  /** An expression, or `/` and text that some cell must contain. */
  readonly filter?: string | undefined;
  /** Name of a column; `-` in front for descending. */
  readonly sort?: string | undefined;
}

/** Work between two pauses, in ms: half a frame. */
const SLICE_MS = 8;

/**
 * Filters and sorts in slices, so that a million rows leave the page usable. The sort is stable.
 * @throws SnapshotError `ExpressionSyntax`; the signal's reason when it is aborted.
 */
export async function orderRows(model: TableModel, request: OrderRequest, signal: AbortSignal): Promise<RowOrder> {
  const pause = createPause(signal);
  const { filter = "", sort = "" } = request;
  const judge = filter === "" ? undefined : createJudge(model, filter);
  const kept = judge === undefined ? undefined : await keepRows(model, judge.keeps, pause);
  const column = model.columns.findIndex(({ name }) => name === sort.replace(/^-/, ""));
  const told = { problems: judge?.filter?.problems ?? 0, firstProblem: judge?.filter?.firstProblem };
  if (column < 0) return { rows: kept, ...told };
  const rows = kept ?? Uint32Array.from({ length: model.length }, (_, row) => row);
  return { rows: await sortRows(model, rows, column, sort.startsWith("-"), pause), ...told };
}

type Pause = () => Promise<void> | undefined;

function createPause(signal: AbortSignal): Pause {
  let until = performance.now() + SLICE_MS;
  const channel = new MessageChannel();
  return () => {
    signal.throwIfAborted();
    if (performance.now() < until) return undefined;
    return new Promise((resolve) => {
      channel.port1.onmessage = () => {
        until = performance.now() + SLICE_MS;
        resolve();
      };
      channel.port2.postMessage(0);
    });
  };
}

interface Judge {
  readonly filter?: RowFilter;
  keeps(row: number): boolean;
}

function createJudge(model: TableModel, text: string): Judge {
  if (text.startsWith("/")) {
    const needle = text.slice(1).toLowerCase();
    return {
      keeps: (row) => model.columns.some((_, column) => cellText(model, row, column).toLowerCase().includes(needle)),
    };
  }
  const filter = createRowFilter(text);
  const columns = new Map(model.columns.map(({ name }, ix) => [name, ix]));
  const keeps = (row: number): boolean =>
    filter.keeps((path) => {
      const column = columns.get(path);
      return column === undefined ? model.field?.(row, path) : model.scalar(row, column);
    });
  return { filter, keeps };
}

async function keepRows(model: TableModel, keeps: (row: number) => boolean, pause: Pause): Promise<Uint32Array> {
  const rows = new Uint32Array(model.length);
  let length = 0;
  for (let row = 0; row < model.length; row++) {
    if (keeps(row)) rows[length++] = row;
    if ((row & 63) === 0) await pause();
  }
  return rows.slice(0, length);
}

type Key = number | bigint | string | null;

async function sortRows(
  model: TableModel,
  rows: Uint32Array,
  column: number,
  down: boolean,
  pause: Pause,
): Promise<Uint32Array> {
  const keys: Key[] = new Array(rows.length);
  for (let ix = 0; ix < rows.length; ix++) {
    keys[ix] = keyOf(model.scalar(rows[ix]!, column));
    if ((ix & 63) === 0) await pause();
  }
  const sign = down ? -1 : 1;
  const order = await mergeSort(keys, (a, b) => compareKeys(keys[a]!, keys[b]!, sign), pause);
  return order.map((ix) => rows[ix]!);
}

/** Bottom-up, so that it can pause anywhere. */
async function mergeSort(
  keys: readonly Key[],
  compare: (a: number, b: number) => number,
  pause: Pause,
): Promise<Uint32Array> {
  const { length } = keys;
  let from: Uint32Array<ArrayBuffer> = Uint32Array.from({ length }, (_, ix) => ix);
  let to: Uint32Array<ArrayBuffer> = new Uint32Array(length);
  const RUN = 1024;
  for (let start = 0; start < length; start += RUN) {
    from.subarray(start, start + RUN).sort(compare);
    await pause();
  }
  for (let run = RUN; run < length; run *= 2) {
    for (let start = 0; start < length; start += 2 * run) {
      merge(from, to, start, Math.min(start + run, length), Math.min(start + 2 * run, length), compare);
      await pause();
    }
    [from, to] = [to, from];
  }
  return from;
}

function merge(
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
  compare: (a: number, b: number) => number,
): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takeLeft = left < middle && (right >= end || compare(from[left]!, from[right]!) <= 0);
    to[at] = takeLeft ? from[left++]! : from[right++]!;
  }
}

function keyOf(value: Scalar): Key {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Uint8Array)
    return Array.from(value.subarray(0, 32), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return value;
}

/** Numbers before texts; what is missing comes last in both directions. */
function compareKeys(a: Key, b: Key, sign: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const [aIsText, bIsText] = [typeof a === "string", typeof b === "string"];
  if (aIsText !== bIsText) return (aIsText ? 1 : -1) * sign;
  return a < b ? -sign : a > b ? sign : 0;
}

/** What a cell shows as plain text. */
export function cellText(model: TableModel, row: number, column: number): string {
  const text = model.text?.(row, column);
  if (text !== undefined) return text;
  const value = model.scalar(row, column);
  if (value === null) return "";
  return value instanceof Uint8Array ? String(keyOf(value)) : String(value);
}
