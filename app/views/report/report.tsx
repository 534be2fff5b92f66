import { useSignal } from "@preact/signals";
import { dump } from "coldframe";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useApp } from "../../state/context.ts";
import { copyText } from "../../state/copying.ts";
import { errorReport } from "../../state/opening.ts";
import type { ViewProps } from "../../state/views.ts";

/** More text than this is offered as a file: no page can lay it out at once. */
const SHOWN = 400_000;

export function ReportView({ opened }: ViewProps): JSX.Element {
  const { store, actions } = useApp();
  const text = useSignal("");
  useEffect(() => {
    dump(opened.snapshot).then(
      (report) => {
        text.value = report;
      },
      (error: unknown) => {
        text.value = errorReport(error).message;
      },
    );
  }, [opened]);
  const rest = text.value.length - SHOWN;
  const copy = async (): Promise<void> => {
    store.notice.value = (await copyText(text.value))
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
      <pre class="report" tabIndex={0} aria-label="Report">
        {text.value.slice(0, SHOWN)}
      </pre>
    </>
  );
}
