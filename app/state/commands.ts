import type { App } from "./context.ts";
import { go } from "./store.ts";
import { suggestFilter } from "./suggest.ts";
import { currentView, viewsOf } from "./views.ts";

/** One thing a person can do, by key, by palette, by name. Ids are stable. */
export interface Command {
  readonly id: string;
  readonly title: string;
  /** As the key sheet writes it; the first is what the page listens to. */
  readonly keys?: string;
  readonly group: "open" | "move" | "selection" | "look";
  run(app: App): void;
}

const FOCUS_FILTER = 'input[data-key="filter"]';

export const COMMANDS: readonly Command[] = [
  { id: "open.files", title: "Open files …", keys: "o", group: "open", run: ({ actions }) => actions.pickFiles(false) },
  {
    id: "open.folder",
    title: "Open a folder …",
    keys: "O",
    group: "open",
    run: ({ actions }) => actions.pickFiles(true),
  },
  {
    id: "open.close",
    title: "Close this file",
    keys: "W",
    group: "open",
    run: ({ store, actions }) => store.current.value && actions.close(store.current.value.id),
  },
  {
    id: "report.html",
    title: "Save as one HTML page",
    keys: "S",
    group: "open",
    run: ({ actions }) => void actions.downloadReport(),
  },
  { id: "report.print", title: "Print", keys: "P", group: "open", run: () => print() },
  {
    id: "palette",
    title: "Commands",
    keys: "Ctrl-K",
    group: "move",
    run: ({ store }) => openBar(store.sheet, "palette"),
  },
  {
    id: "search",
    title: "Search everything",
    keys: "/",
    group: "move",
    run: ({ store }) => openBar(store.sheet, "search"),
  },
  { id: "path", title: "Edit the path", keys: "p", group: "move", run: () => focus('input[data-key="path"]') },
  { id: "file.next", title: "Next file", keys: "]", group: "move", run: (app) => stepFile(app, 1) },
  { id: "file.previous", title: "Previous file", keys: "[", group: "move", run: (app) => stepFile(app, -1) },
  { id: "view.next", title: "Next view", keys: ".", group: "move", run: (app) => stepView(app, 1) },
  { id: "view.previous", title: "Previous view", keys: ",", group: "move", run: (app) => stepView(app, -1) },
  { id: "main", title: "To the main view", keys: "m", group: "move", run: () => focus("#main [tabindex='0']") },
  { id: "selection.filter", title: "Filter by the selection", keys: "f", group: "selection", run: filterBySelection },
  { id: "selection.rule", title: "Turn the filter into a rule", keys: "r", group: "selection", run: filterToRule },
  { id: "selection.diff", title: "Compare with the other file", keys: "d", group: "selection", run: compareWithOther },
  {
    id: "selection.copy",
    title: "Copy …",
    keys: "c",
    group: "selection",
    run: ({ store }) => toggleSheet(store.sheet, "copy"),
  },
  {
    id: "copy.json",
    title: "Copy the selection as JSON",
    group: "selection",
    run: ({ actions }) => void actions.copy("json"),
  },
  {
    id: "copy.markdown",
    title: "Copy the selection as Markdown",
    group: "selection",
    run: ({ actions }) => void actions.copy("markdown"),
  },
  { id: "copy.path", title: "Copy the path", group: "selection", run: ({ actions }) => void actions.copy("path") },
  {
    id: "copy.folded",
    title: "Copy as folded stacks",
    group: "selection",
    run: ({ actions }) => void actions.copy("folded"),
  },
  {
    id: "copy.snapshot",
    title: "Copy the whole snapshot as JSON",
    group: "selection",
    run: ({ actions }) => void actions.copy("snapshot"),
  },
  {
    id: "copy.link",
    title: "Copy a link to this place",
    group: "selection",
    run: ({ actions }) => void actions.copy("link"),
  },
  {
    id: "bytes",
    title: "Show the bytes of the selection",
    keys: "b",
    group: "selection",
    run: ({ store }) => {
      store.bytesShown.value = !store.bytesShown.value;
    },
  },
  {
    id: "radix",
    title: "Integers: decimal, hexadecimal, signed",
    keys: "x",
    group: "look",
    run: ({ store: { radix } }) => {
      radix.value = radix.value === "dec" ? "hex" : radix.value === "hex" ? "signed" : "dec";
    },
  },
  {
    id: "density",
    title: "Rows closer together or wider apart",
    keys: "z",
    group: "look",
    run: ({ store: { dense } }) => {
      dense.value = !dense.value;
    },
  },
  { id: "keys", title: "All keys", keys: "?", group: "look", run: ({ store }) => toggleSheet(store.sheet, "keys") },
];

