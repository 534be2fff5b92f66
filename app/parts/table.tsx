import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useStore } from "../state/context.ts";
import { countOf, integerText } from "../state/numbers.ts";
import { cellText, orderRows, type RowOrder } from "../state/row-order.ts";
import { go, type Radix } from "../state/store.ts";
import type { TableModel } from "../state/types.ts";
import { errorReport } from "../tasks/error-report.ts";
import { ColumnMenu } from "./column-menu.tsx";
import { FilterField } from "./filter-field.tsx";
import { moveBy, type RowWindow, useRowWindow } from "./window.ts";

const ALL: RowOrder = { rows: undefined, problems: 0, firstProblem: undefined };

export interface TableProps {
  readonly model: TableModel;
  /** Whether filter and order stand in the address: true for the one table that a view is about. */
  readonly main?: boolean;
  /** Row to select at first. */
  readonly selected?: number;
}

/** A windowed table: sorted by its heads, filtered by an expression, moved through by keys. */
export function Table({ model, main = false, selected: initial = -1 }: TableProps): JSX.Element {
  const store = useStore();
  const own = useSignal<{ filter?: string; sort?: string }>({});
  const hidden = useSignal<ReadonlySet<string>>(new Set(model.columns.filter((c) => c.hidden).map((c) => c.name)));
  const selected = useSignal(initial);
  const request = main ? { filter: store.place.value.filter, sort: store.place.value.sort } : own.value;
  const { order, busy, problem } = useOrder(model, request);
  const change = (next: { filter?: string | undefined; sort?: string | undefined }): void => {
    if (main) go(store, { ...next });
    else own.value = { ...own.value, ...next } as typeof own.value;
  };
  const rows = order.rows?.length ?? model.length;
  const rowHeight = store.dense.value ? 20 : 24;
  const view = useRowWindow(rows, rowHeight);
  const rowAt = (position: number): number => order.rows?.[position] ?? position;
  const pick = (position: number): void => {
    selected.value = position;
    view.reveal(position);
    const detail = model.detail?.(rowAt(position));
    if (detail !== undefined) store.detail.value = detail;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && selected.value >= 0) model.enter?.(rowAt(selected.value));
    const target = moveBy(event.key, selected.value, rows, view.page);
    if (target === undefined || rows === 0 || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    pick(target);
  };
  useEffect(() => {
    selected.value = initial;
  }, [model]);
  const columns = model.columns.map((column, ix) => ({ ...column, ix })).filter(({ name }) => !hidden.value.has(name));
  const template = columns.map(({ width }) => (width === undefined ? "minmax(120px, 1fr)" : `${width}px`)).join(" ");
  const least = columns.reduce((sum, { width }) => sum + (width ?? 120) + 12, 0);
  return (
    <div class="table-frame">
      <div class="table-bar">
        <FilterField value={request.filter ?? ""} onChange={(filter) => change({ filter })} columns={model.columns} />
        <Totals model={model} order={order} busy={busy} problem={problem} />
        <ColumnMenu columns={model.columns} hidden={hidden} />
      </div>
      <div
        class="table"
        ref={view.ref}
        onScroll={view.onScroll}
        onKeyDown={onKeyDown}
        role="grid"
        tabIndex={0}
        aria-label={model.name}
        aria-rowcount={rows + 1}
        aria-colcount={columns.length}
        aria-activedescendant={
          selected.value >= view.first && selected.value < view.first + view.count
            ? `${model.name}-row-${selected.value}`
            : undefined
        }
      >
        <div
          class="table-row table-head"
          role="row"
          aria-rowindex={1}
          style={{ gridTemplateColumns: template, minWidth: `${least}px` }}
        >
          {columns.map(({ name, title, align }) => (
            <HeadCell
              key={name}
              name={name}
              title={title ?? name}
              align={align}
              sort={request.sort}
              onSort={(sort) => change({ sort })}
            />
          ))}
        </div>
        <div class="table-spacer" style={{ height: `${view.height}px`, minWidth: `${least}px` }} role="presentation">
          <div class="table-window" style={{ transform: `translateY(${view.top}px)` }} role="presentation">
            <Rows
              model={model}
              view={view}
              rowAt={rowAt}
              columns={columns}
              template={template}
              height={rowHeight}
              selected={selected}
              radix={store.radix.value}
              onPick={pick}
            />
          </div>
        </div>
      </div>
    </div>
  );
}

