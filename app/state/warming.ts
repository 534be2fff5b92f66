import { preload } from "coldframe";
import type { Opening } from "./opening.ts";
import { VIEWS } from "./views.ts";

/** Loads what the first file will need: the worker's part at once, the page's when it has nothing else to do. */
export function warmUp(opening: Opening): void {
  // Whatever fails here fails again, with words, when a file is opened.
  const ignore = (): void => undefined;
  opening.warmUp().catch(ignore);
  whenIdle(() => {
    // What the worker reads is completed on this side, and shown by a view of its format.
    preload().catch(ignore);
    for (const view of VIEWS) if (view.isFirst === true) view.load().catch(ignore);
  });
}

/** Not every browser says when it is idle. */
function whenIdle(act: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(act, { timeout: 1000 });
  else setTimeout(act, 200);
}
