import { render } from "preact";
import { Frame } from "./parts/frame.tsx";
import { createActions } from "./state/actions.ts";
import { Analyses } from "./state/analyses.ts";
import { listenToKeys } from "./state/commands.ts";
import { AppContext } from "./state/context.ts";
import { Judgements } from "./state/judgements.ts";
import { Opening } from "./state/opening.ts";
import { keepAddress, restore } from "./state/restoring.ts";
import { createStore } from "./state/store.ts";
import { createScriptUrls } from "./state/trusted.ts";
import { warmUp, warmUpFor } from "./state/warming.ts";

const store = createStore();
const scriptUrl = createScriptUrls();
const opening = new Opening(store, scriptUrl, warmUpFor);
const analyses = new Analyses(store, scriptUrl);
const actions = createActions(store, opening, analyses);
const app = { store, actions, analyses, judgements: new Judgements(analyses) };

render(
  <AppContext.Provider value={app}>
    <Frame />
  </AppContext.Provider>,
  document.getElementById("app")!,
);
listenToKeys(app);
// First read, then kept in step: the other way round would empty the address.
void restore(store, actions);
keepAddress(store);
opening.start();
if ("serviceWorker" in navigator && location.protocol.startsWith("http")) {
  const registered = navigator.serviceWorker.register(scriptUrl("service-worker.js"));
  // Without it the app works as well, only not without a network. What fails here fails with words when it is needed.
  warmUp(opening, registered).catch(() => undefined);
}
