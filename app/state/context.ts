import { type Context, createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Actions } from "./actions.ts";
import type { Analyses } from "./analyses.ts";
import type { Judgements } from "./judgements.ts";
import type { Store } from "./store.ts";

export interface App {
  readonly store: Store;
  readonly actions: Actions;
  readonly analyses: Analyses;
  readonly judgements: Judgements;
}

export const AppContext: Context<App | undefined> = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error("no app around this part");
  return app;
}

export function useStore(): Store {
  return useApp().store;
}