interface RowsProps {
  readonly model: TableModel;
  readonly view: RowWindow;
  readonly columns: readonly (TableModel["columns"][number] & { readonly ix: number })[];
  readonly template: string;
  readonly height: number;
  readonly selected: Signal<number>;
  readonly radix: Radix;
  rowAt(position: number): number;
  onPick(position: number): void;
}

function Rows({ model, view, columns, template, height, selected, radix, rowAt, onPick }: RowsProps): JSX.Element {
  const positions = Array.from({ length: Math.max(0, view.count) }, (_, ix) => view.first + ix);
  return (
    <>
      {positions.map((position, slot) => {
        const row = rowAt(position);
        return (
          // Keyed by its place in the window: while scrolling, only texts change.
          <div
            key={slot}
            id={`${model.name}-row-${position}`}
            class="table-row"
            role="row"
            aria-rowindex={position + 2}
            aria-selected={position === selected.value}
            style={{ gridTemplateColumns: template, height: `${height}px` }}
            onClick={() => onPick(position)}
            onDblClick={() => model.enter?.(row)}
          >
            {columns.map(({ ix, align }) => (
              <span
                key={ix}
                role="gridcell"
                class={`cell ${align === "end" ? "number" : ""} ${model.tone?.(row, ix) ?? ""}`}
              >
                {shownText(model, row, ix, radix)}
              </span>
            ))}
          </div>
        );
      })}
    </>
  );
}

const LONGEST = 400;

function shownText(model: TableModel, row: number, column: number, radix: Radix): string {
  const value = radix === "dec" ? undefined : model.scalar(row, column);
  const text = typeof value === "bigint" ? integerText(value, radix) : cellText(model, row, column);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

interface HeadCellProps {
  readonly name: string;
  readonly title: string;
  readonly align?: "end" | undefined;
  readonly sort?: string | undefined;
  onSort(sort: string | undefined): void;
}

function HeadCell({ name, title, align, sort, onSort }: HeadCellProps): JSX.Element {
  const direction = sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
  const next = direction === "none" ? `-${name}` : direction === "descending" ? name : undefined;
  const mark = direction === "none" ? "" : direction === "ascending" ? " ↑" : " ↓";
  return (
    <span role="columnheader" aria-sort={direction} class={`cell ${align === "end" ? "number" : ""}`}>
      <button type="button" class="plain" onClick={() => onSort(next)}>
        {title}
        {mark}
      </button>
    </span>
  );
}

interface TotalsProps {
  readonly model: TableModel;
  readonly order: RowOrder;
  readonly busy: boolean;
  readonly problem: string | undefined;
}

function Totals({ model, order, busy, problem }: TotalsProps): JSX.Element {
  if (problem !== undefined)
    return (
      <span class="totals fault" role="status">
        {problem}
      </span>
    );
  const shown =
    order.rows === undefined
      ? countOf(model.length, "row")
      : `${order.rows.length.toLocaleString("en")} of ${countOf(model.length, "row")}`;
  const unjudged =
    order.problems === 0 ? "" : `; ${order.problems.toLocaleString("en")} could not be judged (${order.firstProblem})`;
  return (
    <span class="totals" role="status">
      {busy ? `reading ${countOf(model.length, "row")} …` : shown + unjudged}
    </span>
  );
}

/** The order of the rows, worked out aside; the old one stays on screen until the new one is there. */
function useOrder(model: TableModel, request: { filter?: string | undefined; sort?: string | undefined }) {
  const result = useSignal<{ model: TableModel | undefined; order: RowOrder; problem?: string | undefined }>({
    model: undefined,
    order: ALL,
  });
  const busy = useSignal(false);
  const key = useMemo(
    () => ({ filter: request.filter ?? "", sort: request.sort ?? "" }),
    [request.filter, request.sort],
  );
  const latest = useRef<AbortController>(undefined);
  useEffect(() => {
    latest.current?.abort();
    if (key.filter === "" && key.sort === "") {
      result.value = { model, order: ALL };
      busy.value = false;
      return;
    }
    const controller = new AbortController();
    latest.current = controller;
    busy.value = true;
    orderRows(model, key, controller.signal)
      .then((order) => {
        result.value = { model, order };
      })
      .catch((error: unknown) => {
        if (!controller.signal.aborted) result.value = { model, order: ALL, problem: errorReport(error).message };
      })
      .finally(() => {
        if (latest.current === controller) busy.value = false;
      });
    return () => controller.abort();
  }, [model, key]);
  // An order of another model would address rows that are not there.
  const order = result.value.model === model ? result.value.order : ALL;
  return { order, busy: busy.value, problem: result.value.problem };
}
