import { useSignal } from "@preact/signals";
import { buildSandwich, type FlameTree } from "coldframe/goroutines";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { FlameCanvas } from "../../parts/flame-canvas.tsx";
import { useStore } from "../../state/context.ts";
import { go } from "../../state/store.ts";
import { nodeDetail } from "./function-table.ts";

/** One function: who calls it above, whom it calls below. */
export function SandwichPane({ tree, name }: { readonly tree: FlameTree; readonly name: string }): JSX.Element {
  const store = useStore();
  const sandwich = useMemo(() => buildSandwich(tree, name), [tree, name]);
  const selected = useSignal({ side: "callees", node: 0 });
  const leave = (): void => go(store, { item: undefined });
  if (sandwich === undefined) {
    return (
      <p class="toolbar">
        <span>{`No frame is called ${name}.`}</span>
        <button type="button" onClick={leave}>
          close
        </button>
      </p>
    );
  }
  const side = (which: "callers" | "callees", label: string): JSX.Element => (
    <FlameCanvas
      tree={sandwich[which]}
      label={label}
      upward={which === "callers"}
      selected={selected.value.side === which ? selected.value.node : -1}
      onPick={(node) => {
        selected.value = { side: which, node };
        store.detail.value = nodeDetail(sandwich[which], node);
      }}
    />
  );
  return (
    <section class="sandwich" aria-label={`Callers and callees of ${name}`}>
      <p class="toolbar">
        <strong class="mono">{name}</strong>
        <span class="dim">{`in ${sandwich.total} stacks, innermost in ${sandwich.self}; callers above, callees below`}</span>
        <button type="button" onClick={leave}>
          close
        </button>
      </p>
      <div class="flame-area">
        {side("callers", "Callers")}
        {side("callees", "Callees")}
      </div>
    </section>
  );
}
