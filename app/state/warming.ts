import { FORMATS, type FormatId, preload } from "coldframe";
import type { Opening } from "./opening.ts";
import { VIEWS } from "./views.ts";

/**
 * Loads what the first file will need, in the worker and on the page, once the service worker has fetched the whole app
 * anyway: nothing is fetched for it a second time. Until then, and where there is none, the first file loads it.
 */
export async function warmUp(opening: Opening, registered: Promise<unknown>): Promise<void> {
  await registered;
  await navigator.serviceWorker.ready;
  await idle();
  // What the worker reads is completed on the page, and shown by a view of its format.
  const views = VIEWS.filter(({ opensFor }) => opensFor !== undefined).map((view) => view.load());
  await Promise.all([opening.warmUp(), preload(), ...views]);
  performance.mark("warm");
}

/** Loads what completes and shows snapshots of these formats, while the worker reads them. */
export function warmUpFor(formats: readonly FormatId[]): void {
  const ignore = (): void => undefined;
  for (const format of FORMATS) {
    if (formats.includes(format.id) && "load" in format) format.load().catch(ignore);
  }
  for (const view of VIEWS)
    if (view.opensFor !== undefined && formats.includes(view.opensFor)) view.load().catch(ignore);
}

/** Not every browser says when it is idle. */
function idle(): Promise<unknown> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(resolve, { timeout: 1000 });
    else setTimeout(resolve, 200);
  });
}
