import type { FlameTree } from "../../analysis/flame-builder.ts";
import { pruneFlameTree } from "../../analysis/flame-tree.ts";
import { functionTotals } from "../../analysis/sandwich.ts";
import { escapeHtml, escapeTerminal } from "../../base/text.ts";
import { VERSION } from "../../base/version.ts";
import { diffColour, packageColour } from "./colour.ts";
import { PAGE_SCRIPT, PAGE_SCRIPT_HASH, PAGE_STYLE, PAGE_STYLE_HASH } from "./page-script.ts";

export interface FlamePageOptions {
  readonly title?: string | undefined;
  /** Rows of the table of functions; default 500. */
  readonly functions?: number | undefined;
}

/** Nodes narrower than this share of the whole are left out of the drawing: no screen shows them. */
const MIN_SHARE = 1 / 20_000;
/** Nothing loads and nothing is sent; the one script and the one style are let in by their hashes. */
const POLICY = `default-src 'none'; script-src 'sha256-${PAGE_SCRIPT_HASH}'; style-src 'sha256-${PAGE_STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/**
 * The flame graph as one page that works offline: zoom by click or arrow keys, search, order, and a table of functions
 * that says the same in numbers. All text is escaped; the data sit in a block that is never run.
 */
export function renderFlamePage(whole: FlameTree, options: FlamePageOptions = {}): string {
  const tree = pruneFlameTree(whole, MIN_SHARE);
  const title = clean(options.title ?? "goroutines");
  const paint = tree.before === undefined ? packageColour : diffColour;
  const content = {
    names: tree.names.map((name) => escapeTerminal(name, false)),
    name: Array.from(tree.name),
    parent: Array.from(tree.parent),
    self: Array.from(tree.self),
    total: Array.from(tree.total),
    fill: Array.from(tree.name, (_, node) => paint(tree, node)),
    ...(tree.before !== undefined && { before: Array.from(tree.before) }),
  };
  const rows = functionTotals(whole).slice(0, options.functions ?? 500);
  return [
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${escapeHtml(POLICY)}">`,
    `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${PAGE_STYLE}</style></head><body>\n`,
    `<h1>${title}</h1><form><label>Search <input id="search" type="search" autocomplete="off"></label>`,
    `<label>Order <select id="order"><option value="value">widest first</option><option value="name">by name</option></select></label>`,
    `<button id="reset" type="button">Whole graph</button></form>\n`,
    `<div id="status" role="status"></div><canvas tabindex="0" role="img" aria-label="Flame graph of ${title}; the table below has the same numbers"></canvas>\n`,
    `<table><thead><tr><th class="n">self</th><th class="n">total</th><th>function</th></tr></thead><tbody>\n`,
    ...rows.map(
      (row) => `<tr><td class="n">${row.self}</td><td class="n">${row.total}</td><td>${clean(row.name)}</td></tr>\n`,
    ),
    `</tbody></table>\n<p>Written by coldframe ${VERSION}. This page loads nothing and sends nothing.</p>\n`,
    `<script type="application/json" id="flame">${JSON.stringify(content).replaceAll("<", "\\u003c")}</script>\n`,
    `<script>${PAGE_SCRIPT}</script></body></html>\n`,
  ].join("");
}

function clean(text: string): string {
  return escapeHtml(escapeTerminal(text, false));
}
