import { type Signal, useSignal } from "@preact/signals";
import {
  type FlameOptions,
  type FlameTree,
  renderFlameSvg,
  renderFolded,
  renderSpeedscope,
} from "coldframe/goroutines";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { FlameCanvas } from "../../parts/flame-canvas.tsx";
import { Pending } from "../../parts/pending.tsx";
import { Table } from "../../parts/table.tsx";
import { Toggle } from "../../parts/toggle.tsx";
import { useStore } from "../../state/context.ts";
import { saveFile } from "../../state/saving.ts";
import { go } from "../../state/store.ts";
import { useTask } from "../../state/use-task.ts";
import type { ViewProps } from "../../state/views.ts";
import { flame } from "../../tasks/goroutines.ts";
import { functionTable, nodeDetail } from "./function-table.ts";
import { SandwichPane } from "./sandwich.tsx";

/** All stacks as one picture, left-heavy; a function between its callers and callees; the same numbers as a table. */
export function FlameView({ opened }: ViewProps): JSX.Element {
  const { stacks } = opened.snapshot;
  const by = useSignal<NonNullable<FlameOptions["by"]>>("function");
  const withStates = useSignal(false);
  const search = useSignal("");
  const selected = useSignal(0);
  const state = useTask(flame, [opened], { by: by.value, withStates: withStates.value });
  const tree = state.value;
  const name = opened.files[0]?.name ?? "stacks";
  return (
    <>
      <div class="toolbar">
        <label>
          one box per
          <select
            value={by.value}
            onChange={(event) => {
              by.value = event.currentTarget.value as typeof by.value;
              selected.value = 0;
            }}
          >
            <option value="function">function</option>
            <option value="line">line</option>
            <option value="package">package</option>
          </select>
        </label>
        <Toggle state={withStates} label="states on top" />
        <input
          type="search"
          aria-label="Find functions; the others are dimmed"
          placeholder="find a function"
          value={search.value}
          onInput={(event) => {
            search.value = event.currentTarget.value;
          }}
        />
        <button
          type="button"
          onClick={() => tree && saveFile(`${name}.svg`, renderFlameSvg(tree, {}), "image/svg+xml")}
        >
          SVG
        </button>
        <button type="button" onClick={() => tree && saveFile(`${name}.folded`, renderFolded(tree), "text/plain")}>
          folded
        </button>
        <button
          type="button"
          onClick={() => saveFile(`${name}.speedscope.json`, renderSpeedscope(stacks, name), "application/json")}
        >
          speedscope
        </button>
        {tree !== undefined && <span class="dim">{wholeText(tree)}</span>}
      </div>
      {tree === undefined ? (
        <Pending state={state} what={flame.what} />
      ) : (
        <FlamePane tree={tree} search={search.value} selected={selected} />
      )}
    </>
  );
}

interface FlamePaneProps {
  readonly tree: FlameTree;
  readonly search: string;
  readonly selected: Signal<number>;
}

function FlamePane({ tree, search, selected }: FlamePaneProps): JSX.Element {
  const store = useStore();
  const item = store.place.value.item;
  const model = useMemo(() => functionTable(tree, (name) => go(store, { item: name })), [tree]);
  const pick = (node: number): void => {
    selected.value = node;
    store.detail.value = nodeDetail(tree, node);
  };
  return (
    <>
      <div class="flame-area" tabIndex={-1}>
        <FlameCanvas tree={tree} label="Flame graph" search={search} selected={selected.value} onPick={pick} />
      </div>
      {item !== undefined && <SandwichPane tree={tree} name={item} />}
      <Table model={model} main />
    </>
  );
}

function wholeText(tree: FlameTree): string {
  return `${(tree.total[0] ?? 0).toLocaleString("en")} stacks; Enter enlarges a box, Backspace leaves it`;
}
