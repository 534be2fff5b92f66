import { useSignal } from "@preact/signals";
import { type Btf, findUses, KIND_NAMES, openBtf, openCapturedBtf, renderCTypes, renderTypeName } from "coldframe/btf";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Table } from "../../parts/table.tsx";
import { useStore } from "../../state/context.ts";
import { go } from "../../state/store.ts";
import type { TableModel } from "../../state/types.ts";
import { errorReport } from "../../tasks/error-report.ts";
import { LayoutPane } from "./layout-pane.tsx";

const USES = 40;

/** Types of a kernel, a module or a capture: search, layout with holes drawn, C. */
export function TypesView(): JSX.Element {
  const store = useStore();
  const btf = useSignal<Btf | undefined>(undefined);
  const problem = useSignal("");
  const blob = store.companions.value.findLast(({ kind }) => kind === "types");
  const opened = store.current.value;
  useEffect(() => {
    const loading = blob !== undefined ? openBtf(blob.bytes, { name: blob.name }) : openCapturedBtf(opened!.snapshot);
    loading
      .then((found) => {
        btf.value = found;
        problem.value = "";
      })
      .catch((error: unknown) => {
        problem.value = errorReport(error).message;
      });
  }, [blob, opened]);
  if (problem.value !== "") return <p class="pane fault">{problem.value}</p>;
  if (btf.value === undefined) return <p class="pane dim">reading the types …</p>;
  return <TypeBrowser btf={btf.value} />;
}

function TypeBrowser({ btf }: { readonly btf: Btf }): JSX.Element {
  const store = useStore();
  const model = useMemo(() => typeTable(btf, (id) => go(store, { item: String(id) })), [btf]);
  const item = store.place.value.item;
  const id = Number(item ?? 0);
  const isShown = item !== undefined && id > 0 && id < btf.typeCount;
  return (
    <div class={isShown ? "split types" : "types-all"}>
      <div>
        <Table model={model} main />
      </div>
      {isShown && (
        <div class="pane" tabIndex={0} role="region" aria-label="Type">
          <TypePane btf={btf} id={id} />
        </div>
      )}
    </div>
  );
}

function typeTable(btf: Btf, open: (id: number) => void): TableModel {
  return {
    name: "types",
    columns: [
      { name: "name" },
      { name: "kind", width: 84 },
      { name: "size", width: 76, align: "end" },
      { name: "members", width: 76, align: "end" },
      { name: "id", width: 70, align: "end" },
    ],
    length: Math.max(0, btf.typeCount - 1),
    scalar(row, column) {
      const id = row + 1;
      if (column === 0) return btf.name(id) || renderTypeName(btf, id);
      if (column === 1) return kindName(btf, id);
      if (column === 2) return sizeOf(btf, id);
      return BigInt(column === 3 ? btf.vlen(id) : id);
    },
    tone: (row, column) => (column === 0 ? (btf.name(row + 1) === "" ? "dim" : "name") : undefined),
    detail: (row) => ({
      title: renderTypeName(btf, row + 1),
      fields: [
        { name: "id", value: String(row + 1) },
        { name: "kind", value: kindName(btf, row + 1) },
        { name: "size", value: String(sizeOf(btf, row + 1) ?? "none") },
        { name: "Enter", value: "shows layout and C" },
      ],
      filter: `kind == '${kindName(btf, row + 1)}'`,
      json: () => ({ id: row + 1, name: btf.name(row + 1), kind: kindName(btf, row + 1) }),
    }),
    enter: (row) => open(row + 1),
  };
}

function kindName(btf: Btf, id: number): string {
  return (KIND_NAMES[btf.kind(id)] ?? "?").toLowerCase();
}

function sizeOf(btf: Btf, id: number): bigint | null {
  const size = btf.sizeOf(id);
  return size === undefined ? null : BigInt(size);
}

function TypePane({ btf, id }: { readonly btf: Btf; readonly id: number }): JSX.Element {
  const store = useStore();
  const c = useMemo(() => attempt(() => renderCTypes(btf, [id])), [btf, id]);
  const uses = useMemo(() => attempt(() => findUses(btf, id)), [btf, id]);
  const isComposite = ["struct", "union"].includes(kindName(btf, id));
  return (
    <>
      <p class="gestures">
        <strong class="mono">{renderTypeName(btf, id)}</strong>
        <button type="button" onClick={() => go(store, { item: undefined })}>
          close
        </button>
      </p>
      {isComposite && <LayoutPane btf={btf} id={id} />}
      {c !== "" && (
        <>
          <h2>C</h2>
          <pre class="report" tabIndex={0}>
            {c ?? "This type cannot be written as C."}
          </pre>
        </>
      )}
      {uses !== undefined && uses.length > 0 && (
        <>
          <h2>{`Used by ${uses.length}`}</h2>
          <ul class="item-list">
            {uses.slice(0, USES).map((use, ix) => (
              <li key={ix}>
                <button type="button" class="plain mono" onClick={() => go(store, { item: String(use) })}>
                  {`${renderTypeName(btf, use)}`}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** Some types have no layout or no C; the pane says so instead of failing. */
function attempt<Result>(make: () => Result): Result | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
