import { useSignal } from "@preact/signals";
import { renderValue, type Snapshot } from "coldframe";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useStore } from "../state/context.ts";
import { integerText } from "../state/numbers.ts";
import type { Radix } from "../state/store.ts";
import { type TreeRow, TreeRows } from "../state/tree-rows.ts";
import { moveBy, useRowWindow } from "./window.ts";

export interface TreeProps {
  readonly snapshot: Snapshot;
  readonly label: string;
  /** Path of the value whose children are the first level. */
  readonly root?: string;
  /** Path to bring into sight and select. */
  readonly path?: string | undefined;
  onPick(row: TreeRow): void;
}

/** A lazy tree of values: arrows open, close and move; everything else is in the detail panel. */
export function Tree({ snapshot, label, root = "", path, onPick }: TreeProps): JSX.Element {
  const store = useStore();
  const tree = useMemo(() => new TreeRows(snapshot, root), [snapshot, root]);
  const version = useSignal(0);
  const selected = useSignal(-1);
  const rowHeight = store.dense.value ? 20 : 22;
  const view = useRowWindow(tree.rows.length, rowHeight);
  const pick = (ix: number): void => {
    selected.value = ix;
    view.reveal(ix);
    const row = tree.rows[ix];
    if (row?.kind === "value") onPick(row);
  };
  const toggle = (ix: number): void => {
    tree.toggle(ix);
    version.value++;
  };
  useEffect(() => {
    if (path === undefined || path === "" || tree.rows[selected.value]?.path === path) return;
    const ix = tree.reveal(path);
    version.value++;
    if (ix !== undefined) requestAnimationFrame(() => pick(ix));
  }, [path, tree]);
  useEffect(() => {
    // The bytes below took room, or gave it back: the selection stays in sight.
    if (selected.value >= 0) view.reveal(selected.value);
  }, [view.page]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target =
      treeKey(event.key, selected.value, tree.rows, toggle) ??
      moveBy(event.key, selected.value, tree.rows.length, view.page);
    if (target === undefined) return;
    event.preventDefault();
    pick(target);
  };
  // Read, so that a change of the rows draws them anew.
  version.value;
  const shown = tree.rows.slice(view.first, view.first + view.count);
  const active = selected.value >= view.first && selected.value < view.first + view.count;
  return (
    <div
      class="tree"
      ref={view.ref}
      onScroll={view.onScroll}
      onKeyDown={onKeyDown}
      role="tree"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={active ? `tree-row-${selected.value}` : undefined}
    >
      <div class="table-spacer" style={{ height: `${view.height}px` }} role="presentation">
        <div class="table-window" style={{ transform: `translateY(${view.top}px)` }} role="presentation">
          {shown.map((row, slot) => {
            const ix = view.first + slot;
            return (
              <div
                key={slot}
                id={`tree-row-${ix}`}
                role="treeitem"
                class={`tree-row ${row.kind}`}
                aria-level={row.depth + 1}
                aria-expanded={row.count > 0 ? row.expanded : undefined}
                aria-selected={ix === selected.value}
                style={{ height: `${rowHeight}px`, paddingLeft: `${row.depth * 16 + 4}px` }}
                onClick={() => {
                  if (row.kind !== "value") toggle(ix);
                  pick(ix);
                }}
                onDblClick={() => toggle(ix)}
              >
                <span
                  class="twisty"
                  aria-hidden="true"
                  onClick={(event) => {
                    event.stopPropagation();
                    toggle(ix);
                  }}
                >
                  {row.count === 0 ? "" : row.expanded ? "▾" : "▸"}
                </span>
                <RowText row={row} snapshot={snapshot} radix={store.radix.value} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Right opens or goes in, Left closes or goes out, Enter and Backspace do the same. */
function treeKey(key: string, at: number, rows: readonly TreeRow[], toggle: (ix: number) => void): number | undefined {
  const row = rows[at];
  if (row === undefined) return undefined;
  if (key === "ArrowRight" || key === "Enter") {
    if (row.expanded) return key === "Enter" ? undefined : Math.min(at + 1, rows.length - 1);
    if (row.count > 0) toggle(at);
    return at;
  }
  if (key !== "ArrowLeft" && key !== "Backspace") return undefined;
  if (row.expanded) {
    toggle(at);
    return at;
  }
  for (let ix = at - 1; ix >= 0; ix--) if (rows[ix]!.depth < row.depth) return ix;
  return at;
}

function RowText({ row, snapshot, radix }: { row: TreeRow; snapshot: Snapshot; radix: Radix }): JSX.Element {
  if (row.kind === "more") return <span class="dim">{row.count.toLocaleString("en")} more: click or press Enter</span>;
  if (row.kind === "zeros") return <span class="dim">{row.count} zero members</span>;
  const { node } = row;
  return (
    <>
      <span class="name">{node.name}</span>
      <span class={`value ${toneOf(row)}`}>{valueText(snapshot, row, radix)}</span>
      {node.note !== undefined && <span class="dim">{node.note}</span>}
      <span class="type">{node.typeName ?? ""}</span>
    </>
  );
}

function toneOf({ node }: TreeRow): string {
  if (node.problem !== undefined) return "warn";
  return node.kind === "string" ? "text" : "";
}

function valueText(snapshot: Snapshot, { node, count }: Pick<TreeRow, "node" | "count">, radix: Radix): string {
  const { values } = snapshot;
  const scalar = values.scalar(node);
  const problem = node.kind === "pointer" && node.problem !== undefined ? ` (${node.problem.message})` : "";
  if (typeof scalar === "bigint" && radix !== "dec" && node.kind !== "pointer") return integerText(scalar, radix);
  const link = node.kind === "pointer" && count > 0 ? " →" : "";
  return renderValue(values, node) + link + problem;
}
