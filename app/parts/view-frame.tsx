import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { useStore } from "../state/context.ts";
import type { Opened } from "../state/types.ts";
import { currentView, type View, type ViewProps } from "../state/views.ts";
import { errorReport } from "../tasks/error-report.ts";

/** The code of views that were shown before. */
const loaded = new Map<string, ComponentType<ViewProps>>();

/** Shows the view of the address. One that fails says so and leaves the others usable. */
export function ViewFrame(): JSX.Element {
  const store = useStore();
  const view = currentView(store);
  const ready = useSignal(0);
  useEffect(() => {
    if (view === undefined || loaded.has(view.id)) return;
    view
      .load()
      .then((component) => {
        loaded.set(view.id, component);
        ready.value++;
      })
      .catch((error: unknown) => {
        store.notice.value = `The view ${view.title} could not be loaded: ${errorReport(error).message}. Reload the page when you are online.`;
      });
  }, [view?.id]);
  ready.value;
  const Component = view && loaded.get(view.id);
  const opened = store.current.value;
  return (
    <div class="view" data-view={view?.id}>
      {view !== undefined && Component !== undefined && (
        <Guarded key={`${view.id} ${opened?.id ?? 0}`} view={view} component={Component} opened={opened!} />
      )}
    </div>
  );
}

interface GuardedProps {
  readonly view: View;
  readonly component: ComponentType<ViewProps>;
  readonly opened: Opened;
}

function Guarded({ view, component: Component, opened }: GuardedProps): JSX.Element {
  const [error, reset] = useErrorBoundary();
  if (error === undefined) return <Component opened={opened} />;
  const { code, message } = errorReport(error);
  return (
    <div class="failed" role="alert">
      <p>
        {view.title} could not be shown: {message} <code>{code}</code>
      </p>
      <button type="button" onClick={reset}>
        try again
      </button>
    </div>
  );
}
