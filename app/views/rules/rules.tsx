import { useSignal } from "@preact/signals";
import { RULE_PACKS } from "coldframe/triage";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Pending } from "../../parts/pending.tsx";
import { TextEditor } from "../../parts/text-editor.tsx";
import { useApp } from "../../state/context.ts";
import { countOf } from "../../state/numbers.ts";
import { saveFile } from "../../state/saving.ts";
import { useTask } from "../../state/use-task.ts";
import type { ViewProps } from "../../state/views.ts";
import { builtInRules, rulesTask } from "../../tasks/rules.ts";
import { Outcomes } from "./outcomes.tsx";

/** A pause in typing; then the rules are checked, run and explained anew. */
const TYPING_MS = 250;

/** Rules: edit, check, run on what is open, explain, keep as a file. */
export function RulesView({ opened }: ViewProps): JSX.Element {
  const { store } = useApp();
  const { snapshot } = opened;
  const pack = RULE_PACKS.find(({ format }) => format === snapshot.format);
  const text = useSignal(store.ruleText.value || (pack?.text ?? ""));
  const editor = useRef<HTMLTextAreaElement | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => {
      store.ruleText.value = text.value;
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text.value]);
  const edited = store.ruleText.value;
  const others = store.opened.value.filter(({ id }) => id !== opened.id);
  const state = useTask(rulesTask(edited), [opened, ...others], edited);
  const [run, ...otherRuns] = state.value ?? [];
  const show = (offset: number): void => {
    editor.current?.focus();
    editor.current?.setSelectionRange(offset, offset);
  };
  return (
    <div class="rules">
      <div class="rules-edit">
        <TextEditor text={text} label="Rules" area={editor} />
        <div class="toolbar">
          <label>
            start from
            <select
              value=""
              onChange={(event) => {
                text.value = RULE_PACKS.find(({ name }) => name === event.currentTarget.value)?.text ?? text.value;
              }}
            >
              <option value="">…</option>
              {RULE_PACKS.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button type="button" onClick={() => saveFile("rules.triage", text.value, "application/json5")}>
            save as a file
          </button>
          {run !== undefined && (
            <span class={run.problem === undefined ? "run" : "fault"} role="status">
              {run.problem ?? summaryOf(run.diagnostics.length, run.trials)}
            </span>
          )}
        </div>
        {run !== undefined && run.diagnostics.length > 0 && (
          <ul class="diagnostics" aria-label="Diagnostics">
            {run.diagnostics.map(({ severity, line, column, message, suggestion, offset }, ix) => (
              <li key={ix}>
                <button type="button" class="plain" onClick={() => show(offset)}>
                  <span class={severity === "error" ? "fault" : "warn"}>{severity}</span>{" "}
                  <code>{`${line}:${column}`}</code> {message}
                  {suggestion !== undefined && <span class="dim">{`; did you mean ${suggestion}`}</span>}
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div class="pane section" tabIndex={0} role="region" aria-label="What the rules say">
        {run === undefined ? <Pending state={state} what={builtInRules.what} /> : <Outcomes run={run} />}
        {others.length > 0 && (
          <>
            <h2>In the other files</h2>
            <ul class="findings">
              {others.map((one, ix) => {
                const fired = otherRuns[ix]?.outcomes?.filter(({ status }) => status === "fired") ?? [];
                return (
                  <li key={one.id}>
                    <strong>{one.label}</strong>{" "}
                    {fired.length === 0 ? (
                      <span class="dim">nothing fired</span>
                    ) : (
                      <span class="fault">{fired.map(({ action }) => action).join(", ")}</span>
                    )}
                  </li>
                );
              })}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

function summaryOf(diagnostics: number, checks: readonly { readonly passed: boolean }[]): string {
  const notes = diagnostics === 0 ? "the rules are sound" : countOf(diagnostics, "note");
  if (checks.length === 0) return notes;
  const failed = checks.filter(({ passed }) => !passed).length;
  return `${notes}; ${failed === 0 ? `all ${checks.length} trials passed` : `${failed} of ${checks.length} trials failed`}`;
}
