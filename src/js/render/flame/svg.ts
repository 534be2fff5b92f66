import type { FlameTree } from "../../analysis/flame-builder.ts";
import type { FlameOrder } from "../../analysis/flame-tree.ts";
import { escapeHtml, escapeTerminal } from "../../base/text.ts";
import { diffColour, packageColour } from "./colour.ts";
import { type FlameBox, layOutFlame, nodeTitle } from "./layout.ts";

export interface FlameSvgOptions {
  readonly title?: string | undefined;
  /** Pixels; default 1200. */
  readonly width?: number | undefined;
  readonly order?: FlameOrder | undefined;
}

const ROW = 18;
const TOP = 34;
/** Pixels per character of the labels. */
const CHARACTER = 7;
/** Boxes narrower than this many pixels are left out. */
const MIN_PIXELS = 0.3;

/** The flame graph as one SVG that needs no script and loads nothing; the root is at the top. */
export function renderFlameSvg(tree: FlameTree, options: FlameSvgOptions = {}): string {
  const width = options.width ?? 1200;
  const boxes = layOutFlame(tree, MIN_PIXELS / width, options.order);
  const depth = boxes.reduce((most, box) => Math.max(most, box.depth), 0);
  const height = TOP + (depth + 1) * ROW + 8;
  const title = clean(options.title ?? "goroutines");
  const paint = tree.before === undefined ? packageColour : diffColour;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="11">\n`,
    `<rect width="100%" height="100%" fill="#fff"/>\n<text x="8" y="20" font-size="14">${title}</text>\n`,
    ...boxes.map((box) => boxElement(tree, box, width, paint(tree, box.node))),
    "</svg>\n",
  ];
  return parts.join("");
}

function boxElement(tree: FlameTree, { node, depth, left, width }: FlameBox, pixels: number, fill: string): string {
  const x = round(left * pixels);
  const w = round(width * pixels);
  const y = TOP + depth * ROW;
  const room = Math.floor((w - 6) / CHARACTER);
  const name = tree.names[tree.name[node]!]!;
  const label = room < 3 ? "" : clean(name.length > room ? `${name.slice(0, room - 1)}…` : name);
  const text = label === "" ? "" : `<text x="${x + 3}" y="${y + 13}">${label}</text>`;
  return `<g><title>${clean(nodeTitle(tree, node))}</title><rect x="${x}" y="${y}" width="${w}" height="${ROW - 1}" fill="${fill}"/>${text}</g>\n`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function clean(text: string): string {
  return escapeHtml(escapeTerminal(text, false));
}
