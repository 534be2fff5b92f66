import type { JSX } from "preact";
import { COMMANDS } from "../state/commands.ts";
import { useApp } from "../state/context.ts";
import { CopySheet } from "./copy-sheet.tsx";
import { KeySheet } from "./key-sheet.tsx";

/** The fixed place for everything about the selection; sheets stand here too, never above the work. */
export function DetailPanel(): JSX.Element {
  const { store } = useApp();
  const { sheet, detail } = store;
  return (
    <aside class="detail" aria-label="Detail" tabIndex={0}>
      {sheet.value === "keys" && <KeySheet />}
      {sheet.value === "copy" && <CopySheet />}
      {sheet.value !== "keys" && detail.value === undefined && <Nothing />}
      {sheet.value !== "keys" && detail.value !== undefined && <Selection />}
    </aside>
  );
}

function Nothing(): JSX.Element {
  return (
    <p class="dim">
      Click a row to see all about it here. <kbd>?</kbd> lists the keys.
    </p>
  );
}

const GESTURES = ["bytes", "selection.copy", "selection.filter", "selection.rule"];

function Selection(): JSX.Element {
  const app = useApp();
  const { title, fields, body, path, origin, filter } = app.store.detail.value!;
  const applies: Readonly<Record<string, boolean>> = {
    bytes: origin !== undefined,
    "selection.copy": true,
    "selection.filter": filter !== undefined,
    "selection.rule": filter !== undefined || path !== undefined,
  };
  return (
    <>
      <h2>{title}</h2>
      <p class="gestures">
        {COMMANDS.filter(({ id }) => GESTURES.includes(id) && applies[id] === true).map((command) => (
          <button key={command.id} type="button" onClick={() => command.run(app)}>
            {SHORT[command.id]} <kbd>{command.keys}</kbd>
          </button>
        ))}
      </p>
      <dl class="fields">
        {fields.map(({ name, value }, ix) => (
          <div key={ix}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {body}
    </>
  );
}

const SHORT: Readonly<Record<string, string>> = {
  bytes: "bytes",
  "selection.copy": "copy",
  "selection.filter": "filter",
  "selection.rule": "rule",
};
