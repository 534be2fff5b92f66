import type { JSX } from "preact";
import { Pending } from "../../parts/pending.tsx";
import { useApp } from "../../state/context.ts";
import { copyText } from "../../state/copying.ts";
import { useTask } from "../../state/use-task.ts";
import type { ViewProps } from "../../state/views.ts";
import { report } from "../../tasks/texts.ts";

/** More text than this is offered as a file: no page can lay it out at once. */
const SHOWN = 400_000;

export function ReportView({ opened }: ViewProps): JSX.Element {
  const { store, actions } = useApp();
  const state = useTask(report, [opened], null);
  const text = state.value;
  const rest = (text?.length ?? 0) - SHOWN;
  const copy = async (): Promise<void> => {
    store.notice.value = (await copyText(text ?? ""))
      ? "Copied the report."
      : "The browser refused to write to the clipboard.";
  };
  return (
    <>
      <div class="toolbar">
        <button type="button" onClick={() => void copy()}>
          copy the report
        </button>
        <button type="button" onClick={() => void actions.downloadReport()}>
          save as one HTML page <kbd>S</kbd>
        </button>
        {rest > 0 && (
          <span class="warn">{`${rest.toLocaleString("en")} further characters are not shown here; the page you save has them.`}</span>
        )}
      </div>
      {text === undefined ? (
        <Pending state={state} what={report.what} />
      ) : (
        <pre class="report" tabIndex={0} aria-label="Report">
          {text.slice(0, SHOWN)}
        </pre>
      )}
    </>
  );
}