type SheetSignal = App["store"]["sheet"];

function toggleSheet(sheet: SheetSignal, name: "keys" | "copy"): void {
  sheet.value = sheet.value === name ? "none" : name;
}

function openBar(sheet: SheetSignal, name: "palette" | "search"): void {
  sheet.value = name;
  queueMicrotask(() => focus('input[data-key="bar"]'));
}

function focus(selector: string): void {
  const element = document.querySelector<HTMLElement>(selector);
  element?.focus();
  if (element instanceof HTMLInputElement) element.select();
}

function stepFile({ store, actions }: App, step: number): void {
  const { opened, current } = store;
  const at = opened.value.findIndex(({ id }) => id === current.value?.id);
  const next = opened.value[(at + step + opened.value.length) % opened.value.length];
  if (next !== undefined) actions.choose(next.id);
}

function stepView({ store }: App, step: number): void {
  const views = viewsOf(store);
  const at = views.findIndex(({ id }) => id === currentView(store)?.id);
  const next = views[(at + step + views.length) % views.length];
  if (next !== undefined) go(store, { view: next.id });
}

function filterBySelection({ store }: App): void {
  const filter = store.detail.value?.filter;
  if (filter !== undefined) go(store, { filter });
  focus(FOCUS_FILTER);
}

function filterToRule({ store }: App): void {
  const filter = store.place.value.filter ?? store.detail.value?.filter;
  const { rule, note } = suggestFilter(store, filter);
  if (rule === undefined) {
    store.notice.value = note;
    return;
  }
  store.ruleText.value = rule;
  store.notice.value = note;
  go(store, { view: "rules" });
}

function compareWithOther({ store }: App): void {
  const other = store.opened.value.find(({ id }) => id !== store.current.value?.id);
  if (other === undefined) store.notice.value = "Comparing needs a second file: drop one.";
  else {
    store.otherId.value ??= other.id;
    go(store, { view: "diff" });
  }
}

const TYPING = "input, textarea, select, [contenteditable]";

/** One listener for the page. Keys that a part has used already are left alone, and so is typing. */
export function listenToKeys(app: App): void {
  document.addEventListener("keydown", (event: KeyboardEvent) => {
    const { target } = event;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return use(event, "palette", app);
    if (event.key === "Escape") return leave(app);
    const isTyping = target instanceof Element && target.matches(TYPING);
    if (event.defaultPrevented || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const view = viewsOf(app.store)[Number(event.key) - 1];
    if (/^[1-9]$/.test(event.key) && view !== undefined) return go(app.store, { view: view.id });
    const command = COMMANDS.find(({ keys }) => keys === event.key);
    if (command !== undefined) use(event, command.id, app);
  });
}

function use(event: KeyboardEvent, id: string, app: App): void {
  event.preventDefault();
  COMMANDS.find((command) => command.id === id)?.run(app);
}

function leave({ store }: App): void {
  if (store.sheet.value !== "none") store.sheet.value = "none";
  else if (document.activeElement instanceof HTMLElement && document.activeElement.matches(TYPING))
    document.activeElement.blur();
}
